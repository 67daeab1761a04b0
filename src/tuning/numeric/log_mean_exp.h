// SPDX-License-Identifier: Apache-2.0
//
// The mean of numbers that are known by their logarithms. Pure.
#pragma once

#include "base/elementary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tunesmith::tuning {

/// log((exp(v_1) + ... + exp(v_n)) / n) without overflow; minus infinity for n = 0.
inline double log_mean_exp(const double* v, std::size_t n) {
  double top = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) top = std::max(top, v[i]);
  if (!std::isfinite(top)) return top;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += portable::exp(v[i] - top);
  return top + portable::log(sum / static_cast<double>(n));
}

}  // namespace tunesmith::tuning
