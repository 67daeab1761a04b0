// SPDX-License-Identifier: Apache-2.0
#include "cli/documents.h"

#include "cli/terminal.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <array>
#include <ctime>

namespace tunesmith::cli {

std::string text_at(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<double> number_at(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::int64_t integer_at(const boost::json::object& object, const char* key) {
  return static_cast<std::int64_t>(number_at(object, key).value_or(0));
}

std::optional<double> objective_of(const boost::json::object& trial) {
  if (text_at(trial, "objective_status") != "Succeeded") return std::nullopt;
  return number_at(trial, "objective");
}

std::string status_text(const boost::json::object& trial) {
  const std::string status = text_at(trial, "status");
  const auto* early = trial.if_contains("stopped_early");
  const bool cut_short = early != nullptr && early->is_bool() && early->as_bool();
  return status == "Stopped" && cut_short ? "Stopped early" : status;
}

std::string tuned_text(const boost::json::object& trial) {
  std::string out;
  const auto* tuned = trial.if_contains("tuned");
  if (tuned == nullptr || !tuned->is_object()) return out;
  for (const auto& [name, value] : tuned->as_object()) {
    if (!out.empty()) out += "  ";
    out +=
        fmt::format("{} {}", std::string_view(name), short_number(std::string(value.as_string())));
  }
  return out;
}

std::string time_text(const boost::json::value& ms) {
  if (!ms.is_number()) return "-";
  const auto seconds = static_cast<std::time_t>(ms.to_number<std::int64_t>() / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> buffer{};
  const std::size_t n = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &local);
  return std::string(buffer.data(), n);
}

}  // namespace tunesmith::cli
