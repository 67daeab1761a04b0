// SPDX-License-Identifier: Apache-2.0
//
// What the simulation does not do: stored jobs that this program can do nothing with.
#include "orchestration/tuning_jobs.h"

#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::orchestration {
namespace {

class SetClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time = from_millis(1'000'000);
};

class NoTrials final : public TrialExecutor {
 public:
  void launch(std::int64_t /*training_job_id*/) override { ++launches; }
  Result<void> stop(std::int64_t /*training_job_id*/, bool /*early*/) override { return {}; }
  int launches = 0;
};

class TuningJobsTest : public testing::Test {
 protected:
  store::TuningJob job() {
    store::TuningJob out;
    EXPECT_TRUE(store_.read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(out, r.tuning_job("us-east-1", "job"));
      return {};
    }));
    return out;
  }

  SetClock clock_;
  Wakeup wakeup_;
  NoTrials trials_;
  std::unique_ptr<store::Database> database_ = store::Database::open(":memory:").value();
  store::SqliteStore store_{*database_};
  ErrorKind trouble_ = ErrorKind::kInvalid;
  TuningJobs jobs_{
      store_, clock_, wakeup_, trials_,
      [this](const TuningSpec&, std::uint64_t, const auto&) -> Result<std::unique_ptr<Search>> {
        return Error(trouble_, "ranges: no value between 2 and 1");
      }};
};

TEST_F(TuningJobsTest, AJobOfWhichNoSearchCanBeMadeFailsAndSaysWhy) {
  store::TuningJob row;
  row.region = "us-east-1";
  row.name = "job";
  row.created = row.modified = clock_.now();
  TuningSpec spec;
  spec.definitions.resize(1);
  row.spec = print_tuning_spec(spec);
  ASSERT_TRUE(jobs_.create(row, "arn", {}));

  trouble_ = ErrorKind::kUnavailable;  // which passes
  jobs_.run_once();
  EXPECT_EQ(job().status, store::JobStatus::kInProgress);

  trouble_ = ErrorKind::kInvalid;
  clock_.time += Millis(60'000);
  jobs_.run_once();
  EXPECT_EQ(job().status, store::JobStatus::kFailed);
  EXPECT_THAT(job().failure_reason, testing::HasSubstr("ranges: no value between 2 and 1"));
  EXPECT_EQ(trials_.launches, 0);
}

}  // namespace
}  // namespace tunesmith::orchestration
