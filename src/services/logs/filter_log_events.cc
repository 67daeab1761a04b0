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

constexpr std::string_view kScope = "filter";
constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
// What one request looks at; a page may be short of events, and its token goes on.
constexpr std::size_t kMaxLooked = 100'000;

Outcome<EventPosition> parse_position(const std::string& token) {
  const auto text = parse_token(token, kScope);
  if (!text) return text.error();
  const auto parts = split(*text, '\n');
  if (parts.size() == 3) {
    const auto time = parse_int(parts[0]);
    const auto offset = parse_int(parts[1]);
    if (time && offset) return EventPosition{*time, std::string(parts[2]), *offset};
  }
  return invalid("The specified nextToken is invalid.");
}

/// The streams that a request names one by one, in the order of their creation.
Outcome<std::vector<LogStream>> named_streams(const Service& service, const RequestContext& context,
                                              const std::string& group,
                                              const std::vector<std::string>& names) {
  std::vector<LogStream> found;
  for (const std::string& name : names) {
    auto stream = stream_of(service, context, group, name);
    if (!stream) return stream.error();
    found.push_back(std::move(*stream));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.created < b.created; });
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
  if (!input.start_from_head.value_or(true))
    return invalid("Tunesmith implements FilterLogEvents with startFromHead true only.");
  const auto pattern = FilterPattern::parse(input.filter_pattern.value_or(""));
  if (!pattern) return api_error(pattern.error());
  const std::int64_t from = input.start_time.value_or(0);
  const std::int64_t until =
      input.end_time.value_or(std::numeric_limits<std::int64_t>::max());  // itself included
  if (until < from) return invalid("endTime must not be before startTime.");
  std::optional<EventPosition> after;
  if (input.next_token) {
    auto position = parse_position(*input.next_token);
    if (!position) return position.error();
    after = *position;
  }

  StreamQuery query;
  query.prefix = input.log_stream_name_prefix.value_or("");
  query.by_time = true;
  query.limit = 100;
  const std::int64_t begin = after ? std::max(from, after->time) : from;
  if (begin > 0) query.active_since = from_millis(begin);
  bool first = true;
  std::vector<LogStream> named;
  if (input.log_stream_names && !input.log_stream_names->empty()) {
    auto found = named_streams(service, context, *group, *input.log_stream_names);
    if (!found) return found.error();
    named = std::move(*found);
  } else {
    StreamQuery any;
    any.limit = 1;
    if (auto exists = streams(service, context, *group, any); !exists) return exists.error();
  }
  std::optional<aws::ApiError> refused;
  EventMerge merge(
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
      from, after);

  api::FilterLogEventsResponse out;
  out.events.emplace();
  out.searched_log_streams.emplace();
  const auto limit = static_cast<std::size_t>(input.limit.value_or(10000));
  std::size_t bytes = 0;
  for (std::size_t looked = 0;; ++looked) {
    auto event = merge.next();
    if (refused) return *refused;
    if (!event) return api_error(event.error());
    if (!*event || (*event)->position.time > until) return out;
    const EventPosition& position = (*event)->position;
    if (looked == kMaxLooked || out.events->size() == limit || bytes > kMaxBytes) break;
    after = position;
    if (!pattern->matches((*event)->text)) continue;
    bytes += (*event)->text.size();
    out.events->push_back(
        {position.stream, position.time, std::move((*event)->text), position.time,
         fmt::format("{:020}{:016x}{:020}", position.time,
                     std::hash<std::string>{}(position.stream), position.offset)});
  }
  out.next_token =
      print_token(kScope, fmt::format("{}\n{}\n{}", after->time, after->offset, after->stream));
  return out;
}

}  // namespace tunesmith::services::logs
