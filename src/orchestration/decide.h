// SPDX-License-Identifier: Apache-2.0
//
// The heart of orchestration: what to do next with a tuning job, as a pure function of what is
// known about it. No clock, no store, no search; the reconciler (tuning_jobs.h) carries decisions
// out.
#pragma once

#include "base/clock.h"
#include "store/records.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::orchestration {

/// kStopped: somebody, its search or its tuning job asked for it; kOutOfTime: it ran into its own
/// time limit.
enum class TrialState { kRunning, kStopping, kSucceeded, kStopped, kOutOfTime, kFailed };
inline bool is_live(TrialState s) {
  return s == TrialState::kRunning || s == TrialState::kStopping;
}

struct TrialFact {
  TrialState state = TrialState::kRunning;
  std::optional<double> objective;
  bool cut_short = false;      // the search has seen enough of it
  std::size_t definition = 0;  // objectives of different definitions are not compared
};

struct TuningFacts {
  std::int64_t max_trials = 1;
  std::int64_t max_parallel = 1;
  std::vector<bool> maximize{true};  // by definition
  std::optional<double> target_objective;
  std::optional<std::int64_t> max_not_improving;
  bool complete_on_convergence = false;
  bool converged = false;  // what the search says
  std::optional<Timestamp> deadline;
  bool stop_requested = false;
  bool ended = false;
  bool space_exhausted = false;   // the search has nothing new to suggest
  std::vector<TrialFact> trials;  // by trial number, from 1
};

struct End {
  store::JobStatus status = store::JobStatus::kCompleted;
  std::string failure_reason;
};

struct Decision {
  std::int64_t launch = 0;        // how many new trials to start now
  std::vector<std::size_t> stop;  // indices into TuningFacts::trials
  std::optional<End> end;         // the job is over; then nothing else is set
};

/// Failures without a single success after which a tuning job gives up.
inline constexpr std::int64_t kFailuresWithoutSuccess = 5;

/// A trial improves the best when its objective is better by this part of it at least.
inline constexpr double kImprovement = 0.01;

/// How many ended trials, in trial order, have not improved the best since it was last improved.
std::int64_t not_improving(const TuningFacts& facts);

/// Invariants: live trials never exceed max_parallel, trials never exceed max_trials; an ended job
/// gets no decision; the end comes only when no trial is live.
Decision decide(const TuningFacts& facts, Timestamp now);

}  // namespace tunesmith::orchestration
