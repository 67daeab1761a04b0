// SPDX-License-Identifier: Apache-2.0
//
// Reads CSV text: no header; of a channel the label in column 0 and, with csv_weights, the weight
// in column 1; of a request for predictions neither. Any input gives a table or an error; nothing
// crashes.
#pragma once

#include "algorithms/xgboost/trainer/table.h"
#include "base/result.h"

#include <string_view>

namespace tunesmith::algorithms::xgboost {

/// What stands before the features in a row.
enum class CsvLayout { kFeatures, kLabel, kLabelAndWeight };

/// The delimiter of `line` (a file's first): comma, tab, semicolon, bar or blank, the one that
/// stands outside of quotes most often. kInvalid with the container's text when there is none.
Result<char> sniff_delimiter(std::string_view line);

/// The first line of `text`, without its line end.
std::string_view first_line(std::string_view text);

/// Appends the rows of one file to `table`. Beyond numbers, True and False mean 1 and 0 (what
/// pandas writes for booleans), an empty cell, NaN, NA, null or None a missing value; cells may be
/// quoted. Rows of a channel may be shorter than the first (the rest is missing) but not longer;
/// those of a request are all of one length. kInvalid names file, row and column.
Result<void> read_csv(std::string_view text, std::string_view file_name, char delimiter,
                      CsvLayout layout, Table& table);

}  // namespace tunesmith::algorithms::xgboost
