// SPDX-License-Identifier: Apache-2.0
#include "app/artifact_retention.h"

#include "base/random.h"
#include "objects/filesystem_object_store.h"
#include "orchestration/tuning_spec.h"
#include "store/sqlite/object_tables.h"
#include "store/sqlite/sqlite_store.h"
#include "training/training_spec.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace tunesmith::app {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::hours;

class ArtifactRetentionTest : public testing::Test {
 protected:
  ArtifactRetentionTest() { EXPECT_TRUE(objects->create_bucket("kept", "us-east-1")); }
  ~ArtifactRetentionTest() override {
    objects.reset();
    fs::remove_all(folder);
  }

  static training::TrainingSpec spec() {
    training::TrainingSpec made;
    made.output_s3_uri = "s3://kept/out/";
    return made;
  }
  static std::string artifact(const std::string& job, const std::string& name = "model.tar.gz") {
    return "out/" + job + "/output/" + name;
  }

  void put(const std::string& key) {
    objects::StringSource text("model");
    auto staged = objects->stage(text, {}, std::nullopt);
    ASSERT_TRUE(staged);
    ASSERT_TRUE(objects->put("kept", key, std::move(*staged), {}));
  }
  bool there(const std::string& key) { return objects->head("kept", key).has_value(); }

  /// A job that ends now, with its model.
  void add_job(const std::string& name, std::optional<std::int64_t> tuning_job = {},
               double objective = 0) {
    put(artifact(name));
    store::TrainingJob job;
    job.region = "us-east-1";
    job.name = name;
    job.status = store::JobStatus::kCompleted;
    job.ended = clock.now();
    if (tuning_job) {
      job.tuning_job_id = tuning_job;
      job.trial = ++trials;
      job.objective = objective;
      job.objective_status = "Succeeded";
    } else {
      job.spec = print_training_spec(spec());
    }
    EXPECT_TRUE(rows.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY_VOID(t.insert(job));
      return {};
    }));
  }
  std::int64_t add_tuning_job(bool ended) {
    orchestration::TuningSpec tuning;
    tuning.definitions.emplace_back();
    tuning.definitions.back().training = spec();
    store::TuningJob job;
    job.region = "us-east-1";
    job.name = ended ? "ended" : "live";
    job.spec = print_tuning_spec(tuning);
    job.request =
        R"({"TrainingJobDefinition":{"OutputDataConfig":{"S3OutputPath":"s3://kept/out/"}}})";
    if (ended) {
      job.status = store::JobStatus::kCompleted;
      job.ended = clock.now();
    }
    std::int64_t id = 0;
    EXPECT_TRUE(rows.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(id, t.insert(job));
      return {};
    }));
    return id;
  }
  void add_resource(const std::string& kind, const std::string& name, const std::string& request,
                    const std::string& state = "") {
    store::Resource row;
    row.kind = kind;
    row.region = "eu-west-1";
    row.name = name;
    row.request = request;
    row.state = state;
    EXPECT_TRUE(rows.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY_VOID(t.insert(row));
      return {};
    }));
  }
  std::size_t sweep(const ArtifactRules& rules, hours later) {
    const auto swept = sweep_artifacts(*database, rows, *objects, rules, clock.now() + later, {});
    EXPECT_TRUE(swept) << swept.error().message;
    return swept.value_or(0);
  }

  SystemClock clock;
  fs::path folder = fs::temp_directory_path() / ("artifacts-" + random_hex(6));
  std::unique_ptr<store::Database> database = store::Database::open(":memory:").value();
  store::SqliteStore rows{*database};
  store::SqliteObjectIndex index{*database};
  std::unique_ptr<objects::FilesystemObjectStore> objects =
      objects::FilesystemObjectStore::open(folder, index, clock).value();
  std::int64_t trials = 0;
};

TEST_F(ArtifactRetentionTest, OldOutputsOfJobsGoAndNothingElseOfThem) {
  add_job("old");
  put(artifact("old", "checkpoint"));
  EXPECT_EQ(sweep({}, days(1000)), 0U) << "off by default";
  EXPECT_EQ(sweep({.keep_trials = days(1)}, days(1000)), 0U) << "it is no trial";
  EXPECT_EQ(sweep({.keep_jobs = days(7)}, days(6)), 0U);
  EXPECT_EQ(sweep({.keep_jobs = days(7)}, days(8)), 1U);
  EXPECT_FALSE(there(artifact("old")));
  EXPECT_TRUE(there(artifact("old", "checkpoint")));
  EXPECT_EQ(sweep({.keep_jobs = days(7)}, days(8)), 0U);
}

TEST_F(ArtifactRetentionTest, TheBestTrialsModelStaysAndTrialsOfARunningJobDo) {
  const std::int64_t ended = add_tuning_job(true), live = add_tuning_job(false);
  add_job("ended-1", ended, 0.5);
  add_job("ended-2", ended, 0.9);
  add_job("ended-3", ended, 0.7);
  add_job("live-1", live, 0.5);
  add_job("live-2", live, 0.9);
  EXPECT_EQ(sweep({.keep_jobs = days(1)}, days(2)), 0U) << "trials have a rule of their own";
  EXPECT_EQ(sweep({.keep_trials = days(1)}, days(2)), 2U);
  EXPECT_TRUE(there(artifact("ended-2")));
  EXPECT_FALSE(there(artifact("ended-1")));
  EXPECT_FALSE(there(artifact("ended-3")));
  EXPECT_TRUE(there(artifact("live-1")));
}

TEST_F(ArtifactRetentionTest, WhatAModelAnEndpointOrAnUnfinishedJobReadsStays) {
  for (const char* name : {"modelled", "served", "transformed", "continued", "unused"})
    add_job(name);
  add_resource(
      "model", "m",
      R"({"PrimaryContainer":{"ModelDataUrl":"s3://kept/out/modelled/output/model.tar.gz"}})");
  // Its model was deleted since: the endpoint goes on.
  add_resource("endpoint", "e", "{}",
               R"({"variants":[{"artifact_uri":"s3://kept/out/served/output/model.tar.gz"}]})");
  add_resource("transform-job", "t", "{}",
               R"({"artifact_uri":"s3://kept/out/transformed/output/model.tar.gz"})");
  store::TrainingJob live;
  live.region = "us-east-1";
  live.name = "live";
  live.request =
      R"({"InputDataConfig":[{"DataSource":{"S3DataSource":{"S3Uri":"s3://kept/out/continued/"}}}],
          "OutputDataConfig":{"S3OutputPath":"s3://kept/out/"}})";
  ASSERT_TRUE(rows.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY_VOID(t.insert(live));
    return {};
  }));
  EXPECT_EQ(sweep({.keep_jobs = days(1)}, days(2)), 1U);
  EXPECT_FALSE(there(artifact("unused")));
  for (const char* name : {"modelled", "served", "transformed", "continued"})
    EXPECT_TRUE(there(artifact(name))) << name;
}

TEST_F(ArtifactRetentionTest, WhatWasWrittenAfterTheJobsEndIsNotItsOutput) {
  add_job("job");
  ASSERT_TRUE(database->write([](store::Connection& c) {
    return c.execute("UPDATE training_jobs SET ended = ended - 1000");
  }));
  EXPECT_EQ(sweep({.keep_jobs = days(1)}, days(2)), 0U);
  EXPECT_TRUE(there(artifact("job")));
}

TEST_F(ArtifactRetentionTest, ADocumentThatCantBeReadStopsTheRound) {
  add_job("job");
  add_resource("model", "damaged", "{");
  EXPECT_FALSE(sweep_artifacts(*database, rows, *objects, {.keep_jobs = days(1)},
                               clock.now() + days(2), {}));
  EXPECT_TRUE(there(artifact("job")));
}

}  // namespace
}  // namespace tunesmith::app
