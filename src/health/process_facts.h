// SPDX-License-Identifier: Apache-2.0
//
// What the system says of this process: memory, processor time, open files. Thread safe.
#pragma once

#include <cstdint>

namespace tunesmith::health {

struct ProcessFacts {
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  double cpu_seconds = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
  std::uint64_t threads = 0;
};

/// What can't be read is 0.
ProcessFacts process_facts();

}  // namespace tunesmith::health
