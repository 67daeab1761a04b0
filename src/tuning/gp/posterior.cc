// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/posterior.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {
// Keeps variances positive where rounding would not.
constexpr double kSmallestVariance = 1e-12;
}  // namespace

Posterior::Posterior(const Space& space, std::size_t capacity, double mean_variance)
    : kernels_(numeric_kernels()),
      features_(space, capacity),
      warp_(space),
      mean_variance_(mean_variance) {}

bool Posterior::condition(std::span<const Point* const> points, std::span<const double> y,
                          const Theta& theta) {
  theta_ = theta;
  features_.truncate(0);
  for (const Point* point : points) append(*point);
  shape_ = kernel_shape(theta_, features_, mean_variance_, weight_);
  observed_ = points.size();
  if (!factor_.compute(kernels_, shape_, features_, noise_variance(theta_, features_.dims())))
    return false;
  alpha_.assign(features_.stride(), 0.0);
  std::copy(y.begin(), y.end(), alpha_.begin());
  factor_.forward(kernels_, alpha_.data());
  factor_.backward(kernels_, alpha_.data());
  k_.assign(features_.stride(), 0.0);
  slope_.assign(features_.stride(), 0.0);
  solved_.assign(features_.stride(), 0.0);
  batch_.assign(features_.stride() * kBatch, 0.0);
  return true;
}

void Posterior::append(const Point& point) {
  warped_ = point;
  warp_.apply(kernels_, theta_, warped_.data());
  features_.append(warped_);
}

void Posterior::add_pending(std::span<const Point* const> points) {
  for (const Point* point : points) {
    if (features_.size() >= features_.stride()) return;
    const std::size_t before = features_.size();
    append(*point);
    if (!factor_.extend(kernels_, shape_, features_, noise_variance(theta_, features_.dims())))
      features_.truncate(before);
  }
}

Prediction Posterior::predict(const double* raw, double* mean_gradient, double* variance_gradient) {
  warped_.assign(raw, raw + features_.dims());
  warp_.apply(kernels_, theta_, warped_.data());
  const double* point = warped_.data();
  const std::size_t n = features_.size();
  const std::size_t np = round_to_lane(n);
  const std::size_t d = features_.dims();
  kernels_.kernel_row(shape_, features_.data(), n, features_.stride(), point, k_.data(),
                      slope_.data());
  std::fill(k_.begin() + static_cast<std::ptrdiff_t>(n),
            k_.begin() + static_cast<std::ptrdiff_t>(np), 0.0);
  std::fill(slope_.begin() + static_cast<std::ptrdiff_t>(n),
            slope_.begin() + static_cast<std::ptrdiff_t>(np), 0.0);
  Prediction prediction;
  prediction.mean = kernels_.dot(k_.data(), alpha_.data(), np);
  std::copy(k_.begin(), k_.begin() + static_cast<std::ptrdiff_t>(np), solved_.begin());
  factor_.forward(kernels_, solved_.data());
  prediction.variance =
      std::max(shape_.scale + shape_.offset - kernels_.dot(solved_.data(), solved_.data(), np),
               kSmallestVariance);
  if (mean_gradient == nullptr) return prediction;
  factor_.backward(kernels_, solved_.data());
  // dk_i/dx_j = -slope_i weight_j (x_j - x_ij).
  for (std::size_t j = 0; j < d; ++j) {
    mean_gradient[j] = 0;
    variance_gradient[j] = 0;
    if (shape_.hamming[j] != 0) continue;
    const double* x = features_.row(j);
    double mean_slope = 0;
    double variance_slope = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double t = slope_[i] * (point[j] - x[i]);
      mean_slope += t * alpha_[i];
      variance_slope += t * solved_[i];
    }
    const double steepness = warp_.slope(theta_, j, raw[j]);
    mean_gradient[j] = -shape_.weight[j] * mean_slope * steepness;
    variance_gradient[j] = 2 * shape_.weight[j] * variance_slope * steepness;
  }
  return prediction;
}

double Posterior::predict_mean(const double* point) {
  warped_.assign(point, point + features_.dims());
  warp_.apply(kernels_, theta_, warped_.data());
  kernels_.kernel_row(shape_, features_.data(), observed_, features_.stride(), warped_.data(),
                      k_.data(), nullptr);
  // Beyond the observations alpha is zero and k_ finite.
  return kernels_.dot(k_.data(), alpha_.data(), round_to_lane(observed_));
}

void Posterior::predict_batch(const double* candidates, std::array<Prediction, kBatch>& out,
                              bool with_variance) {
  const std::size_t n = features_.size();
  const std::size_t np = round_to_lane(n);
  if (warp_.active(theta_)) {
    warped_.resize(features_.dims() * kBatch);
    for (std::size_t j = 0; j < features_.dims(); ++j)
      warp_.apply_row(kernels_, theta_, j, candidates + j * kBatch, warped_.data() + j * kBatch,
                      kBatch);
    candidates = warped_.data();
  }
  kernels_.kernel_batch(shape_, features_.data(), n, features_.stride(), candidates, batch_.data());
  std::fill(batch_.begin() + static_cast<std::ptrdiff_t>(n * kBatch),
            batch_.begin() + static_cast<std::ptrdiff_t>(np * kBatch), 0.0);
  std::array<double, kBatch> mean{};
  for (std::size_t i = 0; i < observed_; ++i)
    for (std::size_t l = 0; l < kBatch; ++l) mean[l] += batch_[i * kBatch + l] * alpha_[i];
  std::array<double, kBatch> explained{};
  if (with_variance) {
    kernels_.forward_batch(factor_.data(), 0, np, factor_.stride(), batch_.data());
    for (std::size_t i = 0; i < np; ++i)
      for (std::size_t l = 0; l < kBatch; ++l)
        explained[l] += batch_[i * kBatch + l] * batch_[i * kBatch + l];
  }
  for (std::size_t l = 0; l < kBatch; ++l)
    out[l] = {mean[l], std::max(shape_.scale + shape_.offset - explained[l], kSmallestVariance)};
}

}  // namespace tunesmith::tuning
