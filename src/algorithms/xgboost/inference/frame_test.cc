// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/frame.h"

#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace tunesmith::algorithms::xgboost {
namespace {

class FrameTest : public testing::Test {
 protected:
  FrameTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    here_ = FileDescriptor(ends[0]);
    there_ = FileDescriptor(ends[1]);
  }
  static Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  }
  FileDescriptor here_, there_;
};

TEST_F(FrameTest, WhatIsSentIsReceived) {
  const Frame sent{kInvocation, "text/csv", "application/json", std::string(3U << 20U, 'x')};
  std::thread sender([&] { EXPECT_TRUE(send_frame(here_.get(), sent, std::nullopt)); });
  const auto got = receive_frame(there_.get(), std::nullopt).value();
  sender.join();
  EXPECT_EQ(got.code, kInvocation);
  EXPECT_EQ(got.content_type, sent.content_type);
  EXPECT_EQ(got.accept, sent.accept);
  EXPECT_EQ(got.body, sent.body);
}

TEST_F(FrameTest, ASilentPeerIsGivenUpAtTheDeadline) {
  EXPECT_EQ(receive_frame(there_.get(), soon()).error().kind, ErrorKind::kUnavailable);
  Frame large;
  large.body.resize(16U << 20U);
  EXPECT_EQ(send_frame(here_.get(), large, soon()).error().kind, ErrorKind::kUnavailable);
}

TEST_F(FrameTest, AClosedConnectionIsToldFromABrokenFrame) {
  const std::string half("\1\0\0\0\5", 5);
  ASSERT_EQ(::write(here_.get(), half.data(), half.size()), 5);
  here_.reset();
  EXPECT_EQ(receive_frame(there_.get(), soon()).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(receive_frame(there_.get(), soon()).error().kind, ErrorKind::kNotFound);
}

TEST_F(FrameTest, LengthsAreCheckedBeforeTheyAreBelieved) {
  const std::string huge(16, '\xff');
  ASSERT_EQ(::write(here_.get(), huge.data(), huge.size()), 16);
  EXPECT_EQ(receive_frame(there_.get(), soon()).error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
