// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/database.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
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

// Each open reader costs descriptors and a cache.
TEST(Database, ReadersAreSixteenAndTheOthersWait) {
  auto database = Database::open(":memory:").value();
  std::atomic<int> reading = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 48; ++i) {
    threads.emplace_back([&] {
      EXPECT_TRUE(database->read([&](Connection&) -> Result<void> {
        const int now = ++reading;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        --reading;
        return {};
      }));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, 16);
}

TEST(Database, AReaderIsFreeAgainHoweverItsUseEnds) {
  auto database = Database::open(":memory:").value();
  for (int i = 0; i < 20; ++i) {
    EXPECT_THROW(static_cast<void>(database->read(
                     [](Connection&) -> Result<void> { throw std::runtime_error("no"); })),
                 std::runtime_error);
    EXPECT_FALSE(database->read(insert("a")));
  }
  EXPECT_EQ(count(*database), 0);
}

// What a full disk does to a batch: SQLite undoes the whole transaction beneath its neighbours.
TEST(Database, WhatIsReportedAsKeptIsKeptAndNothingElseWhenTheDiskFillsUp) {
  auto database = Database::open(":memory:").value();
  ASSERT_TRUE(database->write([](Connection& c) -> Result<void> {
    std::int64_t pages = 0;
    {
      auto query = c.prepare("PRAGMA page_count");
      TUNESMITH_TRY_VOID(query.step());
      pages = query.integer(0);
    }
    return c.execute("PRAGMA max_page_count = " + std::to_string(pages + 3));
  }));
  std::promise<void> queued;
  std::thread first([&] {
    // Holds the writer until the others have queued, so that they become one batch.
    (void)database->write([&](Connection&) -> Result<void> {
      queued.get_future().wait();
      return {};
    });
  });
  constexpr int kWrites = 16;
  std::vector<std::thread> threads;
  std::array<bool, kWrites> kept{};
  std::atomic<int> started = 0;
  for (int i = 0; i < kWrites; ++i) {
    threads.emplace_back([&, i] {
      ++started;
      const std::string name = std::to_string(i) + std::string(1500, 'x');
      kept[static_cast<std::size_t>(i)] = database->write(insert(name)).has_value();
    });
  }
  while (started < kWrites) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  queued.set_value();
  first.join();
  for (auto& thread : threads) thread.join();
  const auto reported = std::count(kept.begin(), kept.end(), true);
  EXPECT_LT(reported, kWrites) << "the disk never filled up";
  EXPECT_EQ(count(*database), reported);
  ASSERT_TRUE(
      database->write([](Connection& c) { return c.execute("PRAGMA max_page_count = 100000"); }));
  EXPECT_TRUE(database->write(insert("later")));
  EXPECT_TRUE(database->check_writable());
  EXPECT_EQ(count(*database), reported + 1);
}

}  // namespace
}  // namespace tunesmith::store
