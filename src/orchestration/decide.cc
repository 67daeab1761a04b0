// SPDX-License-Identifier: Apache-2.0
#include "orchestration/decide.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::orchestration {
namespace {

using store::JobStatus;

struct Summary {
  std::int64_t live = 0, failed = 0, with_objective = 0;
  std::int64_t interrupted = 0;  // stopped, and not because the search had seen enough
  std::int64_t ran = 0;          // to the end of the training or of its own time
  bool target_reached = false;
  std::int64_t not_improving = 0;  // ended trials, in trial order, since the best was improved
};

bool improves(double value, const std::optional<double>& best, bool maximize) {
  if (!best) return true;
  const double gain = maximize ? value - *best : *best - value;
  return gain > 0 && gain >= kImprovement * std::abs(*best);
}

Summary summarize(const TuningFacts& facts) {
  Summary s;
  std::vector<std::optional<double>> best(facts.maximize.size());
  for (const TrialFact& trial : facts.trials) {
    if (is_live(trial.state)) {
      ++s.live;
      continue;
    }
    if (trial.state == TrialState::kFailed) ++s.failed;
    if (trial.state == TrialState::kStopped && !trial.cut_short) ++s.interrupted;
    if (trial.state == TrialState::kSucceeded || trial.state == TrialState::kOutOfTime) ++s.ran;
    if (!trial.objective) {
      ++s.not_improving;
      continue;
    }
    ++s.with_objective;
    const double value = *trial.objective;
    const bool maximize = facts.maximize.at(trial.definition);
    std::optional<double>& incumbent = best.at(trial.definition);
    s.not_improving = improves(value, incumbent, maximize) ? 0 : s.not_improving + 1;
    incumbent = !incumbent ? value
                : maximize ? std::max(*incumbent, value)
                           : std::min(*incumbent, value);
    if (facts.target_objective &&
        (maximize ? value >= *facts.target_objective : value <= *facts.target_objective)) {
      s.target_reached = true;
    }
  }
  return s;
}

/// Trials ran and none said what is tuned for.
End no_objective(std::int64_t trials) {
  return {JobStatus::kFailed,
          "No objective metrics found after running " + std::to_string(trials) +
              " training jobs. Please ensure that the algorithm is emitting the objective metric "
              "as defined by the regular expression provided."};
}

/// Every trial has ended, and there will be no other.
End end_of_all(const TuningFacts& facts, const Summary& s) {
  if (s.with_objective > 0) return {JobStatus::kCompleted, ""};
  if (s.ran > 0) return no_objective(s.ran);
  if (s.failed > 0) {
    return {JobStatus::kFailed,
            "All training jobs failed. Please take a look at the training job failures to get "
            "more details."};
  }
  if (!facts.trials.empty()) return {JobStatus::kStopped, ""};
  return {JobStatus::kFailed,
          "No training job was created: the parent tuning jobs have tried every combination of "
          "the hyperparameter ranges."};
}

}  // namespace

std::int64_t not_improving(const TuningFacts& facts) { return summarize(facts).not_improving; }

Decision decide(const TuningFacts& facts, Timestamp now) {
  Decision decision;
  if (facts.ended) return decision;
  const Summary s = summarize(facts);
  const auto created = static_cast<std::int64_t>(facts.trials.size());
  const bool more = created < facts.max_trials && !facts.space_exhausted;
  // A deadline that finds nothing to cut short, or did not, changes nothing: the server may have
  // been away while the last trials ended.
  const bool all_done = !more && s.live == 0 && s.interrupted == 0;
  const bool late = facts.deadline && now >= *facts.deadline;

  // Why the job should end before its trials are used up, and as what.
  std::optional<End> early;
  if (facts.stop_requested) {
    early = End{JobStatus::kStopped, ""};
  } else if (s.failed >= kFailuresWithoutSuccess && s.with_objective == 0 && s.ran == 0) {
    early =
        End{JobStatus::kFailed,
            "No training job succeeded after " + std::to_string(kFailuresWithoutSuccess) +
                " attempts. Please take a look at the training job failures to get more details."};
  } else if (s.ran >= kFailuresWithoutSuccess && s.with_objective == 0) {
    early = no_objective(s.ran);
  } else if (s.target_reached || (facts.complete_on_convergence && facts.converged) ||
             (facts.max_not_improving && s.not_improving >= *facts.max_not_improving)) {
    early = End{JobStatus::kCompleted, ""};
  } else if (late && !all_done) {
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

  for (std::size_t i = 0; i < facts.trials.size(); ++i) {
    const TrialFact& trial = facts.trials[i];
    if (trial.cut_short && trial.state == TrialState::kRunning) decision.stop.push_back(i);
  }
  if (more) {
    decision.launch = std::max<std::int64_t>(
        0, std::min(facts.max_parallel - s.live, facts.max_trials - created));
    return decision;
  }
  if (s.live == 0) decision.end = end_of_all(facts, s);
  return decision;
}

}  // namespace tunesmith::orchestration
