// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"

#include "aws/protocol/scalars.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "base/strings.h"
#include "base/utf8.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

namespace tunesmith::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;
// Seconds since the epoch that we take for a time: up to the year 9999.
constexpr double kMaxSeconds = 253402300799.0;

ApiError wrong_type(std::string message) {
  return ApiError{.code = "SerializationException", .message = std::move(message)};
}

/// The names that AWS's own JSON reader gives to what it meets.
std::string_view token_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return "STRING_VALUE";
    case json::kind::bool_:
      return value.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::kind::int64:
    case json::kind::uint64:
      return "NUMBER_VALUE";
    case json::kind::double_:
      return "DECIMAL_VALUE";
    default:
      return "null";
  }
}

/// The error for a value that is not of the wanted scalar type.
ApiError mismatch(const json::value& value, std::string_view wanted) {
  if (value.is_object()) return wrong_type("Start of structure or map found where not expected.");
  if (value.is_array()) return wrong_type("Start of list found where not expected");
  return wrong_type(fmt::format("{} can not be converted to {}", token_name(value), wanted));
}

/// A whole number, also when it is written "3.0". Nothing for another type; `overflow` when too
/// large.
std::optional<std::int64_t> whole_number(const json::value& value, bool& overflow) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) {
    overflow = true;
    return std::nullopt;
  }
  if (!value.is_double()) return std::nullopt;
  const double number = value.get_double();
  if (!std::isfinite(number) || number != std::trunc(number)) return std::nullopt;
  if (std::abs(number) >= 9.2e18) {
    overflow = true;
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

class Decoder {
 public:
  explicit Decoder(Validator& validator) : validator_(validator) {}

  Outcome<void> structure(const json::value& from, const Shape& shape, void* into,
                          const Path& path) {
    if (!from.is_object()) {
      if (from.is_array()) return wrong_type("Start of list found where not expected");
      return wrong_type(fmt::format("{} can not be converted to a structure", token_name(from)));
    }
    const json::object& object = from.get_object();
    std::size_t given = 0;
    for (const Member& member : shape.members) {
      if (member.location != Location::kBody) continue;
      const Path here{.parent = &path, .name = member.name};
      const json::value* found =
          object.if_contains({member.wire_name.data(), member.wire_name.size()});
      if (found == nullptr || found->is_null()) {
        if (member.required()) validator_.missing(here);
        continue;
      }
      ++given;
      void* slot = member.access.emplace(into);
      const TimestampFormat format =
          timestamp_format(&member, *member.shape, TimestampFormat::kEpochSeconds);
      if (auto done = value(*found, *member.shape, format, slot, here); !done) return done;
      validator_.check(here, *member.shape, slot);
    }
    validator_.check_union(path, shape, given);
    return {};
  }

  Outcome<void> value(const json::value& from, const Shape& shape, TimestampFormat format,
                      void* into, const Path& path) {
    switch (shape.kind) {
      case ShapeKind::kString:
        if (!from.is_string()) return mismatch(from, "a String");
        *static_cast<std::string*>(into) = std::string_view(from.get_string());
        return {};
      case ShapeKind::kInteger:
      case ShapeKind::kLong:
        return integer(from, shape, into);
      case ShapeKind::kDouble:
        return floating(from, into);
      case ShapeKind::kBoolean:
        if (!from.is_bool()) return mismatch(from, "a Boolean");
        *static_cast<bool*>(into) = from.get_bool();
        return {};
      case ShapeKind::kTimestamp:
        return timestamp(from, shape, format, into);
      case ShapeKind::kBlob: {
        if (!from.is_string()) return mismatch(from, "a Blob");
        auto bytes = from_base64(from.get_string());
        if (!bytes) return wrong_type("Invalid base64 in a Blob");
        *static_cast<std::string*>(into) = std::move(*bytes);
        return {};
      }
      case ShapeKind::kStructure:
        return structure(from, shape, into, path);
      case ShapeKind::kList:
        return list(from, shape, into, path);
      case ShapeKind::kMap:
        return map(from, shape, into, path);
      case ShapeKind::kInputStream:
      case ShapeKind::kOutputStream:
        break;
    }
    return wrong_type("A stream can not be read from a document");
  }

 private:
  Outcome<void> integer(const json::value& from, const Shape& shape, void* into) {
    const bool is_long = shape.kind == ShapeKind::kLong;
    bool overflow = false;
    const auto number = whole_number(from, overflow);
    if (!number && !overflow) return mismatch(from, is_long ? "a Long" : "an Integer");
    if (is_long && number) {
      *static_cast<std::int64_t*>(into) = *number;
      return {};
    }
    if (number && *number >= std::numeric_limits<std::int32_t>::min() &&
        *number <= std::numeric_limits<std::int32_t>::max()) {
      *static_cast<std::int32_t*>(into) = static_cast<std::int32_t>(*number);
      return {};
    }
    return wrong_type(fmt::format("Numeric value out of range of {}", is_long ? "long" : "int"));
  }

  static Outcome<void> floating(const json::value& from, void* into) {
    double& to = *static_cast<double*>(into);
    if (from.is_number()) {
      to = from.to_number<double>();
    } else if (from.is_string() && from.get_string() == "NaN") {
      to = std::numeric_limits<double>::quiet_NaN();
    } else if (from.is_string() && from.get_string() == "Infinity") {
      to = std::numeric_limits<double>::infinity();
    } else if (from.is_string() && from.get_string() == "-Infinity") {
      to = -std::numeric_limits<double>::infinity();
    } else {
      return mismatch(from, "a Float");
    }
    return {};
  }

  static Outcome<void> timestamp(const json::value& from, const Shape& shape,
                                 TimestampFormat format, void* into) {
    if (format != TimestampFormat::kEpochSeconds) {
      if (!from.is_string()) return mismatch(from, "a timestamp");
      if (parse_scalar(from.get_string(), shape, format, into)) return {};
      return wrong_type("STRING_VALUE can not be converted to a timestamp");
    }
    if (!from.is_number()) return mismatch(from, "milliseconds since epoch");
    const double seconds = from.to_number<double>();
    if (!(std::abs(seconds) <= kMaxSeconds)) {
      return wrong_type("Numeric value out of range of a timestamp");
    }
    *static_cast<Timestamp*>(into) = from_millis(std::llround(seconds * 1000));
    return {};
  }

  Outcome<void> list(const json::value& from, const Shape& shape, void* into, const Path& path) {
    if (!from.is_array()) {
      if (from.is_object())
        return wrong_type("Start of structure or map found where not expected.");
      return wrong_type("Expected list or null");
    }
    std::size_t index = 0;
    for (const json::value& element : from.get_array()) {
      const Path here{.parent = &path, .index = ++index};
      if (element.is_null()) {
        validator_.missing(here);
        continue;
      }
      void* slot = shape.list.append(into);
      if (auto done = nested(element, *shape.element, slot, here); !done) return done;
    }
    return {};
  }

  Outcome<void> map(const json::value& from, const Shape& shape, void* into, const Path& path) {
    if (!from.is_object()) {
      if (from.is_array()) return wrong_type("Start of list found where not expected");
      return wrong_type("Expected map or null");
    }
    for (const auto& entry : from.get_object()) {
      const std::string_view key = entry.key();
      const Path here{.parent = &path, .name = key, .entry = true};
      if (entry.value().is_null()) {
        validator_.missing(here);
        continue;
      }
      void* slot = shape.map.emplace(into, std::string(key));
      if (auto done = nested(entry.value(), *shape.element, slot, here); !done) return done;
    }
    return {};
  }

  /// An entry of a list or map. Those that are scalars are checked together, by the container's
  /// check.
  Outcome<void> nested(const json::value& from, const Shape& shape, void* into, const Path& path) {
    const TimestampFormat format = timestamp_format(nullptr, shape, TimestampFormat::kEpochSeconds);
    if (auto done = value(from, shape, format, into, path); !done) return done;
    if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap) {
      validator_.check(path, shape, into);
    }
    return {};
  }

  Validator& validator_;
};

Outcome<void> parse_then(std::string_view text, auto&& use) {
  // Most documents fit the buffer on the stack, and then reading them allocates nothing.
  unsigned char buffer[8192];
  json::monotonic_resource memory(buffer, sizeof buffer);
  const auto document = parse_json(text, kMaxDepth, &memory);
  if (!document)
    return wrong_type("Could not parse the request body as JSON: " + document.error().message);
  return use(*document);
}

void append_double(double value, std::string& out) {
  if (std::isfinite(value)) {
    out += format_double(value);
  } else {
    out += std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  }
}

/// Seconds with the milliseconds as their fraction: "1764021246.123".
void append_timestamp(Timestamp value, std::string& out) {
  const std::int64_t ms = to_millis(value);
  const std::int64_t whole = std::abs(ms) / 1000;
  const std::int64_t fraction = std::abs(ms) % 1000;
  if (ms < 0) out += '-';
  out += fmt::format_int(whole).c_str();
  if (fraction != 0) {
    const char digits[] = {'.', static_cast<char>('0' + fraction / 100),
                           static_cast<char>('0' + fraction / 10 % 10),
                           static_cast<char>('0' + fraction % 10)};
    out.append(digits, sizeof digits);
  }
}

/// How a list or map writes times.
TimestampFormat entry_format(const Shape& container) {
  return timestamp_format(nullptr, *container.element, TimestampFormat::kEpochSeconds);
}

void encode_value(const Shape& shape, TimestampFormat format, const void* value, std::string& out) {
  switch (shape.kind) {
    case ShapeKind::kString:
      return append_json_string(*static_cast<const std::string*>(value), out);
    case ShapeKind::kInteger:
      out += fmt::format_int(*static_cast<const std::int32_t*>(value)).c_str();
      return;
    case ShapeKind::kLong:
      out += fmt::format_int(*static_cast<const std::int64_t*>(value)).c_str();
      return;
    case ShapeKind::kDouble:
      return append_double(*static_cast<const double*>(value), out);
    case ShapeKind::kBoolean:
      out += *static_cast<const bool*>(value) ? "true" : "false";
      return;
    case ShapeKind::kTimestamp:
      if (format != TimestampFormat::kEpochSeconds) {
        return append_json_string(scalar_to_text(shape, format, value), out);
      }
      return append_timestamp(*static_cast<const Timestamp*>(value), out);
    case ShapeKind::kBlob:
      return append_json_string(to_base64(*static_cast<const std::string*>(value)), out);
    case ShapeKind::kStructure:
      return encode_json(shape, value, out);
    case ShapeKind::kList: {
      out += '[';
      const std::size_t size = shape.list.size(value);
      for (std::size_t i = 0; i < size; ++i) {
        if (i > 0) out += ',';
        encode_value(*shape.element, entry_format(shape), shape.list.at(value, i), out);
      }
      out += ']';
      return;
    }
    case ShapeKind::kMap: {
      struct State {
        const Shape& map;
        std::string& out;
        bool first = true;
      } state{shape, out};
      out += '{';
      shape.map.for_each(value, &state,
                         [](void* context, const std::string& key, const void* entry) {
                           auto& to = *static_cast<State*>(context);
                           if (!to.first) to.out += ',';
                           to.first = false;
                           append_json_string(key, to.out);
                           to.out += ':';
                           encode_value(*to.map.element, entry_format(to.map), entry, to.out);
                         });
      out += '}';
      return;
    }
    case ShapeKind::kInputStream:
    case ShapeKind::kOutputStream:
      out += "null";
      return;
  }
}

/// Length of the well-formed UTF-8 sequence at the start of `text` (lead byte >= 0x80); 0 when
/// there is none.
std::size_t utf8_sequence(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || text.size() < length) return 0;
  return is_valid_utf8(text.substr(0, length)) ? length : 0;
}

}  // namespace

Outcome<void> decode_json(std::string_view text, const Shape& shape, void* structure,
                          Validator& validator) {
  if (trim(text).empty()) text = "{}";
  return parse_then(text, [&](const json::value& document) {
    return Decoder(validator).structure(document, shape, structure, Path{});
  });
}

Outcome<void> decode_json_value(std::string_view text, const Shape& shape, void* value,
                                const Path& path, Validator& validator) {
  return parse_then(text, [&](const json::value& document) -> Outcome<void> {
    const TimestampFormat format = timestamp_format(nullptr, shape, TimestampFormat::kEpochSeconds);
    if (auto done = Decoder(validator).value(document, shape, format, value, path); !done)
      return done;
    validator.check(path, shape, value);
    return {};
  });
}

void encode_json(const Shape& shape, const void* structure, std::string& out) {
  out += '{';
  bool first = true;
  for (const Member& member : shape.members) {
    if (member.location != Location::kBody) continue;
    const void* value = member.access.get(structure);
    if (value == nullptr) continue;
    if (!first) out += ',';
    first = false;
    out += '"';
    out += member.wire_name;  // names in the models need no escaping
    out += "\":";
    encode_value(*member.shape,
                 timestamp_format(&member, *member.shape, TimestampFormat::kEpochSeconds), value,
                 out);
  }
  out += '}';
}

void append_json_string(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') {
      ++i;
      continue;
    }
    if (byte >= 0x80) {
      if (const std::size_t length = utf8_sequence(text.substr(i)); length > 0) {
        i += length;
        continue;
      }
    }
    out.append(text, done, i - done);
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          const char escape[] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
          out.append(escape, sizeof escape);
        } else {
          out += "\xEF\xBF\xBD";  // U+FFFD
        }
    }
    done = ++i;
  }
  out.append(text, done, text.size() - done);
  out += '"';
}

}  // namespace tunesmith::aws
