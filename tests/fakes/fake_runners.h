// SPDX-License-Identifier: Apache-2.0
//
// Runners without processes: a training::Launcher whose runners live in virtual time and follow the
// real runner's protocol (src/runner/runner.cc), over a network that loses, repeats and delays.
// They train, fail, hang and die as drawn from the seed, and remember what really happened, which
// the server's rows are held against. Runners and their folders outlive the server. One thread.
#pragma once

#include "base/random.h"
#include "training/launcher.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes/chronicle.h"
#include "fakes/virtual_time.h"

namespace tunesmith::fakes {

/// Where runners call. kUnavailable while no server is there.
class RunnerDoor {
 public:
  virtual ~RunnerDoor() = default;
  virtual Result<training::Answer> claim(const training::Claim& claim) = 0;
  virtual Result<training::Answer> report(const training::Report& report) = 0;
  virtual Result<training::Answer> finish(const training::Finish& finish) = 0;
  virtual Result<void> upload(const training::Report& who, const std::string& artifact) = 0;
};

/// Probabilities, each of its kind of event.
struct RunnerOdds {
  double lost = 0.02;           // a request, or its answer
  double delayed = 0.02;        // a request arrives after its sender gave it up
  double repeated = 0.02;       // a request arrives again later
  double launch_fails = 0.005;  // no process could be started
  double probe_fails = 0.005;
  double dies = 0.08;  // a runner, at some point of its life
  double hangs = 0.02;
  double fails = 0.08;
  double overruns = 0.03;      // MaxRuntimeInSeconds
  double no_objective = 0.03;  // ends well without the metric
  bool same_number = false;    // a report is sent again as it was, not under the next number
};

/// What really happened to an attempt.
struct AttemptHistory {
  int trainings = 0;                        // how often the algorithm was started
  std::optional<training::Finish> outcome;  // written durably
  std::vector<training::MetricPoint> acknowledged;
};

struct JobHistory {
  std::map<std::int64_t, AttemptHistory> attempts;
  bool launch_failed = false;
};

struct RunnerTally {
  std::int64_t launched = 0, deaths = 0, requests = 0, lost = 0, repeated = 0, retrained = 0;
};

class FakeRunners final : public training::Launcher {
 public:
  /// `around_launch` is called before and after a launch takes effect; it may throw.
  FakeRunners(VirtualTime& time, Chronicle& chronicle, std::uint64_t seed, const RunnerOdds& odds,
              RunnerDoor& door, std::function<void()> around_launch);
  ~FakeRunners() override;

  Result<void> launch(const training::LaunchSpec& spec) override;
  Result<training::Liveness> probe(const std::filesystem::path& job_folder) override;
  Result<void> stop(const std::filesystem::path& job_folder) override;
  Result<void> kill(const std::filesystem::path& job_folder) override;

  /// A power loss: no runner is left, their files are.
  void kill_all();
  const JobHistory& history(std::int64_t job) { return histories_[job]; }
  bool lives(std::int64_t job) const { return living_.contains(job); }
  /// Jobs whose algorithm runs now.
  std::vector<std::int64_t> training() const;
  /// Called when an algorithm begins to hang: until it is stopped it will not end.
  void on_hang(std::function<void(std::int64_t job)> observer) {
    hang_observer_ = std::move(observer);
  }
  const RunnerTally& tally() const { return tally_; }

 private:
  struct Runner;
  using Ref = std::shared_ptr<Runner>;

  bool roll(double probability) { return rng_.uniform() < probability; }
  Millis between(std::int64_t low, std::int64_t high) {
    return Millis(
        low + static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(high - low + 1))));
  }
  template <class Request>
  Result<training::Answer> send(Result<training::Answer> (RunnerDoor::*call)(const Request&),
                                const Request& request);
  void later(const Ref& runner, Millis delay, void (FakeRunners::*step)(const Ref&));
  void back_off(const Ref& runner, void (FakeRunners::*step)(const Ref&));
  void begin(const Ref& runner);
  void claim(const Ref& runner);
  void train(const Ref& runner);
  void measure(const Ref& runner);
  void flush(const Ref& runner);
  void hear_stop(const Ref& runner);
  void end_training(const Ref& runner);
  void conclude(const Ref& runner);
  void deliver(const Ref& runner);
  void fenced(const Ref& runner, std::string_view where);
  void gone(const Ref& runner, std::string_view how);
  std::int64_t wall() const { return to_millis(time_.now()); }

  VirtualTime& time_;
  Chronicle& chronicle_;
  Rng rng_;
  const RunnerOdds odds_;
  RunnerDoor& door_;
  const std::function<void()> around_launch_;
  std::function<void(std::int64_t)> hang_observer_ = [](std::int64_t) {};
  std::int64_t last_pid_ = 0;
  std::map<std::int64_t, Ref> living_;                      // by job: who holds the folder's lock
  std::map<std::int64_t, training::Finish> outcome_files_;  // by job
  std::map<std::int64_t, JobHistory> histories_;
  RunnerTally tally_;
};

}  // namespace tunesmith::fakes
