// SPDX-License-Identifier: Apache-2.0
#include "health/disk_guard.h"

#include <gtest/gtest.h>

namespace tunesmith::health {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;

DiskGuard guard(DiskSpace space, std::uint64_t reserve) {
  return {[space] { return Result<DiskSpace>(space); }, reserve};
}

TEST(DiskGuard, RefusesNewWorkAndNothingElseWhenTheReserveIsTouched) {
  const DiskGuard low = guard({.total_bytes = 100 * kMiB, .free_bytes = 9 * kMiB}, 10 * kMiB);
  const auto refused = low.refuse(aws::Protocol::kJson, "CreateTrainingJob");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, "ResourceLimitExceeded");
  EXPECT_EQ(refused->status, 400);
  EXPECT_NE(refused->message.find("9 MiB left, less than the 10 MiB"), std::string::npos);
  const auto put = low.refuse(aws::Protocol::kRestXml, "PutObject");
  ASSERT_TRUE(put);
  EXPECT_EQ(put->code, "InsufficientStorage");
  EXPECT_EQ(put->status, 507);
  for (const char* operation :
       {"DescribeTrainingJob", "ListObjectsV2", "GetObject", "HeadObject", "DeleteObject",
        "DeleteObjects", "StopTrainingJob", "CompleteMultipartUpload", "AbortMultipartUpload",
        "AssumeRole", "GetCallerIdentity"}) {
    EXPECT_FALSE(low.refuse(aws::Protocol::kJson, operation)) << operation;
  }
}

TEST(DiskGuard, TakesOnWorkWhileTheReserveIsWhole) {
  const DiskGuard fine = guard({.total_bytes = 100 * kMiB, .free_bytes = 10 * kMiB}, 10 * kMiB);
  EXPECT_FALSE(fine.refuse(aws::Protocol::kJson, "CreateTrainingJob"));
  EXPECT_TRUE(fine.has_room());
}

TEST(DiskGuard, AReadOnlyDiskTakesNoWorkHoweverMuchIsFree) {
  const DiskGuard stuck = guard({.total_bytes = 1, .free_bytes = 1, .read_only = true}, 0);
  const auto refused = stuck.refuse(aws::Protocol::kRestXml, "UploadPart");
  ASSERT_TRUE(refused);
  EXPECT_NE(refused->message.find("read-only"), std::string::npos);
}

TEST(DiskGuard, AFileSystemThatDoesNotAnswerRefusesNothing) {
  const DiskGuard mute([] { return Result<DiskSpace>(Error(ErrorKind::kInternal, "gone")); }, kMiB);
  EXPECT_FALSE(mute.refuse(aws::Protocol::kJson, "CreateTrainingJob"));
}

TEST(DiskGuard, AFolderThatWasDeletedOrReplacedTakesNoWork) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "guarded-folder";
  std::filesystem::create_directories(folder);
  const auto probe = space_of_folder(folder);
  EXPECT_FALSE(DiskGuard(probe, 0).gone());
  EXPECT_FALSE(DiskGuard(probe, 0).refuse(aws::Protocol::kJson, "CreateTrainingJob"));
  std::filesystem::rename(folder, folder.string() + "-moved");
  for (const bool replaced : {false, true}) {
    if (replaced) std::filesystem::create_directories(folder);
    const DiskGuard guard(probe, 0);
    ASSERT_TRUE(guard.gone()) << replaced;
    EXPECT_FALSE(guard.has_room());
    const auto refused = guard.refuse(aws::Protocol::kJson, "CreateTrainingJob");
    ASSERT_TRUE(refused) << replaced;
    EXPECT_NE(refused->message.find("is not there any more"), std::string::npos);
    EXPECT_FALSE(guard.refuse(aws::Protocol::kJson, "DescribeTrainingJob"));
  }
  std::filesystem::remove(folder);
  std::filesystem::remove(folder.string() + "-moved");
}

TEST(DiskGuard, ADeletionAtTheBrimFindsTheBallastsRoom) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "ballast-test";
  std::filesystem::remove(file);
  Ballast ballast(file, 64 << 10U);
  DiskSpace space{.total_bytes = 100 * kMiB, .free_bytes = 50 * kMiB};
  {
    const DiskGuard guard([&] { return Result<DiskSpace>(space); }, kMiB, &ballast);
    EXPECT_FALSE(guard.refuse(aws::Protocol::kRestXml, "DeleteObject"));
    EXPECT_EQ(std::filesystem::file_size(file), 64U << 10U);
  }
  space.free_bytes = 4096;
  const DiskGuard full([&] { return Result<DiskSpace>(space); }, kMiB, &ballast);
  EXPECT_FALSE(full.refuse(aws::Protocol::kRestXml, "GetObject"));
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_FALSE(full.refuse(aws::Protocol::kRestXml, "DeleteObject"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(DiskGuard, SeesARealFileSystem) {
  const auto space = disk_space("/");
  ASSERT_TRUE(space);
  EXPECT_GT(space->total_bytes, 0U);
  EXPECT_LE(space->free_bytes, space->total_bytes);
  EXPECT_FALSE(disk_space("/no/such/folder"));
}

}  // namespace
}  // namespace tunesmith::health
