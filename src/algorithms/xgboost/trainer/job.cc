// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/job.h"

#include "algorithms/xgboost/schema/channels.h"
#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/trainer/input_files.h"
#include "algorithms/xgboost/trainer/thread_room.h"
#include "algorithms/xgboost/trainer/training_loop.h"
#include "base/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <optional>

namespace tunesmith::algorithms::xgboost {
namespace {

// The service shows the head of the failure file as the job's FailureReason.
std::string failure_text(const Error& error) {
  return fmt::format("{}: {}", error.kind == ErrorKind::kInvalid ? "ClientError" : "AlgorithmError",
                     error.message);
}

Result<void> write_file(const std::string& path, std::string_view content) {
  const auto temporary = path + ".tmp";
  {
    const FileDescriptor fd(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) return Error::from_errno(errno, "creating " + temporary);
    TUNESMITH_TRY_VOID(write_all(fd.get(), content));
  }
  // The runner packs the model and makes that durable; here a whole file or none is enough.
  if (rename(temporary.c_str(), path.c_str()) != 0)
    return Error::from_errno(errno, "renaming to " + path);
  return {};
}

void write_line(std::string line) {
  line += '\n';
  (void)write_all(STDOUT_FILENO, line);
}

// The outcome of a job that did not fail: whether it left a model.
struct Finished {
  bool model = false;
};

Result<Finished> execute(const Library& library, const JobOptions& options) {
  std::optional<JobInput> whole;
  if (options.input == nullptr) {
    TUNESMITH_TRY(whole, read_job_input(options.root));
  }
  const auto& input = whole ? *whole : *options.input;
  // The trainer takes what any generation of the image takes; which one it is was settled at
  // Create.
  TUNESMITH_TRY(const auto parameters, validate(input.hyperparameters, Generation::kLegacy));
  TUNESMITH_TRY_VOID(validate_channels(input.configs));
  std::optional<TrainingData> own;
  if (options.data == nullptr) {
    std::optional<ParquetChannels> converted;
    if (options.parquet == nullptr) converted = ParquetChannels::convert(input, 0);
    TUNESMITH_TRY(own, load_training_data(library, input, converted ? *converted : *options.parquet,
                                          parameters.integer("csv_weights") == 1));
  }
  const auto& data = own ? *own : *options.data;
  // Workers tell of their data; the rest is the same for all, and said by the first.
  const bool first = options.collective == nullptr || options.collective->rank() == 0;
  const auto who = options.collective == nullptr ? "" : options.host + ": ";
  const int threads = threads_within_limits(options.threads);
  if (first) log_line(fmt::format("XGBoost {}, {} thread(s)", version_text(library), threads));
  if (options.collective == nullptr) log_line("Single node training.");
  log_line(fmt::format("{}Train matrix has {} rows and {} columns", who, data.train.rows,
                       data.train.columns));
  if (data.validation)
    log_line(fmt::format("{}Validation matrix has {} rows", who, data.validation->rows));

  TrainOptions training;
  training.threads = threads;
  training.should_stop = options.should_stop;
  if (first) training.log = write_line;
  training.collective = options.collective;
  const Checkpoints checkpoints(options.root + "/checkpoints");
  if (access((options.root + "/input/config/checkpointconfig.json").c_str(), F_OK) == 0) {
    (void)mkdir((options.root + "/checkpoints").c_str(), 0755);
    training.checkpoints = &checkpoints;
    training.resumed = [first](const Checkpoints::Checkpoint& checkpoint) {
      if (!first) return;
      log_line(fmt::format("Checkpoint loaded from /opt/ml/checkpoints/xgboost-checkpoint.{}",
                           checkpoint.round));
      log_line(fmt::format("Resuming from iteration {}", checkpoint.round + 1));
    };
  }
  TUNESMITH_TRY(const auto trained, train(library, parameters, data, training));
  if (trained.stopped && parameters.text("save_model_on_termination") != "true")
    return Finished{false};
  if (!first) return Finished{true};
  TUNESMITH_TRY(const auto bytes, trained.booster.save());
  TUNESMITH_TRY_VOID(write_file(options.root + "/model/xgboost-model", bytes));
  return Finished{true};
}

}  // namespace

void log_line(const std::string& text) {
  std::tm now{};
  const auto seconds = std::time(nullptr);
  gmtime_r(&seconds, &now);
  write_line(fmt::format("[{:04}-{:02}-{:02}:{:02}:{:02}:{:02}:INFO] {}", now.tm_year + 1900,
                         now.tm_mon + 1, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec, text));
}

int run_job(const Library& library, const JobOptions& options) {
  for (const char* folder : {"/model", "/output"})
    (void)mkdir((options.root + folder).c_str(), 0755);
  const auto finished = execute(library, options);
  if (finished) return finished->model ? kJobSucceeded : kJobTerminated;
  return fail_job(options.root, finished.error(), options.collective != nullptr);
}

int fail_job(const std::string& root, const Error& error, bool keep) {
  const auto text = failure_text(error);
  write_line(text);
  const auto path = root + "/output/failure";
  if (!keep || access(path.c_str(), F_OK) != 0) (void)write_file(path, text);
  return kJobFailed;
}

}  // namespace tunesmith::algorithms::xgboost
