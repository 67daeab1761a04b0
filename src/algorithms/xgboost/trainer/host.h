// SPDX-License-Identifier: Apache-2.0
//
// The trainer host: the parent of trials. It parses and bins a data set once and forks a child for
// each trial on it. It has one thread and never trains itself.
//
// Protocol, over a sequenced-packet socket (seqpacket.h), one trial a connection:
//   client: {"root":DIR,"threads":1,"memory_bytes":n,"file_bytes":n} with two descriptors: the
//           trial's standard output and standard error (all but "root" may be left out)
//   host:   {"pid":n,"start_ticks":t}   t: the process's start time as in /proc/<pid>/stat
//   trial:  {"started":us,"pid":n}      its first instruction, confined; may come before the host's
//   host:   {"exit":code,"cpu_seconds":x,"max_rss_kb":n} or {"signal":n,...}; then the host closes
//   host:   {"error":text} instead, when the request cannot be understood or no child be made
// A client that goes away does not end its trial. SIGTERM to the trial's process ends it after its
// round.
#pragma once

#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/files.h"
#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <string>

namespace tunesmith::algorithms::xgboost {

struct HostOptions {
  std::string library_path;
  std::string socket_path;  // listened on; empty when `listener` is given
  FileDescriptor listener;
  std::chrono::seconds idle{60};  // exits after so long without trials and connections
  std::size_t cache_bytes = 0;    // 0: a quarter of the machine's memory, at most 4 GiB
};

/// Runs until idle or SIGTERM (which lets running trials finish). kAlreadyExists when another host
/// serves the path.
Result<void> run_host(HostOptions options);

}  // namespace tunesmith::algorithms::xgboost
