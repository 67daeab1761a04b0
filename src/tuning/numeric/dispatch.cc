// SPDX-License-Identifier: Apache-2.0
#include "tuning/numeric/kernels.h"

namespace tunesmith::tuning {

#ifdef TUNESMITH_KERNELS_V3
const NumericKernels& v3_kernels_unchecked();

const NumericKernels* v3_kernels() {
  static const bool kSupported = __builtin_cpu_supports("x86-64-v3") != 0;
  return kSupported ? &v3_kernels_unchecked() : nullptr;
}
#else
const NumericKernels* v3_kernels() { return nullptr; }
#endif

const NumericKernels& numeric_kernels() {
  const NumericKernels* fast = v3_kernels();
  return fast != nullptr ? *fast : baseline_kernels();
}

}  // namespace tunesmith::tuning
