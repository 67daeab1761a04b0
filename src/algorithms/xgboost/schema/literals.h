// SPDX-License-Identifier: Apache-2.0
//
// The container is a Python program, so hyperparameter texts are read by Python's rules: int(),
// float(), and literals of tuples and lists. These functions read the same texts to the same values
// and print values as Python does in error texts. They never fail on any input but by saying so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {

/// int(text): surrounding blanks, a sign, underscores between digits. Nothing for other texts.
std::optional<std::int64_t> python_int(std::string_view text);
/// float(text): also "inf", "infinity" and "nan" in any case.
std::optional<double> python_float(std::string_view text);

/// "(1, 0, -1)", "[1,0,-1]" or "1,0,-1".
std::optional<std::vector<std::int64_t>> python_int_tuple(std::string_view text);
/// "[[1, 2], [3, 4]]".
std::optional<std::vector<std::vector<std::int64_t>>> python_nested_list(std::string_view text);

/// ['a', 'b'].
std::string python_repr(const std::vector<std::string>& values);
/// (1, 0, -1), with the comma of a one-element tuple.
std::string python_repr_tuple(const std::vector<std::int64_t>& values);
std::string python_repr(const std::vector<std::vector<std::int64_t>>& values);
/// str(float): "2.0", "1e-05".
std::string python_repr(double value);

}  // namespace tunesmith::algorithms::xgboost
