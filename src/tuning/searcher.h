// SPDX-License-Identifier: Apache-2.0
//
// The search engine as orchestration sees it: a Searcher is told what happened to each trial and
// asked for the next configuration. Its answers are a function of the space, the options and the
// ordered log of calls alone: no clock, no input or output, no threads, no globals. A suggestion
// that was computed before is replayed with replay_suggested(), which costs next to nothing, and
// the next suggest() answers what it would have answered without the restart. The const functions
// leave no trace in later answers. Not thread safe: one owner, one thread at a time.
#pragma once

#include "base/result.h"
#include "tuning/explanation.h"
#include "tuning/space/space.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tunesmith::tuning {

/// The owner's number for a trial; unique within a search, in any order.
using TrialId = std::uint64_t;

enum class Direction { kMinimize, kMaximize };
enum class Strategy { kRandom, kBayesian, kGrid, kHyperband };
/// kAuto: report() stops trials that are worse than the median of their predecessors.
enum class EarlyStopping { kOff, kAuto };

struct SearchOptions {
  std::uint64_t seed = 0;
  Direction direction = Direction::kMinimize;
  int budget = 0;        ///< how many trials there will be; 0: not known
  int max_parallel = 1;  ///< how many run at once
  Strategy strategy = Strategy::kBayesian;
  EarlyStopping early_stopping = EarlyStopping::kOff;  ///< must be kOff with kHyperband
  /// Of kHyperband, in the unit that report() counts (epochs): no trial is stopped before
  /// min_resource, and every one at max_resource. 1 <= min_resource <= max_resource <= 20,000.
  std::int64_t min_resource = 1;
  std::int64_t max_resource = 0;
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

/// What a parent's trials have in common with this search's.
enum class WarmStart {
  /// The same objective, in the same units: the parent's configurations are not suggested again.
  kIdenticalDataAndAlgorithm,
  /// A related objective, perhaps on another scale: its best configurations are worth trying here.
  kTransferLearning,
};

/// kStop: the owner ends the trial, and says so by stop() or observe() once it has ended.
enum class Decision { kContinue, kStop };

class Searcher {
 public:
  static constexpr std::size_t kMaxParents = 5;
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

  /// A value while the trial runs. `resource` counts from 1 (epochs) and grows; a report at or
  /// below the trial's last one (a log read twice) is answered and changes nothing. A value that is
  /// not finite counts as the worst. Says whether to go on; kStop once means kStop ever after. A
  /// log that is read back repeats its reports.
  virtual Result<Decision> report(TrialId id, std::int64_t resource, double value) = 0;
  /// The same while a log is read back that has the trial's end, too: what was decided then does
  /// not matter any more.
  virtual Result<void> replay_report(TrialId id, std::int64_t resource, double value) = 0;

  /// Trials of this same search that ended before its log begins. kInvalid for a configuration
  /// outside the space; nothing is taken in then.
  virtual Result<void> preload(const std::vector<FinishedTrial>& trials) = 0;
  /// The trials of a parent job, before the first suggestion; each call is another parent, at most
  /// kMaxParents (kLimitExceeded). A trial whose configuration lies outside this space is left out.
  /// Returns how many were taken in.
  virtual Result<std::size_t> add_parent(WarmStart kind,
                                         const std::vector<FinishedTrial>& trials) = 0;

  /// What the model expects of going on. Nothing while there is no model (the first trials, and the
  /// strategies without one).
  virtual std::optional<Convergence> convergence() const = 0;
  /// The share of the model's variance over the space that each parameter explains alone, and each
  /// pair jointly beyond that, greatest first. kConflict while there is no model.
  virtual Result<std::vector<Importance>> importance() const = 0;
  /// The predicted objective along one parameter, or over two (indices into space()), at
  /// `resolution` places of each (all values of a discrete one that has no more).
  /// kInvalid for other numbers of parameters, indices out of range, equal ones or a resolution
  /// outside [2, 64]; kConflict while there is no model.
  virtual Result<std::vector<ResponsePoint>> response(const std::vector<std::size_t>& parameters,
                                                      std::size_t resolution,
                                                      Others others) const = 0;

  virtual const Space& space() const = 0;
};

struct BayesianOptions;

/// kInvalid for options that make no sense for the space. `bayesian` replaces the engine's settled
/// choices (tuning/search/bayesian_options.h), for measurements only.
Result<std::unique_ptr<Searcher>> make_searcher(Space space, const SearchOptions& options,
                                                const BayesianOptions* bayesian = nullptr);

}  // namespace tunesmith::tuning
