// SPDX-License-Identifier: Apache-2.0
//
// Reads a channel's libsvm text: "<label>[:<weight>] [qid:<group>] <index>:<value> ...", indices
// from zero, '#' starts a comment. Any input gives a table or an error; nothing crashes.
#pragma once

#include "algorithms/xgboost/trainer/table.h"
#include "base/result.h"

#include <string_view>

namespace tunesmith::algorithms::xgboost {

/// Appends the rows of one file to `table`. kInvalid with the container's text when a line is not
/// of the form above. A weight or a group must be on all rows or on none.
Result<void> read_libsvm(std::string_view text, std::string_view file_name, Table& table);

}  // namespace tunesmith::algorithms::xgboost
