// SPDX-License-Identifier: Apache-2.0
//
// The life of one training job, from the claim to the acknowledged end. Owns everything of the
// attempt; used by main() of tunesmith-runner. One thread, with a Reporter beside it.
#pragma once

#include "base/files.h"
#include "training/job_folder.h"

#include <string>

namespace tunesmith::runner {

enum class RunEnd {
  kAcknowledged,  // the server knows the outcome
  kFenced,        // another attempt has taken over; nothing was said
  kLeft,  // ended without the server: asked to, or it stayed away; the outcome, if any, is on disk
  kBroken,  // the folder cannot be used
};

/// Runs the job of `folder`, whose lock `lock` is (held until this process dies). Signals must be
/// blocked, and `signals` be a signalfd of those that ask for a stop.
RunEnd run_job(const training::JobFolder& folder, FileDescriptor lock, FileDescriptor signals);

}  // namespace tunesmith::runner
