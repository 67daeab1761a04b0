// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/database.h"
#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::store {
namespace {

using testing::ElementsAre;

class ResourceRows : public testing::Test {
 protected:
  Result<std::int64_t> add(const std::string& kind, const std::string& name, std::int64_t created,
                           const std::string& status = "") {
    Resource row;
    row.kind = kind;
    row.region = "us-east-1";
    row.name = name;
    row.status = status;
    row.created = row.modified = from_millis(created);
    row.request = "{}";
    std::int64_t id = 0;
    const auto written = store_.write([&](Transaction& t) -> Result<void> {
      TUNESMITH_TRY(id, t.insert(row));
      return {};
    });
    if (!written) return written.error();
    return id;
  }
  std::vector<std::string> names(ResourceQuery query) {
    query.region = "us-east-1";
    std::vector<std::string> all;
    for (;;) {
      Page<Resource> page;
      EXPECT_TRUE(store_.read([&](Reader& r) -> Result<void> {
        TUNESMITH_TRY(page, r.resources(query));
        return {};
      }));
      for (const auto& row : page.rows) all.push_back(row.name);
      if (!page.next) return all;
      query.after = page.next;
    }
  }
  std::unique_ptr<Database> database_ = Database::open(":memory:").value();
  SqliteStore store_{*database_};
};

TEST_F(ResourceRows, NamesAreUniqueWithoutCaseWithinTheirKind) {
  EXPECT_TRUE(add("model", "Churn", 1));
  EXPECT_EQ(add("model", "churn", 2).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_TRUE(add("endpoint", "churn", 3));
  EXPECT_TRUE(store_.read([](Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto row, r.resource("model", "us-east-1", "CHURN"));
    EXPECT_EQ(row.name, "Churn");
    EXPECT_EQ(r.resource("model", "eu-west-1", "churn").error().kind, ErrorKind::kNotFound);
    return {};
  }));
}

TEST_F(ResourceRows, ListsAreFilteredSortedAndPaged) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(
        add("endpoint", "e" + std::to_string(i), 100 - i, i % 2 == 0 ? "InService" : "Failed"));
  ASSERT_TRUE(add("model", "e9", 1));
  ResourceQuery query;
  query.kind = "endpoint";
  query.limit = 2;
  EXPECT_THAT(names(query), ElementsAre("e0", "e1", "e2", "e3", "e4"));
  query.sort_by = SortBy::kCreationTime;
  EXPECT_THAT(names(query), ElementsAre("e4", "e3", "e2", "e1", "e0"));
  query.descending = true;
  query.status = "InService";
  EXPECT_THAT(names(query), ElementsAre("e0", "e2", "e4"));
  query.created_after = from_millis(97);
  EXPECT_THAT(names(query), ElementsAre("e0", "e2"));
  query.name_contains = "E2";
  EXPECT_THAT(names(query), ElementsAre("e2"));
  query.name_contains = "_";
  EXPECT_THAT(names(query), ::testing::IsEmpty());
}

TEST_F(ResourceRows, WhatHasEndedIsNotLive) {
  const std::int64_t id = add("transform-job", "t", 1, "InProgress").value();
  ASSERT_TRUE(store_.write([&](Transaction& t) -> Result<void> {
    TUNESMITH_TRY(auto row, t.resource(id));
    EXPECT_EQ(t.live_resources("transform-job")->size(), 1U);
    row.status = "Failed";
    row.failure_reason = "why";
    row.ended = from_millis(9);
    TUNESMITH_TRY_VOID(t.update(row));
    EXPECT_TRUE(t.live_resources("transform-job")->empty());
    EXPECT_EQ(t.resource(id)->failure_reason, "why");
    TUNESMITH_TRY_VOID(t.erase_resource(id));
    EXPECT_EQ(t.erase_resource(id).error().kind, ErrorKind::kNotFound);
    return {};
  }));
}

}  // namespace
}  // namespace tunesmith::store
