// SPDX-License-Identifier: Apache-2.0
#include "console/summaries.h"

#include <algorithm>

namespace tunesmith::console {

std::vector<double> best_so_far(const std::vector<store::TrainingJob>& trials, bool maximize,
                                std::size_t points) {
  std::vector<double> curve;
  for (const auto& trial : trials) {
    if (!trial.objective || trial.objective_status != "Succeeded") continue;
    const double value = *trial.objective;
    if (curve.empty())
      curve.push_back(value);
    else
      curve.push_back(maximize ? std::max(curve.back(), value) : std::min(curve.back(), value));
  }
  if (curve.size() <= points || points < 2) return curve;
  std::vector<double> thinned;
  for (std::size_t i = 0; i < points; ++i)
    thinned.push_back(curve[i * (curve.size() - 1) / (points - 1)]);
  return thinned;
}

Result<std::shared_ptr<const TuningJobSummary>> Summaries::of(store::Reader& reader,
                                                              store::TuningJob job) {
  const bool ended = store::is_terminal(job.status);
  if (ended) {
    const std::lock_guard lock(mutex_);
    const auto found = ended_.find(job.id);
    if (found != ended_.end() && found->second->job.modified == job.modified &&
        found->second->job.status == job.status) {
      return found->second;
    }
  }
  auto summary = std::make_shared<TuningJobSummary>();
  TUNESMITH_TRY(summary->spec, orchestration::parse_tuning_spec(job.spec));
  TUNESMITH_TRY(summary->counters, reader.trial_counters(job.id));
  TUNESMITH_TRY(const auto trials, reader.trials(job.id));
  const bool maximize = summary->spec.definitions.front().maximize;
  for (const auto& trial : trials) {
    if (!trial.objective || trial.objective_status != "Succeeded") continue;
    if (!summary->best || (maximize ? *trial.objective > *summary->best->objective
                                    : *trial.objective < *summary->best->objective)) {
      summary->best = trial;
    }
  }
  summary->best_so_far = best_so_far(trials, maximize, kCurvePoints);
  summary->job = std::move(job);
  if (ended) {
    const std::lock_guard lock(mutex_);
    if (ended_.size() >= kMaxKept) ended_.clear();
    ended_[summary->job.id] = summary;
  }
  return std::shared_ptr<const TuningJobSummary>(std::move(summary));
}

}  // namespace tunesmith::console
