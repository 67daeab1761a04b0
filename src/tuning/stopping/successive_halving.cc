// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/successive_halving.h"

#include <algorithm>

namespace tunesmith::tuning {
namespace {

constexpr std::int64_t kSpacing = 3;  // of rungs: eta of the paper
// The share that goes on: 1 / eta by value, as in the paper, and half by forecast, which is the
// milder of the two because the model also chooses what is tried.
constexpr double kShareByValue = 1.0 / kSpacing;
constexpr double kShareByForecast = 0.5;

}  // namespace

std::vector<std::int64_t> SuccessiveHalving::rungs_of(std::int64_t min_resource,
                                                      std::int64_t max_resource) {
  std::vector<std::int64_t> rungs;
  for (std::int64_t at = min_resource; at < max_resource; at *= kSpacing) rungs.push_back(at);
  rungs.push_back(max_resource);
  return rungs;
}

SuccessiveHalving::SuccessiveHalving(std::int64_t min_resource, std::int64_t max_resource,
                                     Forecast forecast)
    : forecast_(std::move(forecast)),
      rungs_(rungs_of(min_resource, max_resource)),
      arrivals_(rungs_.size()) {}

bool SuccessiveHalving::goes_on(const std::vector<Arrival>& arrivals, std::int64_t resource) const {
  // The first arrivals, whom nothing compares with, go on.
  if (static_cast<std::int64_t>(arrivals.size()) < kSpacing) return true;
  std::vector<double> scores;
  if (forecast_) {
    std::vector<std::uint64_t> trials;
    for (const Arrival& arrival : arrivals) trials.push_back(arrival.trial);
    scores = forecast_(trials, resource);
  }
  const double share = scores.empty() ? kShareByValue : kShareByForecast;
  if (scores.empty())
    for (const Arrival& arrival : arrivals) scores.push_back(arrival.value);
  const auto better = std::count_if(scores.begin(), scores.end(),
                                    [&](double score) { return score < scores.back(); });
  return static_cast<double>(better) < share * static_cast<double>(scores.size());
}

Decision SuccessiveHalving::report(std::uint64_t trial, const Report& report) {
  std::size_t& next = next_rung_[trial];
  // A trial that reports rarely may pass several rungs at once: it counts at each of them.
  while (next < rungs_.size() && report.resource >= rungs_[next]) {
    arrivals_[next].push_back({trial, report.value});
    ++next;
    if (next == rungs_.size()) return Decision::kStop;
    if (!goes_on(arrivals_[next - 1], rungs_[next - 1])) return Decision::kStop;
  }
  return Decision::kContinue;
}

void SuccessiveHalving::end(std::uint64_t trial, bool completed) {
  static_cast<void>(completed);
  next_rung_.erase(trial);
}

}  // namespace tunesmith::tuning
