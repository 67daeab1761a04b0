// SPDX-License-Identifier: Apache-2.0
//
// What the protocols know of a generated type: its members, their names and places on the wire,
// their constraints, and how to reach them in memory. Tables of these are generated (codegen/) as
// constants; everything that walks them is written by hand (protocol/, validate.h).
#pragma once

#include "aws/pattern.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tunesmith::aws {

/// The C++ type behind each kind: see codegen/emit_types.py.
enum class ShapeKind : std::uint8_t {
  kString,     // std::string
  kInteger,    // std::int32_t
  kLong,       // std::int64_t
  kDouble,     // double
  kBoolean,    // bool
  kTimestamp,  // tunesmith::Timestamp
  kBlob,       // std::string, raw bytes
  kStructure,
  kList,
  kMap,
  kInputStream,   // aws::InputStream
  kOutputStream,  // aws::OutputStream
};

enum class Location : std::uint8_t { kBody, kHeader, kHeaderPrefix, kQuery, kUri, kStatus };

/// kDefault: what the protocol and the place imply.
enum class TimestampFormat : std::uint8_t { kDefault, kIso8601, kHttpDate, kEpochSeconds };

enum class MemberFlag : std::uint8_t {
  kNone = 0,
  kRequired = 1,
  kFlattened = 2,  // list elements stand in the parent, without an element around them
  kXmlAttribute = 4,
  kPayload = 8,  // the member is the whole HTTP body
  kIdempotencyToken = 16,
};
constexpr MemberFlag operator|(MemberFlag a, MemberFlag b) {
  return static_cast<MemberFlag>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}

struct Shape;

/// Reaches one member of a structure in memory.
struct MemberAccess {
  const void* (*get)(const void* structure);  // null when absent
  void* (*emplace)(void* structure);          // makes it present with a default value
};

struct ListAccess {
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t index);
  void* (*append)(void* list);
};

struct MapAccess {
  std::size_t (*size)(const void* map);
  void* (*emplace)(void* map, std::string key);
  /// Calls `visit(context, key, value)` for each entry, in the order of keys.
  void (*for_each)(const void* map, void* context,
                   void (*visit)(void* context, const std::string& key, const void* value));
};

struct Member {
  std::string_view name;       // the API's: "KmsKeyId"
  std::string_view wire_name;  // in JSON, XML, header, query; a header prefix
  const Shape* shape;
  Location location = Location::kBody;
  MemberFlag flags = MemberFlag::kNone;
  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  std::string_view xml_namespace{};
  MemberAccess access;

  bool has(MemberFlag flag) const {
    return (static_cast<std::uint8_t>(flags) & static_cast<std::uint8_t>(flag)) != 0;
  }
  bool required() const { return has(MemberFlag::kRequired); }
};

struct Shape {
  ShapeKind kind;
  std::string_view name;
  // Constraints: of length (strings in characters, blobs in bytes, lists and maps in entries) or
  // value.
  std::optional<std::int64_t> min{};
  std::optional<std::int64_t> max{};
  std::span<const std::string_view> enum_values{};
  const Pattern* pattern = nullptr;
  bool sensitive = false;  // its value is never shown in a message
  TimestampFormat timestamp_format = TimestampFormat::kDefault;
  // kStructure
  std::span<const Member> members{};
  bool is_union = false;  // exactly one member is present
  std::string_view xml_namespace{};
  // kList; of a map, the values
  const Shape* element = nullptr;
  std::string_view element_name{};
  // kMap
  const Shape* key = nullptr;
  std::string_view key_name{};
  ListAccess list{};
  MapAccess map{};
};

inline constexpr Shape kInputStreamShape{.kind = ShapeKind::kInputStream, .name = "Body"};
inline constexpr Shape kOutputStreamShape{.kind = ShapeKind::kOutputStream, .name = "Body"};

/// The shape of a generated structure; include the service's shapes.h.
template <class T>
const Shape& shape_of();

}  // namespace tunesmith::aws
