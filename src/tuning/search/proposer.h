// SPDX-License-Identifier: Apache-2.0
//
// The part of a search that differs between strategies: what to try next, given the log. A proposer
// may keep caches, but its answer is a function of the log (and of what it was made from) alone.
#pragma once

#include "tuning/search/surrogate.h"
#include "tuning/search/trial_log.h"

#include <memory>
#include <optional>

namespace tunesmith::tuning {

struct Proposal {
  Point point;
  Explanation explanation;
};

/// Logarithms of the improvements on all other trials that may be expected at the largest resource
/// that is known well enough.
struct Prospects {
  double trial = 0;  ///< of a running trial, when it gets there
  double fresh = 0;  ///< of the best new point
};

class Proposer {
 public:
  virtual ~Proposer() = default;
  /// A point for suggestion number log.suggestions(). The caller has made sure that some point of
  /// the space is unseen.
  virtual Proposal propose(const TrialLog& log) = 0;
  /// What explanations are made from; nothing for strategies that have no model. The log and the
  /// proposer must outlive it, and the log stay as it is.
  virtual std::optional<Evidence> evidence(const TrialLog& log) {
    static_cast<void>(log);
    return std::nullopt;
  }
  /// What the running trial of this number has to offer, now that it has reached this resource;
  /// nothing where no model predicts for a larger one.
  virtual std::optional<Prospects> prospects(const TrialLog& log, std::uint64_t trial,
                                             std::int64_t resource) {
    static_cast<void>(log);
    static_cast<void>(trial);
    static_cast<void>(resource);
    return std::nullopt;
  }
};

}  // namespace tunesmith::tuning
