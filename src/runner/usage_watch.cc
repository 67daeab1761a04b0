// SPDX-License-Identifier: Apache-2.0
#include "runner/usage_watch.h"

#include "base/files.h"
#include "base/strings.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string_view>
#include <vector>

namespace tunesmith::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxText = 1U << 20U;
constexpr int kLooksAtFolder = 10;

std::uint64_t megabytes(std::uint64_t bytes) { return bytes >> 20U; }

/// Processes of the name space whose first process is `root`, by its own /proc; 0 when it has none.
/// One reading of a folder: among a bomb's thousand processes there is no time for more.
std::uint64_t count_by_own_proc(pid_t root) {
  const std::string proc = "/proc/" + std::to_string(root) + "/root/proc";
  struct stat own{};
  struct stat ours{};
  if (::stat(proc.c_str(), &own) != 0 || ::stat("/proc", &ours) != 0) return 0;
  if (own.st_dev == ours.st_dev) return 0;
  std::uint64_t count = 0;
  std::error_code code;
  for (fs::directory_iterator it(proc, code), end; !code && it != end; it.increment(code)) {
    const char first = it->path().filename().c_str()[0];
    if (first >= '0' && first <= '9') ++count;
  }
  return count;
}

/// Resident pages that no file backs; those that processes share after a fork count in each.
std::uint64_t own_memory(const std::string& process) {
  const auto text = read_file(process + "/statm", 4096);
  if (!text) return 0;
  const auto fields = split(trim(*text), ' ');
  if (fields.size() < 3) return 0;
  const auto pages = parse_int(fields[1]).value_or(0) - parse_int(fields[2]).value_or(0);
  return pages <= 0 ? 0
                    : static_cast<std::uint64_t>(pages) *
                          static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Shared pages divided among their users: right, and dear.
std::uint64_t fair_memory(const std::string& process) {
  const auto text = read_file(process + "/smaps_rollup", kMaxText);
  const std::size_t at = text ? text->find("\nPss:") : std::string::npos;
  if (at == std::string::npos) return own_memory(process);
  const std::size_t end = text->find(" kB", at);
  const auto kilobytes = parse_int(trim(std::string_view(*text).substr(at + 5, end - at - 5)));
  return static_cast<std::uint64_t>(kilobytes.value_or(0)) << 10U;
}

}  // namespace

std::string UsageWatch::exceeded(pid_t root) {
  if (root > 0) {
    if (std::string text = by_processes(root); !text.empty()) return text;
  }
  if (limits_.disk_bytes > 0 && looks_++ % kLooksAtFolder == 0) return by_folder();
  return {};
}

std::string UsageWatch::by_processes(pid_t root) const {
  const std::string too_many =
      fmt::format("the job had more than {} processes and threads", limits_.processes);
  if (limits_.processes > 0 && count_by_own_proc(root) > limits_.processes) return too_many;
  std::vector<std::string> processes = {std::to_string(root)};
  std::uint64_t tasks = 0;
  std::uint64_t memory = 0;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    const std::string process = "/proc/" + processes[i];
    memory += own_memory(process);
    std::error_code code;
    for (fs::directory_iterator task(process + "/task", code), end; !code && task != end;
         task.increment(code)) {
      ++tasks;
      const auto children = read_file(task->path() / "children", kMaxText);
      if (!children) continue;
      for (const std::string_view child : split(trim(*children), ' ')) {
        if (!child.empty()) processes.emplace_back(child);
      }
    }
    if (limits_.processes > 0 && tasks > limits_.processes) return too_many;
  }
  if (limits_.memory_bytes == 0 || memory <= limits_.memory_bytes) return {};
  memory = 0;
  for (const std::string& id : processes) memory += fair_memory("/proc/" + id);
  if (memory <= limits_.memory_bytes) return {};
  return fmt::format("the job ran out of memory: it used {} MB of the {} MB of its instance type",
                     megabytes(memory), megabytes(limits_.memory_bytes));
}

std::string UsageWatch::by_folder() const {
  std::uint64_t bytes = 0;
  std::error_code code;
  for (fs::recursive_directory_iterator file(limits_.folder, code), end; !code && file != end;
       file.increment(code)) {
    struct stat info{};
    if (::lstat(file->path().c_str(), &info) != 0) continue;
    bytes += static_cast<std::uint64_t>(info.st_blocks) * 512;
    if (bytes > limits_.disk_bytes) {
      return fmt::format("the job's files took more than the {} MB of its storage volume",
                         megabytes(limits_.disk_bytes));
    }
  }
  return {};
}

}  // namespace tunesmith::runner
