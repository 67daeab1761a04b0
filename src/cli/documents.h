// SPDX-License-Identifier: Apache-2.0
//
// Reads members of the console's documents. What is absent, null or of another kind is empty or 0.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tunesmith::cli {

std::string text_at(const boost::json::object& object, const char* key);
std::int64_t integer_at(const boost::json::object& object, const char* key);
std::optional<double> number_at(const boost::json::object& object, const char* key);

/// A trial's objective, once it has one that counts.
std::optional<double> objective_of(const boost::json::object& trial);
/// "Completed"; "Stopped early" for one that its search cut short.
std::string status_text(const boost::json::object& trial);
/// "eta 0.2  max_depth 4"
std::string tuned_text(const boost::json::object& trial);
/// "2026-11-24 18:05:03", local; "-" for null.
std::string time_text(const boost::json::value& ms);

}  // namespace tunesmith::cli
