// SPDX-License-Identifier: Apache-2.0
//
// Filters of system calls (seccomp). What they refuse fails with EPERM; everything else is as it
// was, whatever threads or allocator a library uses.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace tunesmith::algorithms {

/// Of whom the calls are let through.
enum class SystemCalls {
  kOfTrainings,             ///< of our own code on users' data: files and threads
  kOfTrainingsWithNetwork,  ///< and internet sockets
  kOfPrograms,  ///< of whatever a user may run: not mounts, new name spaces, keys, BPF and the like
};

/// Empty when the kernel takes no filters.
std::vector<sock_filter> filter_system_calls(SystemCalls allowed);

/// For this process and all it starts, after PR_SET_NO_NEW_PRIVS; there is no way back. False, with
/// errno, when the kernel does not take it. Async-signal-safe.
bool install_filter(const std::vector<sock_filter>& filter);

}  // namespace tunesmith::algorithms
