// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/space_filling.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {
constexpr int kRandomTries = 64;

// Squares of differences that remote_point() may take.
constexpr double kRemoteWork = 1e7;

// Categories differ or do not.
double squared_distance(const Space& space, const Point& a, const Point& b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double difference = a[j] - b[j];
    sum += space[j].kind != ParameterKind::kCategorical ? difference * difference
           : difference == 0                            ? 0
                                                        : 1;
  }
  return sum;
}
}  // namespace

Point unseen_sobol_point(const Space& space, const Sobol& sobol, std::uint64_t index,
                         const TrialLog& log, std::uint64_t seed) {
  Point point = space.snap(sobol.point(static_cast<std::uint32_t>(index)));
  if (!log.seen(point)) return point;
  Rng rng(seed, index);
  for (int i = 0; i < kRandomTries; ++i) {
    for (auto& x : point) x = rng.uniform();
    point = space.snap(std::move(point));
    if (!log.seen(point)) return point;
  }
  if (!std::isfinite(space.cardinality())) return point;
  // Few are left: walk on from a random one. At most as many steps as points have been seen.
  double at = std::floor(rng.uniform() * space.cardinality());
  for (std::size_t i = 0; i <= log.distinct(); ++i) {
    point = space.enumerate(at);
    if (!log.seen(point)) break;
    at = at + 1 < space.cardinality() ? at + 1 : 0;
  }
  return point;
}

Point remote_point(const Space& space, const TrialLog& log, Rng& rng) {
  std::vector<const Point*> known = log.pending();
  for (const Observation& observation : log.observations()) known.push_back(&observation.point);
  const double cost = static_cast<double>(known.size() * space.size());
  const auto candidates = static_cast<int>(std::clamp(kRemoteWork / cost, 16.0, 1024.0));
  Point best;
  double farthest = 0;
  for (int i = 0; i < candidates; ++i) {
    Point point(space.size());
    for (auto& x : point) x = rng.uniform();
    point = space.snap(std::move(point));
    double nearest = std::numeric_limits<double>::infinity();
    for (const Point* other : known) {
      nearest = std::min(nearest, squared_distance(space, point, *other));
      if (nearest <= farthest) break;
    }
    if (nearest <= farthest || log.seen(point)) continue;
    farthest = nearest;
    best = std::move(point);
  }
  return best;
}

RandomProposer::RandomProposer(const Space& space, std::uint64_t seed)
    : space_(space), seed_(seed), sobol_(space.size(), seed) {}

Proposal RandomProposer::propose(const TrialLog& log) {
  Proposal proposal;
  proposal.point = unseen_sobol_point(space_, sobol_, log.suggestions(), log, seed_);
  proposal.explanation.step = "random";
  return proposal;
}

Proposal GridProposer::propose(const TrialLog& log) {
  Proposal proposal;
  proposal.explanation.step = "grid";
  double at = std::fmod(static_cast<double>(log.suggestions()), space_.cardinality());
  for (std::size_t i = 0; i <= log.distinct(); ++i) {
    proposal.point = space_.enumerate(at);
    if (!log.seen(proposal.point)) break;
    at = at + 1 < space_.cardinality() ? at + 1 : 0;
  }
  return proposal;
}

}  // namespace tunesmith::tuning
