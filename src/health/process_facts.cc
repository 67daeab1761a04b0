// SPDX-License-Identifier: Apache-2.0
#include "health/process_facts.h"

#include "base/files.h"
#include "base/strings.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tunesmith::health {
namespace {

std::uint64_t entries_of(const char* path) {
  DIR* folder = ::opendir(path);
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (::readdir(folder) != nullptr) ++count;  // NOLINT(concurrency-mt-unsafe): its own stream
  ::closedir(folder);
  constexpr std::uint64_t kNotEntries = 2;  // "." and ".."
  return count > kNotEntries ? count - kNotEntries : 0;
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  if (const auto statm = read_file("/proc/self/statm")) {
    const auto fields = split(*statm, ' ');
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    if (fields.size() > 1) {
      facts.virtual_bytes = static_cast<std::uint64_t>(parse_int(fields[0]).value_or(0)) * page;
      facts.resident_bytes = static_cast<std::uint64_t>(parse_int(fields[1]).value_or(0)) * page;
    }
  }
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    facts.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  // Counting opens one more, which is gone by the time that anybody reads of it.
  const std::uint64_t open = entries_of("/proc/self/fd");
  facts.open_fds = open > 0 ? open - 1 : 0;
  facts.threads = entries_of("/proc/self/task");
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_fds = limit.rlim_cur;
  return facts;
}

}  // namespace tunesmith::health
