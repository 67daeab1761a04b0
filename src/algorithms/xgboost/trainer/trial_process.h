// SPDX-License-Identifier: Apache-2.0
//
// A trial as a fork of the process that holds its data: copy on write, so that it starts in
// milliseconds, and a crash takes this trial alone. The forking process must have one thread.
#pragma once

#include "algorithms/confinement/confinement.h"
#include "algorithms/xgboost/trainer/data_set.h"
#include "base/files.h"
#include "base/result.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {

struct Trial {
  std::string root;
  int threads = 1;
  Limits limits;
  const TrainingData* data = nullptr;  // null: the trial loads its own
  std::vector<std::string> readable;   // files that it then needs
  FileDescriptor standard_output;
  FileDescriptor standard_error;
};

/// Forks. The child confines itself, sends {"started":<microseconds since 1970>,"pid":n} on
/// `connection`, trains and exits; the parent gets its process id.
///
/// If the parent dies meanwhile, the trial goes on, since its result is as good as ever, and tells
/// {"exit":n,...} on the connection itself. If the connection's other end is gone as well, nobody
/// would take the result: the trial ends after its round.
Result<pid_t> start_trial(const Library& library, const Confinement& confinement,
                          const Trial& trial, int connection);

}  // namespace tunesmith::algorithms::xgboost
