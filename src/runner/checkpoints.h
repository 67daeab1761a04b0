// SPDX-License-Identifier: Apache-2.0
//
// The checkpoint folder of a job, ml/checkpoints: what its S3 prefix held is laid into it before
// the algorithm starts; what the algorithm changes in it goes back to S3 while the job runs, from a
// thread of its own, so that a slow server never holds up the algorithm, and for the last time at
// the end. Files are never deleted in S3.
#pragma once

#include "runner/server_link.h"
#include "training/runner_protocol.h"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>

namespace tunesmith::runner {

/// Makes ml/checkpoints with the files of job.checkpoints, and input/config/checkpointconfig.json.
/// Nothing for a job without checkpoints.
Result<void> restore_checkpoints(const training::JobSpec& job, const std::filesystem::path& ml);

/// How many values of a metric the built-in XGBoost printed before the checkpoint that it is about
/// to go on from; 0 when it begins anew.
std::int64_t first_step(const training::JobSpec& job, const std::filesystem::path& ml);

class CheckpointSync {
 public:
  static constexpr std::chrono::milliseconds kInterval{1000};
  static constexpr std::size_t kMaxFiles = 10'000;

  /// What is in the folder now is taken as being in S3 already.
  CheckpointSync(const training::JobSpec& job, const std::filesystem::path& ml);
  ~CheckpointSync();
  CheckpointSync(const CheckpointSync&) = delete;
  CheckpointSync& operator=(const CheckpointSync&) = delete;

  /// Ends the thread and sends what has changed since; the algorithm has ended. As retry() of
  /// server_link.h: kConflict when the attempt is fenced off.
  Result<void> finish(const Sleep& sleep);

 private:
  using Signature = std::tuple<std::uint64_t, std::int64_t, std::uint64_t>;  // size, mtime, inode
  std::map<std::string, Signature> look() const;
  /// Sends what is new; the first failure ends it.
  Result<void> send_changes();
  Result<void> send(const std::string& name);
  void run();
  void end_thread();

  const std::filesystem::path folder_;
  ServerLink link_;                         // of the thread, after its end of finish()
  std::map<std::string, Signature> known_;  // likewise: in S3

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tunesmith::runner
