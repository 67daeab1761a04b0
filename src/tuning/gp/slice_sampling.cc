// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/slice_sampling.h"

#include "base/elementary.h"

#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {

constexpr double kWidth = 1.5;  // of the first interval, in log units along a unit direction
constexpr int kStepsOut = 2;    // on each side
constexpr int kShrinks = 12;

class Chain {
 public:
  Chain(Likelihood& likelihood, const Theta& start)
      : likelihood_(likelihood),
        lower_(likelihood.lower()),
        upper_(likelihood.upper()),
        theta_(start) {
    value_ = at(theta_);
  }

  void step(Rng& rng) {
    Theta direction(theta_.size());
    double norm = 0;
    for (std::size_t i = 0; i < direction.size(); ++i) {
      if (lower_[i] == upper_[i]) continue;
      direction[i] = rng.normal();
      norm += direction[i] * direction[i];
    }
    for (auto& v : direction) v /= std::sqrt(norm);
    const auto moved = [&](double t) {
      Theta theta = theta_;
      for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += t * direction[i];
      return theta;
    };
    // Energies are negative log densities: the slice is where the energy is below this level.
    const double level = value_ - portable::log(1 - rng.uniform());
    double left = -kWidth * rng.uniform();
    double right = left + kWidth;
    for (int i = 0; i < kStepsOut && at(moved(left)) < level; ++i) left -= kWidth;
    for (int i = 0; i < kStepsOut && at(moved(right)) < level; ++i) right += kWidth;
    for (int i = 0; i < kShrinks; ++i) {
      const double t = left + rng.uniform() * (right - left);
      Theta theta = moved(t);
      const double value = at(theta);
      if (value < level) {
        theta_ = std::move(theta);
        value_ = value;
        return;
      }
      (t < 0 ? left : right) = t;
    }
  }

  const Theta& theta() const { return theta_; }

 private:
  double at(const Theta& theta) {
    for (std::size_t i = 0; i < theta.size(); ++i)
      if (theta[i] < lower_[i] || theta[i] > upper_[i])
        return std::numeric_limits<double>::infinity();
    return likelihood_.evaluate(theta, nullptr);
  }

  Likelihood& likelihood_;
  Theta lower_, upper_, theta_;
  double value_ = 0;
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
