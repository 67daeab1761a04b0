// SPDX-License-Identifier: Apache-2.0
//
// Threads that run what may block: operations, reading of large bodies, sending of files. Threads
// are started when there is work and none is free, up to a limit. Thread safe.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tunesmith::http {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t max_threads)
      : max_threads_(max_threads), max_long_(std::max<std::size_t>(max_threads * 3 / 4, 1)) {}
  /// As stop().
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `task` soon. `task` must not throw. Dropped after stop(). Those that may wait for a
  /// client (`long_running`) never take the last quarter of the threads: however slow some clients
  /// are, the others are served.
  void submit(std::function<void()> task, bool long_running = false);
  /// Drops what has not begun, waits for what has.
  void stop();

 private:
  void run();
  bool may_begin_long() const { return !long_tasks_.empty() && running_long_ < max_long_; }

  const std::size_t max_threads_;
  const std::size_t max_long_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::deque<std::function<void()>> tasks_;
  std::deque<std::function<void()>> long_tasks_;
  std::size_t running_long_ = 0;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopped_ = false;
};

}  // namespace tunesmith::http
