// SPDX-License-Identifier: Apache-2.0
#include "training/host_metrics.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

namespace tunesmith::training {

std::vector<store::MetricPoint> host_metrics(const Outcome& outcome,
                                             const std::filesystem::path& folder) {
  std::vector<store::MetricPoint> points;
  if (outcome.start_ms <= 0 || outcome.end_ms < outcome.start_ms || outcome.max_rss_kb <= 0)
    return points;
  const Timestamp time = from_millis(outcome.end_ms);
  // A trial may be shorter than the clock can tell.
  const auto elapsed = std::max<std::int64_t>(1, outcome.end_ms - outcome.start_ms);
  points.push_back({"CPUUtilization", elapsed, time,
                    outcome.cpu_seconds * 1000 * 100 / static_cast<double>(elapsed)});
  const double memory =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (memory > 0) {
    points.push_back({"MemoryUtilization", elapsed, time,
                      static_cast<double>(outcome.max_rss_kb) * 1024 * 100 / memory});
  }
  struct statvfs disk{};
  if (::statvfs(folder.c_str(), &disk) == 0 && disk.f_blocks > 0) {
    const auto used = static_cast<double>(disk.f_blocks - disk.f_bfree);
    points.push_back(
        {"DiskUtilization", elapsed, time, used * 100 / static_cast<double>(disk.f_blocks)});
  }
  return points;
}

bool is_host_metric(std::string_view name) {
  return name == "CPUUtilization" || name == "MemoryUtilization" || name == "DiskUtilization";
}

}  // namespace tunesmith::training
