// SPDX-License-Identifier: Apache-2.0
#include "console/live_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

namespace tunesmith::console {
namespace {

using namespace std::chrono_literals;

/// What one page receives.
class RecordingSink final : public http::EventSink {
 public:
  bool send(std::string bytes) override {
    const std::lock_guard lock(mutex_);
    if (gone) return false;
    text_ += bytes;
    changed_.notify_all();
    return true;
  }
  void close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  /// Waits until `what` was received.
  bool received(const std::string& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return text_.find(what) != std::string::npos; });
  }
  bool closed() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return closed_; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  std::atomic<bool> gone = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool closed_ = false;
};

/// Tells the number that stands in `state` when asked.
class NumberSource final : public FeedSource {
 public:
  NumberSource(std::int64_t id, const std::atomic<int>& state, std::atomic<int>& collected)
      : id_(id), state_(state), collected_(collected) {}
  bool concerns(std::int64_t id) const override { return id == id_; }
  std::string collect(const std::vector<std::int64_t>& /*published*/) override {
    ++collected_;
    return print_event("number", std::to_string(state_));
  }

 private:
  const std::int64_t id_;
  const std::atomic<int>& state_;
  std::atomic<int>& collected_;
};

class LiveFeedTest : public ::testing::Test {
 protected:
  std::shared_ptr<RecordingSink> subscribe(std::int64_t id, Millis lifetime = 1h) {
    auto sink = std::make_shared<RecordingSink>();
    feed_->subscribe(
        std::to_string(id),
        [this, id] { return std::make_unique<NumberSource>(id, state_, collected_); }, sink,
        lifetime);
    return sink;
  }
  std::atomic<int> state_ = 0, collected_ = 0;
  std::unique_ptr<LiveFeed> feed_ = std::make_unique<LiveFeed>();
};

TEST_F(LiveFeedTest, APageHearsOfItsOwnJobAfterHello) {
  const auto sink = subscribe(1);
  const auto other = subscribe(2);
  state_ = 42;
  feed_->publish(1);
  ASSERT_TRUE(sink->received("event: number\ndata: 42\n\n"));
  EXPECT_LT(sink->text().find("hello"), sink->text().find("number"));
  EXPECT_EQ(other->text().find("number"), std::string::npos);
}

TEST_F(LiveFeedTest, ABurstIsToldInFewEventsAndTheLastStateArrives) {
  const auto sink = subscribe(1);
  for (int i = 1; i <= 10'000; ++i) {
    state_ = i;
    feed_->publish(1);
  }
  ASSERT_TRUE(sink->received("data: 10000\n"));
  EXPECT_LT(collected_, 100);
}

TEST_F(LiveFeedTest, PagesThatShowTheSameShareOneReading) {
  const auto one = subscribe(1);
  const auto two = subscribe(1);
  state_ = 7;
  feed_->publish(1);
  EXPECT_TRUE(one->received("data: 7\n"));
  EXPECT_TRUE(two->received("data: 7\n"));
  EXPECT_EQ(collected_, 1);
}

TEST_F(LiveFeedTest, APageThatWasClosedIsForgotten) {
  const auto gone = subscribe(1);
  const auto stays = subscribe(1);
  gone->gone = true;
  feed_->publish(1);
  ASSERT_TRUE(stays->received("number"));
  state_ = 2;
  feed_->publish(1);
  ASSERT_TRUE(stays->received("data: 2\n"));
  EXPECT_EQ(feed_->subscriber_count(), 1U);
}

TEST_F(LiveFeedTest, ASubscriptionEndsWithItsSession) {
  const auto sink = subscribe(1, 1ms);
  EXPECT_TRUE(sink->closed());
}

TEST_F(LiveFeedTest, TooManySubscribersAreTurnedAway) {
  std::vector<std::shared_ptr<RecordingSink>> sinks;
  for (std::size_t i = 0; i < LiveFeed::kMaxSubscribers; ++i) sinks.push_back(subscribe(1));
  EXPECT_TRUE(subscribe(1)->closed());
  EXPECT_EQ(feed_->subscriber_count(), LiveFeed::kMaxSubscribers);
}

TEST_F(LiveFeedTest, StoppingClosesThePagesAndLetsGoOfEverySource) {
  const auto sink = subscribe(1);
  feed_->publish(1);
  feed_->stop();
  EXPECT_TRUE(sink->closed());
  const int before = collected_;
  feed_->publish(1);
  EXPECT_TRUE(subscribe(1)->closed());
  feed_->stop();
  EXPECT_EQ(collected_, before);
  EXPECT_EQ(feed_->subscriber_count(), 0U);
}

}  // namespace
}  // namespace tunesmith::console
