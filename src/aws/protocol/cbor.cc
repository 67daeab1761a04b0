// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/cbor.h"

#include "aws/protocol/json.h"
#include "base/clock.h"
#include "base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace tunesmith::aws {
namespace {

// Major types, in the upper three bits of a head.
enum Major : std::uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kBytes = 2,
  kText = 3,
  kArray = 4,
  kMap = 5,
  kTag = 6,
  kSimple = 7,
};

constexpr int kMaxDepth = 64;
constexpr std::uint8_t kIndefinite = 31;
constexpr unsigned char kBreak = 0xFF;
constexpr std::uint64_t kEpochTag = 1;

/// Appends a number in the network's order.
template <class T>
void append_big_endian(T value, std::string& out) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    out += static_cast<char>((value >> shift) & 0xFFU);
}

void append_head(Major major, std::uint64_t value, std::string& out) {
  const auto first = static_cast<std::uint8_t>(major << 5U);
  if (value < 24) {
    out += static_cast<char>(first | value);
  } else if (value <= 0xFF) {
    out += static_cast<char>(first | 24U);
    append_big_endian(static_cast<std::uint8_t>(value), out);
  } else if (value <= 0xFFFF) {
    out += static_cast<char>(first | 25U);
    append_big_endian(static_cast<std::uint16_t>(value), out);
  } else if (value <= 0xFFFFFFFF) {
    out += static_cast<char>(first | 26U);
    append_big_endian(static_cast<std::uint32_t>(value), out);
  } else {
    out += static_cast<char>(first | 27U);
    append_big_endian(value, out);
  }
}

void append_integer(std::int64_t value, std::string& out) {
  if (value >= 0) return append_head(kUnsigned, static_cast<std::uint64_t>(value), out);
  append_head(kNegative, static_cast<std::uint64_t>(-(value + 1)), out);
}

void append_double(double value, std::string& out) {
  out += static_cast<char>((kSimple << 5U) | 27U);
  append_big_endian(std::bit_cast<std::uint64_t>(value), out);
}

double half_to_double(std::uint16_t half) {
  const int exponent = (half >> 10U) & 0x1FU;
  const double fraction = half & 0x3FFU;
  const double sign = (half & 0x8000U) != 0 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

std::string print_double(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return format_double(value);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }

  /// Appends the next value as JSON; false when the bytes are no CBOR.
  bool value(std::string& out, int depth) {
    if (depth > kMaxDepth || rest_.empty()) return false;
    const auto first = static_cast<unsigned char>(rest_.front());
    const auto major = static_cast<Major>(first >> 5U);
    const std::uint8_t info = first & 0x1FU;
    rest_.remove_prefix(1);
    if (major == kSimple) return simple(info, out);
    const bool indefinite = info == kIndefinite;
    std::uint64_t number = 0;
    if (indefinite && (major < kBytes || major == kTag)) return false;
    if (!indefinite && !argument(info, number)) return false;
    switch (major) {
      case kUnsigned:
        out += fmt::format_int(number).c_str();
        return true;
      case kNegative:
        if (number > static_cast<std::uint64_t>(INT64_MAX)) return false;
        out += fmt::format_int(-1 - static_cast<std::int64_t>(number)).c_str();
        return true;
      case kBytes:
      case kText:
        return text(major, indefinite, number, out);
      case kArray:
        return array(indefinite, number, out, depth);
      case kMap:
        return map(indefinite, number, out, depth);
      case kTag:
        return value(out, depth + 1);
      case kSimple:
        break;
    }
    return false;
  }

 private:
  bool argument(std::uint8_t info, std::uint64_t& number) {
    if (info < 24) {
      number = info;
      return true;
    }
    if (info > 27) return false;
    const std::size_t size = std::size_t{1} << (info - 24U);
    if (rest_.size() < size) return false;
    number = 0;
    for (std::size_t i = 0; i < size; ++i)
      number = (number << 8U) | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(size);
    return true;
  }

  bool simple(std::uint8_t info, std::string& out) {
    std::uint64_t number = 0;
    switch (info) {
      case 20:
        out += "false";
        return true;
      case 21:
        out += "true";
        return true;
      case 22:
      case 23:
        out += "null";
        return true;
      case 25:
        if (!argument(info, number)) return false;
        out += print_double(half_to_double(static_cast<std::uint16_t>(number)));
        return true;
      case 26:
        if (!argument(info, number)) return false;
        out += print_double(
            static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(number))));
        return true;
      case 27:
        if (!argument(info, number)) return false;
        out += print_double(std::bit_cast<double>(number));
        return true;
      default:
        return false;
    }
  }

  bool at_break() {
    if (rest_.empty() || static_cast<unsigned char>(rest_.front()) != kBreak) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take(std::uint64_t size, std::string& out) {
    if (rest_.size() < size) return false;
    out.append(rest_.substr(0, static_cast<std::size_t>(size)));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return true;
  }

  bool text(Major major, bool indefinite, std::uint64_t size, std::string& out) {
    std::string content;
    if (!indefinite) {
      if (!take(size, content)) return false;
    } else {
      // Pieces of definite length of the same type.
      while (!at_break()) {
        if (rest_.empty()) return false;
        const auto head = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        std::uint64_t piece = 0;
        if (static_cast<Major>(head >> 5U) != major || !argument(head & 0x1FU, piece) ||
            !take(piece, content)) {
          return false;
        }
      }
    }
    append_json_string(major == kBytes ? to_base64(content) : content, out);
    return true;
  }

  bool array(bool indefinite, std::uint64_t size, std::string& out, int depth) {
    out += '[';
    for (std::uint64_t i = 0; indefinite ? !at_break() : i < size; ++i) {
      if (i > 0) out += ',';
      if (!value(out, depth + 1)) return false;
    }
    out += ']';
    return true;
  }

  bool map(bool indefinite, std::uint64_t size, std::string& out, int depth) {
    out += '{';
    for (std::uint64_t i = 0; indefinite ? !at_break() : i < size; ++i) {
      if (i > 0) out += ',';
      // Keys are texts.
      if (rest_.empty() || static_cast<unsigned char>(rest_.front()) >> 5U != kText) return false;
      if (!value(out, depth + 1)) return false;
      out += ':';
      if (!value(out, depth + 1)) return false;
    }
    out += '}';
    return true;
  }

  std::string_view rest_;
};

void encode_value(const Shape& shape, const void* value, std::string& out) {
  switch (shape.kind) {
    case ShapeKind::kString:
      return append_cbor_text(*static_cast<const std::string*>(value), out);
    case ShapeKind::kInteger:
      return append_integer(*static_cast<const std::int32_t*>(value), out);
    case ShapeKind::kLong:
      return append_integer(*static_cast<const std::int64_t*>(value), out);
    case ShapeKind::kDouble:
      return append_double(*static_cast<const double*>(value), out);
    case ShapeKind::kBoolean:
      out += static_cast<char>((kSimple << 5U) | (*static_cast<const bool*>(value) ? 21U : 20U));
      return;
    case ShapeKind::kTimestamp:
      append_head(kTag, kEpochTag, out);
      return append_double(
          static_cast<double>(to_millis(*static_cast<const Timestamp*>(value))) / 1000, out);
    case ShapeKind::kBlob: {
      const auto& bytes = *static_cast<const std::string*>(value);
      append_head(kBytes, bytes.size(), out);
      out += bytes;
      return;
    }
    case ShapeKind::kStructure:
      return encode_cbor(shape, value, out);
    case ShapeKind::kList: {
      const std::size_t size = shape.list.size(value);
      append_head(kArray, size, out);
      for (std::size_t i = 0; i < size; ++i)
        encode_value(*shape.element, shape.list.at(value, i), out);
      return;
    }
    case ShapeKind::kMap: {
      struct State {
        const Shape& map;
        std::string& out;
      } state{shape, out};
      append_cbor_map(shape.map.size(value), out);
      shape.map.for_each(value, &state,
                         [](void* context, const std::string& key, const void* entry) {
                           auto& to = *static_cast<State*>(context);
                           append_cbor_text(key, to.out);
                           encode_value(*to.map.element, entry, to.out);
                         });
      return;
    }
    case ShapeKind::kInputStream:
    case ShapeKind::kOutputStream:
      out += static_cast<char>((kSimple << 5U) | 22U);
      return;
  }
}

}  // namespace

Outcome<std::string> cbor_to_json(std::string_view bytes) {
  if (bytes.empty()) return std::string("{}");
  Reader reader(bytes);
  std::string out;
  if (reader.value(out, 0) && reader.done()) return out;
  return ApiError{"SerializationException", "The body is no CBOR document.", 400};
}

void encode_cbor(const Shape& shape, const void* structure, std::string& out) {
  const auto present =
      std::count_if(shape.members.begin(), shape.members.end(), [&](const Member& member) {
        return member.location == Location::kBody && member.access.get(structure) != nullptr;
      });
  append_cbor_map(static_cast<std::size_t>(present), out);
  for (const Member& member : shape.members) {
    if (member.location != Location::kBody) continue;
    const void* value = member.access.get(structure);
    if (value == nullptr) continue;
    append_cbor_text(member.wire_name, out);
    encode_value(*member.shape, value, out);
  }
}

void append_cbor_text(std::string_view text, std::string& out) {
  append_head(kText, text.size(), out);
  out += text;
}

void append_cbor_map(std::size_t size, std::string& out) { append_head(kMap, size, out); }

}  // namespace tunesmith::aws
