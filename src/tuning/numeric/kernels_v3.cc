// SPDX-License-Identifier: Apache-2.0
#include "tuning/numeric/kernels.h"

namespace tunesmith::tuning {
namespace {
#include "tuning/numeric/kernels.inc"
}  // namespace

/// Only the dispatcher may call this, after it has asked the processor.
const NumericKernels& v3_kernels_unchecked();
const NumericKernels& v3_kernels_unchecked() {
  static constexpr NumericKernels kKernels = {
      "x86-64-v3",       kernel_row,      kernel_rows, distance_row, cholesky,     forward,
      backward,          forward_batch,   upper_gram,  times_rows,   kernel_batch, dot,
      weighted_distance, difference_sums, warp_row,    warp_point};
  return kKernels;
}

}  // namespace tunesmith::tuning
