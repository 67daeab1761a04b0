// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include "app/access_control.h"
#include "app/audit_log.h"
#include "app/console_keys.h"
#include "app/data_directory.h"
#include "app/front_handler.h"
#include "app/listeners.h"
#include "app/object_inputs.h"
#include "app/orchestration_loop.h"
#include "app/retention.h"
#include "aws/aws_handler.h"
#include "aws/sigv4/signature_authenticator.h"
#include "base/random.h"
#include "base/strings.h"
#include "console/console_handler.h"
#include "console/live_feed.h"
#include "objects/filesystem_object_store.h"
#include "orchestration/engine_search.h"
#include "services/cloudwatch/operations.h"
#include "services/iam/operations.h"
#include "services/logs/inference_logs.h"
#include "services/logs/operations.h"
#include "services/logs/training_job_logs.h"
#include "services/runner_api/runner_handler.h"
#include "services/s3/operations.h"
#include "services/sagemaker/operations.h"
#include "services/sagemaker_metrics/operations.h"
#include "services/sagemaker_runtime/operations.h"
#include "services/sts/operations.h"
#include "store/sqlite/metric_log_tables.h"
#include "store/sqlite/object_tables.h"
#include "store/sqlite/sqlite_store.h"
#include "training/local/local_launcher.h"

#include "tunesmith/api/sagemaker_a2i_runtime/operations.h"
#include "tunesmith/api/sagemaker_edge/operations.h"
#include "tunesmith/api/sagemaker_featurestore_runtime/operations.h"
#include "tunesmith/api/sagemaker_geospatial/operations.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <thread>

#include "health/health_handler.h"
#include "inference/endpoints.h"

namespace tunesmith::app {
namespace {

/// As a shell takes it: in quotes unless it needs none.
std::string shell_word(const std::filesystem::path& path) {
  const std::string& text = path.native();
  const bool plain = std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-+").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

class RunningApplication final : public Application {
 public:
  explicit RunningApplication(const ServeOptions& options)
      : options_(options), directory_(options.data_dir) {}

  ~RunningApplication() override { stop(); }

  Result<void> start() {
    TUNESMITH_TRY(lock_, directory_.take());
    TUNESMITH_TRY_VOID(open_data());
    TUNESMITH_TRY_VOID(build_domain());
    TUNESMITH_TRY_VOID(build_services());
    return serve();
  }

  std::string endpoint() const override { return listening_.endpoint; }
  std::string public_endpoint() const override { return listening_.public_endpoint; }

  void stop() override {
    if (health_) health_->stopping();
    // Requests first, then the loop, so that nothing is asked of what is gone.
    if (listening_.server) listening_.server->stop(std::chrono::seconds(4));
    retention_.reset();
    loop_.reset();
    listening_.server.reset();
  }

 private:
  Result<void> open_data() {
    TUNESMITH_TRY(database_, store::Database::open(directory_.database()));
    store_ = std::make_unique<store::SqliteStore>(*database_);
    object_index_ = std::make_unique<store::SqliteObjectIndex>(*database_);
    metric_log_ = std::make_unique<store::SqliteMetricLog>(*database_);
    TUNESMITH_TRY(objects_, objects::FilesystemObjectStore::open(directory_.objects(),
                                                                 *object_index_, clock_));
    TUNESMITH_TRY(access_, AccessControl::open(*database_, *store_, *objects_, directory_, clock_));
    inputs_ = std::make_unique<ObjectInputs>(*objects_, directory_.joined(), *access_.authorizer);
    TUNESMITH_TRY(audit_log_, AuditLog::open(directory_.audit_log(), options_.audit_reads, clock_));
    return {};
  }

  Result<void> build_domain() {
    launcher_ =
        std::make_unique<training::LocalLauncher>(options_.program_folder / "tunesmith-runner");
    training::TrainingSettings settings;
    // Runners are handed absolute paths.
    const auto root = std::filesystem::absolute(directory_.root());
    settings.jobs_folder = root / "jobs";
    settings.hosts_folder = root / "hosts";
    settings.server_socket = root / "run.sock";
    settings.trainer = options_.program_folder / "tunesmith-xgboost";
    settings.null_trainer = options_.program_folder / "tunesmith-null";
    settings.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    TUNESMITH_TRY(settings.token_key, directory_.secret("runner-tokens"));
    training_jobs_ = std::make_unique<training::TrainingJobs>(*store_, clock_, wakeup_, *launcher_,
                                                              *inputs_, *inputs_, settings,
                                                              orchestration::resolve_trial_spec);
    inference::EndpointSettings serving;
    serving.folder = root / "endpoints";
    serving.program = settings.trainer;
    endpoint_metrics_ =
        std::make_unique<inference::EndpointMetrics>(*metric_log_, clock_, directory_.root());
    endpoints_ = std::make_unique<inference::Endpoints>(*store_, clock_, *inputs_,
                                                        *endpoint_metrics_, serving);
    inference::TransformSettings transforms;
    transforms.folder = root / "transforms";
    transforms.program = settings.trainer;
    transforms.threads = settings.cores;
    transform_jobs_ =
        std::make_unique<inference::TransformJobs>(*store_, clock_, *inputs_, *inputs_, transforms);
    executor_ = std::make_unique<Executor>(*training_jobs_);
    tuning_jobs_ = std::make_unique<orchestration::TuningJobs>(*store_, clock_, wakeup_, *executor_,
                                                               orchestration::make_engine_search);
    tuning_jobs_->on_changed([this](std::int64_t tuning_job) { feed_.publish(tuning_job); });
    training_jobs_->on_trial_progress([this](std::int64_t tuning_job, std::int64_t training_job) {
      feed_.publish(tuning_job);
      tuning_jobs_->trial_progressed(tuning_job, training_job);
    });
    training_jobs_->on_trial_changed([this](std::int64_t tuning_job, std::int64_t training_job) {
      tuning_jobs_->trial_changed(tuning_job, training_job);
    });
    return {};
  }

  Result<void> build_services() {
    sagemaker_ = std::make_unique<services::sagemaker::Service>(services::sagemaker::Service{
        *store_, clock_, *tuning_jobs_, *training_jobs_, *inputs_, *inputs_, *access_.identities,
        *endpoints_, *transform_jobs_, *inputs_, options_.limits});
    sts_ = std::make_unique<services::sts::Service>(services::sts::Service{
        *access_.identities, clock_, *access_.sessions, *access_.authorizer});
    iam_ = std::make_unique<services::iam::Service>(services::iam::Service{
        *access_.identities, *access_.directory, *access_.user_keys, clock_});
    cloudwatch_ = std::make_unique<services::cloudwatch::Service>(
        services::cloudwatch::Service{*store_, *metric_log_, *endpoint_metrics_, clock_});
    services::cloudwatch::register_operations(operations_, *cloudwatch_);
    sagemaker_metrics_ = std::make_unique<services::sagemaker_metrics::Service>(
        services::sagemaker_metrics::Service{*metric_log_, clock_});
    services::sagemaker_metrics::register_operations(operations_, *sagemaker_metrics_);
    sagemaker_runtime_ = std::make_unique<services::sagemaker_runtime::Service>(
        services::sagemaker_runtime::Service{*endpoints_});
    services::sagemaker_runtime::register_operations(operations_, *sagemaker_runtime_);
    services::sagemaker::register_operations(operations_, *sagemaker_);
    services::sts::register_operations(operations_, *sts_);
    services::iam::register_operations(operations_, *iam_);
    services::s3::register_operations(operations_, *objects_);
    training_job_logs_ = std::make_unique<services::logs::TrainingJobLogs>(
        *store_, [this](std::int64_t id) { return training_jobs_->folder(id) / "log"; });
    inference_logs_ = std::make_unique<services::logs::InferenceLogs>(
        *store_,
        [this](std::int64_t id, const std::string& variant) {
          return endpoints_->log(id, variant);
        },
        [this](std::int64_t id) { return transform_jobs_->log(id); });
    logs_ = std::make_unique<services::logs::Service>(
        services::logs::Service{{training_job_logs_.get(), inference_logs_.get()}});
    services::logs::register_operations(operations_, *logs_);
    request_metrics_ = std::make_unique<health::RequestMetrics>(audit_log_.get());
    TUNESMITH_TRY(const auto space, health::disk_space(directory_.root()));
    constexpr std::uint64_t kBallast = std::uint64_t{8} << 20U;
    ballast_ = std::make_unique<health::Ballast>(directory_.root() / "ballast",
                                                 std::min(kBallast, space.total_bytes / 64));
    disk_guard_ = std::make_unique<health::DiskGuard>(health::space_of_folder(directory_.root()),
                                                      options_.reserve_bytes, ballast_.get());
    training_jobs_->launch_only_with([this] { return disk_guard_->has_room(); });
    authenticator_ =
        std::make_unique<aws::sigv4::SignatureAuthenticator>(*access_.credentials, clock_);
    aws_handler_ = std::make_unique<aws::AwsHandler>(
        std::vector<const aws::ServiceDescriptor*>{
            &api::sagemaker::service(), &api::s3::service(), &api::sts::service(),
            &api::iam::service(), &api::logs::service(), &api::sagemaker_runtime::service(),
            &api::cloudwatch::service(), &api::sagemaker_metrics::service(),
            &api::sagemaker_featurestore_runtime::service(), &api::sagemaker_edge::service(),
            &api::sagemaker_a2i_runtime::service(), &api::sagemaker_geospatial::service()},
        operations_, *authenticator_,
        aws::AwsHandlerOptions{.authorizer = access_.authorizer.get(),
                               .admission = disk_guard_.get(),
                               .audit = request_metrics_.get()});
    runner_handler_ =
        std::make_unique<services::runner_api::RunnerHandler>(*training_jobs_, *objects_, *inputs_);
    console_keys_ = std::make_unique<ConsoleKeys>(*access_.credentials, *access_.authorizer);
    TUNESMITH_TRY(const std::string session_key, directory_.secret("console-sessions"));
    console_ = std::make_unique<console::ConsoleHandler>(console::ConsoleOptions{
        .store = *store_,
        .clock = clock_,
        .keys = *console_keys_,
        .feed = feed_,
        .session_key = session_key,
        .job_folder = [this](std::int64_t id) { return training_jobs_->folder(id); },
        .stop_tuning_job =
            [this](const std::string& region, const std::string& name) {
              return tuning_jobs_->request_stop(region, name);
            },
        .delete_tuning_job =
            [this](const std::string& region, const std::string& name) {
              return tuning_jobs_->erase(
                  region, name,
                  fmt::format("arn:aws:sagemaker:{}:{}:"
                              "hyper-parameter-tuning-job/{}",
                              region, aws::identity::kAccount, to_lower(name)));
            },
        .stop_training_job = [this](const std::string& region,
                                    const std::string& name) { return stop(region, name); },
        .objects = objects_.get(),
        .objects_refusal = [this](std::string_view operation) -> std::optional<std::string> {
          const auto refused = disk_guard_->refuse(aws::Protocol::kRestXml, operation);
          return refused ? std::optional(refused->message) : std::nullopt;
        },
        .command = shell_word(options_.program_folder / "tunesmith"),
        .data_dir = shell_word(std::filesystem::absolute(directory_.root())),
        .ended_sessions = directory_.root() / "console-sessions-ended",
        .on_change = [this](const http::Request& request, const std::string& user,
                            int status) { record("console", request, user, status); },
        .regions = {}});
    TUNESMITH_TRY(std::string metrics_token, directory_.secret("metrics-token"));
    health_ = std::make_unique<health::HealthHandler>(health::HealthOptions{
        .requests = *request_metrics_,
        .disk = *disk_guard_,
        .database = *database_,
        .database_file = directory_.database(),
        .metrics_token = std::move(metrics_token),
        .version = options_.version,
        .connections =
            [this] {
              const http::Server* server = serving_;
              return server != nullptr ? server->connection_count() : 0;
            },
        .on_refused =
            [this](const http::Request& request) { record("metrics", request, "", 401); }});
    front_handler_ = std::make_unique<FrontHandler>(*aws_handler_, *console_, *health_);
    return {};
  }

  /// What no operation of AWS's is enters the audit log too.
  void record(std::string_view service, const http::Request& request, const std::string& user,
              int status) {
    aws::RequestContext context;
    context.request_id = random_uuid();
    context.peer = request.peer;
    context.user_agent = request.headers.get_or("user-agent", "");
    context.identity.arn = user;
    const std::string operation = request.method + " " + std::string(request.path());
    audit_log_->record(
        {.context = context, .service = service, .operation = operation, .status = status});
  }

  Result<void> stop(const std::string& region, const std::string& training_job) {
    std::int64_t id = 0;
    TUNESMITH_TRY_VOID(store_->read([&](store::Reader& reader) -> Result<void> {
      TUNESMITH_TRY(const auto job, reader.training_job(region, training_job));
      id = job.id;
      return {};
    }));
    return training_jobs_->request_stop(id);
  }

  Result<void> serve() {
    TUNESMITH_TRY(listening_, listen(options_, directory_, *front_handler_, *runner_handler_,
                                     [this](const http::Request& connect) {
                                       record("proxy", connect, "", 407);
                                     }));
    serving_ = listening_.server.get();
    // Runners may report from here on; jobs that lost theirs are found by the first look.
    TUNESMITH_TRY_VOID(training_jobs_->recover());
    TUNESMITH_TRY_VOID(tuning_jobs_->recover());
    TUNESMITH_TRY_VOID(endpoints_->recover());
    TUNESMITH_TRY_VOID(transform_jobs_->recover());
    loop_ = std::make_unique<OrchestrationLoop>(wakeup_, *training_jobs_, *tuning_jobs_);
    retention_ = std::make_unique<Retention>(*database_, *store_, *metric_log_, *objects_, clock_,
                                             directory_.jobs(), options_.keep);
    return {};
  }

  /// Lets orchestration start and stop trials.
  class Executor final : public orchestration::TrialExecutor {
   public:
    explicit Executor(training::TrainingJobs& jobs) : jobs_(jobs) {}
    void launch(std::int64_t training_job_id) override { jobs_.launch(training_job_id); }
    Result<void> stop(std::int64_t training_job_id, bool early) override {
      return jobs_.stop_trial(training_job_id, early);
    }

   private:
    training::TrainingJobs& jobs_;
  };

  // In the order of construction; destroyed in reverse.
  const ServeOptions options_;
  const DataDirectory directory_;
  FileDescriptor lock_;
  SystemClock clock_;
  Wakeup wakeup_;
  console::LiveFeed feed_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<store::SqliteObjectIndex> object_index_;
  std::unique_ptr<store::SqliteMetricLog> metric_log_;
  std::unique_ptr<objects::FilesystemObjectStore> objects_;
  std::unique_ptr<ObjectInputs> inputs_;
  AccessControl access_;
  std::unique_ptr<AuditLog> audit_log_;
  std::unique_ptr<training::LocalLauncher> launcher_;
  std::unique_ptr<training::TrainingJobs> training_jobs_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<orchestration::TuningJobs> tuning_jobs_;
  std::unique_ptr<inference::EndpointMetrics> endpoint_metrics_;
  std::unique_ptr<inference::Endpoints> endpoints_;
  std::unique_ptr<inference::TransformJobs> transform_jobs_;
  std::unique_ptr<services::sagemaker::Service> sagemaker_;
  std::unique_ptr<services::sagemaker_runtime::Service> sagemaker_runtime_;
  std::unique_ptr<services::sagemaker_metrics::Service> sagemaker_metrics_;
  std::unique_ptr<services::cloudwatch::Service> cloudwatch_;
  std::unique_ptr<services::sts::Service> sts_;
  std::unique_ptr<services::iam::Service> iam_;
  std::unique_ptr<services::logs::TrainingJobLogs> training_job_logs_;
  std::unique_ptr<services::logs::InferenceLogs> inference_logs_;
  std::unique_ptr<services::logs::Service> logs_;
  aws::OperationTable operations_;
  std::unique_ptr<aws::sigv4::SignatureAuthenticator> authenticator_;
  std::unique_ptr<health::RequestMetrics> request_metrics_;
  std::unique_ptr<health::Ballast> ballast_;
  std::unique_ptr<health::DiskGuard> disk_guard_;
  std::unique_ptr<aws::AwsHandler> aws_handler_;
  std::unique_ptr<services::runner_api::RunnerHandler> runner_handler_;
  std::unique_ptr<ConsoleKeys> console_keys_;
  std::unique_ptr<console::ConsoleHandler> console_;
  std::unique_ptr<health::HealthHandler> health_;
  std::unique_ptr<FrontHandler> front_handler_;
  Listening listening_;
  std::atomic<const http::Server*> serving_ = nullptr;  // listening_'s, for requests to look at
  std::unique_ptr<OrchestrationLoop> loop_;
  std::unique_ptr<Retention> retention_;
};

}  // namespace

Result<std::unique_ptr<Application>> Application::start(const ServeOptions& options) {
  auto application = std::make_unique<RunningApplication>(options);
  TUNESMITH_TRY_VOID(application->start());
  return std::unique_ptr<Application>(std::move(application));
}

}  // namespace tunesmith::app
