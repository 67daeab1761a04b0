// SPDX-License-Identifier: Apache-2.0
//
// The constraints of a service model (required, length, range, pattern, enumeration), checked while
// a request is decoded: only there is an absent member told from an empty one. Collects what is
// violated and words it as AWS does. One per request, one thread; allocates only when something is
// wrong.
#pragma once

#include "aws/shape.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::aws {

/// Where a value stands in the input: a chain on the decoder's stack.
struct Path {
  const Path* parent = nullptr;
  std::string_view name{};  // of a structure's member, or a map's key
  std::size_t index = 0;    // of a list's element, from 1
  bool entry = false;       // a map's value: name is its key

  /// "trainingJobDefinitions.1.member.roleArn"
  std::string text() const;
};

class Validator {
 public:
  /// `check_enums`: see ServiceDescriptor.
  explicit Validator(bool check_enums = true) : check_enums_(check_enums) {}

  /// A required member is absent or null; so is a null in a list or map.
  void missing(const Path& path);
  /// Checks a value that is present. Of lists and maps: their size, and entries that are scalars.
  /// Structures have nothing of their own but `check_union`.
  void check(const Path& path, const Shape& shape, const void* value);
  /// Checks that exactly one member of a union was given.
  void check_union(const Path& path, const Shape& shape, std::size_t members_given);

  bool ok() const { return count_ == 0; }
  /// "2 validation errors detected: Value 'x' at 'a.b' failed to satisfy constraint: ...; ..."
  std::string message() const;

 private:
  void check_size(const Path& path, const Shape& shape, std::size_t size, std::string_view shown);
  void add(const Path& path, const Shape& shape, std::string_view shown,
           std::string_view constraint);

  bool check_enums_;
  std::size_t count_ = 0;
  std::string text_;  // of the first kMaxShown
};

}  // namespace tunesmith::aws
