// SPDX-License-Identifier: Apache-2.0
#include "tuning/numeric/kernels.h"

namespace tunesmith::tuning {
namespace {
#include "tuning/numeric/kernels.inc"
}  // namespace

const NumericKernels& baseline_kernels() {
  static constexpr NumericKernels kKernels = {
      "baseline",        kernel_row,      kernel_rows, distance_row, cholesky,     forward,
      backward,          forward_batch,   upper_gram,  times_rows,   kernel_batch, dot,
      weighted_distance, difference_sums, warp_row,    warp_point};
  return kKernels;
}

}  // namespace tunesmith::tuning
