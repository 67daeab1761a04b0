// SPDX-License-Identifier: Apache-2.0
//
// What runners talk to, over the Unix socket in the data directory: claim, report, finish and
// artifacts (training/runner_protocol.h). Each request carries its attempt's token. Thread safe.
#pragma once

#include "http/message.h"
#include "objects/object_store.h"
#include "training/training_jobs.h"

namespace tunesmith::services::runner_api {

class RunnerHandler final : public http::Handler {
 public:
  /// All outlive this. `artifacts` judges what a job's role may store.
  RunnerHandler(training::TrainingJobs& jobs, objects::ObjectStore& objects,
                training::ArtifactStore& artifacts)
      : jobs_(jobs), objects_(objects), artifacts_(artifacts) {}
  http::Response handle(http::Request& request) override;

 private:
  Result<training::Answer> answer(http::Request& request);
  Result<training::Answer> store_file(http::Request& request);

  training::TrainingJobs& jobs_;
  objects::ObjectStore& objects_;
  training::ArtifactStore& artifacts_;
};

}  // namespace tunesmith::services::runner_api
