// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include "base/random.h"
#include "console/sign_in_limiter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tunesmith::console {
namespace {

using namespace std::chrono_literals;

class ManualClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time = from_millis(1'000'000'000'000);
};

TEST(Sessions, ATokenNamesItsUserUntilItsEnd) {
  ManualClock clock;
  const Sessions sessions("0123456789abcdef", clock);
  const auto token = sessions.issue("root; Path=/", "AKIA1");
  ASSERT_TRUE(sessions.verify(token));
  EXPECT_EQ(sessions.verify(token)->user, "root; Path=/");
  EXPECT_EQ(sessions.verify(token)->access_key_id, "AKIA1");
  EXPECT_EQ(token.find_first_not_of("0123456789abcdef."), std::string::npos);
  clock.time += Sessions::kLifetime - 1ms;
  EXPECT_TRUE(sessions.verify(token));
  clock.time += 1ms;
  EXPECT_FALSE(sessions.verify(token));
}

TEST(Sessions, ATokenOfAnotherKeyOrWithAnyByteChangedIsRefused) {
  ManualClock clock;
  const Sessions sessions("0123456789abcdef", clock);
  const auto token = sessions.issue("root", "AKIA1");
  EXPECT_FALSE(Sessions("0123456789abcdeg", clock).verify(token));
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(sessions.verify(changed)) << i;
  }
  for (const auto& text : std::vector<std::string>{"", ".", "...", "....", std::string(5000, '.'),
                                                   std::string("\0.a.b.c", 7)})
    EXPECT_FALSE(sessions.verify(text));
}

TEST(Sessions, SigningOutEndsOneSessionOnly) {
  ManualClock clock;
  Sessions sessions("0123456789abcdef", clock);
  const auto one = sessions.issue("root", "AKIA1");
  const auto other = sessions.issue("root", "AKIA1");
  ASSERT_TRUE(sessions.revoke(*sessions.verify(one)));
  EXPECT_FALSE(sessions.verify(one));
  EXPECT_TRUE(sessions.verify(other));
}

TEST(Sessions, ASessionThatWasSignedOutStaysOutAfterARestart) {
  ManualClock clock;
  const auto file = std::filesystem::temp_directory_path() / ("ended-" + random_hex(6));
  std::string token;
  std::string other;
  {
    Sessions sessions("0123456789abcdef", clock, file);
    token = sessions.issue("root", "AKIA1");
    other = sessions.issue("root", "AKIA1");
    ASSERT_TRUE(sessions.revoke(*sessions.verify(token)));
  }
  const Sessions sessions("0123456789abcdef", clock, file);
  EXPECT_FALSE(sessions.verify(token));
  EXPECT_TRUE(sessions.verify(other));
  std::filesystem::remove(file);
}

TEST(Sessions, ALinkIsGoodOnceAndForAFewMinutes) {
  ManualClock clock;
  const std::string key = "0123456789abcdef";
  const auto file = std::filesystem::temp_directory_path() / ("ended-" + random_hex(6));
  const auto link = issue_link(key, "owner", clock);
  Sessions sessions(key, clock, file);
  EXPECT_FALSE(sessions.verify(link));  // it is no session
  EXPECT_FALSE(sessions.use_link(sessions.issue("owner", "AKIA1")));
  EXPECT_EQ(sessions.use_link(link).value(), "owner");
  EXPECT_EQ(sessions.use_link(link).error().kind, ErrorKind::kDenied);
  EXPECT_FALSE(Sessions(key, clock, file).use_link(link));
  const auto late = issue_link(key, "owner", clock);
  clock.time += kLinkLifetime;
  EXPECT_FALSE(sessions.use_link(late));
  std::filesystem::remove(file);
}

TEST(SignInLimiter, WaitsGrowWithFailuresOfOneAddressOnly) {
  ManualClock clock;
  SignInLimiter limiter(clock);
  for (int i = 0; i < 4; ++i) limiter.failed("10.0.0.1");
  EXPECT_FALSE(limiter.wait("10.0.0.1"));
  limiter.failed("10.0.0.1");
  EXPECT_EQ(limiter.wait("10.0.0.1"), 1s);
  EXPECT_FALSE(limiter.wait("10.0.0.2"));
  clock.time += 1s;
  EXPECT_FALSE(limiter.wait("10.0.0.1"));
  limiter.failed("10.0.0.1");
  EXPECT_EQ(limiter.wait("10.0.0.1"), 2s);
  for (int i = 0; i < 50; ++i) limiter.failed("10.0.0.1");
  EXPECT_EQ(limiter.wait("10.0.0.1"), 60s);
}

TEST(SignInLimiter, SuccessAndTimeForgive) {
  ManualClock clock;
  SignInLimiter limiter(clock);
  for (int i = 0; i < 6; ++i) limiter.failed("a");
  limiter.succeeded("a");
  EXPECT_FALSE(limiter.wait("a"));
  for (int i = 0; i < 6; ++i) limiter.failed("b");
  clock.time += 16min;
  limiter.failed("b");
  EXPECT_FALSE(limiter.wait("b"));
}

TEST(SignInLimiter, MemoryIsBoundedAndTheLatestAddressesAreKept) {
  ManualClock clock;
  SignInLimiter limiter(clock);
  for (int n = 0; n < 5000; ++n) {
    clock.time += 1ms;
    for (int i = 0; i < 9; ++i) limiter.failed(std::to_string(n));
  }
  EXPECT_FALSE(limiter.wait("0"));
  EXPECT_TRUE(limiter.wait("4999"));
}

}  // namespace
}  // namespace tunesmith::console
