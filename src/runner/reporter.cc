// SPDX-License-Identifier: Apache-2.0
#include "runner/reporter.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace tunesmith::runner {
namespace {

template <class T>
std::vector<T> take_front(std::vector<T>& from, std::size_t count) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.size()));
  std::vector<T> taken(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return taken;
}

template <class T>
void put_front(std::vector<T>& into, std::vector<T> items) {
  items.insert(items.end(), std::make_move_iterator(into.begin()),
               std::make_move_iterator(into.end()));
  into = std::move(items);
}

}  // namespace

Reporter::Reporter(const training::JobSpec& job)
    : link_(job),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      job_id_(job.job_id),
      attempt_(job.attempt),
      token_(job.token),
      thread_([this] { run(); }) {}

Reporter::~Reporter() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
    wake_.notify_all();
  }
  thread_.join();
}

void Reporter::add(const std::vector<training::MetricPoint>& points) {
  if (points.empty()) return;
  const std::lock_guard guard(mutex_);
  const std::size_t room = kMaxWaiting - std::min(kMaxWaiting, points_.size());
  const std::size_t kept = std::min(room, points.size());
  const bool was_idle = points_.empty() && transitions_.empty();
  points_.insert(points_.end(), points.begin(), points.begin() + static_cast<std::ptrdiff_t>(kept));
  dropped_ += points.size() - kept;
  if (was_idle) wake_.notify_one();
}

void Reporter::add(training::Transition transition) {
  const std::lock_guard guard(mutex_);
  const bool was_idle = points_.empty() && transitions_.empty();
  transitions_.push_back(std::move(transition));
  if (was_idle) wake_.notify_one();
}

Reporter::Verdict Reporter::verdict() {
  const std::lock_guard guard(mutex_);
  std::uint64_t count = 0;
  static_cast<void>(::read(event_.get(), &count, sizeof count));
  return verdict_;
}

void Reporter::run() {
  std::chrono::milliseconds pause = kInterval;
  std::unique_lock guard(mutex_);
  while (!ending_ && !verdict_.fenced) {
    if (points_.empty() && transitions_.empty()) {
      wake_.wait(guard);
      continue;
    }
    // The batch gathers while this waits. A job that ends meanwhile needs no report but its last.
    if (wake_.wait_for(guard, pause, [this] { return ending_; })) break;
    in_flight_ = next_report();
    in_flight_.metrics = take_front(points_, kMaxBatch);
    in_flight_.transitions = take_front(transitions_, kMaxBatch);
    const training::Report report = in_flight_;
    guard.unlock();
    auto answer = link_.report(report);
    guard.lock();
    if (ended_) return;  // finish() did not wait; what was in flight is in its hands
    if (answer) {
      in_flight_ = {};
      pause = kInterval;
      if (!answer->stop || verdict_.stop) continue;
      verdict_.stop = true;
      verdict_.reason = std::move(answer->reason);
    } else if (answer.error().kind == ErrorKind::kConflict) {
      verdict_.fenced = true;
    } else {
      // It may have been applied or not; its points go out again under the next number.
      take_back();
      pause = std::min(pause * 2, std::chrono::milliseconds(1000));
      continue;
    }
    const std::uint64_t one = 1;
    static_cast<void>(::write(event_.get(), &one, sizeof one));
  }
  ended_ = true;
  wake_.notify_all();
}

training::Report Reporter::next_report() {
  training::Report report;
  report.job_id = job_id_;
  report.attempt = attempt_;
  report.token = token_;
  report.seq = ++seq_;
  return report;
}

void Reporter::take_back() {
  put_front(points_, std::move(in_flight_.metrics));
  put_front(transitions_, std::move(in_flight_.transitions));
  in_flight_ = {};
}

Reporter::Rest Reporter::finish() {
  std::unique_lock guard(mutex_);
  ending_ = true;
  wake_.notify_all();
  wake_.wait_for(guard, std::chrono::seconds(2), [this] { return ended_; });
  ended_ = true;
  take_back();
  Rest rest;
  rest.report = next_report();
  rest.report.metrics = std::move(points_);
  rest.report.transitions = std::move(transitions_);
  rest.dropped = dropped_;
  rest.fenced = verdict_.fenced;
  return rest;
}

}  // namespace tunesmith::runner
