// SPDX-License-Identifier: Apache-2.0
//
// GetLogEvents. A token names a place between two lines and the direction to go on: "f/" or "b/",
// the byte offset with leading zeros, "/s". The end of a stream is reached when the token that was
// sent comes back.
#include "base/strings.h"
#include "services/logs/errors.h"
#include "services/logs/log_names.h"
#include "training/job_log.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

namespace tunesmith::services::logs {
namespace {

constexpr std::size_t kMaxEvents = 10000;
constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;  // of an answer, each event costing:
constexpr std::size_t kEventBytes = 26;
constexpr std::size_t kPiece = std::size_t{256} << 10U;

std::string print_place(char direction, std::int64_t offset) {
  return fmt::format("{}/{:056}/s", direction, offset);
}

struct Place {
  bool forward = true;
  std::int64_t offset = 0;
};

std::optional<Place> parse_place(std::string_view token) {
  if (token.size() < 5 || (token[0] != 'f' && token[0] != 'b') || token[1] != '/' ||
      !token.ends_with("/s")) {
    return std::nullopt;
  }
  std::string_view digits = token.substr(2, token.size() - 4);
  const auto nonzero = digits.find_first_not_of('0');
  digits = nonzero == std::string_view::npos ? "0" : digits.substr(nonzero);
  const auto offset = parse_int(digits);
  if (!offset || *offset < 0) return std::nullopt;
  return Place{token[0] == 'f', *offset};
}

struct Range {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
};

struct Taken {
  std::vector<training::LogLine> lines;
  std::int64_t first = 0, end = 0;  // offsets: before the first of them, after the last
};

/// The room that is left in an answer.
class Room {
 public:
  explicit Room(std::size_t events) : events_(events) {}
  bool take(const training::LogLine& line) {
    const std::size_t bytes = line.text.size() + kEventBytes;
    // One event always fits.
    if (events_ == 0 || (taken_ && bytes > bytes_)) return false;
    --events_;
    bytes_ -= std::min(bytes, bytes_);
    taken_ = true;
    return true;
  }

 private:
  std::size_t events_;
  std::size_t bytes_ = kMaxBytes;
  bool taken_ = false;
};

Result<Taken> read_forward(const LogStream& stream, std::int64_t from, const Range& range,
                           Room room) {
  Taken taken{{}, from, from};
  for (;;) {
    TUNESMITH_TRY(auto chunk, training::read_log(stream.file, taken.end, kPiece));
    if (chunk.lines.empty()) return taken;
    for (std::size_t i = 0; i < chunk.lines.size(); ++i) {
      training::LogLine& line = chunk.lines[i];
      if (line.time >= range.until) return taken;
      if (line.time >= range.from) {
        if (!room.take(line)) return taken;
        taken.lines.push_back(std::move(line));
      }
      taken.end = i + 1 < chunk.lines.size() ? chunk.lines[i + 1].at : chunk.next;
    }
  }
}

Result<Taken> read_backward(const LogStream& stream, std::int64_t before, const Range& range,
                            Room room) {
  Taken taken{{}, before, before};
  const auto done = [&taken] {
    std::reverse(taken.lines.begin(), taken.lines.end());
    return taken;
  };
  bool any = false;
  for (;;) {
    TUNESMITH_TRY(auto chunk, training::read_log_before(stream.file, taken.first, kPiece));
    if (!any) taken.end = chunk.next;
    any = true;
    if (chunk.lines.empty()) return done();
    for (auto line = chunk.lines.rbegin(); line != chunk.lines.rend(); ++line) {
      if (line->time < range.from) return done();
      if (line->time < range.until && !room.take(*line)) return done();
      taken.first = line->at;
      if (line->time < range.until) taken.lines.push_back(std::move(*line));
    }
  }
}

}  // namespace

Outcome<api::GetLogEventsResponse> get_log_events(Service& service, const RequestContext& context,
                                                  const api::GetLogEventsRequest& input) {
  auto group = group_of(context, input.log_group_name, input.log_group_identifier);
  if (!group) return group.error();
  std::optional<Place> place;
  if (input.next_token) {
    place = parse_place(*input.next_token);
    if (!place) return invalid("The specified nextToken is invalid.");
  }
  const Range range{input.start_time.value_or(Range{}.from),
                    input.end_time.value_or(Range{}.until)};
  if (range.until < range.from) return invalid("endTime must not be before startTime.");
  const auto stream = stream_of(service, context, *group, input.log_stream_name);
  if (!stream) return stream.error();

  const Room room(std::min(kMaxEvents, static_cast<std::size_t>(input.limit.value_or(
                                           static_cast<std::int32_t>(kMaxEvents)))));
  const bool forward = place ? place->forward : input.start_from_head.value_or(false);
  Result<Taken> taken = Taken{};
  if (forward) {
    Result<std::int64_t> from = place ? place->offset : 0;
    if (!place && input.start_time) from = training::find_log_time(stream->file, range.from);
    if (!from) return api_error(from.error());
    taken = read_forward(*stream, *from, range, room);
  } else {
    Result<std::int64_t> before = place ? place->offset : std::numeric_limits<std::int64_t>::max();
    if (!place && input.end_time) before = training::find_log_time(stream->file, range.until);
    if (!before) return api_error(before.error());
    taken = read_backward(*stream, *before, range, room);
  }
  if (!taken) return api_error(taken.error());

  api::GetLogEventsResponse out;
  out.events.emplace();
  for (auto& line : taken->lines)
    out.events->push_back({line.time, std::move(line.text), line.time});
  out.next_forward_token = print_place('f', taken->end);
  out.next_backward_token = print_place('b', taken->first);
  return out;
}

}  // namespace tunesmith::services::logs
