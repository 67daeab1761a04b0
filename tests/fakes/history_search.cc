// SPDX-License-Identifier: Apache-2.0
#include "fakes/history_search.h"

#include "base/strings.h"
#include "orchestration/engine_search.h"

#include <fmt/core.h>

#include <cstring>

namespace tunesmith::fakes {

HistorySearch::HistorySearch(std::uint64_t seed, std::int64_t capacity, std::int64_t definitions)
    : state_(seed ^ 0x9e3779b97f4a7c15U), capacity_(capacity), definitions_(definitions) {}

void HistorySearch::take_in(std::uint64_t word) {
  state_ ^= word;
  for (int i = 0; i < 2; ++i) {  // the finalizer of MurmurHash3
    state_ ^= state_ >> 33U;
    state_ *= 0xff51afd7ed558ccdU;
  }
  state_ ^= state_ >> 33U;
}

void HistorySearch::know(const store::ParentTrial& parent) {
  const double value = parent.objective.value_or(-1);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  take_in(static_cast<std::uint64_t>(parent.parent));
  take_in(bits);
}

Result<orchestration::Suggested> HistorySearch::suggest(std::int64_t trial) {
  if (running_.contains(trial) || ended_.contains(trial)) {
    return Error(ErrorKind::kAlreadyExists, fmt::format("trial {} was suggested before", trial));
  }
  const auto suggested = static_cast<std::int64_t>(running_.size() + ended_.size());
  if (capacity_ > 0 && suggested >= capacity_) {
    return Error(ErrorKind::kLimitExceeded, "nothing new is left");
  }
  running_.insert(trial);
  take_in(static_cast<std::uint64_t>(trial));
  return orchestration::Suggested{
      static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(definitions_)),
      {{"x", fmt::format("{:016x}", state_)}},
      {}};
}

Result<void> HistorySearch::replay(std::int64_t trial, std::int64_t definition,
                                   const store::NamedValues& given) {
  TUNESMITH_TRY(const auto computed, suggest(trial));
  if (computed.definition == definition && computed.values == given) return {};
  return Error(ErrorKind::kCorrupt, fmt::format("trial {} is replayed as another one", trial));
}

Result<void> HistorySearch::tell(std::int64_t trial, orchestration::TrialEnd end,
                                 std::optional<double> given) {
  const double value = given.value_or(-1);
  if (running_.erase(trial) == 0) {
    return Error(ErrorKind::kConflict, fmt::format("trial {} does not run", trial));
  }
  ended_.insert(trial);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  take_in(static_cast<std::uint64_t>(trial));
  take_in(static_cast<std::uint64_t>(end));
  take_in(bits);
  return {};
}

Result<bool> HistorySearch::report(std::int64_t trial, std::int64_t resource, double value) {
  if (!running_.contains(trial)) {
    return Error(ErrorKind::kConflict, fmt::format("trial {} does not run", trial));
  }
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  take_in(static_cast<std::uint64_t>(trial));
  take_in(static_cast<std::uint64_t>(resource));
  take_in(bits);
  if (state_ % 8 == 0) cut_short_.insert(trial);
  return !cut_short_.contains(trial);
}

Result<void> HistorySearch::replay_report(std::int64_t trial, std::int64_t resource, double value) {
  TUNESMITH_TRY_VOID(report(trial, resource, value));
  return {};
}

Result<std::unique_ptr<orchestration::Search>> make_search(
    const orchestration::TuningSpec& spec, std::uint64_t seed,
    const std::vector<store::ParentTrial>& parents) {
  if (spec.strategy != "History") return orchestration::make_engine_search(spec, seed, parents);
  const auto capacity = parse_int(spec.definitions.at(0).ranges.at(0).max);
  auto search = std::make_unique<HistorySearch>(seed, capacity.value_or(0),
                                                static_cast<std::int64_t>(spec.definitions.size()));
  for (const auto& parent : parents) search->know(parent);
  return std::unique_ptr<orchestration::Search>(std::move(search));
}

}  // namespace tunesmith::fakes
