// SPDX-License-Identifier: Apache-2.0
//
// The server's side of training jobs: rows in the store, runners through a Launcher, reports from
// runners. A job's runner may outlive this object and meet the next one after a restart.
//
// Threads: the public functions may be called from any thread. Launches, recovery and the look
// after dead runners happen in run_once(), called by one thread (the orchestration thread, or a
// test).
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/wakeup.h"
#include "store/store.h"
#include "training/input_source.h"
#include "training/launcher.h"
#include "training/lifecycle.h"
#include "training/runner_protocol.h"
#include "training/training_spec.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace tunesmith::training {

struct TrainingSettings {
  std::filesystem::path jobs_folder;    // absolute; one folder a job in it
  std::filesystem::path hosts_folder;   // absolute; sockets of trainer hosts
  std::filesystem::path server_socket;  // where runners report
  std::filesystem::path trainer;        // tunesmith-xgboost
  std::filesystem::path null_trainer;   // tunesmith-null
  std::string token_key;                // secret from which runners' tokens are derived
  int cores = 1;                        // of this machine
  std::int64_t max_attempts = 5;        // of one job whose runners die without a result
  Millis look_after{2000};              // how often dead runners are looked for
};

/// The spec of a trial: its tuning job's with the tuned values joined in, and how many share the
/// machine.
struct ResolvedSpec {
  TrainingSpec spec;
  std::int64_t max_parallel = 1;
};
/// Where a file of a job goes, and the role that must be allowed to store it there.
struct Destination {
  std::string uri;
  std::string acting_role;  // see TrainingSpec
};
/// Makes the spec of a trial from its tuning job's row; orchestration knows how.
using TrialSpecResolver =
    std::function<Result<ResolvedSpec>(const store::TuningJob&, const store::TrainingJob&)>;

class TrainingJobs {
 public:
  TrainingJobs(store::Store& store, const Clock& clock, Wakeup& wakeup, Launcher& launcher,
               InputSource& inputs, ArtifactStore& artifacts, TrainingSettings settings,
               TrialSpecResolver resolver);

  /// Called (on any thread) after a change of a trial was committed.
  void on_trial_changed(
      std::function<void(std::int64_t tuning_job, std::int64_t training_job)> observer) {
    observer_ = std::move(observer);
  }

  /// Called (on any thread) after a report of a living trial was committed.
  void on_trial_progress(
      std::function<void(std::int64_t tuning_job, std::int64_t training_job)> observer) {
    progress_observer_ = std::move(observer);
  }

  /// While `room` says no, nothing is launched: jobs wait. Before the first run_once().
  void launch_only_with(std::function<bool()> room) { room_ = std::move(room); }

  /// Commits a new job outside of tuning, with its tags; it takes over a warm pool that is left for
  /// it, and is launched soon after. kAlreadyExists
  /// when the name is taken.
  Result<void> create(store::TrainingJob job, const std::string& arn,
                      const std::vector<store::Tag>& tags);
  /// Changes how long the warm pool of a job outside of tuning is kept; 0: no longer. kConflict
  /// when it has ended and its pool is gone.
  Result<void> keep_alive(const std::string& region, const std::string& name, std::int64_t seconds);
  /// Launches a job whose row is committed; it ends as Failed when it can't be launched.
  void launch(std::int64_t id);
  /// Commits the wish to stop and passes it on; `early` as in lifecycle.h. kConflict when the job
  /// has ended.
  Result<void> request_stop(std::int64_t id, bool early = false);
  /// The same for what a trial's tuning job wants: one whose outcome is there and only not taken
  /// in yet, since the server was away, ends as it did.
  Result<void> stop_trial(std::int64_t id, bool early);
  /// Removes an ended job outside of a living tuning job. kConflict while it lives.
  Result<void> erase(const std::string& region, const std::string& name, const std::string& arn);

  // The runner's requests. kDenied: wrong token. kConflict: the attempt is not the runner's any
  // more.
  Result<Answer> claim(const Claim& claim);
  Result<Answer> report(const Report& report);
  Result<Answer> finish(const Finish& finish);
  /// Where an artifact of that attempt goes, when the token is right and the attempt is current.
  Result<Destination> artifact_destination(const std::string& job_id, std::int64_t attempt,
                                           const std::string& token,
                                           const std::string& artifact_name);

  /// Likewise a file of its checkpoint folder. kInvalid when the job keeps none.
  Result<Destination> checkpoint_destination(const std::string& job_id, std::int64_t attempt,
                                             const std::string& token, const std::string& name);

  /// Ends an attempt's job as Failed: its output can't be stored, whatever the runner does.
  /// `reason` is for the user. The attempt must be current (see artifact_destination).
  Result<void> give_up(const std::string& job_id, std::int64_t attempt, const std::string& reason);

  /// Takes in every living job of the store: waits for its runner, takes its outcome, or launches
  /// it anew.
  Result<void> recover();
  /// Launches what waits and looks after dead runners when it is time; true when something was
  /// done.
  bool run_once();

  /// The folder of a job: its log is in it.
  std::filesystem::path folder(std::int64_t id) const;
  Result<ResolvedSpec> spec_of(const store::TrainingJob& job);

 private:
  std::string token(const std::string& job_id, std::int64_t attempt) const;
  Result<void> check_token(const std::string& job_id, std::int64_t attempt,
                           const std::string& given) const;
  /// The spec of a job whose current attempt that is.
  Result<ResolvedSpec> attempt_spec(const std::string& job_id, std::int64_t attempt,
                                    const std::string& token, std::string& job_name);
  Result<JobSpec> job_spec(const store::TrainingJob& job, const ResolvedSpec& resolved);
  /// False: there is no room for it now, and it has to be tried again.
  Result<bool> try_launch(std::int64_t id);
  void look_after(const store::TrainingJob& job);
  /// Of a job whose runner died, or was never started, before it claimed the job; it fails when
  /// that has happened too often.
  Result<void> launch_again(const store::TrainingJob& job);
  /// The job's RetryStrategy, else the settings'.
  std::int64_t max_attempts(const store::TrainingJob& job);
  void pass_stop_on(const store::TrainingJob& job);
  Result<void> end_without_runner(std::int64_t id, const std::string& failure_reason,
                                  Ending ending = Ending::kFailed);
  void changed(const store::TrainingJob& job);

  std::function<bool()> room_ = [] { return true; };
  store::Store& store_;
  const Clock& clock_;
  Wakeup& wakeup_;
  Launcher& launcher_;
  InputSource& inputs_;
  ArtifactStore& artifacts_;
  const TrainingSettings settings_;
  const TrialSpecResolver resolver_;
  std::function<void(std::int64_t, std::int64_t)> observer_ = [](std::int64_t, std::int64_t) {};
  std::function<void(std::int64_t, std::int64_t)> progress_observer_ = [](std::int64_t,
                                                                          std::int64_t) {};

  std::mutex mutex_;
  std::set<std::int64_t> waiting_;  // guarded by mutex_: to be launched
  bool short_of_room_ = false;      // of the thread of run_once()

  Timestamp next_look_{};                         // owned by the thread in run_once()
  std::map<std::int64_t, int> deaths_unclaimed_;  // likewise: how often launch_again() was called
};

}  // namespace tunesmith::training
