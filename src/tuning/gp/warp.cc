// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/warp.h"

#include "base/elementary.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

// Derivatives are taken a little inside the interval: at its ends they may be infinite.
double inside(double x) { return std::clamp(x, 1e-4, 1 - 1e-4); }

}  // namespace

Warp::Warp(const Layout& layout) {
  for (const auto& dimension : layout) warped_.push_back(dimension.warp_sd > 0 ? 1 : 0);
}

double Warp::slope(const Theta& theta, std::size_t j, double x) const {
  const std::size_t d = warped_.size();
  if (!active(theta) || warped_[j] == 0) return 1;
  const double a = portable::exp(theta[d + 2 + j]);
  const double b = portable::exp(theta[2 * d + 2 + j]);
  const double log_x = portable::log(inside(x));
  const double rest = portable::log1p(-portable::exp(a * log_x));
  return a * b * portable::exp((a - 1) * log_x + (b - 1) * rest);
}

void Warp::parameter_slopes(const Theta& theta, std::size_t j, double x, double* by_a,
                            double* by_b) const {
  const std::size_t d = warped_.size();
  *by_a = 0;
  *by_b = 0;
  if (!active(theta) || warped_[j] == 0 || x <= 0 || x >= 1) return;
  const double a = portable::exp(theta[d + 2 + j]);
  const double b = portable::exp(theta[2 * d + 2 + j]);
  const double log_x = portable::log(x);
  const double rest = portable::log1p(-portable::exp(a * log_x));
  *by_a = a * b * log_x * portable::exp(a * log_x + (b - 1) * rest);
  *by_b = -b * rest * portable::exp(b * rest);
}

void Warp::apply_row(const NumericKernels& kernels, const Theta& theta, std::size_t j,
                     const double* x, double* out, std::size_t n) const {
  const std::size_t d = warped_.size();
  if (active(theta) && warped_[j] != 0) {
    kernels.warp(portable::exp(theta[d + 2 + j]), portable::exp(theta[2 * d + 2 + j]), x, out, n);
  } else if (out != x) {
    std::copy(x, x + n, out);
  }
}

void Warp::apply(const NumericKernels& kernels, const Theta& theta, double* point) const {
  if (!active(theta)) return;
  for (std::size_t j = 0; j < warped_.size(); ++j) {
    double lanes[kLane] = {point[j], 0, 0, 0};
    apply_row(kernels, theta, j, lanes, lanes, kLane);
    point[j] = lanes[0];
  }
}

}  // namespace tunesmith::tuning
