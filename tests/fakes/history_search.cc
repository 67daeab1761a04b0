// SPDX-License-Identifier: Apache-2.0
#include "fakes/history_search.h"

#include "base/strings.h"
#include "orchestration/engine_search.h"

#include <fmt/core.h>

#include <cstring>

namespace tunesmith::fakes {

HistorySearch::HistorySearch(std::uint64_t seed, std::int64_t capacity)
    : state_(seed ^ 0x9e3779b97f4a7c15U), capacity_(capacity) {}

void HistorySearch::take_in(std::uint64_t word) {
  state_ ^= word;
  for (int i = 0; i < 2; ++i) {  // the finalizer of MurmurHash3
    state_ ^= state_ >> 33U;
    state_ *= 0xff51afd7ed558ccdU;
  }
  state_ ^= state_ >> 33U;
}

store::NamedValues HistorySearch::values() const { return {{"x", fmt::format("{:016x}", state_)}}; }

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
  return orchestration::Suggested{values(), {}};
}

Result<void> HistorySearch::replay(std::int64_t trial, const store::NamedValues& given) {
  TUNESMITH_TRY(const auto computed, suggest(trial));
  if (computed.values == given) return {};
  return Error(ErrorKind::kCorrupt, fmt::format("trial {} is replayed as another one", trial));
}

Result<void> HistorySearch::tell(std::int64_t trial, orchestration::TrialEnd end, double value) {
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

Result<std::unique_ptr<orchestration::Search>> make_search(const orchestration::TuningSpec& spec,
                                                           std::uint64_t seed) {
  if (spec.strategy != "History") return orchestration::make_engine_search(spec, seed);
  const auto capacity = parse_int(spec.ranges.at(0).max);
  return std::unique_ptr<orchestration::Search>(
      std::make_unique<HistorySearch>(seed, capacity.value_or(0)));
}

}  // namespace tunesmith::fakes
