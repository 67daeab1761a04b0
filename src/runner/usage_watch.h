// SPDX-License-Identifier: Apache-2.0
//
// Looks now and then at what an algorithm and everything it started take of the machine, and says
// in words which limit they exceed. For limits that the kernel does not hold by itself: a fork bomb
// of root's, memory of several processes together, files in the job's folder. One thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace tunesmith::runner {

struct UsageLimits {
  std::uint64_t processes = 0;     // with threads; 0: none
  std::uint64_t memory_bytes = 0;  // resident, all processes together; 0: none
  std::uint64_t disk_bytes = 0;    // in `folder`; 0: none
  std::filesystem::path folder;
};

class UsageWatch {
 public:
  explicit UsageWatch(UsageLimits limits) : limits_(std::move(limits)) {}

  /// How long until it is worth to look again.
  static constexpr std::chrono::milliseconds kPause{100};

  /// `root`: the oldest process; 0: no processes are looked at. Empty while no limit is exceeded,
  /// else a text for the user. The folder, which costs more, is looked at every tenth time.
  std::string exceeded(pid_t root);

 private:
  std::string by_processes(pid_t root) const;
  std::string by_folder() const;

  const UsageLimits limits_;
  int looks_ = 0;
};

}  // namespace tunesmith::runner
