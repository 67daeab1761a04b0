// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/successive_halving.h"

#include <algorithm>

namespace tunesmith::tuning {
namespace {

constexpr std::int64_t kSpacing = 2;  // of rungs: eta of the paper, whose reciprocal goes on

}  // namespace

std::vector<std::int64_t> SuccessiveHalving::rungs_of(std::int64_t min_resource,
                                                      std::int64_t max_resource) {
  std::vector<std::int64_t> rungs;
  for (std::int64_t at = min_resource; at < max_resource; at *= kSpacing) rungs.push_back(at);
  rungs.push_back(max_resource);
  return rungs;
}

SuccessiveHalving::SuccessiveHalving(std::int64_t min_resource, std::int64_t max_resource,
                                     Judge judge)
    : judge_(std::move(judge)),
      rungs_(rungs_of(min_resource, max_resource)),
      arrivals_(rungs_.size()) {}

bool SuccessiveHalving::goes_on(std::uint64_t trial, std::size_t rung) const {
  const std::vector<double>& values = arrivals_[rung];
  // The first, whom nothing compares with, goes on.
  if (values.size() == 1) return true;
  if (judge_)
    if (const auto verdict = judge_(trial, rungs_[rung])) return *verdict;
  const auto better = std::count_if(values.begin(), values.end(),
                                    [&](double value) { return value < values.back(); });
  return kSpacing * better < static_cast<std::int64_t>(values.size());
}

Decision SuccessiveHalving::report(std::uint64_t trial, const Report& report) {
  const std::size_t before = next_rung_[trial];
  replay(trial, report);
  const std::size_t next = next_rung_[trial];
  if (next == before) return Decision::kContinue;
  return next < rungs_.size() && goes_on(trial, next - 1) ? Decision::kContinue : Decision::kStop;
}

Decision SuccessiveHalving::replay(std::uint64_t trial, const Report& report) {
  std::size_t& next = next_rung_[trial];
  // A trial that reports rarely may pass several rungs at once: it counts at each of them.
  for (; next < rungs_.size() && report.resource >= rungs_[next]; ++next)
    arrivals_[next].push_back(report.value);
  return Decision::kContinue;
}

void SuccessiveHalving::end(std::uint64_t trial, bool completed) {
  static_cast<void>(completed);
  next_rung_.erase(trial);
}

}  // namespace tunesmith::tuning
