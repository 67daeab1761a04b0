// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/successive_halving.h"

#include <algorithm>

namespace tunesmith::tuning {

SuccessiveHalving::SuccessiveHalving(std::int64_t min_resource, std::int64_t max_resource) {
  for (std::int64_t at = min_resource; at < max_resource; at *= kReduction) rungs_.push_back(at);
  rungs_.push_back(max_resource);
  values_.resize(rungs_.size());
}

Decision SuccessiveHalving::report(std::uint64_t trial, const Report& report) {
  std::size_t& next = next_rung_[trial];
  // A trial that reports rarely may pass several rungs at once: it counts at each of them.
  while (next < rungs_.size() && report.resource >= rungs_[next]) {
    auto& values = values_[next];
    const auto rank = std::upper_bound(values.begin(), values.end(), report.value);
    const auto better = static_cast<std::int64_t>(
        std::lower_bound(values.begin(), values.end(), report.value) - values.begin());
    values.insert(rank, report.value);
    ++next;
    if (next == rungs_.size()) return Decision::kStop;
    const auto count = static_cast<std::int64_t>(values.size());
    // The best third, rounded up: so that the first arrivals, whom nothing compares with, go on.
    if (count >= kReduction && better * kReduction >= count) return Decision::kStop;
  }
  return Decision::kContinue;
}

void SuccessiveHalving::end(std::uint64_t trial, bool completed) {
  static_cast<void>(completed);
  next_rung_.erase(trial);
}

}  // namespace tunesmith::tuning
