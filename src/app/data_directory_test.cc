// SPDX-License-Identifier: Apache-2.0
#include "app/data_directory.h"

#include "base/random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

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

TEST(DataDirectory, AnotherUsersIsNotTaken) {
  auto root = std::filesystem::temp_directory_path() / ("data-" + random_hex(6));
  if (::geteuid() == 0) {
    std::filesystem::create_directory(root);
    ASSERT_EQ(::chown(root.c_str(), 12345, 12345), 0);
  } else {
    root = "/";
  }
  const auto refused = DataDirectory(root).take();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
  EXPECT_NE(refused.error().message.find("belongs to user"), std::string::npos);
  if (::geteuid() == 0) {
    EXPECT_TRUE(std::filesystem::is_empty(root));
    std::filesystem::remove_all(root);
  }
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
