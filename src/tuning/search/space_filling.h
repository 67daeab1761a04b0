// SPDX-License-Identifier: Apache-2.0
//
// Proposals without a model: random search over a scrambled Sobol sequence, the same from one point
// on where a model can say nothing, and the grid. None repeats a configuration of a finite space.
#pragma once

#include "base/random.h"
#include "tuning/search/proposer.h"
#include "tuning/search/sobol.h"

namespace tunesmith::tuning {

/// The index-th point of the sequence, snapped; if that has been seen, a random unseen one.
Point unseen_sobol_point(const Space& space, const Sobol& sobol, std::uint64_t index,
                         const TrialLog& log, std::uint64_t seed);

/// Of random unseen points the one that is farthest from all that have been tried or run; fewer
/// are looked at, the more have been tried. Empty when none of them is unseen.
Point remote_point(const Space& space, const TrialLog& log, Rng& rng);

class RandomProposer final : public Proposer {
 public:
  RandomProposer(const Space& space, std::uint64_t seed);
  Proposal propose(const TrialLog& log) override;

 private:
  const Space& space_;
  std::uint64_t seed_;
  Sobol sobol_;
};

/// All configurations in order, the last parameter varying fastest. Needs a finite space.
class GridProposer final : public Proposer {
 public:
  explicit GridProposer(const Space& space) : space_(space) {}
  Proposal propose(const TrialLog& log) override;

 private:
  const Space& space_;
};

}  // namespace tunesmith::tuning
