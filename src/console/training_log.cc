// SPDX-License-Identifier: Apache-2.0
#include "console/training_log.h"

#include "base/json_text.h"
#include "base/strings.h"
#include "base/time_format.h"
#include "base/utf8.h"
#include "console/documents.h"
#include "console/responses.h"
#include "training/job_log.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstring>

namespace tunesmith::console {
namespace {

constexpr std::size_t kChunk = 256U << 10U;
constexpr std::int64_t kMostSearched = 512LL << 20U;  // bytes

http::Response answer(const Result<training::LogChunk>& chunk) {
  return chunk ? json_response(print_log(*chunk)) : error_response(chunk.error());
}

/// The log's lines up to where it ended when this was made.
class LogText final : public http::BodyReader {
 public:
  LogText(std::filesystem::path log, std::int64_t end) : log_(std::move(log)), end_(end) {}

  Result<std::size_t> read(std::span<char> into) override {
    while (at_ == text_.size()) {
      if (next_ >= end_) return 0U;
      TUNESMITH_TRY(const auto chunk, training::read_log(log_, next_, kChunk));
      if (chunk.next <= next_) return 0U;
      next_ = chunk.next;
      text_.clear();
      at_ = 0;
      for (const auto& line : chunk.lines) {
        if (line.time != 0) text_ += format_iso8601(from_millis(line.time)) + ' ';
        text_ += line.text;
        text_ += '\n';
      }
    }
    const std::size_t n = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  const std::filesystem::path log_;
  const std::int64_t end_;
  std::int64_t next_ = 0;
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

http::Response log_part(const http::Request& request, const std::filesystem::path& log) {
  const auto before = query_parameter(request, "before");
  const auto given = before ? before : query_parameter(request, "from");
  const auto offset = parse_int(given.value_or("0"));
  if (!offset) {
    return error_response(400, "invalid", "no offset in the log: " + to_valid_utf8(*given));
  }
  return answer(before ? training::read_log_before(log, *offset, kChunk)
                       : training::read_log(log, *offset, kChunk));
}

http::Response log_matches(const std::filesystem::path& log, std::string_view search) {
  namespace json = boost::json;
  const std::string wanted = to_lower(search);
  json::array matches;
  bool more = false;
  for (std::int64_t next = 0; next < kMostSearched && !more;) {
    const auto chunk = training::read_log(log, next, kChunk);
    if (!chunk) return error_response(chunk.error());
    if (chunk->next <= next) break;
    next = chunk->next;
    more = next >= kMostSearched;
    for (const auto& line : chunk->lines) {
      if (to_lower(line.text).find(wanted) == std::string::npos) continue;
      if (matches.size() == kMostMatches) {
        more = true;
        break;
      }
      matches.push_back({line.time == 0 ? json::value(nullptr) : json::value(line.time),
                         json::value(json::string(line.text))});
    }
  }
  return json_response(json_text(json::object{{"lines", std::move(matches)}, {"more", more}}));
}

http::Response log_file(const std::filesystem::path& log, const std::string& name) {
  const auto end = training::read_log(log, -1, 1);
  if (!end) return error_response(end.error());
  http::Response response;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Content-Disposition", attachment(name + ".log"));
  add_security_headers(response, "default-src 'none'; frame-ancestors 'none'");
  response.body = std::make_unique<LogText>(log, end->size);
  return response;
}

}  // namespace tunesmith::console
