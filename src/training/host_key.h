// SPDX-License-Identifier: Apache-2.0
//
// Which trials may share a host of the built-in trainer: those that read the same bytes in the same
// way, for the same role. Computed by the server when it writes a job's specification.
#pragma once

#include "training/runner_protocol.h"

#include <string>

namespace tunesmith::training {

/// 32 hexadecimal digits from the channels (names, content types, compression, the identity of each
/// file), the role, the trainer's program, and those hyperparameters that decide how data
/// is read and binned. Empty, which means no sharing, when a file has no identity or the job has an
/// environment of its own.
std::string host_key(const JobSpec& spec);

}  // namespace tunesmith::training
