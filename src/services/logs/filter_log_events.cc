// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/logs/errors.h"
#include "services/logs/event_merge.h"
#include "services/logs/filter_pattern.h"
#include "services/logs/log_names.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

namespace tunesmith::services::logs {
namespace {

// The scopes of page tokens; they tell the order, whatever a later request says of it.
constexpr std::string_view kEarliestFirst = "filter";
constexpr std::string_view kLatestFirst = "filter/latest";
// From here on AWS gives the latest events first.
constexpr std::int64_t kLatestFirstSince = 1'704'067'200'000;  // 2024-01-01 00:00 UTC
constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
// What one request looks at; a page may be short of events, and its token goes on.
constexpr std::size_t kMaxLooked = 100'000;

struct Place {
  EventOrder order = EventOrder::kEarliestFirst;
  std::optional<EventPosition> after;
};

Outcome<Place> parse_place(const std::string& token) {
  Place place;
  auto text = parse_token(token, kEarliestFirst);
  if (!text) {
    text = parse_token(token, kLatestFirst);
    place.order = EventOrder::kLatestFirst;
  }
  if (!text) return text.error();
  const auto parts = split(*text, '\n');
  if (parts.size() == 3) {
    const auto time = parse_int(parts[0]);
    const auto offset = parse_int(parts[1]);
    if (time && offset) {
      place.after = EventPosition{*time, std::string(parts[2]), *offset};
      return place;
    }
  }
  return invalid("The specified nextToken is invalid.");
}

std::string print_place(const Place& place) {
  return print_token(
      place.order == EventOrder::kEarliestFirst ? kEarliestFirst : kLatestFirst,
      fmt::format("{}\n{}\n{}", place.after->time, place.after->offset, place.after->stream));
}

/// Where a request begins.
Outcome<Place> place_of(const api::FilterLogEventsRequest& input) {
  if (input.next_token) return parse_place(*input.next_token);
  if (input.start_from_head.value_or(true)) return Place{};
  if (input.start_time && *input.start_time < kLatestFirstSince) {
    return invalid(
        "startFromHead can be false only when startTime is on or after Jan 1, 2024 00:00:00 UTC.");
  }
  return Place{EventOrder::kLatestFirst, {}};
}

/// The streams that a request names one by one, as EventMerge wants them.
Outcome<std::vector<LogStream>> named_streams(const Service& service, const RequestContext& context,
                                              const std::string& group,
                                              const std::vector<std::string>& names,
                                              EventOrder order) {
  std::vector<LogStream> found;
  for (const std::string& name : names) {
    auto stream = stream_of(service, context, group, name);
    if (!stream) return stream.error();
    found.push_back(std::move(*stream));
  }
  std::sort(found.begin(), found.end(), [order](const auto& a, const auto& b) {
    return order == EventOrder::kEarliestFirst ? a.created < b.created : a.latest > b.latest;
  });
  return found;
}

}  // namespace

Outcome<api::FilterLogEventsResponse> filter_log_events(Service& service,
                                                        const RequestContext& context,
                                                        const api::FilterLogEventsRequest& input) {
  auto group = group_of(context, input.log_group_name, input.log_group_identifier);
  if (!group) return group.error();
  if (input.log_stream_names && input.log_stream_name_prefix) {
    return invalid(
        "logStreamNames and logStreamNamePrefix are mutually exclusive: give one of them.");
  }
  const auto pattern = FilterPattern::parse(input.filter_pattern.value_or(""));
  if (!pattern) return api_error(pattern.error());
  const std::int64_t from = input.start_time.value_or(0);
  const std::int64_t until =
      input.end_time.value_or(std::numeric_limits<std::int64_t>::max());  // itself included
  if (until < from) return invalid("endTime must not be before startTime.");
  auto place = place_of(input);
  if (!place) return place.error();
  const bool forward = place->order == EventOrder::kEarliestFirst;
  // What is left of the range.
  std::int64_t begin = from;
  std::int64_t end = until;
  if (place->after) {
    if (forward) begin = std::max(from, place->after->time);
    if (!forward) end = std::min(until, place->after->time);
  }

  StreamQuery query;
  query.prefix = input.log_stream_name_prefix.value_or("");
  query.order = forward ? StreamOrder::kCreation : StreamOrder::kLatest;
  query.limit = 100;
  if (begin > 0) query.active_since = from_millis(begin);
  if (input.end_time || (!forward && place->after)) query.created_until = from_millis(end);
  bool first = true;
  std::vector<LogStream> named;
  if (input.log_stream_names && !input.log_stream_names->empty()) {
    auto found = named_streams(service, context, *group, *input.log_stream_names, place->order);
    if (!found) return found.error();
    named = std::move(*found);
  } else {
    StreamQuery any;
    any.limit = 1;
    if (auto exists = streams(service, context, *group, any); !exists) return exists.error();
  }
  std::optional<aws::ApiError> refused;
  EventMerge merge(
      place->order,
      [&]() -> Result<std::vector<LogStream>> {
        if (!named.empty()) return std::exchange(named, {});
        if (input.log_stream_names && !input.log_stream_names->empty())
          return std::vector<LogStream>();
        if (!first && !query.after) return std::vector<LogStream>();
        first = false;
        auto page = streams(service, context, *group, query);
        if (!page) {
          refused = page.error();
          return Error(ErrorKind::kInternal, page.error().message);
        }
        query.after = page->next;
        return std::move(page->rows);
      },
      forward ? begin : end, place->after);

  api::FilterLogEventsResponse out;
  out.events.emplace();
  out.searched_log_streams.emplace();
  const auto limit = static_cast<std::size_t>(input.limit.value_or(10000));
  std::size_t bytes = 0;
  for (std::size_t looked = 0;; ++looked) {
    auto event = merge.next();
    if (refused) return *refused;
    if (!event) return api_error(event.error());
    if (!*event) return out;
    const EventPosition& position = (*event)->position;
    if (forward ? position.time > until : position.time < from) return out;
    if (looked == kMaxLooked || out.events->size() == limit || bytes > kMaxBytes) break;
    place->after = position;
    if (!pattern->matches((*event)->text)) continue;
    bytes += (*event)->text.size();
    out.events->push_back(
        {position.stream, position.time, std::move((*event)->text), position.time,
         fmt::format("{:020}{:016x}{:020}", position.time,
                     std::hash<std::string>{}(position.stream), position.offset)});
  }
  out.next_token = print_place(*place);
  return out;
}

}  // namespace tunesmith::services::logs
