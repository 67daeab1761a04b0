// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace tunesmith::http {

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::submit(std::function<void()> task, bool long_running) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  (long_running ? long_tasks_ : tasks_).push_back(std::move(task));
  const std::size_t ready = tasks_.size() + std::min(long_tasks_.size(), max_long_ - running_long_);
  if (idle_ < ready && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { run(); });
  } else {
    changed_.notify_one();
  }
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  std::deque<std::function<void()>> dropped;
  std::deque<std::function<void()>> dropped_long;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    threads.swap(threads_);
    dropped.swap(tasks_);
    dropped_long.swap(long_tasks_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::run() {
  ::pthread_setname_np(::pthread_self(), "http-worker");
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return stopped_ || !tasks_.empty() || may_begin_long(); });
    --idle_;
    if (stopped_) return;
    const bool is_long = tasks_.empty();
    auto& queue = is_long ? long_tasks_ : tasks_;
    std::function<void()> task = std::move(queue.front());
    queue.pop_front();
    if (is_long) ++running_long_;
    lock.unlock();
    task();
    task = nullptr;  // what it holds goes before the lock comes back
    lock.lock();
    if (is_long) {
      --running_long_;
      changed_.notify_one();
    }
  }
}

}  // namespace tunesmith::http
