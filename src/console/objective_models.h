// SPDX-License-Identifier: Apache-2.0
//
// What the search engine's model says about a definition of a tuning job: importance of
// hyperparameters, responses along one and over two. A model is made when it is asked for, and kept
// until the job has another number of finished trials. Thread safe; one model answers one question
// at a time.
#pragma once

#include "base/result.h"
#include "orchestration/tuning_spec.h"
#include "store/records.h"
#include "tuning/searcher.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

namespace tunesmith::console {

class ObjectiveModels {
 public:
  /// {"observations", "convergence", "importance": [{"parameters", "share"}], "responses":
  /// [{"parameter", "values", "mean", "low", "high"}], "average_responses": likewise}. The other
  /// hyperparameters are those of the best trial in the one and averaged over in the other.
  /// kConflict while too few trials have ended.
  Result<std::string> describe(const store::TuningJob& job, std::size_t definition,
                               std::vector<store::TrainingJob> trials);
  /// {"x", "y", "xs", "ys", "mean"}: `mean` has a row for each of `ys`. kInvalid for a name that is
  /// no hyperparameter of the job, or twice the same.
  Result<std::string> contour(const store::TuningJob& job, std::size_t definition,
                              std::vector<store::TrainingJob> trials, const std::string& x,
                              const std::string& y, tuning::Others others);

 private:
  static constexpr std::size_t kMaxKept = 8;

  struct Entry {
    std::mutex mutex;
    std::size_t observations = 0;
    // Guarded by mutex.
    std::unique_ptr<tuning::Searcher> model;
    std::string description;
    std::map<std::tuple<std::size_t, std::size_t, tuning::Others>, std::string> contours;
  };
  Result<std::shared_ptr<Entry>> entry_of(const store::TuningJob& job, std::size_t number,
                                          std::vector<store::TrainingJob> trials);

  std::mutex mutex_;
  // Guarded by mutex_: by tuning job and definition.
  std::map<std::pair<std::int64_t, std::size_t>, std::shared_ptr<Entry>> entries_;
};

}  // namespace tunesmith::console
