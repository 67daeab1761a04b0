// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/bayesian.h"

#include "tuning/search/space_filling.h"
#include "tuning/search/subset.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

// The model's largest size, and the largest that hyperparameters are fitted on.
constexpr std::size_t kModelLimit = 512;
constexpr std::size_t kFitLimit = 256;
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

std::vector<double> values_of(const TrialLog& log, std::size_t count) {
  std::vector<double> values;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) values.push_back(log.observations()[i].value);
  return values;
}

}  // namespace

BayesianProposer::BayesianProposer(const Space& space, const SearchOptions& search,
                                   const BayesianOptions& options)
    : space_(space), search_(search), options_(options), sobol_(space.size(), search.seed) {}

std::size_t BayesianProposer::initial_size() const {
  if (options_.initial > 0) return static_cast<std::size_t>(options_.initial);
  std::size_t size = std::clamp<std::size_t>(space_.size() + 1, 4, 10);
  if (search_.budget > 0)
    size = std::min(size, std::max<std::size_t>(2, static_cast<std::size_t>(search_.budget) / 3));
  return size;
}

Proposal BayesianProposer::propose(const TrialLog& log) {
  const std::size_t initial = initial_size();
  const std::size_t known = log.observations().size();
  const std::size_t started = known + log.pending().size();
  if (started >= initial && log.successes() >= 2 &&
      2 * log.successes() >= std::min(initial, started)) {
    if (auto proposal = propose_by_model(log)) return *std::move(proposal);
  }
  Proposal proposal;
  proposal.explanation.step = "initial design";
  const std::uint64_t number = log.suggestions();
  if (number == 0 && options_.centre_first) {
    proposal.point = space_.snap(Point(space_.size(), 0.5));
    if (!log.seen(proposal.point)) return proposal;
  }
  proposal.point = unseen_sobol_point(space_, sobol_, number, log, search_.seed);
  return proposal;
}

const Theta& BayesianProposer::fitted_theta(const TrialLog& log, std::size_t count) {
  if (fitted_count_ == count) return theta_;
  OutputTransform transform;
  transform.fit(values_of(log, count), options_.transform);
  const auto chosen = choose_subset(transform.targets(), kFitLimit, search_.seed);
  Features features(space_, chosen.size());
  std::vector<double> y;
  for (const std::size_t i : chosen) {
    features.append(log.observations()[i].point);
    y.push_back(transform.targets()[i]);
  }
  Priors priors = Priors::for_dimension(space_.size());
  priors.length_mean += options_.length_shift;
  priors.length_sd = options_.length_sd;
  priors.noise_mean = options_.noise_mean;
  priors.noise_sd = options_.noise_sd;
  Likelihood likelihood(features, y, priors);
  theta_ = fit_map(likelihood, {}, 40);
  fitted_count_ = count;
  return theta_;
}

std::optional<Proposal> BayesianProposer::propose_by_model(const TrialLog& log) {
  const auto& observations = log.observations();
  const std::size_t n = observations.size();
  OutputTransform transform;
  transform.fit(values_of(log, n), options_.transform);
  if (!transform.varied()) return std::nullopt;
  const Theta theta = fitted_theta(log, checkpoint(n));

  const auto chosen = choose_subset(transform.targets(), kModelLimit, search_.seed);
  std::vector<const Point*> points;
  std::vector<double> y;
  for (const std::size_t i : chosen) {
    points.push_back(&observations[i].point);
    y.push_back(transform.targets()[i]);
  }
  const auto pending = log.pending();
  const Priors priors = Priors::for_dimension(space_.size());
  Posterior posterior(space_, points.size() + pending.size(), priors.mean_variance);
  if (!posterior.condition(points, y, theta)) return std::nullopt;

  // The best known points: where to look nearby, and what to improve on.
  std::vector<std::size_t> order(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return y[a] < y[b]; });
  std::vector<Point> anchors;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, order.size()); ++i)
    anchors.push_back(*points[order[i]]);
  double best = y[order[0]];
  if (options_.incumbent_is_mean) {
    best = posterior.predict(points[order[0]]->data(), nullptr, nullptr).mean;
    for (std::size_t i = 1; i < std::min<std::size_t>(20, order.size()); ++i)
      best = std::min(best, posterior.predict(points[order[i]]->data(), nullptr, nullptr).mean);
  }
  posterior.add_pending(pending);

  AcquisitionWork work;
  // About 40 million multiplications for the candidates, whatever the size of the model.
  const double size = static_cast<double>(points.size() + pending.size());
  work.candidates = static_cast<std::size_t>(std::clamp(4e7 / (size * size), 96.0, 1024.0));
  work.starts = static_cast<std::size_t>(options_.starts);
  if (size > 150) work.starts = std::min<std::size_t>(work.starts, 4);
  if (size > 300) work.starts = std::min<std::size_t>(work.starts, 3);
  AcquisitionSearch search(space_, {{&posterior, best}},
                           [&](const Point& p) { return log.seen(p); });
  Rng rng(search_.seed, log.suggestions());
  const AcquisitionResult found = search.run(work, anchors, rng);
  if (!found.found) return std::nullopt;

  Proposal proposal;
  proposal.point = found.point;
  proposal.explanation.step = "expected improvement";
  const Prediction at = posterior.predict(found.point.data(), nullptr, nullptr);
  const double sd = std::sqrt(at.variance);
  proposal.explanation.mean = log.sign() * transform.inverse(at.mean);
  proposal.explanation.deviation =
      0.5 * std::abs(transform.inverse(at.mean + sd) - transform.inverse(at.mean - sd));
  proposal.explanation.acquisition = found.value;
  return proposal;
}

}  // namespace tunesmith::tuning
