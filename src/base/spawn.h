// SPDX-License-Identifier: Apache-2.0
//
// Starts a program of ours in a session of its own, with no environment but what is given, no open
// file but those handed over, and no signal ignored or blocked. posix_spawn copies no page tables,
// however large this process is. Thread safe.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tunesmith {

struct SpawnRequest {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // without the program's name
  std::vector<std::string> environment;  // "NAME=value"
  int output = -1;                       // descriptor that becomes standard output and error
  int extra = -1;                        // descriptor that becomes number 3; -1: none
};

inline constexpr int kSpawnedExtraFd = 3;

/// Returns the process's id; the caller waits for it. kUnavailable: the system makes no process at
/// the moment (a limit on processes, memory); later it may. Standard input is /dev/null.
Result<pid_t> spawn(SpawnRequest request);

}  // namespace tunesmith
