// SPDX-License-Identifier: Apache-2.0
//
// Answers a supervisor: /healthz (the process lives), /readyz (it can serve: its store answers and
// its last commit went through) and /metrics (the Prometheus page). All without signing in; the
// metrics only for a client on this machine or one that shows the metrics token as a bearer. A
// request that is signed is not for these: "healthz" may be a bucket. Thread safe.
#pragma once

#include "http/message.h"
#include "store/sqlite/database.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "health/disk_guard.h"
#include "health/request_metrics.h"

namespace tunesmith::health {

struct HealthOptions {
  const RequestMetrics& requests;
  const DiskGuard& disk;
  store::Database& database;
  std::filesystem::path database_file;
  std::string metrics_token;
  std::string version;
  std::function<std::size_t()> connections;  // open now
  // Told of each request for the metrics that had not the token; may be empty.
  std::function<void(const http::Request&)> on_refused;
};

class HealthHandler final : public http::Handler {
 public:
  /// What `options` refers to outlives this.
  explicit HealthHandler(HealthOptions options);

  /// Whether a request is for this handler.
  static bool owns(const http::Request& request);

  http::Response handle(http::Request& request) override;
  /// The server begins to stop: not ready from now on.
  void stopping() { stopping_ = true; }

 private:
  http::Response ready() const;
  http::Response metrics(const http::Request& request) const;
  std::string metrics_page() const;

  const HealthOptions options_;
  const std::chrono::system_clock::time_point started_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace tunesmith::health
