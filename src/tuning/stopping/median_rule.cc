// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/median_rule.h"

#include "tuning/stopping/learning_curve.h"

#include <algorithm>
#include <span>

namespace tunesmith::tuning {
namespace {

// Before, no curve can be told from that of a late bloomer.
constexpr std::int64_t kEarliest = kFewestReports;

// Whether a resource is m 2^k with m < 64: all up to 64, then 32 in each doubling.
bool is_decision_point(std::int64_t resource) {
  while (resource >= 64) {
    if (resource % 2 != 0) return false;
    resource /= 2;
  }
  return true;
}

template <class T>
const T& median_of(const std::vector<T>& ascending) {
  return ascending[ascending.size() / 2];
}

template <class T>
void insert_sorted(std::vector<T>& values, T value) {
  values.insert(std::upper_bound(values.begin(), values.end(), value), value);
}

}  // namespace

Decision MedianRule::report(std::uint64_t trial, const Report& report) {
  Curve& curve = running_[trial];
  curve.sum += report.value;
  ++curve.count;
  if (!is_decision_point(report.resource)) return Decision::kContinue;
  curve.averages.push_back({report.resource, curve.sum / static_cast<double>(curve.count)});
  curve.values.push_back(report);

  if (lengths_.size() < kGracePopulation || report.resource * 10 < median_of(lengths_) ||
      report.resource < kEarliest)
    return Decision::kContinue;
  const auto others = averages_.find(report.resource);
  if (others == averages_.end() || others->second.size() < kGracePopulation)
    return Decision::kContinue;
  return report.value > median_of(others->second) && !blooms_late(curve) ? Decision::kStop
                                                                         : Decision::kContinue;
}

// The latter half of a curve says better where it is heading than the whole.
bool MedianRule::blooms_late(const Curve& curve) const {
  const std::size_t n = curve.values.size();
  const std::size_t used = std::min(n, std::max<std::size_t>(4, n / 2));
  const auto end = extrapolate(std::span(curve.values).last(used), median_of(lengths_));
  return end && *end < median_of(finals_);
}

void MedianRule::end(std::uint64_t trial, bool completed) {
  const auto found = running_.find(trial);
  if (found == running_.end()) return;
  const Curve& curve = found->second;
  for (const Report& average : curve.averages)
    insert_sorted(averages_[average.resource], average.value);
  if (completed && !curve.values.empty()) {
    insert_sorted(lengths_, curve.values.back().resource);
    insert_sorted(finals_, curve.values.back().value);
  }
  running_.erase(found);
}

}  // namespace tunesmith::tuning
