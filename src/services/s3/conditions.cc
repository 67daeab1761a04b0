// SPDX-License-Identifier: Apache-2.0
#include "services/s3/conditions.h"

#include "base/strings.h"
#include "base/time_format.h"
#include "services/s3/convert.h"
#include "services/s3/errors.h"

#include <algorithm>
#include <chrono>

namespace tunesmith::services::s3 {
namespace {

bool matches(std::string_view header, const std::string& etag) {
  for (const std::string_view item : split(header, ',')) {
    const std::string wanted = unquote_etag(item);
    if (wanted == "*" || wanted == etag) return true;
  }
  return false;
}

/// HTTP dates have whole seconds.
std::chrono::seconds seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
}

bool modified_since(const objects::ObjectInfo& object, Timestamp time) {
  return seconds(object.modified) > seconds(time);
}

enum class Verdict { kGo, kMatchFailed, kUnmodifiedFailed, kNoneMatchFailed, kModifiedFailed };

Verdict judge(const ReadConditions& conditions, const objects::ObjectInfo& object) {
  if (conditions.if_match) {
    if (!matches(*conditions.if_match, object.etag)) return Verdict::kMatchFailed;
  } else if (conditions.if_unmodified_since &&
             modified_since(object, *conditions.if_unmodified_since)) {
    return Verdict::kUnmodifiedFailed;
  }
  if (conditions.if_none_match) {
    if (matches(*conditions.if_none_match, object.etag)) return Verdict::kNoneMatchFailed;
  } else if (conditions.if_modified_since &&
             !modified_since(object, *conditions.if_modified_since)) {
    return Verdict::kModifiedFailed;
  }
  return Verdict::kGo;
}

aws::ApiError invalid_range(const std::string& header, std::uint64_t size) {
  return {"InvalidRange",
          "The requested range is not satisfiable",
          416,
          {{"RangeRequested", header}, {"ActualObjectSize", std::to_string(size)}},
          {{"Content-Range", "bytes */" + std::to_string(size)}}};
}

/// Digits alone; a number beyond 64 bits is the largest one.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const auto value = parse_int(text);
  return value ? static_cast<std::uint64_t>(*value) : ~std::uint64_t{0};
}

}  // namespace

aws::Outcome<void> check_read(const ReadConditions& conditions, const objects::ObjectInfo& object) {
  switch (judge(conditions, object)) {
    case Verdict::kGo:
      return {};
    case Verdict::kMatchFailed:
      return precondition_failed("If-Match");
    case Verdict::kUnmodifiedFailed:
      return precondition_failed("If-Unmodified-Since");
    case Verdict::kNoneMatchFailed:
    case Verdict::kModifiedFailed:
      break;
  }
  // A cache refreshes what it holds from these (RFC 9110, section 15.4.5).
  return aws::ApiError{
      "NotModified",
      "Not Modified",
      304,
      {},
      {{"ETag", quote_etag(object.etag)}, {"Last-Modified", format_http_date(object.modified)}}};
}

aws::Outcome<void> check_copy_source(const ReadConditions& conditions,
                                     const objects::ObjectInfo& object) {
  switch (judge(conditions, object)) {
    case Verdict::kGo:
      return {};
    case Verdict::kMatchFailed:
      return precondition_failed("x-amz-copy-source-If-Match");
    case Verdict::kUnmodifiedFailed:
      return precondition_failed("x-amz-copy-source-If-Unmodified-Since");
    case Verdict::kNoneMatchFailed:
      return precondition_failed("x-amz-copy-source-If-None-Match");
    case Verdict::kModifiedFailed:
      break;
  }
  return precondition_failed("x-amz-copy-source-If-Modified-Since");
}

aws::Outcome<objects::PutCondition> put_condition(const std::optional<std::string>& if_match,
                                                  const std::optional<std::string>& if_none_match) {
  objects::PutCondition condition;
  if (if_none_match) {
    if (trim(*if_none_match) != "*") return not_implemented("If-None-Match");
    condition.must_be_absent = true;
  }
  if (if_match) condition.must_have = unquote_etag(*if_match);
  return condition;
}

aws::ApiError with_condition(aws::ApiError error, const objects::PutCondition& condition) {
  if (error.code == "PreconditionFailed") {
    return precondition_failed(condition.must_be_absent ? "If-None-Match" : "If-Match");
  }
  return error;
}

bool range_counts(const std::optional<std::string>& if_range, const objects::ObjectInfo& object) {
  if (!if_range) return true;
  const std::string_view validator = trim(*if_range);
  if (validator == quote_etag(object.etag)) return true;
  const auto date = parse_http_date(validator);
  return date && seconds(*date) == seconds(object.modified);
}

std::string ByteRange::content_range(std::uint64_t size) const {
  return "bytes " + std::to_string(offset) + "-" + std::to_string(offset + length - 1) + "/" +
         std::to_string(size);
}

aws::Outcome<std::optional<ByteRange>> parse_range(const std::optional<std::string>& header,
                                                   std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::optional<ByteRange> ignored;
  if (!header || !header->starts_with(kUnit)) return ignored;
  const std::string_view text = trim(std::string_view(*header).substr(kUnit.size()));
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return ignored;
  const auto first = parse_position(text.substr(0, dash));
  const auto last = parse_position(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return ignored;
    if (*last == 0 || size == 0) return invalid_range(*header, size);
    const std::uint64_t length = std::min(*last, size);
    return std::optional(ByteRange{size - length, length});
  }
  const bool open_end = dash + 1 == text.size();
  if (!first || (!open_end && !last) || (last && *last < *first)) return ignored;
  if (*first >= size) return invalid_range(*header, size);
  const std::uint64_t end = open_end ? size - 1 : std::min(*last, size - 1);
  return std::optional(ByteRange{*first, end - *first + 1});
}

aws::Outcome<SelectedPart> select_part(const objects::OpenObject& object,
                                       std::int32_t part_number) {
  if (part_number < 1 || part_number > 10000) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(part_number));
  }
  const auto& parts = object.parts();
  if (parts.empty() && part_number == 1) {
    const auto& checksum = object.info().checksum;
    return SelectedPart{{0, object.info().size}, checksum ? checksum->value : std::string()};
  }
  ByteRange range;
  for (const objects::PartInfo& part : parts) {
    range.length = part.size;
    if (part.number == static_cast<std::uint32_t>(part_number))
      return SelectedPart{range, part.checksum};
    range.offset += part.size;
  }
  return aws::ApiError{
      "InvalidPartNumber",
      "The requested partnumber is not satisfiable",
      416,
      {{"PartNumberRequested", std::to_string(part_number)},
       {"ActualPartCount", std::to_string(std::max<std::size_t>(parts.size(), 1))}}};
}

}  // namespace tunesmith::services::s3
