// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/median_rule.h"

#include <algorithm>

namespace tunesmith::tuning {
namespace {

// Whether a resource is m 2^k with m < 64: all up to 64, then 32 in each doubling.
bool is_decision_point(std::int64_t resource) {
  while (resource >= 64) {
    if (resource % 2 != 0) return false;
    resource /= 2;
  }
  return true;
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

  if (lengths_.size() < kGracePopulation || report.resource * 10 < lengths_[lengths_.size() / 2])
    return Decision::kContinue;
  const auto others = averages_.find(report.resource);
  if (others == averages_.end() || others->second.size() < kGracePopulation)
    return Decision::kContinue;
  const double median = others->second[others->second.size() / 2];
  return report.value > median ? Decision::kStop : Decision::kContinue;
}

void MedianRule::end(std::uint64_t trial, bool completed) {
  const auto found = running_.find(trial);
  if (found == running_.end()) return;
  const Curve& curve = found->second;
  for (const Report& average : curve.averages)
    insert_sorted(averages_[average.resource], average.value);
  if (completed && !curve.averages.empty()) insert_sorted(lengths_, curve.averages.back().resource);
  running_.erase(found);
}

}  // namespace tunesmith::tuning
