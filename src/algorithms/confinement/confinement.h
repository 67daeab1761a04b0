// SPDX-License-Identifier: Apache-2.0
//
// What a trial, or another program that parses what users gave, may not do. It is trusted code on
// untrusted data: should the data subvert it, it finds itself without privileges, without a
// network, without other processes and, where the kernel offers Landlock, without any file but
// those of its own job. Prepared once in the host, applied in each child after its fork.
#pragma once

#include "base/result.h"

#include <linux/filter.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tunesmith::algorithms {

struct Limits {
  std::uint64_t memory_bytes = 0;  // of address space beyond what the host had; 0: none
  std::uint64_t file_bytes = 0;    // of each file that it writes; 0: as much as it likes
};

/// kLoopback: internet sockets, for processes that work together on this machine. Where a network
/// namespace can be made they reach nothing but each other.
enum class Network { kNone, kLoopback };

class Confinement {
 public:
  /// Builds the system call filter, and leaves this process's network namespace for an empty one
  /// where that is permitted. Parts that the kernel does not offer are left out and named by
  /// missing().
  static Result<Confinement> prepare(Network network = Network::kNone);

  /// In the child, before its first instruction of work. Its working folder becomes `root`, the
  /// only place it may write (empty: there is none); `readable` are files outside of it that it may
  /// read. There is no way back.
  Result<void> enter(const std::string& root, const std::vector<std::string>& readable,
                     const Limits& limits) const;

  /// "", or what is not available here: "seccomp, landlock".
  const std::string& missing() const { return missing_; }

 private:
  std::vector<sock_filter> filter_;
  std::string missing_;
  int landlock_version_ = 0;
};

}  // namespace tunesmith::algorithms
