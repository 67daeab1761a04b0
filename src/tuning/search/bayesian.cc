// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/bayesian.h"

#include "tuning/gp/slice_sampling.h"
#include "tuning/search/space_filling.h"
#include "tuning/search/subset.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

std::vector<double> values_of(const TrialLog& log, std::size_t count) {
  std::vector<double> values;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) values.push_back(log.observations()[i].value);
  return values;
}

// Whether two points are the same but for a thousandth of each continuous range.
bool are_neighbours(const Point& a, const Point& b) {
  for (std::size_t j = 0; j < a.size(); ++j)
    if (std::abs(a[j] - b[j]) > 1e-3) return false;
  return true;
}

// The lowest posterior mean at a known point.
double best_mean(Posterior& posterior, std::span<const Point* const> points) {
  double best = std::numeric_limits<double>::infinity();
  for (const Point* point : points) best = std::min(best, posterior.predict_mean(point->data()));
  return best;
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

const std::vector<Theta>& BayesianProposer::fitted_thetas(const TrialLog& log, std::size_t count) {
  if (fitted_count_ == count) return thetas_;
  const Priors model_priors = priors();
  OutputTransform transform;
  transform.fit(values_of(log, count), options_.transform);
  const auto chosen = choose_subset(transform.targets(), kFitLimit, search_.seed);
  Features features(space_, chosen.size());
  std::vector<double> y;
  for (const std::size_t i : chosen) {
    features.append(log.observations()[i].point);
    y.push_back(transform.targets()[i]);
  }
  Likelihood likelihood(space_, features, y, model_priors);
  thetas_ = {fit_map(likelihood, {}, 40)};
  const int draws = count <= kEnsembleLimit ? options_.ensemble : options_.ensemble / 2;
  if (draws > 1 && count <= 2 * kEnsembleLimit) {
    SliceOptions slice;
    slice.draws = draws;
    slice.burn_in = options_.burn_in;
    slice.thin = options_.thin;
    Rng rng(search_.seed, (std::uint64_t{1} << 40) + count);
    thetas_ = sample_posterior(likelihood, thetas_[0], slice, rng);
  }
  fitted_count_ = count;
  return thetas_;
}

Priors BayesianProposer::priors() const {
  Priors priors = Priors::for_dimension(space_.size());
  priors.length_mean += options_.length_shift;
  priors.length_sd = options_.length_sd;
  priors.scale_sd = options_.scale_sd;
  priors.warp_sd = options_.warp_sd;
  priors.noise_mean = options_.noise_mean;
  priors.noise_sd = options_.noise_sd;
  priors.mean_variance = options_.mean_variance;
  return priors;
}

std::optional<Proposal> BayesianProposer::propose_by_model(const TrialLog& log) {
  const auto& observations = log.observations();
  const std::size_t n = observations.size();
  OutputTransform transform;
  transform.fit(values_of(log, n), options_.transform);
  if (!transform.varied()) return std::nullopt;
  const auto& thetas = fitted_thetas(log, checkpoint(n));

  const auto chosen = choose_subset(transform.targets(), kModelLimit, search_.seed);
  std::vector<const Point*> points;
  std::vector<double> y;
  for (const std::size_t i : chosen) {
    points.push_back(&observations[i].point);
    y.push_back(transform.targets()[i]);
  }
  const auto pending = log.pending();
  const std::size_t size = points.size() + pending.size();

  // The best known points: where to look nearby, and what to improve on.
  std::vector<std::size_t> order(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return y[a] < y[b]; });
  std::vector<Point> anchors;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, order.size()); ++i)
    anchors.push_back(*points[order[i]]);

  std::vector<std::unique_ptr<Posterior>> posteriors;
  std::vector<AcquisitionModel> models;
  for (const Theta& theta : thetas) {
    auto posterior = std::make_unique<Posterior>(space_, size, options_.mean_variance);
    if (!posterior->condition(points, y, theta)) continue;
    const double best = options_.incumbent_is_mean ? best_mean(*posterior, points) : y[order[0]];
    posterior->add_pending(pending);
    models.push_back({posterior.get(), best});
    posteriors.push_back(std::move(posterior));
  }
  if (models.empty()) return std::nullopt;

  AcquisitionWork work;
  // About 40 million multiplications for the candidates, whatever the size of the model.
  const double cost = static_cast<double>(size * size * models.size());
  work.candidates = static_cast<std::size_t>(std::clamp(4e7 / cost, 96.0, 1024.0));
  work.exhaustive = static_cast<std::size_t>(std::clamp(2e8 / cost, 256.0, 4096.0));
  work.starts = static_cast<std::size_t>(options_.starts);
  if (size > 150) work.starts = std::min<std::size_t>(work.starts, 4);
  if (size > 300) work.starts = std::min<std::size_t>(work.starts, 3);
  // A trial that still runs says as much about its near neighbours as about itself.
  const auto seen = [&](const Point& p) {
    return log.seen(p) || std::any_of(pending.begin(), pending.end(), [&](const Point* other) {
             return are_neighbours(p, *other);
           });
  };
  Rng rng(search_.seed, log.suggestions());
  AcquisitionResult found = AcquisitionSearch(space_, models, seen).run(work, anchors, rng);
  Proposal proposal;
  proposal.explanation.step = "expected improvement";
  if (!found.found) return std::nullopt;

  proposal.point = found.point;
  // Mean and variance of the mixture of the models' predictions.
  double mean = 0;
  double square = 0;
  for (const auto& posterior : posteriors) {
    const Prediction at = posterior->predict(found.point.data(), nullptr, nullptr);
    mean += at.mean / static_cast<double>(posteriors.size());
    square += (at.variance + at.mean * at.mean) / static_cast<double>(posteriors.size());
  }
  const double sd = std::sqrt(std::max(square - mean * mean, 0.0));
  proposal.explanation.mean = log.sign() * transform.inverse(mean);
  proposal.explanation.deviation =
      0.5 * std::abs(transform.inverse(mean + sd) - transform.inverse(mean - sd));
  proposal.explanation.acquisition = found.value;
  return proposal;
}

}  // namespace tunesmith::tuning
