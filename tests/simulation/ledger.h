// SPDX-License-Identifier: Apache-2.0
//
// What must hold at each commit of a simulated run. The ledger sees every commit, keeps the rows as
// they then must be, and holds each change against the one before and against what really happened
// to the runners. Throws fakes::Violation. One thread.
#pragma once

#include "orchestration/search.h"
#include "store/store.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fakes/chronicle.h"
#include "fakes/fake_runners.h"
#include "fakes/observed_store.h"

namespace tunesmith::simulation {

class Ledger {
 public:
  struct Job {
    store::TuningJob row;
    orchestration::TuningSpec spec;
    std::vector<std::int64_t> trials;                     // training job ids, by trial number
    std::int64_t log_length = 0;                          // asks, tells and reports
    std::map<std::int64_t, store::SearchReport> reports;  // by place
    std::vector<store::ParentTrial> parents;
  };

  Ledger(const fakes::VirtualTime& time, fakes::Chronicle& chronicle, fakes::FakeRunners& runners,
         std::int64_t max_attempts)
      : time_(time), chronicle_(chronicle), runners_(runners), max_attempts_(max_attempts) {}

  void committed(const fakes::Changes& changes);
  /// What must hold of runners and rows together, at any instant.
  void check_runners() const;
  /// The store holds exactly the rows of the ledger; counters and best trials are those of the
  /// rows.
  void check_store(const store::Store& store) const;
  /// Every suggestion is what a search that never stopped answers to the same asks and tells.
  void check_suggestions(const orchestration::SearchFactory& searches) const;
  /// Points of acknowledged reports, and of outcomes that were taken in, are in the store.
  void check_points(const store::Store& store) const;

  const std::map<std::int64_t, Job>& jobs() const { return jobs_; }
  const std::map<std::int64_t, store::TrainingJob>& training_jobs() const { return training_; }
  bool all_ended() const;

 private:
  void check_times(const store::TrainingJob& row) const;
  void check_new_trial(const store::TrainingJob& row);
  void check_step(const store::TrainingJob& before, const store::TrainingJob& after) const;
  void check_end(const store::TrainingJob& row) const;
  std::int64_t attempts_allowed(const store::TrainingJob& row) const;
  void check_end(const Job& job) const;

  const fakes::VirtualTime& time_;
  fakes::Chronicle& chronicle_;
  fakes::FakeRunners& runners_;
  const std::int64_t max_attempts_;
  std::map<std::int64_t, Job> jobs_;
  std::map<std::int64_t, store::TrainingJob> training_;
};

}  // namespace tunesmith::simulation
