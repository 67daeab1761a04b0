// SPDX-License-Identifier: Apache-2.0
//
// Batch transform jobs: rows in the store, and one thread that runs them, oldest first. A job that
// the server's end interrupted starts again from its beginning: its outputs are whole objects, so
// nothing is doubled. Thread safe.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "inference/model_artifacts.h"
#include "inference/predictor_process.h"
#include "inference/transform_spec.h"

namespace tunesmith::inference {

inline constexpr std::string_view kTransformKind = "transform-job";

struct TransformObject {
  std::string name;            // below the prefix of the input
  std::filesystem::path path;  // its content
};

/// What transforms want from the object store. Implemented over the local one in app/.
class TransformObjects {
 public:
  virtual ~TransformObjects() = default;
  /// The objects under a prefix, in order of key. kNotFound when there is none, kDenied when
  /// `acting_role` (empty: the owner) may not read them.
  virtual Result<std::vector<TransformObject>> objects(const std::string& uri,
                                                       const std::string& acting_role) = 0;
  /// Stores the file durably at an s3:// URI.
  virtual Result<void> put_file(const std::string& uri, const std::filesystem::path& file) = 0;
  /// kDenied when `acting_role` may not store what is at that URI.
  virtual Result<void> check_put(const std::string& uri, const std::string& acting_role) = 0;
};

struct TransformSettings {
  std::filesystem::path folder;   // absolute; one folder a job in it
  std::filesystem::path program;  // tunesmith-xgboost
  int threads = 1;                // of a model
  std::chrono::milliseconds load_patience{120'000};
  std::chrono::milliseconds answer_patience{600'000};
};

class TransformJobs {
 public:
  TransformJobs(store::Store& store, const Clock& clock, ModelArtifacts& artifacts,
                TransformObjects& objects, TransformSettings settings);
  ~TransformJobs();

  /// Commits a new job with its tags. kAlreadyExists.
  Result<void> create(const std::string& region, const std::string& name, std::string request,
                      const TransformSpec& spec, const std::string& arn,
                      const std::vector<store::Tag>& tags);
  /// Commits the wish to stop. kConflict when the job has ended.
  Result<void> request_stop(const std::string& region, const std::string& name);
  /// Runs what had not ended at the last stop.
  Result<void> recover();

  /// The log of a job's model.
  std::filesystem::path log(std::int64_t job) const;

 private:
  void work();
  void run(std::int64_t id);
  /// False when it was stopped.
  Result<bool> transform(std::int64_t id, const TransformSpec& spec);
  Result<bool> transform_one(const TransformSpec& spec, const TransformObject& object,
                             const std::filesystem::path& output, PredictorProcess& predictor);
  void enqueue(std::int64_t id);

  store::Store& store_;
  const Clock& clock_;
  ModelArtifacts& artifacts_;
  TransformObjects& objects_;
  const TransformSettings settings_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::deque<std::int64_t> queue_;
  std::int64_t running_ = 0;
  bool stop_running_ = false;  // somebody asked to stop the running job
  bool stopping_ = false;      // the server ends

  std::thread worker_;
};

}  // namespace tunesmith::inference
