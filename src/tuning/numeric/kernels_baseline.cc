// SPDX-License-Identifier: Apache-2.0
#include "tuning/numeric/kernels.h"

namespace tunesmith::tuning {
namespace {
#include "tuning/numeric/kernels.inc"
}  // namespace

const NumericKernels& baseline_kernels() {
  static constexpr NumericKernels kKernels = {
      "baseline",   kernel_row, cholesky, forward_batch,     upper_gram,
      kernel_batch, dot,        axpy,     weighted_distance, warp};
  return kKernels;
}

}  // namespace tunesmith::tuning
