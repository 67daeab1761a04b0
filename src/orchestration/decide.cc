// SPDX-License-Identifier: Apache-2.0
#include "orchestration/decide.h"

#include <algorithm>

namespace tunesmith::orchestration {
namespace {

using store::JobStatus;

struct Summary {
  std::int64_t live = 0, failed = 0, stopped = 0, with_objective = 0, ended_well = 0;
  bool target_reached = false;
  std::int64_t since_best = 0;  // ended trials, in trial order, since the best so far
};

Summary summarize(const TuningFacts& facts) {
  Summary s;
  std::optional<double> best;
  for (const TrialFact& trial : facts.trials) {
    if (is_live(trial.state)) {
      ++s.live;
      continue;
    }
    if (trial.state == TrialState::kFailed) ++s.failed;
    if (trial.state == TrialState::kStopped) ++s.stopped;
    if (trial.state == TrialState::kSucceeded) ++s.ended_well;
    if (!trial.objective) {
      ++s.since_best;
      continue;
    }
    ++s.with_objective;
    const double value = *trial.objective;
    const bool better = !best || (facts.maximize ? value > *best : value < *best);
    if (better) best = value;
    s.since_best = better ? 0 : s.since_best + 1;
    if (facts.target_objective &&
        (facts.maximize ? value >= *facts.target_objective : value <= *facts.target_objective)) {
      s.target_reached = true;
    }
  }
  return s;
}

/// Trials ran to their end and none said what is tuned for.
std::string no_objective(std::int64_t trials) {
  return "No objective metrics found after running " + std::to_string(trials) +
         " training jobs. Please ensure that the algorithm is emitting the objective metric as "
         "defined by "
         "the regular expression provided.";
}

}  // namespace

Decision decide(const TuningFacts& facts, Timestamp now) {
  Decision decision;
  if (facts.ended) return decision;
  const Summary s = summarize(facts);
  const auto created = static_cast<std::int64_t>(facts.trials.size());
  const bool more = created < facts.max_trials && !facts.space_exhausted;
  // A deadline that finds nothing to cut short, or did not, changes nothing: the server may have
  // been away while the last trials ended.
  const bool all_done = !more && s.live == 0 && s.stopped == 0;

  // Why the job should end before its trials are used up, and as what.
  std::optional<End> early;
  if (facts.stop_requested) {
    early = End{JobStatus::kStopped, ""};
  } else if (s.failed >= kFailuresWithoutSuccess && s.with_objective == 0 && s.ended_well == 0) {
    early =
        End{JobStatus::kFailed,
            "No training job succeeded after " + std::to_string(kFailuresWithoutSuccess) +
                " attempts. Please take a look at the training job failures to get more details."};
  } else if (s.ended_well >= kFailuresWithoutSuccess && s.with_objective == 0) {
    early = End{JobStatus::kFailed, no_objective(s.ended_well)};
  } else if (s.target_reached ||
             (facts.max_not_improving && s.since_best >= *facts.max_not_improving)) {
    early = End{JobStatus::kCompleted, ""};
  } else if (facts.deadline && now >= *facts.deadline && !all_done) {
    early = End{JobStatus::kStopped, ""};
  }
  if (early) {
    if (s.live == 0) {
      decision.end = std::move(early);
      return decision;
    }
    for (std::size_t i = 0; i < facts.trials.size(); ++i) {
      if (facts.trials[i].state == TrialState::kRunning) decision.stop.push_back(i);
    }
    return decision;
  }

  if (more) {
    decision.launch = std::max<std::int64_t>(
        0, std::min(facts.max_parallel - s.live, facts.max_trials - created));
    return decision;
  }
  if (s.live > 0) return decision;
  if (s.with_objective > 0) {
    decision.end = End{JobStatus::kCompleted, ""};
  } else if (s.ended_well > 0) {
    decision.end = End{JobStatus::kFailed, no_objective(s.ended_well)};
  } else if (s.failed == 0) {
    decision.end =
        End{JobStatus::kStopped, ""};  // every trial was stopped by hand before it had a value
  } else {
    decision.end =
        End{JobStatus::kFailed,
            "All training jobs failed. Please take a look at the training job failures to get "
            "more details."};
  }
  return decision;
}

}  // namespace tunesmith::orchestration
