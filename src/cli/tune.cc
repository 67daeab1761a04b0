// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"
#include "base/random.h"
#include "base/strings.h"
#include "base/time_format.h"
#include "cli/commands.h"
#include "cli/results.h"
#include "cli/server_client.h"
#include "cli/tune_request.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <thread>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

constexpr const char* kBucket = "sagemaker-us-east-1-123456789012";
constexpr const char* kImage =
    "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1";
constexpr const char* kRole = "arn:aws:iam::123456789012:role/TunesmithExecutionRole";

struct Options {
  std::string data_dir, name, content_type;
  std::vector<std::string> train, validation;
  TuneOptions tune;
  bool json = false;
};

Result<json::object> upload_channel(ServerClient& server, const Options& options,
                                    const std::string& channel,
                                    const std::vector<std::string>& files) {
  std::string type = options.content_type;
  for (const auto& file : files) {
    if (type.empty()) {
      TUNESMITH_TRY(type, content_type_of(file));
    }
    TUNESMITH_TRY_VOID(server.put_file(kBucket,
                                       fmt::format("tune/{}/{}/{}", options.name, channel,
                                                   std::filesystem::path(file).filename().string()),
                                       file));
  }
  return json::object{
      {"ChannelName", channel},
      {"ContentType", type},
      {"DataSource",
       {{"S3DataSource",
         {{"S3DataType", "S3Prefix"},
          {"S3Uri", fmt::format("s3://{}/tune/{}/{}/", kBucket, options.name, channel)}}}}}};
}

/// Starts the job and follows it to its end.
Result<LiveState> tune(ServerClient& server, const Options& options, const TuneRequest& request) {
  TUNESMITH_TRY_VOID(server.create_bucket(kBucket));
  json::array channels;
  TUNESMITH_TRY(auto train, upload_channel(server, options, "train", options.train));
  channels.push_back(std::move(train));
  if (!options.validation.empty()) {
    TUNESMITH_TRY(auto validation,
                  upload_channel(server, options, "validation", options.validation));
    channels.push_back(std::move(validation));
  }
  const json::object definition{
      {"AlgorithmSpecification", {{"TrainingImage", kImage}, {"TrainingInputMode", "File"}}},
      {"InputDataConfig", std::move(channels)},
      {"OutputDataConfig",
       {{"S3OutputPath", fmt::format("s3://{}/tune/{}/output", kBucket, options.name)}}},
      {"ResourceConfig",
       {{"InstanceCount", 1}, {"InstanceType", "ml.m5.xlarge"}, {"VolumeSizeInGB", 10}}},
      {"RoleArn", kRole},
      {"StaticHyperParameters", request.static_hyperparameters},
      {"StoppingCondition", {{"MaxRuntimeInSeconds", 86400}}}};
  TUNESMITH_TRY(const auto created,
                server.sagemaker("CreateHyperParameterTuningJob",
                                 json::object{{"HyperParameterTuningJobName", options.name},
                                              {"HyperParameterTuningJobConfig", request.config},
                                              {"TrainingJobDefinition", definition}}));
  TUNESMITH_TRY(const auto console, ConsoleClient::connect(options.data_dir));
  TUNESMITH_TRY(const auto job, find_tuning_job(*console, options.name));
  // A server of this command's own does not come back.
  return follow(*console, job, options.json,
                server.started_server() ? std::chrono::seconds(0) : kServerPatience);
}

int run(Options options) {
  const auto request = make_tune_request(options.tune);
  if (!request) {
    std::fprintf(stderr, "tunesmith: %s\n", request.error().message.c_str());
    return 2;
  }
  if (options.name.empty()) {
    options.name =
        "tune-" + format_basic_iso8601(SystemClock().now()).substr(0, 15) + "-" + random_hex(2);
  }
  auto server = ServerClient::connect(options.data_dir, true);
  if (!server) return fail(server.error().message);
  const auto state = tune(**server, options, *request);
  if (!state) {
    const bool halted =
        state.error().kind == ErrorKind::kUnavailable && (*server)->started_server();
    return fail(state.error().message +
                (halted ? "\nIts server ends with this command; the job waits for: tunesmith serve "
                          "--data-dir " +
                              options.data_dir
                        : ""));
  }
  auto summary = summary_of(*state);
  if (options.json) {
    std::printf("%s\n", json_text(summary).c_str());
  } else {
    std::printf("\n");
    print_results(*state, 10);
    if (summary.contains("failure_reason")) {
      std::printf("\n%s\n", json::value_to<std::string>(summary.at("failure_reason")).c_str());
    }
    std::printf("\nModels: s3://%s/tune/%s/output/\n", kBucket, options.name.c_str());
    if ((*server)->started_server()) {
      std::printf("Look at it again: tunesmith serve --data-dir %s\n", options.data_dir.c_str());
    } else {
      std::printf("Console: %s/_console/tuning-jobs/%s/%s\n", (*server)->url().c_str(),
                  uri_encode(json::value_to<std::string>(state->job.at("region"))).c_str(),
                  uri_encode(options.name).c_str());
    }
  }
  return summary.at("status").as_string() == "Completed" ? 0 : 1;
}

}  // namespace

void add_tune(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  TuneOptions& tune_options = options->tune;
  tune_options.parallel = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command =
      program.add_subcommand("tune", "Tune XGBoost on local files, with no SDK and no notebook");
  add_data_dir(*command, options->data_dir);
  command
      ->add_option("--train", options->train,
                   "Training data, label first: .csv (no header), .parquet or .libsvm; repeatable")
      ->required()
      ->check(CLI::ExistingFile);
  command
      ->add_option("--validation", options->validation,
                   "Validation data, in the same form; repeatable")
      ->required()
      ->check(CLI::ExistingFile);
  command
      ->add_option("--objective", tune_options.objective,
                   "The metric to optimize: validation:auc, validation:rmse, ...")
      ->required();
  command
      ->add_option("--range", tune_options.ranges,
                   "A hyperparameter to search: eta=0..1, alpha=1e-3..10:log, booster=gbtree,dart; "
                   "repeatable")
      ->required()
      ->delimiter('\0');
  command
      ->add_option("--set", tune_options.settings,
                   "A fixed hyperparameter: num_round=100; repeatable")
      ->delimiter('\0');
  command->add_option("--jobs", tune_options.jobs, "How many training jobs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--parallel", tune_options.parallel, "How many at a time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--strategy", tune_options.strategy, "How to search")
      ->check(CLI::IsMember({"Bayesian", "Random"}))
      ->capture_default_str();
  command->add_option("--seed", tune_options.seed, "Search the same way again");
  command->add_option("--name", options->name,
                      "Name of the tuning job (default: made from the time)");
  command->add_option(
      "--content-type", options->content_type,
      "text/csv, text/libsvm or application/x-parquet, when the ending does not say");
  command->add_flag("--json", options->json, "Print the outcome as JSON, and nothing before");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace tunesmith::cli
