// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/database.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace tunesmith::store {
namespace {

Database::Closure insert(const std::string& name) {
  return [name](Connection& c) {
    return c.prepare("INSERT INTO tags (arn, position, key, value) VALUES (?1,0,'','')")
        .bind(1, std::string_view(name))
        .run();
  };
}

std::int64_t count(const Database& database) {
  std::int64_t n = -1;
  EXPECT_TRUE(database.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare("SELECT count(*) FROM tags");
    TUNESMITH_TRY_VOID(query.step());
    n = query.integer(0);
    return {};
  }));
  return n;
}

TEST(Database, KeepsNothingOfAFailedWriteAndAllOfItsNeighbours) {
  auto database = Database::open(":memory:").value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const auto name = std::to_string(i) + "-" + std::to_string(k);
        if (k % 2 == 0) {
          EXPECT_TRUE(database->write(insert(name)));
        } else {
          const auto result = database->write([&](Connection& c) -> Result<void> {
            TUNESMITH_TRY_VOID(insert(name)(c));
            return Error(ErrorKind::kConflict, "no");
          });
          EXPECT_EQ(result.error().kind, ErrorKind::kConflict);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count(*database), 80);
}

TEST(Database, AUniqueConstraintIsAlreadyExists) {
  auto database = Database::open(":memory:").value();
  ASSERT_TRUE(database->write(insert("a")));
  EXPECT_EQ(database->write(insert("A")).error().kind, ErrorKind::kAlreadyExists);
}

TEST(Database, ReadersCannotWrite) {
  auto database = Database::open(":memory:").value();
  EXPECT_FALSE(database->read(insert("a")));
}

}  // namespace
}  // namespace tunesmith::store
