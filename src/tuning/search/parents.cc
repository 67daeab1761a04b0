// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/parents.h"

#include "base/elementary.h"
#include "tuning/gp/likelihood.h"
#include "tuning/gp/output_transform.h"
#include "tuning/search/subset.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tunesmith::tuning {
namespace {

// Coordinates of a context: categories, of which only the difference counts.
constexpr double kNo = 0;
constexpr double kYes = 1;
// The prior correlation of this objective with a parent's is 0.83 in the median for transfer
// learning, and 0.95 for the same data.
const double kTransferLength = portable::log(2.0);
const double kIdenticalLength = portable::log(4.0);
// How far, in squared deviations, an objective departs from a related one.
constexpr double kDeparture = 0.25;
// From so many trials on, a parent must be predictable.
constexpr std::size_t kTestable = 10;
// How much better than a constant its own model must do to count as such, in logarithms of odds:
// 400 to 1, or so much a parameter. What fits noise gains by its parameters, however many the
// trials are, and what fits a function by its trials. One in twenty parents of pure noise exceeds
// the most.
const double kLeastGain = portable::log(400.0);
constexpr double kGainPerTrial = 0.05;
constexpr double kMostGain = 2.5;

struct Line {
  double offset = 0;
  double slope = 1;
};

// The line that takes a parent's targets to this search's: it matches the mean and the spread of
// what the parent predicts at this search's points with the mean and the spread seen there.
Line alignment(Posterior* parent, const ModelData& own) {
  const auto n = static_cast<double>(own.points.size());
  if (parent == nullptr || own.points.empty()) return {};
  std::vector<double> predicted;
  for (const auto& at : own.points) predicted.push_back(parent->predict_mean(at.point->data()));
  const double x = std::accumulate(predicted.begin(), predicted.end(), 0.0) / n;
  const double y = std::accumulate(own.targets.begin(), own.targets.end(), 0.0) / n;
  double xx = kDeparture;
  double yy = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    xx += (predicted[i] - x) * (predicted[i] - x) / n;
    yy += (own.targets[i] - y) * (own.targets[i] - y) / n;
  }
  const double slope = yy > 0 ? std::sqrt(yy / xx) : 1;
  return {y - slope * x, slope};
}

// The coordinate that tells a parent's trials from all others.
Dimension relevance(WarmStart kind) {
  return {true, 0, kind == WarmStart::kTransferLearning ? kTransferLength : kIdenticalLength, 1};
}

// The sum of the logarithms of the densities that a normal distribution, fitted to all other
// targets, gives each: what a model must beat to tell anything.
double constant_leave_one_out(std::span<const double> y) {
  constexpr double kLogRoot2Pi = 0.9189385332046727;
  const auto n = static_cast<double>(y.size());
  double sum = 0;
  double squares = 0;
  for (const double v : y) {
    sum += v;
    squares += v * v;
  }
  double density = 0;
  for (const double v : y) {
    const double mean = (sum - v) / (n - 1);
    const double spread = std::max((squares - v * v) / (n - 1) - mean * mean, 1e-6);
    density -= 0.5 * portable::log(spread) + 0.5 * (v - mean) * (v - mean) / spread + kLogRoot2Pi;
  }
  return density;
}

}  // namespace

bool Parents::add(WarmStart kind, std::vector<Point> points, const std::vector<double>& values) {
  OutputTransform transform;
  transform.fit(values, {});
  if (!transform.varied()) return true;
  Parent parent;
  parent.kind = kind;
  parent.points = std::move(points);
  parent.targets = transform.targets();
  parent.order.resize(parent.points.size());
  std::iota(parent.order.begin(), parent.order.end(), std::size_t{0});
  std::stable_sort(parent.order.begin(), parent.order.end(), [&](std::size_t a, std::size_t b) {
    return parent.targets[a] < parent.targets[b];
  });
  parents_.push_back(std::move(parent));

  // A model of the parent alone says what it would have seen elsewhere.
  Parent& added = parents_.back();
  const auto chosen = choose_subset(added.targets, model_limit(0), seed_);
  Features features(layout_, chosen.size());
  std::vector<ContextPoint> chosen_points;
  std::vector<double> y;
  for (const std::size_t i : chosen) {
    chosen_points.push_back({&added.points[i], nullptr});
    features.append(chosen_points.back());
    y.push_back(added.targets[i]);
  }
  Likelihood likelihood(layout_, features, y, {});
  added.posterior = std::make_unique<Posterior>(layout_, Context{}, chosen.size(), 1);
  added.theta = fit_map(likelihood, {}, 30);
  if (!added.posterior->condition(chosen_points, y, added.theta)) added.posterior.reset();
  // What does not even tell of itself tells nothing of others.
  const double gain =
      std::max(kLeastGain, static_cast<double>(layout_.size()) *
                               std::min(kGainPerTrial * static_cast<double>(y.size()), kMostGain));
  if (added.posterior != nullptr && y.size() >= kTestable &&
      added.posterior->leave_one_out(y, 0) < constant_leave_one_out(y) + gain) {
    parents_.pop_back();
    return false;
  }

  contexts_.clear();
  for (std::size_t p = 0; p <= parents_.size(); ++p) {
    contexts_.emplace_back(parents_.size(), kNo);
    if (p > 0) contexts_.back()[p - 1] = kYes;
  }
  return true;
}

std::vector<bool> Parents::agreeing(std::span<const Observation> own) const {
  std::vector<bool> agree;
  for (const Parent& parent : parents_) {
    std::vector<std::pair<double, double>> pairs;  // predicted, seen
    for (const Observation& observation : own)
      if (parent.posterior != nullptr && std::isfinite(observation.value))
        pairs.emplace_back(parent.posterior->predict_mean(observation.point.data()),
                           observation.value);
    int concordance = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i)
      for (std::size_t k = 0; k < i; ++k) {
        const double product =
            (pairs[i].first - pairs[k].first) * (pairs[i].second - pairs[k].second);
        concordance += (product > 0) - (product < 0);
      }
    agree.push_back(concordance >= 0);
  }
  return agree;
}

std::vector<Point> Parents::best(const std::vector<bool>& among, std::size_t count) const {
  std::vector<Point> points;
  for (std::size_t rank = 0; points.size() < count; ++rank) {
    const std::size_t before = points.size();
    for (std::size_t p = 0; p < parents_.size(); ++p) {
      const Parent& parent = parents_[p];
      if (!among[p] || parent.kind != WarmStart::kTransferLearning || rank >= parent.order.size())
        continue;
      const Point& point = parent.points[parent.order[rank]];
      if (points.size() < count && std::find(points.begin(), points.end(), point) == points.end())
        points.push_back(point);
      else
        continue;
    }
    if (points.size() == before) break;
  }
  return points;
}

Theta Parents::common_theta(std::size_t size) const {
  const std::size_t d = layout_.size();
  const std::size_t joint = d + parents_.size();
  Theta theta(size, 0.0);
  for (std::size_t p = 0; p < parents_.size(); ++p) {
    const double share = 1 / static_cast<double>(parents_.size());
    for (std::size_t j = 0; j < d; ++j) theta[j] += share * parents_[p].theta[j];
    theta[d + p] = relevance(parents_[p].kind).length_mean;
    theta[joint] += share * parents_[p].theta[d];
    theta[joint + 1] += share * parents_[p].theta[d + 1];
  }
  return theta;
}

ModelData Parents::join(const ModelData& own, std::size_t limit) {
  ModelData joint;
  joint.layout = own.layout;
  for (const Parent& parent : parents_) joint.layout.push_back(relevance(parent.kind));
  joint.context = contexts_[0];
  for (std::size_t p = 0; p < parents_.size(); ++p) {
    const Parent& parent = parents_[p];
    const Line line = alignment(parent.posterior.get(), own);
    for (const std::size_t i : choose_subset(parent.targets, limit / parents_.size(), seed_)) {
      joint.points.push_back({&parent.points[i], &contexts_[p + 1]});
      joint.targets.push_back(line.offset + line.slope * parent.targets[i]);
    }
  }
  for (std::size_t i = 0; i < own.points.size(); ++i) {
    joint.points.push_back({own.points[i].point, &contexts_[0]});
    joint.targets.push_back(own.targets[i]);
  }
  // This search's targets have mean 0, all of them together need not.
  double mean = 0;
  for (const double y : joint.targets) mean += y / static_cast<double>(joint.targets.size());
  joint.mean_variance = own.mean_variance + mean * mean;
  return joint;
}

}  // namespace tunesmith::tuning
