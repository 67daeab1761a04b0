// SPDX-License-Identifier: Apache-2.0
//
// A running algorithm as the runner sees it, whatever runs it: a process of the runner's own, or a
// trial that a trainer's host forked. One thread.
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "training/runner_protocol.h"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::runner {

struct ExitStatus {
  std::optional<int> exit_code;
  std::optional<int> signal;
  double cpu_seconds = 0;
  std::int64_t max_rss_kb = 0;
};

class Algorithm {
 public:
  virtual ~Algorithm() = default;

  /// Readable when on_event() has something to look at.
  virtual int event_fd() const = 0;
  /// The status once it has exited, and what it left running has been killed; an error when it can
  /// no longer be known (it is then killed).
  virtual Result<std::optional<ExitStatus>> on_event() = 0;
  /// False while whoever runs it has not made it yet. An error of on_event() before that means that
  /// nothing runs, and that it may be run in another way.
  virtual bool begun() const = 0;
  /// Its process, when that may outlive this one: a further attempt of the job must then end it.
  virtual std::optional<training::ProcessIdentity> identity() const = 0;
  /// Its process id; 0 when not known (yet).
  virtual std::int64_t pid() const = 0;
  /// The oldest of its processes, for usage_watch.h; 0 when it has only one, which holds its limits
  /// itself, or none.
  virtual pid_t watched_process() const { return 0; }
  /// To the algorithm and, where it has one, its process group. Nothing after its exit.
  virtual void signal(int number) = 0;
  /// Microseconds since the epoch just before the algorithm's own code; 0 when not known (yet).
  virtual std::int64_t first_instruction_us() const = 0;
};

struct ProcessOptions {
  std::string program;  // absolute path
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // "NAME=value"
  std::string working_folder;
  std::string hidden_folder;             // around the working one: nothing else of it is seen
  std::uint64_t memory_limit_bytes = 0;  // of address space of each process; 0: none
  std::uint64_t disk_limit_bytes = 0;    // of each file; 0: none
  std::uint64_t process_limit = 1024;    // with threads; UsageWatch ends it above that
  bool network_isolation = false;        // no network but an empty loopback
  uid_t user = 0;                        // where the runner is root's: who it is; 0: root, too
  bool filters_system_calls = true;      // false: it makes its own, narrower walls
};

/// Starts a process in a group of its own whose standard output and error are `output`. It is
/// killed when the calling thread ends. It sees no other processes, and can write to no files but
/// those of its folder, where this system can see to that (sandbox.h); else the runner's log says
/// so. Its standard input is empty, no other file is open, no new
/// privileges can be had. kDenied when the isolation asked for cannot be given.
Result<std::unique_ptr<Algorithm>> start_process(const ProcessOptions& options, int output);

}  // namespace tunesmith::runner
