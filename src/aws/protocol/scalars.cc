// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/scalars.h"

#include "base/clock.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace tunesmith::aws {
namespace {

constexpr double kMaxSeconds = 253402300799.0;  // the end of the year 9999

bool parse_timestamp(std::string_view text, TimestampFormat format, Timestamp& to) {
  std::optional<Timestamp> found;
  if (format == TimestampFormat::kEpochSeconds) {
    const auto seconds = parse_double(text);
    if (seconds && std::abs(*seconds) <= kMaxSeconds) {
      found = from_millis(std::llround(*seconds * 1000));
    }
  } else {
    // Clients mix the two calendar forms; each is unmistakable.
    found = parse_iso8601(text);
    if (!found) found = parse_http_date(text);
  }
  if (found) to = *found;
  return found.has_value();
}

}  // namespace

TimestampFormat timestamp_format(const Member* member, const Shape& shape,
                                 TimestampFormat fallback) {
  if (member != nullptr && member->timestamp_format != TimestampFormat::kDefault) {
    return member->timestamp_format;
  }
  return shape.timestamp_format != TimestampFormat::kDefault ? shape.timestamp_format : fallback;
}

bool parse_scalar(std::string_view text, const Shape& shape, TimestampFormat format, void* value) {
  switch (shape.kind) {
    case ShapeKind::kString:
      *static_cast<std::string*>(value) = text;
      return true;
    case ShapeKind::kInteger:
    case ShapeKind::kLong: {
      const auto number = parse_int(text);
      if (!number) return false;
      if (shape.kind == ShapeKind::kLong) {
        *static_cast<std::int64_t*>(value) = *number;
        return true;
      }
      if (*number < std::numeric_limits<std::int32_t>::min() ||
          *number > std::numeric_limits<std::int32_t>::max()) {
        return false;
      }
      *static_cast<std::int32_t*>(value) = static_cast<std::int32_t>(*number);
      return true;
    }
    case ShapeKind::kDouble: {
      const auto number = parse_double(text);
      if (number) *static_cast<double*>(value) = *number;
      return number.has_value();
    }
    case ShapeKind::kBoolean: {
      const bool yes = iequals(text, "true");
      if (!yes && !iequals(text, "false")) return false;
      *static_cast<bool*>(value) = yes;
      return true;
    }
    case ShapeKind::kTimestamp:
      return parse_timestamp(text, format, *static_cast<Timestamp*>(value));
    case ShapeKind::kBlob: {
      auto bytes = from_base64(text);
      if (bytes) *static_cast<std::string*>(value) = std::move(*bytes);
      return bytes.has_value();
    }
    default:
      return false;
  }
}

std::string scalar_to_text(const Shape& shape, TimestampFormat format, const void* value) {
  switch (shape.kind) {
    case ShapeKind::kString:
      return *static_cast<const std::string*>(value);
    case ShapeKind::kInteger:
      return fmt::format_int(*static_cast<const std::int32_t*>(value)).str();
    case ShapeKind::kLong:
      return fmt::format_int(*static_cast<const std::int64_t*>(value)).str();
    case ShapeKind::kDouble:
      return format_double(*static_cast<const double*>(value));
    case ShapeKind::kBoolean:
      return *static_cast<const bool*>(value) ? "true" : "false";
    case ShapeKind::kTimestamp: {
      const Timestamp time = *static_cast<const Timestamp*>(value);
      if (format == TimestampFormat::kHttpDate) return format_http_date(time);
      if (format == TimestampFormat::kIso8601) return format_iso8601(time);
      return fmt::format("{:.3f}", static_cast<double>(to_millis(time)) / 1000);
    }
    case ShapeKind::kBlob:
      return to_base64(*static_cast<const std::string*>(value));
    default:
      return {};
  }
}

}  // namespace tunesmith::aws
