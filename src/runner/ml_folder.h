// SPDX-License-Identifier: Apache-2.0
//
// Lays out ml/, the /opt/ml of a training job: the configuration files, the channels, and the empty
// folders for model and output. The contract is that of SageMaker's training containers.
#pragma once

#include "base/result.h"
#include "training/runner_protocol.h"

#include <filesystem>
#include <string>

namespace tunesmith::runner {

/// Makes `ml` anew (what was there is removed). Writes
/// input/config/{hyperparameters,inputdataconfig, resourceconfig,channels}.json. For
/// AlgorithmKind::kXgboost the channels stay where they are: channels.json names the files by
/// absolute path. For other kinds input/data/<channel>/ gets copies that share blocks with the
/// originals where the file system can.
Result<void> make_ml_folder(const training::JobSpec& job, const std::filesystem::path& ml);

/// A copy whose changes never reach the original: a reflink, else copied in the kernel.
Result<void> copy_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// The text of channels.json: {"train": {"content_type", "compression", "input_mode",
/// "record_wrapper", "files": [{"name", "path", "size", "identity"}]}, ...}.
std::string channels_json(const training::JobSpec& job);

/// The failure text of a job from output/failure: its head of at most 1024 bytes, valid UTF-8,
/// trimmed. Empty when there is none.
std::string read_failure_file(const std::filesystem::path& ml);

}  // namespace tunesmith::runner
