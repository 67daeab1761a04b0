// SPDX-License-Identifier: Apache-2.0
//
// A Store over another one, for tests: a hook may let things happen, fail the call or crash the
// server before and after each access, and an observer sees what each commit changed.
#pragma once

#include "store/store.h"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace tunesmith::fakes {

/// What one transaction wrote. Rows as the caller gave them, with their ids.
struct Changes {
  std::vector<store::TuningJob> inserted_tuning_jobs, updated_tuning_jobs;
  std::vector<store::TrainingJob> inserted_training_jobs, updated_training_jobs;
  std::vector<std::pair<std::int64_t, std::int64_t>> told;  // training job, place in the log
  std::vector<store::SearchReport> search_reports;
  std::vector<store::ParentTrial> parent_trials;  // of the tuning job that is inserted with them
  bool empty() const {
    return inserted_tuning_jobs.empty() && updated_tuning_jobs.empty() &&
           inserted_training_jobs.empty() && updated_training_jobs.empty() && told.empty() &&
           search_reports.empty();
  }
};

enum class Access { kBeforeRead, kAfterRead, kBeforeWrite, kAfterWrite };

class ObservedStore final : public store::Store {
 public:
  /// An error fails the call: nothing is done before; after, what was done stays done.
  using Hook = std::function<std::optional<Error>(Access)>;
  using Observer = std::function<void(const Changes&)>;

  ObservedStore(store::Store& inner, Hook hook, Observer observer)
      : inner_(inner), hook_(std::move(hook)), observer_(std::move(observer)) {}

  Result<void> write(const std::function<Result<void>(store::Transaction&)>& body) override;
  Result<void> read(const std::function<Result<void>(store::Reader&)>& body) const override;

 private:
  store::Store& inner_;
  const Hook hook_;
  const Observer observer_;
};

}  // namespace tunesmith::fakes
