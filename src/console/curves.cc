// SPDX-License-Identifier: Apache-2.0
#include "console/curves.h"

#include "base/json_text.h"
#include "base/utf8.h"
#include "training/job_log.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace tunesmith::console {

std::vector<Curve> thin_curves(const std::vector<store::TrialPoint>& points, std::size_t budget) {
  std::size_t trials = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    trials += i == 0 || points[i].trial != points[i - 1].trial ? 1 : 0;
  const std::size_t each = std::max(kFewestCurvePoints, budget / std::max<std::size_t>(trials, 1));
  std::vector<Curve> curves;
  curves.reserve(trials);
  for (std::size_t begin = 0; begin < points.size();) {
    std::size_t end = begin;
    while (end < points.size() && points[end].trial == points[begin].trial) ++end;
    const std::size_t count = end - begin;
    const std::size_t kept = std::min(count, each);
    Curve curve{points[begin].trial, {}, {}};
    for (std::size_t i = 0; i < kept; ++i) {
      const auto& point = points[begin + (kept < 2 ? 0 : i * (count - 1) / (kept - 1))];
      curve.steps.push_back(point.step);
      curve.values.push_back(point.value);
    }
    curves.push_back(std::move(curve));
    begin = end;
  }
  return curves;
}

std::string print_curves(std::string_view metric, const std::vector<Curve>& curves) {
  namespace json = boost::json;
  json::array list;
  list.reserve(curves.size());
  for (const auto& curve : curves) {
    json::array values;
    values.reserve(curve.values.size());
    for (const double value : curve.values)
      values.push_back(std::isfinite(value) ? json::value(value) : json::value(nullptr));
    list.push_back({{"trial", curve.trial},
                    {"steps", json::array(curve.steps.begin(), curve.steps.end())},
                    {"values", std::move(values)}});
  }
  json::object document;
  if (!metric.empty()) document["metric"] = json::string(to_valid_utf8(metric));
  document["curves"] = std::move(list);
  return json_text(document);
}

}  // namespace tunesmith::console
