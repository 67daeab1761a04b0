// SPDX-License-Identifier: Apache-2.0
//
// The console's handler over a store in memory, for its tests: asks as a page does, and makes jobs.
// Each test has its own; one thread.
#pragma once

#include "base/random.h"
#include "console/console_handler.h"
#include "orchestration/tuning_spec.h"
#include "store/sqlite/sqlite_store.h"
#include "training/lifecycle.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tunesmith::console {

namespace json = boost::json;

class ManualClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time = from_millis(1'000'000'000'000);
};

class OneKey final : public KeyChecker {
 public:
  Result<std::string> check(std::string_view id, std::string_view secret) const override {
    if (id == "AKIA1" && secret == "s3cret") return std::string("root");
    return Error(ErrorKind::kDenied, "no");
  }
  Result<std::string> owner(std::string_view id) const override {
    if (id == "AKIA1" && active) return std::string("root");
    return Error(ErrorKind::kDenied, "no");
  }
  bool active = true;
};

class TextBody final : public http::BodyReader {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

class ConsoleHandlerTest : public ::testing::Test {
 protected:
  using HeaderList = std::vector<std::pair<std::string, std::string>>;

  void TearDown() override { std::filesystem::remove_all(folder_); }

  http::Response ask(const std::string& method, const std::string& target,
                     const HeaderList& headers = {}, const std::string& body = "") {
    TextBody reader(body);
    http::Request request;
    request.method = method;
    request.target = target;
    request.authority = "127.0.0.1:8080";
    request.peer = "127.0.0.1:5000";
    request.tls = tls_;
    request.body = &reader;
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return handler_.handle(request);
  }
  /// As the page asks after signing in.
  http::Response ask_signed_in(const std::string& method, const std::string& target) {
    return ask(method, target, {{"Cookie", "other=1; " + cookie()}, {"X-Tunesmith-Console", "1"}});
  }
  http::Response sign_in(const std::string& secret, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("X-Tunesmith-Console", "1");
    return ask("POST", "/_console/api/session", headers,
               R"({"access_key_id":"AKIA1","secret_access_key":")" + secret + "\"}");
  }
  std::string cookie() {
    if (cookie_.empty()) {
      const auto response = sign_in("s3cret");
      const std::string field(response.headers.get_or("set-cookie", ""));
      cookie_ = field.substr(0, field.find(';'));
    }
    return cookie_;
  }
  static const std::string& text(const http::Response& response) {
    return std::get<std::string>(response.body);
  }
  static json::value document(const http::Response& response) {
    json::error_code error;
    auto value = json::parse(text(response), error);
    EXPECT_FALSE(error) << text(response);
    return value;
  }

  /// A job with three trials: completed, failed, running.
  void add_job(const std::string& name, const std::string& region = "us-east-1",
               std::int64_t created = 1000) {
    orchestration::TuningSpec spec;
    spec.strategy = "Bayesian";
    spec.max_trials = 20;
    spec.max_parallel = 3;
    orchestration::TrialDefinition definition;
    definition.objective_metric = "validation:auc";
    definition.ranges = {{"eta", orchestration::ParameterKind::kContinuous, "0", "1", "Auto", {}}};
    definition.training.hyperparameters = {{"num_round", "100"}};
    definition.training.image = "1.dkr.ecr.x.amazonaws.com/sagemaker-xgboost:1.7-1";
    definition.training.output_s3_uri = "s3://bucket/out";
    spec.definitions = {definition};
    store::TuningJob job;
    job.region = region;
    job.name = name;
    job.created = job.modified = from_millis(created);
    job.strategy = "Bayesian";
    job.seed = 1234567890123456789;
    job.spec = orchestration::print_tuning_spec(spec);
    ASSERT_TRUE(store_.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(const auto id, t.insert(job));
      for (int n = 1; n <= 3; ++n) {
        auto trial = training::new_training_job(region, name + "-00" + std::to_string(n),
                                                from_millis(created + n));
        trial.tuning_job_id = id;
        trial.trial = n;
        trial.tuned = {{"eta", "0." + std::to_string(n)}};
        trial.objective_status = "Pending";
        training::JobEnd end;
        end.objective_metric = "validation:auc";
        if (n == 1) {
          end.ending = training::Ending::kCompleted;
          end.final_metrics = {{"validation:auc", 0.77, from_millis(created + 50)}};
        }
        if (n == 2) end.failure_reason = "out of \"luck\", twice";
        if (n < 3) TUNESMITH_TRY_VOID(training::finish(trial, end, from_millis(created + 50)));
        TUNESMITH_TRY(const auto trial_id, t.insert(trial));
        if (n == 1) {
          TUNESMITH_TRY_VOID(t.add_metric_points(
              trial_id,
              {{"train:auc", 0, from_millis(5), 0.6}, {"train:auc", 1, from_millis(6), 0.7}}));
          TUNESMITH_TRY_VOID(
              t.add_metric_points(trial_id, {{"CPUUtilization", 0, from_millis(2000), 40},
                                             {"CPUUtilization", 1, from_millis(7000), 60}}));
          trial_id_ = trial_id;
        }
      }
      return {};
    }));
  }

  std::unique_ptr<store::Database> database_ = store::Database::open(":memory:").value();
  store::SqliteStore store_{*database_};
  ManualClock clock_;
  OneKey keys_;
  LiveFeed feed_;
  std::vector<std::string> stopped_;
  bool tls_ = false;
  std::int64_t trial_id_ = 0;
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("console-" + random_hex(6));
  std::vector<std::string> changes_;
  ConsoleHandler handler_{
      {.store = store_,
       .clock = clock_,
       .keys = keys_,
       .feed = feed_,
       .session_key = "0123456789abcdef",
       .job_folder = [this](std::int64_t id) { return folder_ / std::to_string(id); },
       .stop_tuning_job = [this](const std::string& region,
                                 const std::string& name) -> Result<void> {
         if (name == "ended") return Error(ErrorKind::kConflict, "it has ended");
         stopped_.push_back(region + "/" + name);
         return {};
       },
       .on_change =
           [this](const http::Request& request, const std::string& user, int status) {
             changes_.push_back(request.method + " " + request.target + " " + user + " " +
                                std::to_string(status));
           },
       .regions = {}}};
  std::string cookie_;
};

}  // namespace tunesmith::console
