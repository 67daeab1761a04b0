// SPDX-License-Identifier: Apache-2.0
//
// The part of a search that differs between strategies: what to try next, given the log. A proposer
// may keep caches, but its answer is a function of the log (and of what it was made from) alone.
#pragma once

#include "tuning/search/surrogate.h"
#include "tuning/search/trial_log.h"

#include <memory>

namespace tunesmith::tuning {

struct Proposal {
  Point point;
  Explanation explanation;
};

class Proposer {
 public:
  virtual ~Proposer() = default;
  /// A point for suggestion number log.suggestions(). The caller has made sure that some point of
  /// the space is unseen.
  virtual Proposal propose(const TrialLog& log) = 0;
  /// The model of what has ended, for explanations; null while there is none, and for strategies
  /// that have none. The log must outlive it and stay as it is.
  virtual std::unique_ptr<Surrogate> model(const TrialLog& log) {
    static_cast<void>(log);
    return nullptr;
  }
  /// The same, if it predicts for a larger resource than this one.
  virtual std::unique_ptr<Surrogate> forecaster(const TrialLog& log, std::int64_t resource) {
    static_cast<void>(log);
    static_cast<void>(resource);
    return nullptr;
  }
};

}  // namespace tunesmith::tuning
