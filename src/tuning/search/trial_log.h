// SPDX-License-Identifier: Apache-2.0
//
// What a search knows: every trial suggested or preloaded, in order, and what became of it. Values
// are kept so that smaller is better. Owned by a searcher; not thread safe.
#pragma once

#include "tuning/searcher.h"

#include <limits>
#include <map>
#include <unordered_map>
#include <vector>

namespace tunesmith::tuning {

struct Observation {
  Point point;
  double value = std::numeric_limits<double>::quiet_NaN();  ///< not a number: the trial failed
  std::int64_t resource = 0;  ///< of the trial's last report; 0: it made none
};

/// A value on the way, at a resource that the strategy watches, or at the trial's end.
struct Milestone {
  std::uint64_t trial = 0;  ///< its number
  const Point* point = nullptr;
  std::int64_t resource = 0;
  double value = 0;
};

class TrialLog {
 public:
  /// `watched`: ascending resources at which trials leave milestones.
  explicit TrialLog(Direction direction, std::vector<std::int64_t> watched = {})
      : sign_(direction == Direction::kMinimize ? 1 : -1), watched_(std::move(watched)) {}

  Result<void> add_pending(TrialId id, Point point);
  /// Ends a pending trial: with a value, as failed (not a number), or with no information at all.
  Result<void> end(TrialId id, std::optional<double> value);
  Result<void> remove(TrialId id);
  void preload(Point point, std::optional<double> value);
  /// Marks a point as seen that is no trial of this search.
  void exclude(const Point& point) { mark_seen(point); }
  Result<void> check_pending(TrialId id) const;
  /// Takes in a report; `value` is turned already. False where it says nothing new: the trial has
  /// reported this resource, or a larger one, before.
  Result<bool> report(TrialId id, std::int64_t resource, double value);
  /// The number of a known trial.
  std::uint64_t number(TrialId id) const { return trials_.at(id).number; }
  bool known(TrialId id) const { return trials_.contains(id); }

  /// The point of the trial of this number.
  const Point& point(std::uint64_t number) const { return trials_.at(ids_[number]).point; }

  /// Suggestions made so far, those that were removed included: the number of the next one.
  std::uint64_t suggestions() const { return suggestions_; }
  /// In the order in which they ended.
  const std::vector<Observation>& observations() const { return observations_; }
  std::size_t successes() const { return successes_; }
  /// The point of the best observation, the first among equals; null while there is none.
  const Point* best() const;
  /// In the order in which they were reported.
  const std::vector<Milestone>& milestones() const { return milestones_; }
  /// Points of running trials, in the order of their suggestion.
  std::vector<const Point*> pending() const;
  /// Whether exactly this point has been suggested or preloaded.
  bool seen(const Point& point) const;
  /// How many different points have been seen.
  std::size_t distinct() const { return seen_.size(); }
  double sign() const { return sign_; }

 private:
  struct Trial {
    std::uint64_t number = 0;
    Point point;
    bool pending = true;
    std::int64_t last_resource = 0;  ///< of its reports; 0: none
    std::size_t watched = 0;         ///< how many of watched_ it has reached
    std::int64_t milestone = 0;      ///< the resource of its last
  };
  void mark_seen(const Point& point) { ++seen_[hash(point)]; }
  static std::uint64_t hash(const Point& point);

  double sign_;
  std::vector<std::int64_t> watched_;
  std::uint64_t suggestions_ = 0;
  std::size_t successes_ = 0;
  std::unordered_map<TrialId, Trial> trials_;
  std::vector<TrialId> ids_;                  ///< by number
  std::map<std::uint64_t, TrialId> pending_;  ///< by number
  std::vector<Observation> observations_;
  std::vector<Milestone> milestones_;
  std::unordered_map<std::uint64_t, int> seen_;  ///< by hash; 64 bits make a clash no concern
};

}  // namespace tunesmith::tuning
