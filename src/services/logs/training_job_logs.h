// SPDX-License-Identifier: Apache-2.0
//
// The group "/aws/sagemaker/TrainingJobs": a stream "<job>/algo-1-<epoch seconds>" for each
// training job that has printed something. Thread safe.
#pragma once

#include "services/logs/log_source.h"
#include "store/store.h"

#include <functional>

namespace tunesmith::services::logs {

class TrainingJobLogs final : public LogSource {
 public:
  /// `log_of` tells where the log of a job is. `store` must outlive this.
  TrainingJobLogs(const store::Store& store,
                  std::function<std::filesystem::path(std::int64_t)> log_of)
      : store_(store), log_of_(std::move(log_of)) {}

  Result<std::vector<LogGroup>> groups(const std::string& region) const override;
  Result<StreamPage> streams(const std::string& region, const std::string& group,
                             const StreamQuery& query) const override;

 private:
  /// All streams that may still be printed to, then the others by the end of their jobs.
  Result<StreamPage> latest_streams(const std::string& region, const StreamQuery& query) const;
  /// Adds the job's stream when it is there and matches.
  void add(const store::TrainingJob& job, const StreamQuery& query, StreamPage& page) const;

  const store::Store& store_;
  const std::function<std::filesystem::path(std::int64_t)> log_of_;
};

}  // namespace tunesmith::services::logs
