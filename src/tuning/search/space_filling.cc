// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/space_filling.h"

#include "base/random.h"

#include <cmath>

namespace tunesmith::tuning {
namespace {
constexpr int kRandomTries = 64;
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
