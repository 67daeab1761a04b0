// Generated from golden obstacles. Do not edit.
//
// The known values of obstacles's enumerations.
#pragma once

#include <string_view>

namespace tunesmith::api::obstacles {

struct Color {
  static constexpr std::string_view kRed = "red";
  static constexpr std::string_view kRed2 = "RED";
  static constexpr std::string_view kDarkRed = "dark-red";
  static constexpr std::string_view k2 = "2";
  static constexpr std::string_view kEmpty = "";
  static constexpr std::string_view kMlM4Xlarge = "ml.m4.xlarge";
  static constexpr std::string_view kLocal = "local";
};

}  // namespace tunesmith::api::obstacles
