// SPDX-License-Identifier: Apache-2.0
#include "training/runner_protocol.h"

#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tunesmith::training {
namespace {

using ::testing::HasSubstr;

JobSpec full_spec() {
  JobSpec spec;
  spec.job_id = "17";
  spec.job_name = "tune-001-abcdef01";
  spec.attempt = 3;
  spec.token = "00ff";
  spec.server_socket = "/data/run.sock";
  spec.role = "arn:aws:iam::123456789012:role/R";
  spec.algorithm = {AlgorithmKind::kProcess, "/bin/prog", {"--a", "b c"}, "key", "/data/hosts", 7};
  spec.hyperparameters = {{"eta", "0.1"}, {"quote\"d", "\xE2\x82\xAC"}};
  spec.channels["train"] = {"text/csv",
                            "None",
                            "File",
                            "None",
                            "FullyReplicated",
                            {{"a/b.csv", "/data/objects/1", 12, "v1"}}};
  spec.checkpoints = CheckpointFolder{"/opt/ml/checkpoints", {{"a/b", "/objects/1", 3, "v1"}}};
  spec.environment = {{"X", "y"}};
  spec.metric_definitions = {{"validation:auc", R"(.*#011validation-auc:(\S+))"}};
  spec.instance_type = "ml.c5.large";
  spec.instance_count = 3;
  spec.artifact_name = "m.tar.gz";
  spec.max_runtime_seconds = 0.25;
  spec.kill_grace_seconds = 1.5;
  spec.threads = 2;
  spec.memory_limit_bytes = std::numeric_limits<std::uint64_t>::max();
  spec.disk_limit_bytes = 5000;
  spec.process_limit = 7;
  spec.log_limit_bytes = 1000;
  spec.network_isolation = true;
  return spec;
}

Finish full_finish() {
  Finish finish;
  finish.report = {"17", 3, "00ff", 5, {{"m", 0.1 + 0.2, 1'700'000'000'123, 4}}, {{"Training", 1}}};
  finish.outcome.status = JobStatus::kStopped;
  finish.outcome.secondary_status = "MaxRuntimeExceeded";
  finish.outcome.failure_reason = "why \xE2\x82\xAC";
  finish.outcome.exit_code = 0;
  finish.outcome.start_ms = 5;
  finish.outcome.end_ms = 6;
  finish.outcome.first_instruction_us = 5001;
  finish.outcome.cpu_seconds = 1.0 / 3;
  finish.outcome.max_rss_kb = 77;
  finish.outcome.final_metrics = {{"m", -1e-300, 3, 9}};
  finish.outcome.artifacts = {{"model.tar.gz", 1234, true}};
  finish.outcome.log_bytes = 42;
  finish.outcome.dropped_metrics = 1;
  return finish;
}

TEST(RunnerProtocol, ASpecificationComesBackAsItWas) {
  const auto read = parse_job_spec(print(full_spec()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, full_spec());
}

TEST(RunnerProtocol, ClaimReportAnswerAndFinishComeBackAsTheyWere) {
  const Claim claim{"17", 3, "00ff", {"boot", 4711, 99}};
  EXPECT_EQ(*parse_claim(print(claim)), claim);
  EXPECT_EQ(*parse_report(print(full_finish().report)), full_finish().report);
  EXPECT_EQ(*parse_finish(print(full_finish())), full_finish());
  for (const Answer& answer : {Answer{}, Answer{true, "stopped by its user"}}) {
    EXPECT_EQ(*parse_answer(print(answer)), answer);
  }
}

TEST(RunnerProtocol, MetricValuesArriveBitForBit) {
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    const double value = std::ldexp(rng.uniform() - 0.5, static_cast<int>(rng.below(2000)) - 1000);
    Report report{"j", 1, "t", 1, {{"m", value, 0, 0}}, {}};
    EXPECT_EQ(parse_report(print(report))->metrics[0].value, value);
  }
}

TEST(RunnerProtocol, WhatIsMissingOrWrongIsNamed) {
  const auto message = [](std::string_view text) {
    const auto read = parse_report(text);
    return read ? std::string() : read.error().message;
  };
  EXPECT_THAT(message("{}"), HasSubstr("job_id is missing"));
  EXPECT_THAT(message(R"({"job_id":7})"), HasSubstr("job_id is no string"));
  EXPECT_THAT(message(R"({"job_id":"j","attempt":1.5})"), HasSubstr("attempt is no integer"));
  EXPECT_THAT(message(R"({"job_id":"j","attempt":1,"token":"t","seq":1,"metrics":[{"name":"m",
                       "value":"nan","timestamp_ms":0}]})"),
              HasSubstr("metrics.value is no decimal number"));
  EXPECT_THAT(message("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(message("{"), HasSubstr("no JSON object"));
}

TEST(RunnerProtocol, NamesThatLeaveTheirFolderAreRefused) {
  for (const char* name : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a/."}) {
    EXPECT_FALSE(is_safe_relative_path(name)) << name;
    JobSpec spec = full_spec();
    spec.channels["train"].files[0].name = name;
    EXPECT_FALSE(parse_job_spec(print(spec))) << name;
  }
  for (const char* name : {"a", "a/b.csv", "..a", "a..", " "}) {
    EXPECT_TRUE(is_safe_relative_path(name)) << name;
  }
  JobSpec spec = full_spec();
  spec.channels[".."] = {};
  EXPECT_FALSE(parse_job_spec(print(spec)));
  spec = full_spec();
  spec.artifact_name = "../model";
  EXPECT_FALSE(parse_job_spec(print(spec)));
  spec = full_spec();
  spec.algorithm.host_key = "../x";
  EXPECT_FALSE(parse_job_spec(print(spec)));
}

TEST(RunnerProtocol, TimesOutOfRangeAreRefused) {
  for (const double seconds : {0.0, -1.0, 1e12}) {
    JobSpec spec = full_spec();
    spec.max_runtime_seconds = seconds;
    EXPECT_FALSE(parse_job_spec(print(spec))) << seconds;
  }
}

TEST(RunnerProtocol, DamagedDocumentsAreNoTrouble) {
  Rng rng(13);
  for (const std::string& whole : {print(full_spec()), print(full_finish())}) {
    for (int round = 0; round < 2000; ++round) {
      std::string text =
          whole.substr(0, rng.below(8) == 0 ? rng.below(whole.size()) : whole.size());
      for (std::uint64_t i = 0; i < rng.below(4) && !text.empty(); ++i) {
        text[rng.below(text.size())] = static_cast<char>(rng.below(256));
      }
      static_cast<void>(parse_job_spec(text).has_value());
      static_cast<void>(parse_claim(text).has_value());
      static_cast<void>(parse_report(text).has_value());
      static_cast<void>(parse_answer(text).has_value());
      static_cast<void>(parse_finish(text).has_value());
    }
  }
}

}  // namespace
}  // namespace tunesmith::training
