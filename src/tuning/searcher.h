// SPDX-License-Identifier: Apache-2.0
//
// The search engine as orchestration sees it: a Searcher is told what happened to each trial and
// asked for the next configuration. Its answers are a function of the space, the options and the
// ordered log of calls alone: no clock, no input or output, no threads, no globals. A suggestion
// that was computed before is replayed with replay_suggested(), which costs next to nothing, and
// the next suggest() answers what it would have answered without the restart. Not thread safe: one
// owner, one thread at a time.
#pragma once

#include "base/result.h"
#include "tuning/space/space.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::tuning {

/// The owner's number for a trial; unique within a search, in any order.
using TrialId = std::uint64_t;

enum class Direction { kMinimize, kMaximize };
enum class Strategy { kRandom, kBayesian, kGrid };

struct SearchOptions {
  std::uint64_t seed = 0;
  Direction direction = Direction::kMinimize;
  int budget = 0;        ///< how many trials there will be; 0: not known
  int max_parallel = 1;  ///< how many run at once
  Strategy strategy = Strategy::kBayesian;
};

/// Why a point was suggested. Numbers are in the objective's units and absent where the step has no
/// model.
struct Explanation {
  std::string step;                 ///< "initial design", "expected improvement", "random", ...
  std::optional<double> mean;       ///< predicted objective
  std::optional<double> deviation;  ///< standard deviation of that prediction
  std::optional<double>
      acquisition;  ///< log expected improvement of the model's standardised target
};

struct Suggestion {
  Configuration configuration;
  Explanation explanation;
};

/// A trial that ended elsewhere (a parent job's, or a log read back). A value that is absent or not
/// finite means it failed.
struct FinishedTrial {
  Configuration configuration;
  std::optional<double> value;
};

enum class Decision { kContinue, kStop };

class Searcher {
 public:
  virtual ~Searcher() = default;

  /// The configuration for a new trial, which is pending from now on.
  /// kLimitExceeded: every configuration of a finite space has been suggested. kAlreadyExists: the
  /// id is taken.
  virtual Result<Suggestion> suggest(TrialId id) = 0;
  /// As suggest, with the configuration that it answered when this log was written.
  virtual Result<void> replay_suggested(TrialId id, const Configuration& configuration) = 0;

  /// The trial ended with a value of the objective; one that is not finite counts as a failure.
  /// This and the next three: kNotFound for an unknown trial, kConflict for one that has ended.
  virtual Result<void> observe(TrialId id, double value) = 0;
  /// The trial failed: the model keeps away from its configuration.
  virtual Result<void> fail(TrialId id) = 0;
  /// The trial was stopped early, with the value it had reached, if any.
  virtual Result<void> stop(TrialId id, std::optional<double> value) = 0;
  /// The trial never ran: forget it; its configuration may be suggested again.
  virtual Result<void> remove(TrialId id) = 0;

  /// A value while the trial runs; `resource` counts from 1 (epochs). Says whether to go on.
  virtual Result<Decision> report(TrialId id, std::int64_t resource, double value) = 0;

  /// Trials that are known from elsewhere. kInvalid for a configuration outside the space; nothing
  /// is taken in then.
  virtual Result<void> preload(const std::vector<FinishedTrial>& trials) = 0;

  virtual const Space& space() const = 0;
};

struct BayesianOptions;

/// kInvalid for options that make no sense for the space. `bayesian` replaces the engine's settled
/// choices (tuning/search/bayesian_options.h), for measurements only.
Result<std::unique_ptr<Searcher>> make_searcher(Space space, const SearchOptions& options,
                                                const BayesianOptions* bayesian = nullptr);

}  // namespace tunesmith::tuning
