// Generated from golden forms. Do not edit.
//
// The structures of forms. An enumeration is a string (a value that is not known
// yet survives); enums.h has its known values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/boxed.h"
#include "base/clock.h"

namespace tunesmith::api::forms {

struct Nested {
  std::optional<std::vector<std::string>> names{};
  aws::Boxed<Nested> again{};
};

struct DescribeOutput {
  std::optional<std::vector<std::string>> names{};
  std::optional<std::vector<std::string>> flat{};
  std::optional<std::map<std::string, Nested>> settings{};
  std::optional<Nested> empty{};
};

struct SubmitInput {
  std::vector<std::string> names{};
  std::optional<std::vector<std::string>> flat{};
  std::optional<std::vector<std::string>> renamed{};
  std::optional<std::map<std::string, Nested>> settings{};
  std::optional<Nested> nested{};
  std::optional<Timestamp> when{};
  std::optional<double> ratio{};
};

}  // namespace tunesmith::api::forms
