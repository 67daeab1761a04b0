// SPDX-License-Identifier: Apache-2.0
#include "services/logs/errors.h"
#include "services/logs/log_names.h"
#include "training/job_log.h"

namespace tunesmith::services::logs {
namespace {

/// The times of the first and last line; none while the stream has no whole line.
Result<void> add_times(const LogStream& stream, api::LogStream& shown) {
  constexpr std::size_t kSome = 512;
  TUNESMITH_TRY(const auto first, training::read_log(stream.file, 0, kSome));
  if (first.lines.empty()) return {};
  TUNESMITH_TRY(const auto last, training::read_log_before(stream.file, first.size, kSome));
  shown.first_event_timestamp = first.lines.front().time;
  if (last.lines.empty()) return {};
  shown.last_event_timestamp = last.lines.back().time;
  shown.last_ingestion_time = last.lines.back().time;
  return {};
}

}  // namespace

Outcome<api::DescribeLogStreamsResponse> describe_log_streams(
    Service& service, const RequestContext& context, const api::DescribeLogStreamsRequest& input) {
  auto group = group_of(context, input.log_group_name, input.log_group_identifier);
  if (!group) return group.error();
  StreamQuery query;
  query.prefix = input.log_stream_name_prefix.value_or("");
  const bool by_time = input.order_by == "LastEventTime";
  query.order = by_time ? StreamOrder::kCreation : StreamOrder::kName;
  query.descending = input.descending.value_or(false);
  query.limit = static_cast<std::size_t>(input.limit.value_or(50));
  if (by_time && !query.prefix.empty())
    return invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
  const std::string scope =
      *group + (by_time ? "/time" : "/name") + (query.descending ? "/down" : "/up");
  if (input.next_token) {
    auto position = parse_token(*input.next_token, scope);
    if (!position) return position.error();
    query.after = *position;
  }
  const auto page = streams(service, context, *group, query);
  if (!page) return page.error();

  api::DescribeLogStreamsResponse out;
  out.log_streams.emplace();
  for (const LogStream& stream : page->rows) {
    api::LogStream shown;
    shown.log_stream_name = stream.name;
    shown.creation_time = to_millis(stream.created);
    shown.arn = group_arn(context, *group) + ":log-stream:" + stream.name;
    shown.stored_bytes = 0;
    if (auto added = add_times(stream, shown); !added) return api_error(added.error());
    out.log_streams->push_back(std::move(shown));
  }
  if (page->next) out.next_token = print_token(scope, *page->next);
  return out;
}

}  // namespace tunesmith::services::logs
