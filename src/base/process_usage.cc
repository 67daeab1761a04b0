// SPDX-License-Identifier: Apache-2.0
#include "base/process_usage.h"

#include "base/files.h"
#include "base/strings.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace tunesmith {

std::optional<ProcessUsage> process_usage(std::int64_t pid) {
  // utime, stime and rss are the fields 14, 15 and 24 of /proc/<pid>/stat (proc(5)). The name of
  // the program, field 2, may hold anything; what follows its last ')' does not.
  const auto text = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  if (!text) return std::nullopt;
  const auto name_end = text->rfind(')');
  if (name_end == std::string::npos || name_end + 2 > text->size()) return std::nullopt;
  const auto fields = split(trim(std::string_view(*text).substr(name_end + 2)), ' ');
  if (fields.size() < 22) return std::nullopt;
  const auto user = parse_int(fields[11]), system = parse_int(fields[12]);
  const auto resident = parse_int(fields[21]);
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  if (!user || !system || !resident || pages <= 0) return std::nullopt;
  return ProcessUsage{
      static_cast<double>(*user + *system) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
      static_cast<double>(*resident) * 100 / static_cast<double>(pages)};
}

std::optional<double> disk_percent(const std::filesystem::path& path) {
  struct statvfs disk{};
  if (::statvfs(path.c_str(), &disk) != 0 || disk.f_blocks == 0) return std::nullopt;
  return static_cast<double>(disk.f_blocks - disk.f_bfree) * 100 /
         static_cast<double>(disk.f_blocks);
}

}  // namespace tunesmith
