// SPDX-License-Identifier: Apache-2.0
//
// The JSON documents of the console's interface (docs/console-api.md), printed from rows. Times are
// milliseconds since 1970, absent values null, numbers that JSON can't hold null too. Pure
// functions.
#pragma once

#include "console/sessions.h"
#include "console/summaries.h"
#include "store/records.h"
#include "training/job_log.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::console {

using SummaryPointer = std::shared_ptr<const TuningJobSummary>;

/// `command` and `data_dir`: how to call the program on this machine, for what people copy.
std::string print_session(const Session& session, const std::string& command,
                          const std::string& data_dir);
/// `next`: where the following page begins; empty at the end.
std::string print_tuning_jobs(const std::vector<SummaryPointer>& jobs, const std::string& next);
/// Rows as in the list that changed, and ids of jobs that are gone.
std::string print_tuning_job_changes(const std::vector<SummaryPointer>& changed,
                                     const std::vector<std::int64_t>& deleted);
/// The row of the list with the configuration.
std::string print_tuning_job(const TuningJobSummary& summary);

std::string print_trials(const std::vector<store::TrainingJob>& trials);

/// Rows of training jobs, each as a trial's with its region. `next` as above.
std::string print_training_jobs(const std::vector<store::TrainingJob>& jobs,
                                const std::string& next);

struct TrainingJobDetail {
  store::TrainingJob job;
  training::TrainingSpec spec;  // a trial's without its tuned values
  std::optional<store::TuningJob> tuning_job;
  std::optional<orchestration::TuningSpec> tuning_spec;
  std::vector<store::MetricPoint> metrics;  // by name and step
};
std::string print_training_job(const TrainingJobDetail& detail);

std::string print_log(const training::LogChunk& chunk);

}  // namespace tunesmith::console
