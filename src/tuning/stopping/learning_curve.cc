// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/learning_curve.h"

#include "base/elementary.h"

#include <cmath>
#include <limits>

namespace tunesmith::tuning {

std::optional<double> extrapolate(std::span<const Report> reports, std::int64_t resource) {
  const auto n = static_cast<double>(reports.size());
  double mean = 0;
  for (const Report& report : reports) mean += report.value / n;
  if (reports.size() < kFewestReports || !std::isfinite(mean)) return std::nullopt;

  double best_error = std::numeric_limits<double>::infinity();
  double best_value = mean;
  for (const double c : {0.25, 0.5, 1.0, 2.0}) {
    // Linear regression of v on u = r^-c.
    const auto power = [c](std::int64_t r) {
      return portable::exp(-c * portable::log(static_cast<double>(r)));
    };
    double u_mean = 0;
    for (const Report& report : reports) u_mean += power(report.resource) / n;
    double uu = 0;
    double uv = 0;
    double vv = 0;
    for (const Report& report : reports) {
      const double u = power(report.resource) - u_mean;
      const double v = report.value - mean;
      uu += u * u;
      uv += u * v;
      vv += v * v;
    }
    if (!(uu > 0)) continue;
    const double slope = uv / uu;
    const double error = vv - slope * uv;
    if (error < best_error) {
      best_error = error;
      best_value = mean + slope * (power(resource) - u_mean);
    }
  }
  return best_value;
}

}  // namespace tunesmith::tuning
