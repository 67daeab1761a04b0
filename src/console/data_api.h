// SPDX-License-Identifier: Apache-2.0
//
// What the console's interface reads: tuning jobs, trials, training jobs, logs and their live
// changes. The caller has checked the session. Each function answers one address; names and
// regions come in decoded. Thread safe.
#pragma once

#include "console/console_handler.h"
#include "console/documents.h"
#include "console/objective_models.h"
#include "console/summaries.h"

#include <optional>
#include <string>
#include <vector>

namespace tunesmith::console {

class DataApi {
 public:
  /// `options` must outlive this.
  explicit DataApi(const ConsoleOptions& options) : options_(options) {}

  http::Response list_tuning_jobs(const http::Request& request);
  http::Response tuning_job(const std::string& region, const std::string& name);
  http::Response trials(const http::Request& request, const std::string& region,
                        const std::string& name);
  http::Response curves(const std::string& region, const std::string& name);
  http::Response model(const http::Request& request, const std::string& region,
                       const std::string& name);
  http::Response contour(const http::Request& request, const std::string& region,
                         const std::string& name);
  http::Response tuning_job_request(const std::string& region, const std::string& name);
  http::Response stop_tuning_job(const std::string& region, const std::string& name);
  http::Response delete_tuning_job(const std::string& region, const std::string& name);
  http::Response list_training_jobs(const http::Request& request);
  http::Response stop_training_job(const std::string& region, const std::string& name);
  http::Response training_job(const std::string& region, const std::string& name);
  http::Response training_log(const http::Request& request, const std::string& region,
                              const std::string& name);

  // Server-sent events, until the session ends.
  http::Response tuning_jobs_events(Millis lifetime);
  http::Response tuning_job_events(const std::string& region, const std::string& name,
                                   Millis lifetime);
  http::Response training_job_events(const std::string& region, const std::string& name,
                                     Millis lifetime);

 private:
  std::vector<std::string> regions_of(const http::Request& request) const;

  const ConsoleOptions& options_;
  Summaries summaries_;
  ObjectiveModels models_;
};

/// A training job with what belongs to it.
Result<TrainingJobDetail> read_training_job(store::Reader& reader, store::TrainingJob job);

}  // namespace tunesmith::console
