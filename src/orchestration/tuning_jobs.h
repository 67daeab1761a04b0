// SPDX-License-Identifier: Apache-2.0
//
// The reconciler of tuning jobs: keeps each living job's state in memory (rebuilt from the store),
// asks decide() what to do, and does it: suggestions become committed training job rows, then
// launches. It may be destroyed at any instant and rebuilt from the store with recover().
//
// Threads: the public functions may be called from any thread; all state is owned by whoever runs
// run_once(): the orchestration thread of the server, or a test under a virtual clock.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/wakeup.h"
#include "orchestration/search.h"
#include "orchestration/trial_executor.h"
#include "store/store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace tunesmith::orchestration {

struct LiveTuningJob;

class TuningJobs {
 public:
  TuningJobs(store::Store& store, const Clock& clock, Wakeup& wakeup, TrialExecutor& executor,
             SearchFactory searches);
  ~TuningJobs();

  /// Called (on any thread) after something that a viewer of the job can see was committed. Set
  /// once, before anything runs.
  void on_changed(std::function<void(std::int64_t tuning_job)> observer) {
    observer_ = std::move(observer);
  }

  /// Commits a new job with its tags and its parents' trials and wakes the reconciler. `job.spec`
  /// is a printed TuningSpec. kAlreadyExists when the name is taken.
  Result<void> create(store::TuningJob job, const std::string& arn,
                      const std::vector<store::Tag>& tags,
                      const std::vector<store::ParentTrial>& parents = {});
  /// Commits the wish to stop: the job is Stopping when this returns. kConflict when it has ended.
  Result<void> request_stop(const std::string& region, const std::string& name);
  /// Removes an ended job's entry; its training jobs stay. kConflict while it lives.
  Result<void> erase(const std::string& region, const std::string& name, const std::string& arn);

  /// Takes every living job of the store in. Call once, before anything else runs.
  Result<void> recover();
  /// Something about a trial changed (it ended, was stopped): looked up at the next run_once().
  void trial_changed(std::int64_t tuning_job_id, std::int64_t training_job_id);
  /// A living trial has reported: of interest to searches that follow their trials.
  void trial_progressed(std::int64_t tuning_job_id, std::int64_t training_job_id);

  /// Does all that can be done now; true when something was done.
  bool run_once();

 private:
  struct Retry {
    Millis delay{0};
    Timestamp at{};
  };

  Result<bool> run_job(std::int64_t id, const std::set<std::int64_t>& changed_trials);
  Result<void> absorb(LiveTuningJob& live, std::int64_t training_job_id);
  Result<void> take_reports(LiveTuningJob& live, std::size_t index,
                            const std::vector<store::MetricPoint>& points);
  Result<bool> step(LiveTuningJob& live);
  Result<void> launch(LiveTuningJob& live, std::int64_t count);
  Result<void> end(LiveTuningJob& live, store::JobStatus status, const std::string& failure_reason);
  /// Fails a job that cannot be read and stops its trials.
  Result<void> give_up(std::int64_t id, const std::string& why);
  void wake(std::int64_t tuning_job_id, std::int64_t training_job_id);

  store::Store& store_;
  const Clock& clock_;
  Wakeup& wakeup_;  // rung when run_once() has something to do
  TrialExecutor& executor_;
  const SearchFactory searches_;
  std::function<void(std::int64_t)> observer_ = [](std::int64_t) {};

  std::mutex mutex_;
  // Guarded by mutex_: what changed since the last run, training job ids by tuning job id.
  std::map<std::int64_t, std::set<std::int64_t>> dirty_;
  std::set<std::int64_t> followed_;  // guarded by mutex_: living jobs that follow their trials

  // Owned by the thread in run_once().
  std::map<std::int64_t, std::unique_ptr<LiveTuningJob>> live_;
  std::map<std::int64_t, Retry> retries_;  // jobs whose last step failed
};

}  // namespace tunesmith::orchestration
