// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/slice_sampling.h"

#include "base/elementary.h"

#include <limits>
#include <numbers>

namespace tunesmith::tuning {
namespace {

constexpr int kShrinks = 12;
constexpr double kCircle = 2 * std::numbers::pi;

class Chain {
 public:
  Chain(Likelihood& likelihood, const Theta& start)
      : likelihood_(likelihood),
        lower_(likelihood.lower()),
        upper_(likelihood.upper()),
        mean_(likelihood.prior_mean()),
        deviation_(likelihood.prior_deviation()),
        theta_(start) {
    energy_ = energy(theta_);
  }

  // Along the ellipse through the current theta and a draw from the prior, about the prior's mean.
  void step(Rng& rng) {
    Theta draw(theta_.size(), 0.0);
    for (std::size_t i = 0; i < draw.size(); ++i)
      if (deviation_[i] > 0) draw[i] = deviation_[i] * rng.normal();
    // The slice is where the energy is below this level.
    const double level = energy_ - portable::log(1 - rng.uniform());
    double angle = kCircle * rng.uniform();
    double left = angle - kCircle;
    double right = angle;
    for (int i = 0; i < kShrinks; ++i) {
      const double cosine = portable::cos(angle);
      const double sine = portable::sin(angle);
      Theta theta = theta_;
      for (std::size_t k = 0; k < theta.size(); ++k)
        if (deviation_[k] > 0)
          theta[k] = mean_[k] + (theta_[k] - mean_[k]) * cosine + draw[k] * sine;
      const double moved = energy(theta);
      if (moved < level) {
        theta_ = std::move(theta);
        energy_ = moved;
        return;
      }
      (angle < 0 ? left : right) = angle;
      angle = left + rng.uniform() * (right - left);
    }
  }

  const Theta& theta() const { return theta_; }

 private:
  // The negative logarithm of the likelihood alone: the ellipse takes care of the prior.
  double energy(const Theta& theta) {
    double prior = 0;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      if (theta[i] < lower_[i] || theta[i] > upper_[i])
        return std::numeric_limits<double>::infinity();
      if (!(deviation_[i] > 0)) continue;
      const double z = (theta[i] - mean_[i]) / deviation_[i];
      prior += 0.5 * z * z;
    }
    return likelihood_.evaluate(theta, nullptr) - prior;
  }

  Likelihood& likelihood_;
  Theta lower_, upper_, mean_, deviation_, theta_;
  double energy_ = 0;
};

}  // namespace

std::vector<Theta> sample_posterior(Likelihood& likelihood, const Theta& start,
                                    const SliceOptions& options, Rng& rng) {
  Chain chain(likelihood, start);
  for (int i = 0; i < options.burn_in; ++i) chain.step(rng);
  std::vector<Theta> draws;
  for (int d = 0; d < options.draws; ++d) {
    for (int i = 0; i < options.thin; ++i) chain.step(rng);
    draws.push_back(chain.theta());
  }
  return draws;
}

}  // namespace tunesmith::tuning
