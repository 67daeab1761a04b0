// SPDX-License-Identifier: Apache-2.0
//
// Pushes changes to the pages that are open (server-sent events). Whoever changes a tuning job or a
// trial of it rings publish(); one thread, started at the first subscription, asks the sources of
// the open pages what is new and sends it, each source at most five times a second and never
// for more than a tenth of a core. Owned by the application; must outlive the HTTP server.
// Thread safe.
#pragma once

#include "base/clock.h"
#include "http/message.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tunesmith::console {

/// What the application rings.
class Changes {
 public:
  virtual ~Changes() = default;
  /// A tuning job or one of its trials was created, changed or deleted, and that is committed.
  /// Returns at once.
  virtual void publish(std::int64_t tuning_job_id) = 0;
};

/// Tells what happened to one thing that pages show. Used by the feed's thread alone; one source
/// serves all pages that show the same.
class FeedSource {
 public:
  virtual ~FeedSource() = default;
  virtual bool concerns(std::int64_t tuning_job_id) const = 0;
  /// Events since the last call, ready to send (see print_event()); empty when there are none.
  /// `published`: the ids that concern it and were rung since.
  virtual std::string collect(const std::vector<std::int64_t>& published) = 0;
  /// For what nobody rings (a growing log): ask again after this time.
  virtual std::optional<Millis> check_every() const { return std::nullopt; }
};

/// One server-sent event. `data` may have no line breaks (JSON has none).
std::string print_event(std::string_view name, std::string_view data);

class LiveFeed final : public Changes {
 public:
  using SourceFactory = std::function<std::unique_ptr<FeedSource>()>;
  static constexpr std::size_t kMaxSubscribers = 512;

  LiveFeed() = default;
  ~LiveFeed() override { stop(); }
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  void publish(std::int64_t tuning_job_id) override;

  /// Sends the event "hello" and from then on what the topic's source has to tell, until the page
  /// is closed or `lifetime` is over. A page reads the full state after "hello" and so misses
  /// nothing. False (and the sink is closed) when there are too many subscribers.
  bool subscribe(const std::string& topic, const SourceFactory& make_source,
                 std::shared_ptr<http::EventSink> sink, Millis lifetime);
  std::size_t subscriber_count() const;
  /// Ends every subscription, refuses further ones, and lets go of all sources: none is in use any
  /// more when this returns. The console's handler calls it when it goes.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Subscriber {
    std::shared_ptr<http::EventSink> sink;
    Time ends;
  };
  struct Topic {
    std::unique_ptr<FeedSource> source;
    std::vector<Subscriber> subscribers;
    std::vector<std::int64_t> published;
    Time not_before{};  // of the next collect()
    Time last_check{}, last_sent{};
  };
  struct Due {
    std::shared_ptr<Topic> topic;
    std::vector<std::int64_t> published;
    bool collect = false;
  };

  void run();
  /// With the lock held: what is to be done now, and when to look again.
  std::vector<Due> due(Time now, Time& next);
  void serve(const Due& due);
  void drop_the_gone(Topic& topic, std::vector<http::EventSink*> gone, Time now);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_, but a topic's source, which only the thread uses.
  std::map<std::string, std::shared_ptr<Topic>> topics_;
  std::size_t subscribers_ = 0;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tunesmith::console
