// SPDX-License-Identifier: Apache-2.0
//
// What a runner is told of its job.
#include "training/host_key.h"
#include "training/instance_limits.h"
#include "training/training_jobs.h"

#include <algorithm>

namespace tunesmith::training {

Result<JobSpec> TrainingJobs::job_spec(const store::TrainingJob& job,
                                       const ResolvedSpec& resolved) {
  const TrainingSpec& from = resolved.spec;
  TUNESMITH_TRY_VOID(inputs_.check_role(from.acting_role, job));
  JobSpec spec;
  spec.job_id = std::to_string(job.id);
  spec.job_name = job.name;
  spec.attempt = job.attempt;
  spec.token = token(spec.job_id, job.attempt);
  spec.server_socket = settings_.server_socket;
  spec.role = from.role_arn;
  const bool xgboost = from.algorithm != "null";
  spec.algorithm.kind = xgboost ? AlgorithmKind::kXgboost : AlgorithmKind::kProcess;
  spec.algorithm.program = xgboost ? settings_.trainer : settings_.null_trainer;
  spec.algorithm.hosts_folder = settings_.hosts_folder;
  spec.hyperparameters = from.hyperparameters;
  for (const InputChannel& channel : from.channels) {
    Channel& to = spec.channels[channel.name];
    to.content_type = channel.content_type;
    to.compression = channel.compression.empty() ? "None" : channel.compression;
    to.input_mode = !channel.input_mode.empty() ? channel.input_mode
                    : !from.input_mode.empty()  ? from.input_mode
                                                : "File";
    if (!channel.record_wrapper.empty()) to.record_wrapper = channel.record_wrapper;
    to.distribution = channel.distribution.empty() ? "FullyReplicated" : channel.distribution;
    TUNESMITH_TRY(to.files, inputs_.files(channel, from.acting_role));
  }
  TUNESMITH_TRY_VOID(artifacts_.check_put(model_artifact_uri(from, job.name), from.acting_role));
  if (!from.checkpoint_s3_uri.empty()) {
    InputChannel folder;
    folder.name = "checkpoints";
    folder.s3_uri = uri_below(from.checkpoint_s3_uri, "");
    spec.checkpoints.emplace().local_path = from.checkpoint_local_path;
    auto files = inputs_.files(folder, from.acting_role);
    // A prefix without objects is where every first attempt begins.
    if (!files && files.error().kind != ErrorKind::kNotFound) return files.error();
    if (files) spec.checkpoints->files = std::move(*files);
    TUNESMITH_TRY_VOID(
        artifacts_.check_put(first_checkpoint_uri(from.checkpoint_s3_uri), from.acting_role));
  }
  spec.environment = from.environment;
  spec.metric_definitions = from.metric_definitions;
  spec.instance_type = from.instance_type;
  if (xgboost) spec.instance_count = from.instance_count;
  spec.memory_limit_bytes = instance_memory_bytes(from.instance_type);
  spec.disk_limit_bytes = volume_bytes(from.volume_gb);
  spec.max_runtime_seconds = static_cast<double>(from.max_runtime_seconds);
  spec.network_isolation = from.network_isolation;
  // The shortest time for all jobs together: one thread each when they fill the cores.
  const auto parallel = std::max<std::int64_t>(1, resolved.max_parallel);
  spec.threads = static_cast<int>(std::max<std::int64_t>(1, settings_.cores / parallel));
  // Workers of several instances hold a share of the data each.
  if (xgboost && spec.instance_count == 1) spec.algorithm.host_key = host_key(spec);
  spec.algorithm.host_idle_seconds =
      std::max(spec.algorithm.host_idle_seconds, static_cast<int>(from.keep_alive_seconds));
  return spec;
}

}  // namespace tunesmith::training
