// SPDX-License-Identifier: Apache-2.0
//
// Sends metrics and status changes to the server from a thread of its own, in batches, so that an
// absent or slow server never holds up the algorithm. What was not acknowledged comes back from
// finish() and travels with the job's end. A point is identified by its metric and step, so sending
// one twice is harmless.
#pragma once

#include "base/files.h"
#include "runner/server_link.h"
#include "training/runner_protocol.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tunesmith::runner {

class Reporter {
 public:
  static constexpr std::chrono::milliseconds kInterval{200};
  static constexpr std::size_t kMaxWaiting = 200'000;  // points, about 20 MB
  static constexpr std::size_t kMaxBatch = 5'000;

  explicit Reporter(const training::JobSpec& job);
  /// Waits for a request that is under way, which the connection's own patience bounds.
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  void add(const std::vector<training::MetricPoint>& points);
  void add(training::Transition transition);

  /// Readable once the server has asked for a stop or fenced this attempt off.
  int event_fd() const { return event_.get(); }
  struct Verdict {
    bool fenced = false;
    bool stop = false;
    std::string reason;
  };
  Verdict verdict();

  struct Rest {
    training::Report report;  // seq and all that is unacknowledged
    std::uint64_t dropped = 0;
    bool fenced = false;
  };
  /// Stops reporting (a request under way gets 2 s) and returns what the server may not know yet.
  /// Once.
  Rest finish();

 private:
  void run();
  training::Report next_report();  // both with mutex_ held
  void take_back();

  ServerLink link_;  // of the thread alone
  FileDescriptor event_;
  const std::string job_id_;
  const std::int64_t attempt_;
  const std::string token_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<training::MetricPoint> points_;  // guarded by mutex_, as all below
  std::vector<training::Transition> transitions_;
  training::Report in_flight_;  // sent, and not answered
  std::int64_t seq_ = 0;        // of the last report that was acknowledged or may have been applied
  std::uint64_t dropped_ = 0;
  Verdict verdict_;
  bool ending_ = false;
  bool ended_ = false;

  std::thread thread_;
};

}  // namespace tunesmith::runner
