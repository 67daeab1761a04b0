// SPDX-License-Identifier: Apache-2.0
//
// What a process has used of the machine since its start, and what is used of a disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace tunesmith {

struct ProcessUsage {
  double cpu_seconds = 0;
  double memory_percent = 0;  // of the machine's memory, now
};

/// Nothing for a process that is not there.
std::optional<ProcessUsage> process_usage(std::int64_t pid);

/// Of the disk that `path` is on; nothing when it cannot be asked.
std::optional<double> disk_percent(const std::filesystem::path& path);

}  // namespace tunesmith
