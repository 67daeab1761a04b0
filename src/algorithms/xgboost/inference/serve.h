// SPDX-License-Identifier: Apache-2.0
//
// tunesmith-xgboost serve: a confined process that holds one model and answers requests over the
// socket it was started with. Its log goes to standard error, "<milliseconds since 1970> <text>" a
// line, bounded.
#pragma once

#include "algorithms/xgboost/schema/image.h"

#include <cstdint>
#include <string>

namespace tunesmith::algorithms::xgboost {

struct ServeOptions {
  std::string library_path;
  std::string model;  // a model.tar.gz; its folder is all that the process may see
  int socket = 3;
  int threads = 1;
  Generation generation = Generation::kSagemakerXgboost;
};

/// Answers until the other end closes the socket. The first frame it sends has code 200, or 400 and
/// why there is no model. Returns an exit status.
int run_serve(const ServeOptions& options);

}  // namespace tunesmith::algorithms::xgboost
