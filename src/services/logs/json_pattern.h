// SPDX-License-Identifier: Apache-2.0
//
// The JSON filter patterns of CloudWatch Logs: { $.user.id = 1 && $.actions[*] != "GET" }. They
// match messages that are a JSON document. A property that is an object or an array, or is not
// there, satisfies no comparison. Private to this folder. Immutable once parsed; thread safe.
#pragma once

#include "base/result.h"
#include "services/logs/pattern_value.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tunesmith::services::logs {

class JsonPattern {
 public:
  /// `text` begins with a brace.
  static Result<JsonPattern> parse(std::string_view text);

  bool matches(std::string_view message) const;

  struct AnyElement {};
  /// A property's name, an element's index, or every one of them.
  using Step = std::variant<std::string, std::size_t, AnyElement>;
  enum class State { kNull, kTrue, kFalse, kMissing };
  struct Condition {
    std::vector<Step> path;
    std::variant<ValueTest, State> test;
  };

 private:
  std::vector<Condition> conditions_;
  ConditionTree tree_;
};

}  // namespace tunesmith::services::logs
