// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/surrogate.h"

#include "base/elementary.h"
#include "tuning/gp/slice_sampling.h"
#include "tuning/search/subset.h"

#include <algorithm>
#include <cmath>
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
// when the count has grown by a tenth. Those of a joint model, of which parents tell the most: when
// it has grown by a fifth.
constexpr std::size_t kRefitAlways = 40;
constexpr std::size_t kRefitJointAlways = 5;
// The prior probability that parents tell something: they must show it.
constexpr double kPriorTrust = 0.1;

// The largest checkpoint that is not above n: 40, 44, 48, 52, ... or 5, 6, 7, 8, 9, 10, 12, 14, ...
std::size_t checkpoint(std::size_t n, bool joint) {
  const std::size_t always = joint ? kRefitJointAlways : kRefitAlways;
  const std::size_t part = joint ? 5 : 10;
  if (n <= always) return n;
  std::size_t at = always;
  while (at + at / part <= n) at += at / part;
  return at;
}

}  // namespace

Priors SurrogateBuilder::priors(double mean_variance) const {
  Priors priors;
  priors.scale_sd = options_.scale_sd;
  priors.noise_mean = options_.noise_mean;
  priors.noise_sd = options_.noise_sd;
  priors.mean_variance = mean_variance;
  return priors;
}

ModelData SurrogateBuilder::own_data(const Evidence& evidence, std::size_t count,
                                     const OutputTransform& transform, std::size_t limit) const {
  ModelData data;
  data.layout = evidence.layout;
  data.context = evidence.context;
  data.mean_variance = options_.mean_variance;
  const auto targets = std::span(transform.targets()).first(count);
  for (const std::size_t i : choose_subset(targets, limit, seed_)) {
    data.points.push_back(evidence.points[i]);
    data.targets.push_back(targets[i]);
  }
  return data;
}

const std::vector<Theta>& SurrogateBuilder::fitted(Fit& fit, const Evidence& evidence,
                                                   std::size_t count, bool joint) {
  if (fit.valid && fit.count == count) return fit.thetas;
  OutputTransform transform;
  transform.fit(std::span(evidence.values).first(count), options_.transform);
  ModelData data = own_data(evidence, count, transform, kFitLimit);
  if (joint) data = parents_->join(data, Parents::kFitLimit);
  const std::size_t size = data.points.size();
  Features features(data.layout, size);
  for (const auto& point : data.points) features.append(point);
  Likelihood likelihood(data.layout, features, data.targets, priors(data.mean_variance));
  // What parents' own models found is near what they and this search have in common.
  if (joint) {
    fit.thetas = {fit_map(likelihood, {parents_->common_theta(likelihood.dims())}, 20)};
  } else {
    fit.thetas = {fit_map(likelihood, {}, 40)};
  }
  // Parents' trials leave less to be uncertain about.
  const bool half = joint || size > kEnsembleLimit;
  const int draws = half ? options_.ensemble / 2 : options_.ensemble;
  if (draws > 1 && count <= 2 * kEnsembleLimit) {
    SliceOptions slice;
    slice.draws = draws;
    slice.burn_in = options_.burn_in;
    slice.thin = options_.thin;
    Rng rng(seed_, (std::uint64_t{1} << 40) + count);
    fit.thetas = sample_posterior(likelihood, fit.thetas[0], slice, rng);
  }
  fit.valid = true;
  fit.count = count;
  return fit.thetas;
}

void SurrogateBuilder::condition(Surrogate& surrogate, const Evidence& evidence,
                                 const ModelData& own, std::size_t pending) {
  const std::size_t n = evidence.values.size();
  Ensemble alone;
  if (surrogate.transform.varied())
    alone = Ensemble(own, pending, fitted(alone_, evidence, checkpoint(n, false), false));
  if (!has_parents()) {
    surrogate.ensemble = std::move(alone);
    return;
  }
  const ModelData related = parents_->join(own, Parents::model_limit(own.points.size()));
  Ensemble joint(related, pending, fitted(joint_, evidence, checkpoint(n, true), true));
  // Bayesian model averaging over "the parents tell something" and "they don't", by how well either
  // predicts each of this search's trials from all others: a misleading parent loses its vote.
  double share = joint.empty() ? 0 : kPriorTrust;
  if (!alone.empty() && !joint.empty()) {
    const double odds =
        joint.leave_one_out(related.targets, related.points.size() - own.points.size()) -
        alone.leave_one_out(own.targets, 0);
    share = kPriorTrust / (kPriorTrust + (1 - kPriorTrust) * portable::exp(-odds));
  }
  surrogate.trust_in_parents = share;
  // As many members as the larger ensemble has, or, where that takes more joint ones than there
  // are, as the smaller.
  const auto part = [share](std::size_t members) {
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(members)));
  };
  std::size_t members = std::max(joint.size(), alone.size());
  if (part(members) > joint.size()) members = std::min(joint.size(), alone.size());
  if (!alone.empty()) joint.mix(part(members), std::move(alone), members - part(members));
  surrogate.ensemble = std::move(joint);
}

std::unique_ptr<Surrogate> SurrogateBuilder::build(const Evidence& evidence, std::size_t pending) {
  auto surrogate = std::make_unique<Surrogate>();
  surrogate->transform.fit(evidence.values, options_.transform);
  if (!surrogate->transform.varied() && !has_parents()) return nullptr;
  const ModelData own =
      own_data(evidence, evidence.values.size(), surrogate->transform, kModelLimit);
  condition(*surrogate, evidence, own, pending);
  Ensemble& ensemble = surrogate->ensemble;
  if (ensemble.empty()) return nullptr;

  std::vector<ContextPoint> points = own.points;
  std::vector<double> targets = own.targets;
  if (points.empty()) {
    const ModelData related = parents_->join(own, Parents::model_limit(own.points.size()));
    points = related.points;
    targets = related.targets;
  }
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return targets[a] < targets[b]; });
  for (const std::size_t i : order) {
    surrogate->points.push_back(points[i].point);
    surrogate->targets.push_back(targets[i]);
  }
  for (std::size_t m = 0; m < ensemble.size(); ++m) {
    double best = std::numeric_limits<double>::infinity();
    if (own.points.empty() || !own.context.empty()) {
      // Trials of another job, or of another resource than predictions are for.
      for (const auto& at : points)
        best = std::min(best, ensemble[m].predict_mean(at.point->data()));
    } else {
      best = ensemble[m].lowest_mean(own.targets);
    }
    surrogate->incumbents.push_back(options_.incumbent_is_mean ? best : targets[order[0]]);
  }
  return surrogate;
}

}  // namespace tunesmith::tuning
