// SPDX-License-Identifier: Apache-2.0
#include "console/live_feed.h"

#include <algorithm>

namespace tunesmith::console {
namespace {

using std::chrono::steady_clock;

constexpr Millis kInterval{200};
constexpr Millis kHeartbeat{15'000};
constexpr int kRestPerWork = 9;  // a source rests nine times as long as it worked
constexpr std::size_t kMaxPublished = 1024;

}  // namespace

std::string print_event(std::string_view name, std::string_view data) {
  std::string event = "event: ";
  event += name;
  event += "\ndata: ";
  event += data;
  event += "\n\n";
  return event;
}

void LiveFeed::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;  // from here on no thread is started and no topic added
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  for (auto& [key, topic] : topics_) {
    for (auto& subscriber : topic->subscribers) subscriber.sink->close();
  }
  topics_.clear();
  subscribers_ = 0;
}

void LiveFeed::publish(std::int64_t tuning_job_id) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [key, topic] : topics_) {
      if (!topic->source->concerns(tuning_job_id)) continue;
      auto& ids = topic->published;
      if (std::find(ids.begin(), ids.end(), tuning_job_id) != ids.end()) continue;
      if (ids.size() < kMaxPublished) ids.push_back(tuning_job_id);
      wake = true;
    }
    woken_ = woken_ || wake;
  }
  if (wake) changed_.notify_all();
}

bool LiveFeed::subscribe(const std::string& topic, const SourceFactory& make_source,
                         std::shared_ptr<http::EventSink> sink, Millis lifetime) {
  const auto now = steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || subscribers_ >= kMaxSubscribers) {
      sink->close();
      return false;
    }
    // Under the lock, so that nothing is told before "hello".
    if (!sink->send("retry: 2000\n" + print_event("hello", "{}"))) return false;
    auto& entry = topics_[topic];
    if (!entry) {
      entry = std::make_shared<Topic>();
      entry->source = make_source();
      entry->last_check = entry->last_sent = now;
    }
    entry->subscribers.push_back({std::move(sink), now + lifetime});
    ++subscribers_;
    woken_ = true;
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  changed_.notify_all();
  return true;
}

std::size_t LiveFeed::subscriber_count() const {
  const std::lock_guard lock(mutex_);
  return subscribers_;
}

void LiveFeed::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    Time next = Time::max();
    const auto work = due(steady_clock::now(), next);
    if (!work.empty()) {
      lock.unlock();
      for (const auto& item : work) serve(item);
      lock.lock();
      continue;
    }
    const auto is_woken = [this] { return woken_ || stopping_; };
    if (next == Time::max())
      changed_.wait(lock, is_woken);
    else
      changed_.wait_until(lock, next, is_woken);
  }
}

std::vector<LiveFeed::Due> LiveFeed::due(Time now, Time& next) {
  std::vector<Due> work;
  for (auto& [key, topic] : topics_) {
    Due item;
    Time at = topic->last_sent + kHeartbeat;
    for (const auto& subscriber : topic->subscribers) at = std::min(at, subscriber.ends);
    const auto every = topic->source->check_every();
    const bool check = every && topic->last_check + *every <= now;
    if (!topic->published.empty() || check) {
      if (topic->not_before <= now) {
        item.collect = true;
        item.published = std::exchange(topic->published, {});
        topic->last_check = now;
      } else {
        at = std::min(at, topic->not_before);
      }
    } else if (every) {
      at = std::min(at, topic->last_check + *every);
    }
    if (item.collect || at <= now) {
      item.topic = topic;
      work.push_back(std::move(item));
    } else {
      next = std::min(next, at);
    }
  }
  return work;
}

void LiveFeed::serve(const Due& item) {
  const auto begin = steady_clock::now();
  std::string events;
  if (item.collect) events = item.topic->source->collect(item.published);
  const auto end = steady_clock::now();

  std::vector<std::shared_ptr<http::EventSink>> sinks;
  {
    const std::lock_guard lock(mutex_);
    Topic& topic = *item.topic;
    topic.not_before =
        end + std::max<steady_clock::duration>(kInterval, (end - begin) * kRestPerWork);
    if (events.empty() && topic.last_sent + kHeartbeat <= end) events = ":\n\n";
    if (!events.empty()) {
      topic.last_sent = end;
      for (const auto& subscriber : topic.subscribers) sinks.push_back(subscriber.sink);
    }
  }
  std::vector<http::EventSink*> gone;
  for (const auto& sink : sinks) {
    if (!sink->send(events)) gone.push_back(sink.get());
  }
  const std::lock_guard lock(mutex_);
  drop_the_gone(*item.topic, std::move(gone), end);
}

void LiveFeed::drop_the_gone(Topic& topic, std::vector<http::EventSink*> gone, Time now) {
  subscribers_ -= std::erase_if(topic.subscribers, [&](const Subscriber& subscriber) {
    if (subscriber.ends <= now) {
      subscriber.sink->close();
      return true;
    }
    return std::find(gone.begin(), gone.end(), subscriber.sink.get()) != gone.end();
  });
  std::erase_if(topics_, [](const auto& entry) { return entry.second->subscribers.empty(); });
}

}  // namespace tunesmith::console
