// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/trial_log.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>

namespace tunesmith::tuning {

std::uint64_t TrialLog::hash(const Point& point) {
  std::uint64_t h = 0x9e3779b97f4a7c15ULL;
  for (const double x : point) {
    h ^= std::bit_cast<std::uint64_t>(x + 0.0);
    h *= 0xbf58476d1ce4e5b9ULL;
    h ^= h >> 29;
    h *= 0x94d049bb133111ebULL;
    h ^= h >> 32;
  }
  return h;
}

Result<void> TrialLog::add_pending(TrialId id, Point point) {
  if (known(id))
    return Error(ErrorKind::kAlreadyExists, fmt::format("trial {} exists already", id));
  mark_seen(point);
  pending_.emplace(suggestions_, id);
  ids_.push_back(id);
  trials_.emplace(id, Trial{suggestions_, std::move(point)});
  ++suggestions_;
  return {};
}

Result<void> TrialLog::check_pending(TrialId id) const {
  const auto found = trials_.find(id);
  if (found == trials_.end()) return Error(ErrorKind::kNotFound, fmt::format("no trial {}", id));
  if (!found->second.pending)
    return Error(ErrorKind::kConflict, fmt::format("trial {} has ended already", id));
  return {};
}

Result<void> TrialLog::end(TrialId id, std::optional<double> value) {
  TUNESMITH_TRY_VOID(check_pending(id));
  Trial& trial = trials_.at(id);
  trial.pending = false;
  pending_.erase(trial.number);
  if (value) {
    const bool finite = std::isfinite(*value);
    observations_.push_back({trial.point,
                             finite ? sign_ * *value : std::numeric_limits<double>::quiet_NaN(),
                             trial.last_resource});
    if (finite) ++successes_;
    if (finite && !watched_.empty() && trial.last_resource > trial.milestone)
      milestones_.push_back({trial.number, &trial.point, trial.last_resource, sign_ * *value});
  }
  return {};
}

Result<bool> TrialLog::report(TrialId id, std::int64_t resource, double value) {
  TUNESMITH_TRY_VOID(check_pending(id));
  if (resource < 1)
    return Error(ErrorKind::kInvalid, fmt::format("resource {} is below 1", resource));
  Trial& trial = trials_.at(id);
  if (resource <= trial.last_resource) return false;
  trial.last_resource = resource;
  const std::size_t before = trial.watched;
  while (trial.watched < watched_.size() && resource >= watched_[trial.watched]) ++trial.watched;
  if (trial.watched > before) {
    milestones_.push_back({trial.number, &trial.point, resource, value});
    trial.milestone = resource;
  }
  return true;
}

Result<void> TrialLog::remove(TrialId id) {
  TUNESMITH_TRY_VOID(check_pending(id));
  Trial& trial = trials_.at(id);
  trial.pending = false;
  pending_.erase(trial.number);
  std::erase_if(milestones_, [&](const Milestone& m) { return m.trial == trial.number; });
  const auto found = seen_.find(hash(trial.point));
  if (found != seen_.end() && --found->second == 0) seen_.erase(found);
  return {};
}

void TrialLog::preload(Point point, std::optional<double> value) {
  mark_seen(point);
  const bool finite = value && std::isfinite(*value);
  observations_.push_back(
      {std::move(point), finite ? sign_ * *value : std::numeric_limits<double>::quiet_NaN(), 0});
  if (finite) ++successes_;
}

std::vector<const Point*> TrialLog::pending() const {
  std::vector<const Point*> points;
  points.reserve(pending_.size());
  for (const auto& [number, id] : pending_) points.push_back(&trials_.at(id).point);
  return points;
}

const Point* TrialLog::best() const {
  const Observation* best = nullptr;
  for (const Observation& observation : observations_) {
    if (std::isnan(observation.value)) continue;
    if (best == nullptr || observation.value < best->value) best = &observation;
  }
  return best == nullptr ? nullptr : &best->point;
}

bool TrialLog::seen(const Point& point) const { return seen_.contains(hash(point)); }

}  // namespace tunesmith::tuning
