// SPDX-License-Identifier: Apache-2.0
#include "app/input_cache.h"

#include "base/files.h"
#include "base/random.h"

#include <gtest/gtest.h>

namespace tunesmith::app {
namespace {

namespace fs = std::filesystem;

class InputCacheTest : public testing::Test {
 protected:
  ~InputCacheTest() override { fs::remove_all(folder); }

  Result<fs::path> keep(const std::string& name, const std::string& content) {
    return cache.keep(name, [&](int fd) {
      ++written;
      return write_all(fd, content);
    });
  }
  void age(const fs::path& path, std::chrono::hours by) {
    fs::last_write_time(path, fs::last_write_time(path) - by);
  }

  fs::path folder = fs::temp_directory_path() / ("input-cache-" + random_hex(6));
  InputCache cache{folder};
  int written = 0;
};

TEST_F(InputCacheTest, AFileIsMadeOnce) {
  EXPECT_FALSE(cache.find("a"));
  const auto first = keep("a", "text");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*read_file(*first), "text");
  EXPECT_EQ(*keep("a", "other"), *first);
  EXPECT_EQ(cache.find("a"), *first);
  EXPECT_EQ(written, 1);
}

TEST_F(InputCacheTest, AFileThatFailsLeavesNothing) {
  const auto failed = cache.keep("a", [](int fd) -> Result<void> {
    TUNESMITH_TRY_VOID(write_all(fd, "half"));
    return Error(ErrorKind::kNotFound, "the rest");
  });
  EXPECT_EQ(failed.error().message, "the rest");
  EXPECT_TRUE(fs::is_empty(folder));
  EXPECT_EQ(*read_file(*keep("a", "whole")), "whole");
}

TEST_F(InputCacheTest, WhatAServerLeftHalfMadeIsMadeAnew) {
  fs::create_directories(folder);
  ASSERT_TRUE(write_file_durably(folder / "a.tmp", "half, and longer"));
  EXPECT_EQ(*read_file(*keep("a", "whole")), "whole");
}

TEST_F(InputCacheTest, WhatNobodyAskedForInADayGoesWhenAnotherIsMade) {
  const fs::path old = *keep("old", "1"), asked = *keep("asked", "2"), young = *keep("young", "3");
  age(old, std::chrono::hours(25));
  age(asked, std::chrono::hours(25));
  age(young, std::chrono::hours(23));
  EXPECT_TRUE(cache.find("asked"));
  ASSERT_TRUE(keep("new", "4"));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(asked));
  EXPECT_TRUE(fs::exists(young));
}

TEST_F(InputCacheTest, HalfOfTheFreeSpaceIsRoom) {
  const auto room = cache.room();
  ASSERT_TRUE(room);
  EXPECT_GT(*room, 0U);
  EXPECT_LE(*room, fs::space(folder).capacity / 2);
}

}  // namespace
}  // namespace tunesmith::app
