// SPDX-License-Identifier: Apache-2.0
#include "runner/usage.h"

#include "base/process_usage.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tunesmith::runner {
namespace {

constexpr std::int64_t kFirstMinute = 60'000;

}  // namespace

Usage::Usage(std::int64_t start_ms, std::filesystem::path folder)
    : start_ms_(start_ms), folder_(std::move(folder)), last_ms_(start_ms) {}

std::chrono::milliseconds Usage::pause(std::int64_t now_ms) const {
  return std::chrono::seconds(now_ms - start_ms_ < kFirstMinute ? 1 : 10);
}

std::vector<training::MetricPoint> Usage::sample(std::int64_t pid, std::int64_t now_ms) {
  std::vector<training::MetricPoint> points;
  const auto used = pid > 0 ? process_usage(pid) : std::nullopt;
  if (!used || now_ms <= last_ms_) return points;
  const auto add = [&](const char* name, double percent) {
    points.push_back({name, percent, now_ms, now_ms - start_ms_});
  };
  add("CPUUtilization", std::max(0.0, used->cpu_seconds - cpu_seconds_) * 1000 * 100 /
                            static_cast<double>(now_ms - last_ms_));
  add("MemoryUtilization", used->memory_percent);
  if (const auto disk = disk_percent(folder_)) add("DiskUtilization", *disk);
  cpu_seconds_ = used->cpu_seconds;
  last_ms_ = now_ms;
  return points;
}

}  // namespace tunesmith::runner
