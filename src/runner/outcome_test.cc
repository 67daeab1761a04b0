// SPDX-License-Identifier: Apache-2.0
#include "runner/outcome.h"

#include "base/utf8.h"

#include <gtest/gtest.h>

#include <csignal>

namespace tunesmith::runner {
namespace {

using training::JobStatus;
using training::Outcome;

ExitStatus exited(int code) {
  ExitStatus status;
  status.exit_code = code;
  return status;
}
ExitStatus killed(int signal) {
  ExitStatus status;
  status.signal = signal;
  return status;
}
Outcome judged(const Ending& ending) {
  Outcome outcome;
  judge(ending, outcome);
  return outcome;
}

TEST(Judge, ExitZeroIsSuccess) {
  const Outcome outcome = judged({StopCause::kNone, {}, exited(0), false, "left over text"});
  EXPECT_EQ(outcome.status, JobStatus::kCompleted);
  EXPECT_EQ(outcome.failure_reason, "");
}

TEST(Judge, AStoppedJobIsStoppedHoweverItsAlgorithmEnded) {
  for (const ExitStatus& status : {exited(0), exited(143), killed(SIGTERM), killed(SIGKILL)}) {
    EXPECT_EQ(judged({StopCause::kRequest, {}, status, false, ""}).secondary_status, "Stopped");
    const Outcome late = judged({StopCause::kMaxRuntime, {}, status, false, ""});
    EXPECT_EQ(late.status, JobStatus::kStopped);
    EXPECT_EQ(late.secondary_status, "MaxRuntimeExceeded");
  }
}

TEST(Judge, FailuresSayWhoseTheyAre) {
  EXPECT_EQ(judged({StopCause::kNone, {}, exited(2), false, "bad thing"}).failure_reason,
            "AlgorithmError: bad thing, exit code: 2");
  EXPECT_EQ(judged({StopCause::kNone, {}, exited(1), false, "ClientError: x"}).failure_reason,
            "ClientError: x, exit code: 1");
  EXPECT_EQ(
      judged({StopCause::kNone, Error(ErrorKind::kInvalid, "x"), {}, false, ""}).failure_reason,
      "ClientError: x");
  EXPECT_EQ(
      judged({StopCause::kNone, Error(ErrorKind::kInternal, "x"), {}, false, ""}).failure_reason,
      "InternalServerError: x");
}

TEST(Judge, AnExitZeroWithAnErrorOfOursIsNoSuccess) {
  const Outcome outcome = judged(
      {StopCause::kNone, Error(ErrorKind::kLimitExceeded, "disk full"), exited(0), false, ""});
  EXPECT_EQ(outcome.status, JobStatus::kFailed);
  EXPECT_EQ(outcome.exit_code, 0);
}

TEST(Judge, OutOfMemoryIsNamedOnlyForAKill) {
  EXPECT_EQ(
      judged({StopCause::kNone, {}, killed(SIGKILL), true, ""}).failure_reason,
      "AlgorithmError: the algorithm failed and left no reason, killed by signal 9 (SIGKILL): "
      "the machine ran out of memory");
  EXPECT_EQ(judged({StopCause::kNone, {}, killed(SIGSEGV), true, ""}).failure_reason.find("memory"),
            std::string::npos);
}

TEST(Judge, AReasonFitsAndStaysText) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "\xE2\x82\xAC";
  for (const char* pad : {"", "a", "ab"}) {
    const Outcome outcome = judged({StopCause::kNone, {}, exited(1), false, pad + text});
    EXPECT_LE(outcome.failure_reason.size(), 1024U);
    EXPECT_TRUE(is_valid_utf8(outcome.failure_reason));
  }
}

}  // namespace
}  // namespace tunesmith::runner
