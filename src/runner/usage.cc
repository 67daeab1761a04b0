// SPDX-License-Identifier: Apache-2.0
#include "runner/usage.h"

#include "base/files.h"
#include "base/strings.h"

#include <fmt/core.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace tunesmith::runner {
namespace {

constexpr std::int64_t kFirstMinute = 60'000;

struct Used {
  double cpu_seconds = 0;
  double resident_pages = 0;
};

/// From /proc/<pid>/stat: utime, stime and rss are the fields 14, 15 and 24 (proc(5)).
std::optional<Used> used_by(std::int64_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid), 4096);
  if (!text) return std::nullopt;
  // The name of the program, field 2, may hold anything; what follows its last ')' does not.
  const auto name_end = text->rfind(')');
  if (name_end == std::string::npos || name_end + 2 > text->size()) return std::nullopt;
  const auto fields = split(trim(std::string_view(*text).substr(name_end + 2)), ' ');
  if (fields.size() < 22) return std::nullopt;
  const auto user = parse_int(fields[11]), system = parse_int(fields[12]);
  const auto resident = parse_int(fields[21]);
  if (!user || !system || !resident) return std::nullopt;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return Used{static_cast<double>(*user + *system) / ticks, static_cast<double>(*resident)};
}

}  // namespace

Usage::Usage(std::int64_t start_ms, std::filesystem::path folder)
    : start_ms_(start_ms), folder_(std::move(folder)), last_ms_(start_ms) {}

std::chrono::milliseconds Usage::pause(std::int64_t now_ms) const {
  return std::chrono::seconds(now_ms - start_ms_ < kFirstMinute ? 1 : 10);
}

std::vector<training::MetricPoint> Usage::sample(std::int64_t pid, std::int64_t now_ms) {
  std::vector<training::MetricPoint> points;
  const auto used = pid > 0 ? used_by(pid) : std::nullopt;
  if (!used || now_ms <= last_ms_) return points;
  const auto add = [&](const char* name, double percent) {
    points.push_back({name, percent, now_ms, now_ms - start_ms_});
  };
  add("CPUUtilization", std::max(0.0, used->cpu_seconds - cpu_seconds_) * 1000 * 100 /
                            static_cast<double>(now_ms - last_ms_));
  if (const auto pages = static_cast<double>(::sysconf(_SC_PHYS_PAGES)); pages > 0) {
    add("MemoryUtilization", used->resident_pages * 100 / pages);
  }
  struct statvfs disk{};
  if (::statvfs(folder_.c_str(), &disk) == 0 && disk.f_blocks > 0) {
    add("DiskUtilization", static_cast<double>(disk.f_blocks - disk.f_bfree) * 100 /
                               static_cast<double>(disk.f_blocks));
  }
  cpu_seconds_ = used->cpu_seconds;
  last_ms_ = now_ms;
  return points;
}

}  // namespace tunesmith::runner
