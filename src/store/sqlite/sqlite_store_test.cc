// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tunesmith::store {
namespace {

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> database_ = Database::open(":memory:").value();
  SqliteStore store_{*database_};

  std::int64_t add_trial(std::int64_t tuning_job, int number, std::optional<double> objective) {
    TrainingJob job;
    job.region = "us-east-1";
    job.name = "t-" + std::to_string(number);
    job.created = from_millis(1000 + number);
    job.tuning_job_id = tuning_job;
    job.trial = number;
    job.objective = objective;
    job.objective_status = objective ? "Succeeded" : "Pending";
    job.status = objective ? JobStatus::kCompleted : JobStatus::kInProgress;
    job.tuned = {{"eta", "0.1"}, {"max_depth", std::to_string(number)}};
    job.explanation = R"({"step":"random"})";
    job.stopped_early = number == 3;
    job.transitions = {{"Starting", from_millis(1), from_millis(2), "Starting the training job"}};
    job.final_metrics = {{"validation:auc", 0.75, from_millis(9)}};
    std::int64_t id = 0;
    EXPECT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
      TUNESMITH_TRY(id, t.insert(job));
      return {};
    }));
    return id;
  }
  std::int64_t add_tuning_job(const std::string& name) {
    TuningJob job;
    job.region = "us-east-1";
    job.name = name;
    job.spec = "{}";
    std::int64_t id = 0;
    EXPECT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
      TUNESMITH_TRY(id, t.insert(job));
      return {};
    }));
    return id;
  }
  /// All pages of a list, one after the other; a list without an end fails.
  std::vector<TrainingJob> all_pages(JobQuery query) {
    std::vector<TrainingJob> jobs;
    do {
      EXPECT_TRUE(store_.read([&](Reader& r) -> Result<void> {
        TUNESMITH_TRY(auto page, r.training_jobs(query));
        for (TrainingJob& row : page.rows) jobs.push_back(std::move(row));
        query.after = page.next;
        return {};
      }));
    } while (query.after && jobs.size() < 10'000);
    EXPECT_FALSE(query.after);
    return jobs;
  }
};

TEST_F(SqliteStoreTest, APointStaysAsItIsUntilTheSeriesIsErased) {
  const auto id = add_trial(add_tuning_job("tune"), 1, {});
  const auto other = add_trial(add_tuning_job("other"), 2, {});
  const auto add = [&](std::int64_t job, double value) {
    EXPECT_TRUE(store_.write([&](Transaction& t) {
      return t.add_metric_points(job, {{"auc", 0, from_millis(1), value}});
    }));
  };
  const auto value_of = [&](std::int64_t job) {
    double value = 0;
    EXPECT_TRUE(store_.read([&](Reader& r) -> Result<void> {
      TUNESMITH_TRY(const auto points, r.metric_points(job));
      value = points.at(0).value;
      return {};
    }));
    return value;
  };
  add(id, 0.25);
  add(other, 0.5);
  add(id, 0.75);
  EXPECT_EQ(value_of(id), 0.25);
  EXPECT_TRUE(store_.write([&](Transaction& t) { return t.erase_metric_points(id); }));
  add(id, 0.75);
  EXPECT_EQ(value_of(id), 0.75);
  EXPECT_EQ(value_of(other), 0.5);
}

TEST_F(SqliteStoreTest, ATrainingJobComesBackAsItWasWritten) {
  const auto tuning = add_tuning_job("tune");
  const auto id = add_trial(tuning, 3, 0.5);
  ASSERT_TRUE(store_.read([&](Reader& r) -> Result<void> {
    TUNESMITH_TRY(const TrainingJob job, r.training_job("us-east-1", "T-3"));
    EXPECT_EQ(job.id, id);
    EXPECT_EQ(job.tuned, (NamedValues{{"eta", "0.1"}, {"max_depth", "3"}}));
    EXPECT_EQ(job.explanation, R"({"step":"random"})");
    EXPECT_TRUE(job.stopped_early);
    EXPECT_EQ(job.transitions.at(0).end, from_millis(2));
    EXPECT_EQ(job.final_metrics.at(0).value, 0.75);
    EXPECT_EQ(job.objective, 0.5);
    EXPECT_FALSE(job.started.has_value());
    return {};
  }));
}

TEST_F(SqliteStoreTest, OneMetricOfAllTrialsComesByTrialAndStep) {
  const auto tuning = add_tuning_job("tune");
  const auto second = add_trial(tuning, 2, {});
  const auto first = add_trial(tuning, 1, {});
  const auto stranger = add_trial(add_tuning_job("other"), 3, {});
  ASSERT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
    for (const auto id : {first, second, stranger}) {
      const double value = static_cast<double>(id);
      TUNESMITH_TRY_VOID(t.add_metric_points(id, {{"auc", 1, from_millis(1), value + 0.5},
                                                  {"auc", 0, from_millis(1), value},
                                                  {"loss", 0, from_millis(1), -1}}));
    }
    return {};
  }));
  ASSERT_TRUE(store_.read([&](Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto points, r.trial_points(tuning, "auc", 100));
    EXPECT_EQ(points.size(), 4U);
    const auto value = static_cast<double>(first);
    EXPECT_EQ(points.at(0).value, value);
    EXPECT_EQ(points.at(1).value, value + 0.5);
    EXPECT_EQ(points.at(2).trial, 2);
    TUNESMITH_TRY(const auto some, r.trial_points(tuning, "auc", 3));
    EXPECT_EQ(some.size(), 3U);
    return {};
  }));
}

TEST_F(SqliteStoreTest, PagesCoverEveryRowOnceInEveryOrder) {
  const auto tuning = add_tuning_job("tune");
  for (int i = 1; i <= 7; ++i)
    add_trial(tuning, i, i == 4 ? std::nullopt : std::optional(i % 3 * 0.1));
  for (const SortBy sort :
       {SortBy::kName, SortBy::kCreationTime, SortBy::kStatus, SortBy::kObjective}) {
    for (const bool descending : {false, true}) {
      JobQuery query;
      query.region = "us-east-1";
      query.tuning_job_id = tuning;
      query.sort_by = sort;
      query.descending = descending;
      query.limit = 2;
      std::vector<std::int64_t> trials;
      for (const TrainingJob& job : all_pages(query)) trials.push_back(*job.trial);
      const std::size_t expected = sort == SortBy::kObjective ? 6 : 7;
      EXPECT_EQ(trials.size(), expected);
      EXPECT_EQ(std::set<std::int64_t>(trials.begin(), trials.end()).size(), expected);
    }
  }
}

TEST_F(SqliteStoreTest, TrialsAreFoundByTheNameOfAnErasedTuningJob) {
  const auto erased = add_tuning_job("tune");
  const auto first = add_trial(erased, 1, {});
  ASSERT_TRUE(store_.write([&](Transaction& t) { return t.erase_tuning_job(erased); }));
  const auto second = add_trial(add_tuning_job("tune"), 2, {});
  add_trial(add_tuning_job("other"), 3, {});
  JobQuery query;
  query.region = "us-east-1";
  query.tuning_job_name = "Tune";
  std::vector<std::int64_t> found;
  for (const TrainingJob& job : all_pages(query)) found.push_back(job.id);
  EXPECT_EQ(found, (std::vector<std::int64_t>{first, second}));
}

TEST_F(SqliteStoreTest, PartsOfNamesAreFoundWithoutCasePageByPage) {
  const auto tuning = add_tuning_job("tune");
  for (int n = 1; n <= 30; ++n) add_trial(tuning, n, 0.5);
  for (const SortBy sort : {SortBy::kName, SortBy::kCreationTime, SortBy::kModificationTime,
                            SortBy::kStatus, SortBy::kObjective}) {
    JobQuery query;
    query.region = "us-east-1";
    query.name_contains = "T-1";
    query.sort_by = sort;
    query.descending = true;
    query.limit = 4;
    std::set<std::string> seen;
    do {
      Page<TrainingJob> page;
      ASSERT_TRUE(store_.read([&](Reader& r) -> Result<void> {
        TUNESMITH_TRY(page, r.training_jobs(query));
        return {};
      }));
      for (const auto& row : page.rows) EXPECT_TRUE(seen.insert(row.name).second) << row.name;
      query.after = page.next;
    } while (query.after);
    EXPECT_EQ(seen.size(), 11U);  // t-1 and t-10 to t-19
  }
}

TEST_F(SqliteStoreTest, APartOfTheNameFindsWhatIsThereNow) {
  const auto tuning = add_tuning_job("Tune-1");
  const auto found = [&](std::string part) {
    JobQuery query;
    query.region = "us-east-1";
    query.name_contains = std::move(part);
    std::vector<std::int64_t> ids;
    EXPECT_TRUE(store_.read([&](Reader& r) -> Result<void> {
      TUNESMITH_TRY(const auto page, r.training_jobs(query));
      for (const auto& row : page.rows) ids.push_back(row.id);
      TUNESMITH_TRY(const auto parents, r.tuning_jobs(query));
      for (const auto& row : parents.rows) ids.push_back(-row.id);
      return {};
    }));
    return ids;
  };
  const auto old = add_trial(tuning, 1, 0.5);
  EXPECT_EQ(found("t-1"), (std::vector<std::int64_t>{old}));
  EXPECT_EQ(found("E-1"), (std::vector<std::int64_t>{-tuning}));
  ASSERT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
    TUNESMITH_TRY_VOID(t.erase_tuning_job(tuning));
    return t.erase_training_job(old);
  }));
  EXPECT_TRUE(found("-1").empty());
  // The newest row is gone: the next one has an id of its own, and is found by its own name.
  const auto next = add_trial(tuning, 2, 0.5);
  EXPECT_GT(next, old);
  EXPECT_TRUE(found("-1").empty());
  EXPECT_EQ(found("t-2"), (std::vector<std::int64_t>{next}));
  // What is undone was never there; what is written in one transaction is found by it.
  EXPECT_FALSE(store_.write([&](Transaction& t) -> Result<void> {
    TUNESMITH_TRY(TrainingJob job, t.training_job(next));
    job.name = "t-3";
    TUNESMITH_TRY_VOID(t.insert(job));
    JobQuery query;
    query.region = "us-east-1";
    query.name_contains = "T-3";
    TUNESMITH_TRY(const auto page, t.training_jobs(query));
    EXPECT_EQ(page.rows.size(), 1U);
    return Error(ErrorKind::kConflict, "undo it");
  }));
  EXPECT_TRUE(found("t-3").empty());
  const auto last = add_trial(tuning, 3, 0.5);
  EXPECT_EQ(found("t-3"), (std::vector<std::int64_t>{last}));
}

TEST_F(SqliteStoreTest, APartOfManyNamesFindsThemAllInOrder) {
  const auto tuning = add_tuning_job("tune");
  constexpr int kMany = 2100;  // more than are looked up one by one
  ASSERT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
    TrainingJob job;
    job.region = "us-east-1";
    job.tuning_job_id = tuning;
    for (int n = 0; n < kMany; ++n) {
      job.name = "many-" + std::to_string(n);
      job.created = from_millis(kMany - n);
      TUNESMITH_TRY_VOID(t.insert(job));
    }
    return {};
  }));
  JobQuery query;
  query.region = "us-east-1";
  query.name_contains = "MANY";
  query.sort_by = SortBy::kCreationTime;
  query.limit = 500;
  const auto jobs = all_pages(query);
  ASSERT_EQ(jobs.size(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(jobs.front().name, "many-2099");
  EXPECT_EQ(jobs.back().name, "many-0");
}

TEST_F(SqliteStoreTest, APartOfTheNameAndAStatusFindAllPageByPage) {
  const auto tuning = add_tuning_job("tune");
  // Those that have ended are far apart: a page takes several steps through the names.
  for (int n = 1; n <= 60; ++n)
    add_trial(tuning, n, n % 12 == 0 ? std::optional(0.5) : std::nullopt);
  for (const bool descending : {false, true}) {
    JobQuery query;
    query.region = "us-east-1";
    query.name_contains = "T-";
    query.status = JobStatus::kCompleted;
    query.sort_by = SortBy::kCreationTime;
    query.descending = descending;
    query.limit = 2;
    std::vector<std::int64_t> trials;
    for (const TrainingJob& job : all_pages(query)) trials.push_back(*job.trial);
    std::vector<std::int64_t> expected = {12, 24, 36, 48, 60};
    if (descending) std::reverse(expected.begin(), expected.end());
    EXPECT_EQ(trials, expected);
  }
}

TEST_F(SqliteStoreTest, CountersAndBestFollowTheTrials) {
  const auto tuning = add_tuning_job("tune");
  add_trial(tuning, 1, 0.3);
  add_trial(tuning, 2, 0.9);
  add_trial(tuning, 3, 0.9);
  add_trial(tuning, 4, std::nullopt);
  for (const int number : {5, 6, 7}) {
    const auto id = add_trial(tuning, number, 0.5);
    ASSERT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
      TUNESMITH_TRY(TrainingJob trial, t.training_job(id));
      trial.status = JobStatus::kStopped;
      trial.stopped_early = number > 5;
      return t.update(trial);
    }));
  }
  ASSERT_TRUE(store_.read([&](Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto counters, r.trial_counters(tuning));
    EXPECT_EQ(counters.stopped, 3);
    EXPECT_EQ(counters.stopped_early, 2);
    EXPECT_EQ(counters.completed, 3);
    EXPECT_EQ(counters.in_progress, 1);
    EXPECT_EQ(counters.objective_pending, 1);
    TUNESMITH_TRY(const auto best, r.best_trial(tuning, 0, true));
    EXPECT_EQ(best.trial, 2);
    TUNESMITH_TRY(const auto worst, r.best_trial(tuning, 0, false));
    EXPECT_EQ(worst.trial, 1);
    return {};
  }));
}

TEST_F(SqliteStoreTest, CountersGoOnCountingTrialsThatAreErased) {
  const auto tuning = add_tuning_job("tune");
  for (int n = 1; n <= 5; ++n) add_trial(tuning, n, 0.1 * n);
  ASSERT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
    TUNESMITH_TRY(const auto trials, t.trials(tuning));
    TrainingJob failed = trials.at(2);
    failed.status = JobStatus::kFailed;
    failed.objective_status = "Failed";
    failed.failure_reason = "InternalServerError: the machine";
    TUNESMITH_TRY_VOID(t.update(failed));
    for (const std::size_t index : {3, 4}) {
      TrainingJob stopped = trials.at(index);
      stopped.status = JobStatus::kStopped;
      stopped.stopped_early = index == 4;
      TUNESMITH_TRY_VOID(t.update(stopped));
    }
    for (const auto& trial : trials) TUNESMITH_TRY_VOID(t.erase_training_job(trial.id));
    return {};
  }));
  ASSERT_TRUE(store_.read([&](Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto counters, r.trial_counters(tuning));
    EXPECT_EQ(counters.total, 5);
    EXPECT_EQ(counters.completed, 2);
    EXPECT_EQ(counters.objective_succeeded, 4);
    EXPECT_EQ(counters.stopped, 2);
    EXPECT_EQ(counters.stopped_early, 1);
    EXPECT_EQ(counters.failed, 1);
    EXPECT_EQ(counters.failed_internally, 1);
    EXPECT_EQ(counters.objective_failed, 1);
    return {};
  }));
}

TEST_F(SqliteStoreTest, TagsKeepOrderAndChangeInPlace) {
  ASSERT_TRUE(store_.write([](Transaction& t) -> Result<void> {
    TUNESMITH_TRY_VOID(t.put_tags("arn:a", {{"b", "1"}, {"a", "2"}}));
    TUNESMITH_TRY_VOID(t.put_tags("arn:a", {{"b", "3"}, {"c", "4"}}));
    TUNESMITH_TRY_VOID(t.erase_tags("arn:a", {"a", "none"}));
    TUNESMITH_TRY(const auto tags, t.tags("arn:a"));
    EXPECT_EQ(tags, (std::vector<Tag>{{"b", "3"}, {"c", "4"}}));
    return {};
  }));
}

TEST_F(SqliteStoreTest, UpdatingWhatIsGoneIsNotFound) {
  TuningJob job;
  job.id = 42;
  EXPECT_EQ(store_.write([&](Transaction& t) { return t.update(job); }).error().kind,
            ErrorKind::kNotFound);
}

}  // namespace
}  // namespace tunesmith::store
