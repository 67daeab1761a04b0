// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/likelihood.h"

#include "base/elementary.h"
#include "tuning/optimizer/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tunesmith::tuning {

Likelihood::Likelihood(const Layout& layout, const Features& features, std::span<const double> y,
                       const Priors& priors)
    : layout_(layout),
      features_(features),
      y_(y),
      priors_(priors),
      kernels_(numeric_kernels()),
      warp_(layout),
      warped_(features) {
  TUNESMITH_CHECK(y.size() == features.size());
  point_.resize(features.dims());
  for (std::size_t j = 0; j < layout.size(); ++j) warped_any_ = warped_any_ || warp_.warps(j);
}

Theta Likelihood::prior_mode() const {
  const std::size_t d = features_.dims();
  Theta theta(dims(), 0.0);
  for (std::size_t j = 0; j < d; ++j) theta[j] = layout_[j].length_mean;
  theta[d] = priors_.scale_mean;
  theta[d + 1] = std::max(priors_.noise_mean, portable::log(priors_.noise_floor));
  return theta;
}

Theta Likelihood::lower() const {
  const std::size_t d = features_.dims();
  Theta theta(dims(), 0.0);
  std::fill_n(theta.begin(), d, portable::log(5e-3));
  theta[d] = portable::log(1e-3);
  theta[d + 1] = portable::log(priors_.noise_floor);
  for (std::size_t i = d + 2; i < theta.size(); ++i)
    if (warp_.warps((i - 2) % d)) theta[i] = -1.5;
  return theta;
}

Theta Likelihood::upper() const {
  const std::size_t d = features_.dims();
  Theta theta(dims(), 0.0);
  std::fill_n(theta.begin(), d, portable::log(200.0));
  theta[d] = portable::log(1e3);
  theta[d + 1] = portable::log(2.0);
  for (std::size_t i = d + 2; i < theta.size(); ++i)
    if (warp_.warps((i - 2) % d)) theta[i] = 1.5;
  return theta;
}

double Likelihood::evaluate(const Theta& theta, Theta* gradient) {
  const std::size_t n = features_.size();
  const std::size_t d = features_.dims();
  const double noise = portable::exp(theta[d + 1]);
  const bool warped = warp_.active(theta);
  for (std::size_t j = 0; warped && j < d; ++j)
    warp_.apply_row(kernels_, theta, j, features_.row(j), warped_.row(j), round_to_lane(n));
  const KernelShape shape = kernel_shape(theta, features_, priors_.mean_variance, weight_);
  if (!factor_.compute(kernels_, shape, warped_, noise, gradient != nullptr ? &slopes_ : nullptr))
    return std::numeric_limits<double>::infinity();
  const std::size_t np = factor_.padded();
  const std::size_t ld = factor_.stride();
  alpha_.assign(np, 0.0);
  std::copy(y_.begin(), y_.end(), alpha_.begin());
  factor_.forward(kernels_, alpha_.data());
  double value =
      0.5 * kernels_.dot(alpha_.data(), alpha_.data(), np) + factor_.log_determinant_half();
  factor_.backward(kernels_, alpha_.data());

  const auto prior = [&](std::size_t i, double mean, double sd) {
    const double z = (theta[i] - mean) / sd;
    value += 0.5 * z * z;
    if (gradient != nullptr) (*gradient)[i] += z / sd;
  };
  if (gradient != nullptr) gradient->assign(theta.size(), 0.0);
  for (std::size_t j = 0; j < d; ++j) prior(j, layout_[j].length_mean, layout_[j].length_sd);
  prior(d, priors_.scale_mean, priors_.scale_sd);
  prior(d + 1, priors_.noise_mean, priors_.noise_sd);
  for (std::size_t i = d + 2; i < theta.size(); ++i)
    if (warp_.warps((i - 2) % d)) prior(i, 0, layout_[(i - 2) % d].warp_sd);
  if (gradient == nullptr) return value;

  // K^-1 = M M^T with M = L^-T, whose rows are the solutions of L x = e_i.
  inverse_.resize(np * ld);
  gram_.resize(np * ld);
  batch_.resize(np * kBatch);
  for (std::size_t b = 0; b < np; b += kBatch) {
    std::fill(batch_.begin() + static_cast<std::ptrdiff_t>(b * kBatch), batch_.end(), 0.0);
    const std::size_t lanes = std::min(kBatch, np - b);
    for (std::size_t l = 0; l < lanes; ++l) batch_[(b + l) * kBatch + l] = 1;
    kernels_.forward_batch(factor_.data(), b, np, ld, batch_.data());
    for (std::size_t l = 0; l < lanes; ++l)
      for (std::size_t k = b; k < np; ++k) inverse_[(b + l) * ld + k] = batch_[k * kBatch + l];
  }
  kernels_.upper_gram(inverse_.data(), np, ld, gram_.data());

  if (warped) prepare_warp_slopes(theta);
  double trace = 0;    // of K^-1
  double total = 0;    // sum of all elements of K^-1
  double y_alpha = 0;  // y^T K^-1 y
  double alpha_sum = 0;
  double alpha_square = 0;
  row_.resize(np);
  for (std::size_t i = 0; i < n; ++i) {
    const double* inverse_row = gram_.data() + i * ld;
    const double* slope_row = slopes_.data() + i * ld;
    const std::size_t padded_row = round_to_lane(i);
    double below = 0;
    for (std::size_t j = 0; j < i; ++j) {
      below += inverse_row[j];
      row_[j] = (alpha_[i] * alpha_[j] - inverse_row[j]) * slope_row[j];
    }
    std::fill(row_.begin() + static_cast<std::ptrdiff_t>(i),
              row_.begin() + static_cast<std::ptrdiff_t>(padded_row), 0.0);
    trace += inverse_row[i];
    total += 2 * below + inverse_row[i];
    y_alpha += y_[i] * alpha_[i];
    alpha_sum += alpha_[i];
    alpha_square += alpha_[i] * alpha_[i];
    for (std::size_t j = 0; j < d; ++j)
      (*gradient)[j] -= shape.weight[j] *
                        kernels_.weighted_distance(row_.data(), warped_.row(j), warped_.row(j)[i],
                                                   shape.hamming[j] != 0, padded_row);
    if (warped) add_warp_gradient(i, padded_row, *gradient);
  }
  // With W = alpha alpha^T - K^-1: sum_ij W_ij K_ij = y^T alpha - n, less noise and mean, is
  // scale's.
  const double w_trace = alpha_square - trace;
  const double w_total = alpha_sum * alpha_sum - total;
  (*gradient)[d] -=
      0.5 * (y_alpha - static_cast<double>(n) - noise * w_trace - shape.offset * w_total);
  (*gradient)[d + 1] -= 0.5 * noise * w_trace;
  return value;
}

void Likelihood::prepare_warp_slopes(const Theta& theta) {
  const std::size_t ld = warped_.stride();
  for (auto* rows : {&by_a_, &by_b_, &w_by_a_, &w_by_b_}) rows->assign(features_.dims() * ld, 0.0);
  for (std::size_t j = 0; j < features_.dims(); ++j)
    for (std::size_t i = 0; i < features_.size(); ++i) {
      const std::size_t at = j * ld + i;
      warp_.parameter_slopes(theta, j, features_.row(j)[i], &by_a_[at], &by_b_[at]);
      w_by_a_[at] = warped_.row(j)[i] * by_a_[at];
      w_by_b_[at] = warped_.row(j)[i] * by_b_[at];
    }
}

// d(-log likelihood)/dlog a_j = sum_{i > k} t_ik weight_j (w_i - w_k) (w'_i - w'_k), where t is W
// times the kernel's slope, of which row_ holds row i, and w' = dw/dlog a_j.
void Likelihood::add_warp_gradient(std::size_t i, std::size_t padded_row, Theta& gradient) const {
  const std::size_t d = features_.dims();
  const std::size_t ld = warped_.stride();
  double total = 0;
  for (std::size_t k = 0; k < padded_row; ++k) total += row_[k];
  for (std::size_t j = 0; j < d; ++j) {
    if (!warp_.warps(j)) continue;
    const double* w = warped_.row(j);
    const double w_sum = kernels_.dot(row_.data(), w, padded_row);
    const auto add = [&](const std::vector<double>& slope, const std::vector<double>& product,
                         std::size_t parameter) {
      const double* s = slope.data() + j * ld;
      gradient[parameter] +=
          weight_[j] *
          (w[i] * s[i] * total - w[i] * kernels_.dot(row_.data(), s, padded_row) - s[i] * w_sum +
           kernels_.dot(row_.data(), product.data() + j * ld, padded_row));
    };
    add(by_a_, w_by_a_, d + 2 + j);
    add(by_b_, w_by_b_, 2 * d + 2 + j);
  }
}

Theta fit_map(Likelihood& likelihood, const std::vector<Theta>& starts, int evaluations) {
  std::vector<Theta> from = starts;
  if (from.empty()) {
    from.push_back(likelihood.prior_mode());
    Theta rough = likelihood.prior_mode();
    for (std::size_t j = 0; j < likelihood.parameters(); ++j) rough[j] -= 1;
    rough[likelihood.parameters() + 1] += 2;
    from.push_back(rough);
  }
  Theta best = likelihood.prior_mode();
  double best_value = std::numeric_limits<double>::infinity();
  LbfgsOptions options;
  options.max_evaluations = evaluations;
  options.value_tolerance = 1e-5;
  for (const auto& start : from) {
    const auto found =
        minimize_box([&](const std::vector<double>& x,
                         std::vector<double>* g) { return likelihood.evaluate(x, g); },
                     start, likelihood.lower(), likelihood.upper(), options);
    if (found.value < best_value) {
      best_value = found.value;
      best = found.x;
    }
  }
  return best;
}

}  // namespace tunesmith::tuning
