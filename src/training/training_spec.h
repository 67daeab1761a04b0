// SPDX-License-Identifier: Apache-2.0
//
// What the training domain needs to know to run one training job, free of wire types. Services make
// it from a request; the store keeps it as an opaque document (print and parse below); the launcher
// reads it.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "training/metric_scraper.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::training {

/// An input channel as the request described it.
struct InputChannel {
  std::string name;              // "train"
  std::string s3_uri;            // "s3://bucket/prefix"
  std::string content_type;      // as given; may be empty
  std::string compression;       // "None" or "Gzip"
  std::string input_mode;        // "File", ...; empty: the algorithm's
  std::string data_type;         // "S3Prefix", "ManifestFile", "AugmentedManifestFile"
  std::string distribution;      // "FullyReplicated" or "ShardedByS3Key"
  std::string record_wrapper{};  // "None" or "RecordIO"; empty: None
  std::vector<std::string> attribute_names{};  // of an AugmentedManifestFile, in order
  std::int64_t shards = 1;  // into how many its lines are divided: instances that share them
  bool operator==(const InputChannel&) const = default;
};

struct TrainingSpec {
  std::string image;      // the training image as given
  std::string algorithm;  // "xgboost", "null": a built-in one
  std::string input_mode;
  std::map<std::string, std::string> hyperparameters;
  std::vector<InputChannel> channels;
  std::vector<MetricDefinition> metric_definitions;
  std::map<std::string, std::string> environment;
  std::string output_s3_uri;      // folder under which <job>/output/model.tar.gz goes
  std::string checkpoint_s3_uri;  // a folder; empty: the job keeps no checkpoints
  std::string checkpoint_local_path = "/opt/ml/checkpoints";
  std::string role_arn;
  std::string acting_role;  // name of the role whose rights the job has; empty: the owner's
  std::string instance_type;
  std::int64_t instance_count = 1;
  std::int64_t volume_gb = 0;  // of the storage volume; 0: as the instance type has it
  std::int64_t max_runtime_seconds = 86400;
  std::int64_t max_wait_seconds = 0;  // of managed spot training, from the creation on; else 0
  std::string objective_metric;       // of the tuning job; empty outside one
  bool network_isolation = false;
  std::int64_t keep_alive_seconds = 0;  // of a warm pool; 0: none
  std::string pool_signature;           // equal for jobs that could use each other's warm pool
  std::int64_t max_attempts = 0;  // when the job's process dies without a result; 0: the service's
  bool operator==(const TrainingSpec&) const = default;
};

/// When managed spot training has waited long enough, attempts and all; nothing for other jobs.
std::optional<Timestamp> wait_end(const TrainingSpec& spec, Timestamp created);

std::string print_training_spec(const TrainingSpec& spec);
/// kCorrupt when `text` was not printed by print_training_spec.
Result<TrainingSpec> parse_training_spec(const std::string& text);

/// The URI of what is called `name` in the folder `uri`.
std::string uri_below(std::string uri, const std::string& name);
/// Where a job's output goes: "<output>/<job>/output".
std::string output_uri(const TrainingSpec& spec, const std::string& job_name);
/// Where its model goes: model.tar.gz in that folder.
std::string model_artifact_uri(const TrainingSpec& spec, const std::string& job_name);
/// Where the first checkpoint in the folder `uri` goes: before there is any, a role's right to
/// store checkpoints is judged by it.
std::string first_checkpoint_uri(const std::string& uri);

}  // namespace tunesmith::training
