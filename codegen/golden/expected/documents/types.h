// Generated from golden documents. Do not edit.
//
// The structures of documents. An enumeration is a string (a value that is not known
// yet survives); enums.h has its known values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace tunesmith::api::documents {

struct Grantee {
  std::optional<std::string> type{};
  std::optional<std::string> id{};
};

struct Document {
  std::optional<Grantee> grantee{};
  std::optional<std::vector<std::string>> flat{};
  std::optional<std::vector<Grantee>> wrapped{};
  std::optional<std::map<std::string, std::string>> settings{};
  std::optional<std::map<std::string, std::string>> flat_settings{};
  std::optional<Timestamp> when{};
  std::optional<std::string> spaced{};
  std::optional<std::int32_t> count{};
};

struct WhereIsOutput {
  std::optional<std::string> place{};
};

}  // namespace tunesmith::api::documents
