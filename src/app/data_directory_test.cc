// SPDX-License-Identifier: Apache-2.0
#include "app/data_directory.h"

#include "base/files.h"
#include "base/random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "backup/restore.h"

namespace tunesmith::app {
namespace {

TEST(DataDirectory, WhatItTellsOthersIsAbsolute) {
  const auto here = std::filesystem::current_path();
  EXPECT_EQ(DataDirectory("data").jobs(), here / "data" / "jobs");
  EXPECT_EQ(DataDirectory("./a/../data").root(), here / "data");
  EXPECT_EQ(DataDirectory("/srv/data").run_socket(), "/srv/data/run.sock");
}

TEST(DataDirectory, OneServerTakesItAndNoOther) {
  const auto root = std::filesystem::temp_directory_path() / ("data-" + random_hex(6));
  const DataDirectory folder(root);
  const auto lock = folder.take();
  ASSERT_TRUE(lock);
  const auto second = folder.take();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  std::filesystem::remove_all(root);
}

TEST(DataDirectory, AnotherUsersIsTakenByRootAlone) {
  if (::geteuid() == 0) {
    const auto root = std::filesystem::temp_directory_path() / ("data-" + random_hex(6));
    std::filesystem::create_directory(root);
    ASSERT_EQ(::chown(root.c_str(), 12345, 12345), 0);
    testing::internal::CaptureStderr();
    EXPECT_TRUE(DataDirectory(root).take());
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find("warning the data directory " + root.string() +
                        " belongs to user 12345, who may"),
              std::string::npos)
        << said;
    ASSERT_EQ(::chown(root.c_str(), 0, 0), 0);
    testing::internal::CaptureStderr();
    EXPECT_TRUE(DataDirectory(root).take());
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "one's own is nothing to warn of";
    std::filesystem::remove_all(root);
    return;
  }
  const auto refused = DataDirectory("/").take();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
  EXPECT_NE(refused.error().message.find("belongs to user"), std::string::npos);
}

// A start there would sweep the objects away, as files that no row names.
TEST(DataDirectory, ObjectsWithoutADatabaseAreNoNewDirectory) {
  const auto root = std::filesystem::temp_directory_path() / ("data-" + random_hex(6));
  const DataDirectory folder(root);
  ASSERT_TRUE(folder.take());
  ASSERT_TRUE(folder.take()) << "nothing is in it yet";
  std::filesystem::create_directory(folder.objects() / "ab");
  ASSERT_TRUE(write_file_durably(folder.objects() / "ab" / "00ab", "bytes"));
  for (const bool empty : {false, true}) {  // as a copy that was cut short leaves it
    if (empty) ASSERT_TRUE(write_file_durably(folder.database(), ""));
    const auto refused = folder.take();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("has objects but no database"), std::string::npos);
  }
  ASSERT_TRUE(write_file_durably(folder.database(), "SQLite format 3"));
  EXPECT_TRUE(folder.take());
  std::filesystem::remove_all(root);
}

TEST(DataDirectory, AnUnfinishedRestoreIsNotServed) {
  const auto root = std::filesystem::temp_directory_path() / ("data-" + random_hex(6));
  std::filesystem::create_directory(root);
  ASSERT_TRUE(write_file_durably(root / backup::kRestoreMark, ""));
  const auto refused = DataDirectory(root).take();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("was not finished"), std::string::npos);
  std::filesystem::remove_all(root);
}

TEST(DataDirectory, AChildThatOutlivesAKilledServerForAMomentIsWaitedFor) {
  const auto root = std::filesystem::temp_directory_path() / ("data-" + random_hex(6));
  const DataDirectory folder(root);
  auto lock = folder.take();
  ASSERT_TRUE(lock);
  // It has the server's descriptors, as a process has that was forked and has not executed yet.
  const pid_t child = ::fork();
  if (child == 0) {
    ::usleep(200'000);
    ::_exit(0);
  }
  lock->reset();
  EXPECT_TRUE(folder.take());
  ::waitpid(child, nullptr, 0);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace tunesmith::app
