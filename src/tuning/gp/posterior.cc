// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/posterior.h"

#include "base/elementary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {
// Keeps variances positive where rounding would not.
constexpr double kSmallestVariance = 1e-12;

// Where the i-th point's part of a batch begins.
std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i * kBatch); }

}  // namespace

Posterior::Posterior(const Layout& layout, Context context, std::size_t capacity,
                     double mean_variance)
    : kernels_(numeric_kernels()),
      features_(layout, capacity),
      warp_(layout),
      context_(std::move(context)),
      mean_variance_(mean_variance) {}

bool Posterior::condition(std::span<const ContextPoint> points, std::span<const double> y,
                          const Theta& theta) {
  theta_ = theta;
  warp_.set(theta);
  moved_from_.clear();
  features_.truncate(0);
  for (const ContextPoint& at : points) append(at);
  shape_ = kernel_shape(theta_, features_, mean_variance_, weight_);
  if (!factor_.compute(kernels_, shape_, features_, noise())) return false;
  alpha_.assign(features_.stride(), 0.0);
  std::copy(y.begin(), y.end(), alpha_.begin());
  factor_.forward(kernels_, alpha_.data());
  factor_.backward(kernels_, alpha_.data());
  k_.assign(features_.stride(), 0.0);
  for (auto* buffer : {&slope_, &solved_, &by_alpha_, &by_solved_})
    buffer->assign(features_.stride(), 0.0);
  steepness_.resize(features_.dims());
  batch_.assign(features_.stride() * kBatch, 0.0);
  return true;
}

double Posterior::noise() const { return noise_variance(theta_, features_.dims()); }

void Posterior::append(const ContextPoint& at) {
  warped_ = *at.point;
  if (at.context != nullptr) warped_.insert(warped_.end(), at.context->begin(), at.context->end());
  warp_.apply(kernels_, warped_.data(), nullptr);
  features_.append({&warped_, nullptr});
}

void Posterior::complete(const double* point, bool with_slopes) {
  const std::size_t own = features_.dims() - context_.size();
  warped_.assign(point, point + own);
  warped_.insert(warped_.end(), context_.begin(), context_.end());
  warp_.apply(kernels_, warped_.data(), with_slopes ? steepness_.data() : nullptr);
}

void Posterior::add_pending(std::span<const Point* const> points) {
  if (points.empty()) return;
  const std::size_t before = features_.size();
  for (const Point* point : points.first(std::min(points.size(), features_.stride() - before)))
    append({point, &context_});
  if (factor_.extend(kernels_, shape_, features_, noise())) return;
  features_.truncate(before);
  if (points.size() == 1) return;
  // One of them stands in the way: each half by itself.
  add_pending(points.first(points.size() / 2));
  add_pending(points.subspan(points.size() / 2));
}

double Posterior::leave_one_out(std::span<const double> y, std::size_t first) {
  constexpr double kLogRoot2Pi = 0.9189385332046727;
  const std::size_t n = y.size();
  const std::size_t np = round_to_lane(n);
  double sum = 0;
  for (std::size_t b = first / kLane * kLane; b < n; b += kBatch) {
    // [K^-1]_ii = |L^-1 e_i|^2.
    std::fill(batch_.begin() + at(b), batch_.begin() + at(np), 0.0);
    const std::size_t lanes = std::min(kBatch, n - b);
    for (std::size_t l = 0; l < lanes; ++l) batch_[(b + l) * kBatch + l] = 1;
    kernels_.forward_batch(factor_.data(), factor_.inverse_diagonal(), b, np, factor_.stride(),
                           batch_.data());
    std::array<double, kBatch> precision{};
    for (std::size_t i = b; i < np; ++i)
      for (std::size_t l = 0; l < kBatch; ++l)
        precision[l] += batch_[i * kBatch + l] * batch_[i * kBatch + l];
    for (std::size_t i = std::max(b, first); i < b + lanes; ++i) {
      const double error = alpha_[i] / precision[i - b];
      sum += 0.5 * portable::log(precision[i - b]) - 0.5 * error * error * precision[i - b] -
             kLogRoot2Pi;
    }
  }
  return sum;
}

// K alpha, the means, is y less what the diagonal adds to K.
double Posterior::lowest_mean(std::span<const double> y) const {
  const double added = noise() + factor_.jitter();
  const std::size_t first = features_.size() - y.size();
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < y.size(); ++i)
    lowest = std::min(lowest, y[i] - added * alpha_[first + i]);
  return lowest;
}

Prediction Posterior::predict(const double* raw, double* mean_gradient, double* variance_gradient) {
  const bool with_gradient = mean_gradient != nullptr;
  complete(raw, with_gradient);
  const double* point = warped_.data();
  const std::size_t n = features_.size();
  const std::size_t np = round_to_lane(n);
  const std::size_t d = features_.dims() - context_.size();
  kernels_.kernel_row(shape_, features_.data(), n, features_.stride(), point, k_.data(),
                      with_gradient ? slope_.data() : nullptr);
  std::fill(k_.begin() + static_cast<std::ptrdiff_t>(n),
            k_.begin() + static_cast<std::ptrdiff_t>(np), 0.0);
  Prediction prediction;
  prediction.mean = kernels_.dot(k_.data(), alpha_.data(), np);
  std::copy(k_.begin(), k_.begin() + static_cast<std::ptrdiff_t>(np), solved_.begin());
  factor_.forward(kernels_, solved_.data());
  prediction.variance =
      std::max(shape_.scale + shape_.offset - kernels_.dot(solved_.data(), solved_.data(), np),
               kSmallestVariance);
  if (!with_gradient) return prediction;
  factor_.backward(kernels_, solved_.data());
  // dk_i/dx_j = -slope_i weight_j (x_j - x_ij). Beyond the points alpha_ and solved_ are zero.
  for (std::size_t i = 0; i < np; ++i) {
    by_alpha_[i] = slope_[i] * alpha_[i];
    by_solved_[i] = slope_[i] * solved_[i];
  }
  for (std::size_t j = 0; j < d; ++j) {
    mean_gradient[j] = 0;
    variance_gradient[j] = 0;
    if (shape_.hamming[j] != 0) continue;
    double sums[2];
    kernels_.difference_sums(features_.row(j), np, point[j], by_alpha_.data(), by_solved_.data(),
                             sums);
    mean_gradient[j] = -shape_.weight[j] * sums[0] * steepness_[j];
    variance_gradient[j] = 2 * shape_.weight[j] * sums[1] * steepness_[j];
  }
  return prediction;
}

double Posterior::predict_mean(const double* point) {
  complete(point);
  kernels_.kernel_row(shape_, features_.data(), features_.size(), features_.stride(),
                      warped_.data(), k_.data(), nullptr);
  // Beyond the points alpha is zero and k_ finite.
  return kernels_.dot(k_.data(), alpha_.data(), round_to_lane(features_.size()));
}

void Posterior::predict_batch(const double* candidates, std::array<Prediction, kBatch>& out,
                              bool with_variance) {
  const std::size_t own = features_.dims() - context_.size();
  warped_.assign(candidates, candidates + own * kBatch);
  for (const double x : context_) warped_.insert(warped_.end(), kBatch, x);
  warp_.apply_batch(kernels_, warped_.data());
  kernels_.kernel_batch(shape_, features_.data(), features_.size(), features_.stride(), nullptr,
                        warped_.data(), batch_.data());
  predict_from_batch(out, with_variance);
}

void Posterior::predict_moves(const double* point, std::size_t j, const double* values,
                              std::array<Prediction, kBatch>& out) {
  std::array<double, kBatch> moved;
  warp_.apply_row(kernels_, j, values, moved.data(), nullptr, nullptr, kBatch);
  // Many moves are made from one point.
  if (!std::equal(moved_from_.begin(), moved_from_.end(), point) || moved_from_.empty()) {
    moved_from_.assign(point, point + features_.dims() - context_.size());
    complete(point);
    moved_from_warped_ = warped_;
  }
  // What all the moves have in common is added up once.
  const std::size_t n = features_.size();
  kernels_.distance_row(shape_, features_.data(), n, features_.stride(), moved_from_warped_.data(),
                        j, k_.data());
  KernelShape along = shape_;
  along.weight += j;
  along.hamming += j;
  along.dims = 1;
  kernels_.kernel_batch(along, features_.row(j), n, features_.stride(), k_.data(), moved.data(),
                        batch_.data());
  predict_from_batch(out, true);
}

void Posterior::predict_from_batch(std::array<Prediction, kBatch>& out, bool with_variance) {
  const std::size_t n = features_.size();
  const std::size_t np = round_to_lane(n);
  std::fill(batch_.begin() + at(n), batch_.begin() + at(np), 0.0);
  std::array<double, kBatch> mean{};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t l = 0; l < kBatch; ++l) mean[l] += batch_[i * kBatch + l] * alpha_[i];
  std::array<double, kBatch> explained{};
  if (with_variance) {
    kernels_.forward_batch(factor_.data(), factor_.inverse_diagonal(), 0, np, factor_.stride(),
                           batch_.data());
    for (std::size_t i = 0; i < np; ++i)
      for (std::size_t l = 0; l < kBatch; ++l)
        explained[l] += batch_[i * kBatch + l] * batch_[i * kBatch + l];
  }
  for (std::size_t l = 0; l < kBatch; ++l)
    out[l] = {mean[l], std::max(shape_.scale + shape_.offset - explained[l], kSmallestVariance)};
}

Prediction Posterior::predict_average(std::span<const Point> points) {
  // The average is a linear functional of the function: its covariance with an observation is the
  // mean of the points' covariances, and its own variance the mean over all pairs of points.
  const std::size_t n = features_.size();
  const std::size_t np = round_to_lane(n);
  const std::size_t m = points.size();
  const double share = 1 / static_cast<double>(m);
  std::vector<double> completed(features_.dims() * round_to_lane(m), 0.0);
  average_.assign(np, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    complete(points[i].data());
    for (std::size_t j = 0; j < warped_.size(); ++j)
      completed[j * round_to_lane(m) + i] = warped_[j];
    kernels_.kernel_row(shape_, features_.data(), n, features_.stride(), warped_.data(), k_.data(),
                        nullptr);
    for (std::size_t k = 0; k < n; ++k) average_[k] += share * k_[k];
  }
  double prior = 0;
  std::vector<double> row(round_to_lane(m));
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < warped_.size(); ++j)
      warped_[j] = completed[j * round_to_lane(m) + i];
    kernels_.kernel_row(shape_, completed.data(), m, round_to_lane(m), warped_.data(), row.data(),
                        nullptr);
    for (std::size_t k = 0; k < m; ++k) prior += share * share * row[k];
  }
  Prediction prediction;
  prediction.mean = kernels_.dot(average_.data(), alpha_.data(), np);
  factor_.forward(kernels_, average_.data());
  prediction.variance =
      std::max(prior - kernels_.dot(average_.data(), average_.data(), np), kSmallestVariance);
  return prediction;
}

}  // namespace tunesmith::tuning
