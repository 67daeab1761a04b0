// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/factor.h"

#include "base/elementary.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {

KernelShape kernel_shape(const Theta& theta, const Features& features, double mean_variance,
                         std::vector<double>& weight) {
  const std::size_t d = features.dims();
  weight.resize(d);
  for (std::size_t j = 0; j < d; ++j) weight[j] = portable::exp(-2 * theta[j]);
  return {weight.data(), features.hamming().data(), d, portable::exp(theta[d]), mean_variance};
}

bool Factor::fill_and_factor(const NumericKernels& kernels, const KernelShape& shape,
                             const Features& features, std::size_t first, double diagonal,
                             std::vector<double>* slopes) {
  const std::size_t np = padded();
  for (std::size_t i = first; i < np; i += kLane)
    kernels.kernel_rows(shape, features.data(), i, features.stride(), ld_, a_.get() + i * ld_,
                        slopes != nullptr ? slopes->data() + i * ld_ : nullptr);
  for (std::size_t i = first; i < np; ++i) {
    double* row = a_.get() + i * ld_;
    if (i < n_) {
      row[i] += diagonal;
      std::fill(row + i + 1, row + round_to_lane(i + 1), 0.0);
    } else {
      std::fill(row, row + np, 0.0);
      row[i] = 1;
    }
  }
  return kernels.cholesky(a_.get(), first, np, ld_, inverse_.data());
}

bool Factor::compute(const NumericKernels& kernels, const KernelShape& shape,
                     const Features& features, double noise, std::vector<double>* slopes) {
  n_ = features.size();
  ld_ = features.stride();
  // Not cleared: of the upper triangle nothing is read.
  if (ld_ * ld_ > room_) {
    room_ = ld_ * ld_;
    a_ = std::make_unique_for_overwrite<double[]>(room_);
  }
  inverse_.resize(ld_);
  if (slopes != nullptr) slopes->resize(ld_ * ld_);
  const double size = shape.scale + shape.offset;
  jitter_ = 0;
  for (double relative = 0; relative < 2e-3; relative = relative == 0 ? 1e-8 : relative * 10) {
    jitter_ = relative * size;
    if (fill_and_factor(kernels, shape, features, 0, noise + jitter_, slopes)) return true;
  }
  n_ = 0;
  return false;
}

bool Factor::extend(const NumericKernels& kernels, const KernelShape& shape,
                    const Features& features, double noise) {
  const std::size_t first = n_ / kLane * kLane;
  const std::size_t before = n_;
  TUNESMITH_CHECK(features.stride() == ld_ && features.size() >= n_);
  n_ = features.size();
  if (fill_and_factor(kernels, shape, features, first, noise + jitter_, nullptr)) return true;
  // The rows that were there are restored; their own factorisation succeeded before.
  n_ = before;
  fill_and_factor(kernels, shape, features, first, noise + jitter_, nullptr);
  return false;
}

double Factor::log_determinant_half() const {
  double sum = 0;
  for (std::size_t i = 0; i < n_; ++i) sum += portable::log(a_[i * ld_ + i]);
  return sum;
}

void Factor::forward(const NumericKernels& kernels, double* b) const {
  kernels.forward(a_.get(), inverse_.data(), padded(), ld_, b);
}

void Factor::backward(const NumericKernels& kernels, double* b) const {
  kernels.backward(a_.get(), inverse_.data(), padded(), ld_, b);
}

}  // namespace tunesmith::tuning
