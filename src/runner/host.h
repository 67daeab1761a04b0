// SPDX-License-Identifier: Apache-2.0
//
// The host of the built-in trainer, seen by a runner: a long-lived process that has read and binned
// one data set, listens on <hosts folder>/<key>.sock, and forks a trial for each connection. It
// serves all runners with the same key, is started by the first, and ends itself when idle.
//
// Protocol: one JSON object a message over a sequenced-packet socket;
// algorithms/xgboost/trainer/host.h is the other side.
//   runner -> host   {"root": "<ml folder>", "threads": n, "memory_bytes": n, "file_bytes": n} with
//                    two descriptors: the trial's standard output and standard error
//   host -> runner   {"pid": n, "start_ticks": t}
//   trial -> runner  {"started": <microseconds since the epoch>}   may come before the host's
//   host -> runner   {"exit": code, "cpu_seconds": x, "max_rss_kb": n}  or  {"signal": n, ...}
//   host -> runner   {"error": "<text>"}  no trial was made: the runner then runs the trainer
//   itself
// A trial outlives neither: one whose runner has died finds its output closed, and a further
// attempt of its job kills it (see end_earlier_algorithm in runner.cc).
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "runner/algorithm.h"
#include "training/runner_protocol.h"

#include <memory>
#include <string>

namespace tunesmith::runner {

/// A connection to the host of this key, started when there is none: under a lock file, so that
/// runners which start together make one. It reads its data with its first trial. Waits up to 10 s
/// for it to listen.
Result<FileDescriptor> connect_to_host(const training::AlgorithmSpec& algorithm);

/// Asks for a trial of the job laid out in `ml`, its output going to `output`. Returns at once: the
/// host may have to read its data first, and begun() turns true when the trial exists. A signal
/// before that takes the request back.
struct TrialRequest {
  std::string ml;  // absolute path
  int threads = 1;
  std::uint64_t memory_limit_bytes = 0;
  std::uint64_t disk_limit_bytes = 0;  // of each file; the runner watches their sum
};
Result<std::unique_ptr<Algorithm>> start_in_host(FileDescriptor connection,
                                                 const TrialRequest& request, int output);

}  // namespace tunesmith::runner
