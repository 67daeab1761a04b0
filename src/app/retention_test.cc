// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include "base/files.h"
#include "base/random.h"

#include <gtest/gtest.h>

namespace tunesmith::app {
namespace {

namespace fs = std::filesystem;

TEST(Retention, RemovesTheFoldersOfJobsThatEndedBeforeAndNoOthers) {
  const auto database = store::Database::open(":memory:").value();
  ASSERT_TRUE(database->write([](store::Connection& c) {
    return c.execute(
        "INSERT INTO training_jobs (id, region, name, status, secondary_status, created, modified, "
        "ended) VALUES (1, 'r', 'old', 'Completed', '', 0, 0, 1000),"
        "(2, 'r', 'new', 'Completed', '', 0, 0, 5000), (3, 'r', 'live', 'InProgress', '', 0, 0, "
        "NULL)");
  }));
  const fs::path jobs = fs::temp_directory_path() / ("retention-" + random_hex(6));
  for (const char* id : {"1", "2", "3", "4"}) {
    fs::create_directories(jobs / id);
    ASSERT_TRUE(write_file_durably(jobs / id / "log", "text"));
  }
  using Part = Retention::Part;
  for (const char* id : {"1", "3"}) fs::create_directories(jobs / id / "ml" / "input");
  EXPECT_EQ(Retention::sweep(*database, from_millis(2000), Part::kMl, jobs, {}), 1U);
  EXPECT_FALSE(fs::exists(jobs / "1" / "ml"));
  EXPECT_TRUE(fs::exists(jobs / "1" / "log"));
  EXPECT_TRUE(fs::exists(jobs / "3" / "ml"));
  EXPECT_EQ(Retention::sweep(*database, from_millis(2000), Part::kAll, jobs, {}), 1U);
  EXPECT_FALSE(fs::exists(jobs / "1"));
  EXPECT_TRUE(fs::exists(jobs / "2" / "log"));
  EXPECT_TRUE(fs::exists(jobs / "3" / "log"));
  EXPECT_TRUE(fs::exists(jobs / "4" / "log")) << "of a job that is not known: not ours to judge";
  EXPECT_EQ(Retention::sweep(*database, from_millis(2000), Part::kAll, jobs, {}), 0U);
  fs::remove_all(jobs);
}

}  // namespace
}  // namespace tunesmith::app
