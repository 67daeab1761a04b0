// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/surrogate.h"

#include "tuning/gp/slice_sampling.h"
#include "tuning/search/subset.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tunesmith::tuning {
namespace {

// The model's largest size, and the largest that hyperparameters are fitted on.
constexpr std::size_t kModelLimit = 512;
constexpr std::size_t kFitLimit = 256;
// Up to here the ensemble is whole, up to twice as many observations half as large, then a single
// MAP.
constexpr std::size_t kEnsembleLimit = 150;
// Up to this many observations the hyperparameters are fitted anew for every suggestion; beyond,
// when the count has grown by a tenth.
constexpr std::size_t kRefitAlways = 40;

// The largest checkpoint that is not above n: 40, 44, 48, 52, ...
std::size_t checkpoint(std::size_t n) {
  if (n <= kRefitAlways) return n;
  std::size_t at = kRefitAlways;
  while (at + at / 10 <= n) at += at / 10;
  return at;
}

bool same_context(const ContextPoint& at, const Context& context) {
  return at.context == nullptr ? context.empty() : *at.context == context;
}

}  // namespace

Priors SurrogateBuilder::priors() const {
  Priors priors;
  priors.scale_sd = options_.scale_sd;
  priors.warp_sd = options_.warp_sd;
  priors.noise_mean = options_.noise_mean;
  priors.noise_sd = options_.noise_sd;
  priors.mean_variance = options_.mean_variance;
  return priors;
}

const std::vector<Theta>& SurrogateBuilder::fitted_thetas(const Evidence& evidence,
                                                          std::size_t count) {
  if (fitted_count_ == count) return thetas_;
  OutputTransform transform;
  transform.fit(std::span(evidence.values).first(count), options_.transform);
  const auto chosen = choose_subset(transform.targets(), kFitLimit, seed_);
  Features features(evidence.layout, chosen.size());
  std::vector<double> y;
  for (const std::size_t i : chosen) {
    features.append(evidence.points[i]);
    y.push_back(transform.targets()[i]);
  }
  Likelihood likelihood(evidence.layout, features, y, priors());
  thetas_ = {fit_map(likelihood, {}, 40)};
  const int draws = count <= kEnsembleLimit ? options_.ensemble : options_.ensemble / 2;
  if (draws > 1 && count <= 2 * kEnsembleLimit) {
    SliceOptions slice;
    slice.draws = draws;
    slice.burn_in = options_.burn_in;
    slice.thin = options_.thin;
    Rng rng(seed_, (std::uint64_t{1} << 40) + count);
    thetas_ = sample_posterior(likelihood, thetas_[0], slice, rng);
  }
  fitted_count_ = count;
  return thetas_;
}

std::unique_ptr<Surrogate> SurrogateBuilder::build(const Evidence& evidence, std::size_t pending) {
  OutputTransform transform;
  transform.fit(evidence.values, options_.transform);
  if (!transform.varied()) return nullptr;
  const auto& thetas = fitted_thetas(evidence, checkpoint(evidence.values.size()));

  std::vector<ContextPoint> points;
  std::vector<double> targets;
  for (const std::size_t i : choose_subset(transform.targets(), kModelLimit, seed_)) {
    points.push_back(evidence.points[i]);
    targets.push_back(transform.targets()[i]);
  }
  Ensemble ensemble(evidence.layout, evidence.context, points.size() + pending,
                    options_.mean_variance, points, targets, thetas);
  if (ensemble.empty()) return nullptr;

  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (same_context(points[i], evidence.context)) order.push_back(i);
  if (order.empty()) {
    order.resize(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return targets[a] < targets[b]; });
  std::vector<double> incumbents;
  for (std::size_t m = 0; m < ensemble.size(); ++m) {
    double best = std::numeric_limits<double>::infinity();
    for (const std::size_t i : order)
      best = std::min(best, ensemble[m].predict_mean(points[i].point->data()));
    incumbents.push_back(options_.incumbent_is_mean ? best : targets[order[0]]);
  }
  return std::make_unique<Surrogate>(Surrogate{std::move(transform), std::move(points),
                                               std::move(targets), std::move(order),
                                               std::move(incumbents), std::move(ensemble)});
}

}  // namespace tunesmith::tuning
