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
    : features_(features),
      y_(y),
      priors_(priors),
      kernels_(numeric_kernels()),
      warp_(layout),
      warped_(features) {
  TUNESMITH_CHECK(y.size() == features.size());
  const std::size_t d = layout.size();
  for (std::size_t j = 0; j < d; ++j) warped_any_ = warped_any_ || warp_.warps(j);
  mean_.assign(dims(), 0.0);
  deviation_.assign(dims(), 0.0);
  for (std::size_t j = 0; j < d; ++j) {
    mean_[j] = layout[j].length_mean;
    deviation_[j] = layout[j].length_sd;
    if (warp_.warps(j)) deviation_[d + 2 + j] = deviation_[2 * d + 2 + j] = layout[j].warp_sd;
  }
  mean_[d] = priors.scale_mean;
  deviation_[d] = priors.scale_sd;
  mean_[d + 1] = priors.noise_mean;
  deviation_[d + 1] = priors.noise_sd;
}

Theta Likelihood::prior_mode() const {
  Theta theta = mean_;
  double& noise = theta[features_.dims() + 1];
  noise = std::max(noise, portable::log(priors_.noise_floor));
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
  warp_.set(theta);
  if (gradient != nullptr) {
    by_a_.resize(d * warped_.stride());
    by_b_.resize(d * warped_.stride());
  }
  for (std::size_t j = 0; warp_.active() && j < d; ++j) {
    const std::size_t at = j * warped_.stride();
    warp_.apply_row(kernels_, j, features_.row(j), warped_.row(j),
                    gradient != nullptr ? by_a_.data() + at : nullptr,
                    gradient != nullptr ? by_b_.data() + at : nullptr, round_to_lane(n));
  }
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

  if (gradient != nullptr) gradient->assign(theta.size(), 0.0);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    if (!(deviation_[i] > 0)) continue;
    const double z = (theta[i] - mean_[i]) / deviation_[i];
    value += 0.5 * z * z;
    if (gradient != nullptr) (*gradient)[i] = z / deviation_[i];
  }
  if (gradient == nullptr) return value;

  // K^-1 = M M^T with M = L^-T, whose rows are the solutions of L x = e_i.
  inverse_.resize(np * ld);
  gram_.resize(np * ld);
  batch_.resize(np * kBatch);
  for (std::size_t b = 0; b < np; b += kBatch) {
    std::fill(batch_.begin() + static_cast<std::ptrdiff_t>(b * kBatch), batch_.end(), 0.0);
    const std::size_t lanes = std::min(kBatch, np - b);
    for (std::size_t l = 0; l < lanes; ++l) batch_[(b + l) * kBatch + l] = 1;
    kernels_.forward_batch(factor_.data(), factor_.inverse_diagonal(), b, np, ld, batch_.data());
    for (std::size_t l = 0; l < lanes; ++l)
      for (std::size_t k = b; k < np; ++k) inverse_[(b + l) * ld + k] = batch_[k * kBatch + l];
  }
  kernels_.upper_gram(inverse_.data(), np, ld, gram_.data());

  double trace = 0;    // of K^-1
  double total = 0;    // sum of all elements of K^-1
  double y_alpha = 0;  // y^T K^-1 y
  double alpha_sum = 0;
  double alpha_square = 0;
  // T = W times the kernel's slopes, W = alpha alpha^T - K^-1; its diagonal counts for nothing.
  pull_.assign(np * ld, 0.0);
  pull_sums_.assign(np, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double* inverse_row = gram_.data() + i * ld;
    const double* slope_row = slopes_.data() + i * ld;
    double below = 0;
    for (std::size_t j = 0; j < i; ++j) {
      below += inverse_row[j];
      const double pull = (alpha_[i] * alpha_[j] - inverse_row[j]) * slope_row[j];
      pull_[i * ld + j] = pull;
      pull_[j * ld + i] = pull;
      pull_sums_[i] += pull;
      pull_sums_[j] += pull;
    }
    trace += inverse_row[i];
    total += 2 * below + inverse_row[i];
    y_alpha += y_[i] * alpha_[i];
    alpha_sum += alpha_[i];
    alpha_square += alpha_[i] * alpha_[i];
  }
  add_coordinate_gradients(shape, *gradient);
  // sum_ij W_ij K_ij = y^T alpha - n, less noise and mean, is scale's.
  const double w_trace = alpha_square - trace;
  const double w_total = alpha_sum * alpha_sum - total;
  (*gradient)[d] -=
      0.5 * (y_alpha - static_cast<double>(n) - noise * w_trace - shape.offset * w_total);
  (*gradient)[d + 1] -= 0.5 * noise * w_trace;
  return value;
}

// d(-log likelihood)/dp of a parameter p of coordinate j is half the sum over all pairs (i, k) of
// T_ik weight_j times half of d(w_i - w_k)^2/dp (for the length: of -(w_i - w_k)^2). Multiplied
// out, with u = T w, that needs one product of T for all parameters of a coordinate: for any v, 1/2
// sum_ik T_ik (w_i - w_k) (v_i - v_k) = sum_i v_i (w_i sum_k T_ik - u_i).
void Likelihood::add_coordinate_gradients(const KernelShape& shape, Theta& gradient) {
  const std::size_t n = features_.size();
  const std::size_t d = features_.dims();
  const std::size_t np = factor_.padded();
  const std::size_t ld = factor_.stride();
  product_.resize(d * ld);
  kernels_.times_rows(pull_.data(), np, ld, warped_.data(), d, product_.data());
  tension_.assign(np, 0.0);
  for (std::size_t j = 0; j < d; ++j) {
    const double* w = warped_.row(j);
    if (shape.hamming[j] != 0) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        sum += kernels_.weighted_distance(pull_.data() + i * ld, w, w[i], true, np);
      gradient[j] -= 0.5 * shape.weight[j] * sum;
      continue;
    }
    for (std::size_t i = 0; i < np; ++i) tension_[i] = pull_sums_[i] * w[i] - product_[j * ld + i];
    gradient[j] -= shape.weight[j] * kernels_.dot(tension_.data(), w, np);
    if (!warp_.active() || !warp_.warps(j)) continue;
    gradient[d + 2 + j] +=
        shape.weight[j] * kernels_.dot(tension_.data(), by_a_.data() + j * ld, np);
    gradient[2 * d + 2 + j] +=
        shape.weight[j] * kernels_.dot(tension_.data(), by_b_.data() + j * ld, np);
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
  LbfgsOptions options;
  options.value_tolerance = 1e-5;
  const auto descend = [&](const Theta& start, int at_most) {
    options.max_evaluations = at_most;
    return minimize_box([&](const std::vector<double>& x,
                            std::vector<double>* g) { return likelihood.evaluate(x, g); },
                        start, likelihood.lower(), likelihood.upper(), options);
  };
  LbfgsResult best;
  best.value = std::numeric_limits<double>::infinity();
  const int first = from.size() > 1 ? evaluations / 3 : 0;
  for (const auto& start : from) {
    auto found = descend(start, first > 0 ? first : evaluations);
    if (found.value < best.value) best = std::move(found);
  }
  if (!std::isfinite(best.value)) return likelihood.prior_mode();
  return first > 0 ? descend(best.x, evaluations - first).x : best.x;
}

}  // namespace tunesmith::tuning
