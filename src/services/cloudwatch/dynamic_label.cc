// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/dynamic_label.h"

#include "base/strings.h"
#include "base/time_format.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace tunesmith::services::cloudwatch {
namespace {

constexpr std::string_view kMissing = "--";

std::optional<std::string> property(std::string_view name, const LabelFacts& facts) {
  if (name == "AccountId") return std::string(facts.account);
  if (name == "MetricName") return facts.series.name;
  if (name == "Namespace") return facts.series.space;
  if (name == "Period") return std::to_string(facts.period);
  if (name == "Region") return facts.series.region;
  if (name == "Stat") return std::string(facts.stat);
  constexpr std::string_view kDimension = "Dim.";
  if (!name.starts_with(kDimension)) return std::nullopt;
  name.remove_prefix(kDimension.size());
  for (const auto& [dimension, value] : facts.series.dimensions) {
    if (dimension == name) return value;
  }
  return std::string(kMissing);
}

/// The value between "${" and "}".
std::optional<std::string> value_of(std::string_view what, const LabelFacts& facts) {
  constexpr std::string_view kProperty = "PROP('", kEnd = "')";
  if (what.starts_with(kProperty) && what.ends_with(kEnd) &&
      what.size() > kProperty.size() + kEnd.size()) {
    what.remove_prefix(kProperty.size());
    what.remove_suffix(kEnd.size());
    return property(what, facts);
  }
  const auto& points = facts.datapoints;
  if (what == "LABEL") return facts.series.name;
  if (what == "DATAPOINT_COUNT") return std::to_string(points.size());
  const auto by_value = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto sum = [&] {
    return std::accumulate(points.begin(), points.end(), 0.0,
                           [](double total, const auto& point) { return total + point.second; });
  };
  const auto number = [&](const auto& of) {
    return points.empty() ? std::string(kMissing) : format_double(of());
  };
  const auto time = [&](const auto& of) {
    return points.empty() ? std::string(kMissing) : format_iso8601(of());
  };
  const auto lowest = [&] { return *std::min_element(points.begin(), points.end(), by_value); };
  const auto highest = [&] { return *std::max_element(points.begin(), points.end(), by_value); };
  if (what == "AVG") return number([&] { return sum() / static_cast<double>(points.size()); });
  if (what == "SUM") return number(sum);
  if (what == "MIN") return number([&] { return lowest().second; });
  if (what == "MAX") return number([&] { return highest().second; });
  if (what == "FIRST") return number([&] { return points.front().second; });
  if (what == "LAST") return number([&] { return points.back().second; });
  if (what == "MIN_MAX_RANGE") return number([&] { return highest().second - lowest().second; });
  if (what == "FIRST_LAST_RANGE")
    return number([&] { return points.back().second - points.front().second; });
  if (what == "MIN_TIME") return time([&] { return lowest().first; });
  if (what == "MAX_TIME") return time([&] { return highest().first; });
  if (what == "FIRST_TIME") return time([&] { return points.front().first; });
  if (what == "LAST_TIME") return time([&] { return points.back().first; });
  return std::nullopt;
}

}  // namespace

std::string dynamic_label(std::string_view label, const LabelFacts& facts) {
  std::string out;
  for (;;) {
    const auto begin = label.find("${");
    const auto end = begin == std::string_view::npos ? begin : label.find('}', begin);
    if (end == std::string_view::npos) return out += label;
    out += label.substr(0, begin);
    const auto value = value_of(label.substr(begin + 2, end - begin - 2), facts);
    out += value ? std::string_view(*value) : label.substr(begin, end + 1 - begin);
    label.remove_prefix(end + 1);
  }
}

}  // namespace tunesmith::services::cloudwatch
