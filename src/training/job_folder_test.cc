// SPDX-License-Identifier: Apache-2.0
#include "training/job_folder.h"

#include "base/random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace tunesmith::training {
namespace {

class JobFolderTest : public ::testing::Test {
 protected:
  JobFolderTest() : folder_(std::filesystem::temp_directory_path() / ("job-" + random_hex(8))) {
    std::filesystem::create_directory(folder_.root());
  }
  ~JobFolderTest() override { std::filesystem::remove_all(folder_.root()); }

  JobFolder folder_;
};

TEST_F(JobFolderTest, OneAtATimeHoldsTheLock) {
  EXPECT_FALSE(*is_locked(folder_));
  auto lock = take_lock(folder_);
  ASSERT_TRUE(lock);
  EXPECT_TRUE(*is_locked(folder_));
  const auto second = take_lock(folder_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  lock->reset();
  EXPECT_FALSE(*is_locked(folder_));
  EXPECT_TRUE(take_lock(folder_));
}

TEST_F(JobFolderTest, ALockThatWasHandedToAnotherProcessLivesAsLongAsItDoes) {
  auto lock = take_lock(folder_);
  ASSERT_TRUE(lock);
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  lock->reset();
  EXPECT_TRUE(*is_locked(folder_));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(*is_locked(folder_));
}

TEST_F(JobFolderTest, OnlyItsOwnLockFileIsAdopted) {
  auto lock = take_lock(folder_);
  ASSERT_TRUE(lock);
  EXPECT_TRUE(adopt_lock(folder_, lock->get()));
  EXPECT_FALSE(adopt_lock(folder_, 0));
  EXPECT_FALSE(adopt_lock(folder_, 9999));
}

TEST_F(JobFolderTest, AnIdentityIsReadBackAndNamesThisProcess) {
  auto lock = take_lock(folder_);
  ASSERT_TRUE(lock);
  EXPECT_EQ(read_identity(folder_).error().kind, ErrorKind::kNotFound);
  const auto self = identity_of(getpid());
  ASSERT_TRUE(self);
  ASSERT_TRUE(write_identity(lock->get(), *self));
  EXPECT_EQ(*read_identity(folder_), *self);
}

TEST_F(JobFolderTest, AProcessIsSignalledOnlyWhenItIsTheSameOne) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const auto identity = identity_of(child);
  ASSERT_TRUE(identity);
  ProcessIdentity other = *identity;
  other.start_ticks += 1;
  EXPECT_EQ(signal_process(other, SIGKILL).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(waitpid(child, nullptr, WNOHANG), 0);
  EXPECT_TRUE(signal_process(*identity, SIGKILL));
  waitpid(child, nullptr, 0);
  EXPECT_EQ(signal_process(*identity, SIGKILL).error().kind, ErrorKind::kNotFound);
}

TEST_F(JobFolderTest, AnOutcomeIsAbsentOrReadOrCorrupt) {
  EXPECT_FALSE(read_outcome(folder_)->has_value());
  Finish finish;
  finish.outcome.secondary_status = "Completed";
  finish.outcome.status = JobStatus::kCompleted;
  ASSERT_TRUE(write_file_durably(folder_.outcome(), print(finish)));
  EXPECT_EQ(**read_outcome(folder_), finish);
  ASSERT_TRUE(write_file_durably(folder_.outcome(), "{"));
  EXPECT_EQ(read_outcome(folder_).error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace tunesmith::training
