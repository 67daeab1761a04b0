// SPDX-License-Identifier: Apache-2.0
//
// The groups "/aws/sagemaker/Endpoints/<endpoint>", a stream "<variant>/i-<id>" for each production
// variant, and "/aws/sagemaker/TransformJobs", a stream "<job>/i-<id>-<epoch seconds>" for each
// transform job that has printed something. Thread safe.
#pragma once

#include "services/logs/log_source.h"
#include "store/store.h"

#include <functional>

namespace tunesmith::services::logs {

class InferenceLogs final : public LogSource {
 public:
  using EndpointLog =
      std::function<std::filesystem::path(std::int64_t endpoint, const std::string& variant)>;
  using TransformLog = std::function<std::filesystem::path(std::int64_t job)>;

  /// The functions tell where logs are. `store` must outlive this.
  InferenceLogs(const store::Store& store, EndpointLog endpoint_log, TransformLog transform_log)
      : store_(store),
        endpoint_log_(std::move(endpoint_log)),
        transform_log_(std::move(transform_log)) {}

  Result<std::vector<LogGroup>> groups(const std::string& region) const override;
  Result<StreamPage> streams(const std::string& region, const std::string& group,
                             const StreamQuery& query) const override;

 private:
  Result<StreamPage> endpoint_streams(const std::string& region, const std::string& endpoint,
                                      const StreamQuery& query) const;
  Result<StreamPage> transform_streams(const std::string& region, const StreamQuery& query) const;
  void add(const store::Resource& job, const StreamQuery& query, StreamPage& page) const;

  const store::Store& store_;
  const EndpointLog endpoint_log_;
  const TransformLog transform_log_;
};

}  // namespace tunesmith::services::logs
