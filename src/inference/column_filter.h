// SPDX-License-Identifier: Apache-2.0
//
// The JSONPath expressions that a batch transform applies to CSV records: "$" (all columns),
// "$[2]", "$[0,3]", "$[1:]", "$[:-1]". Columns count from 0, negative ones from the end. Plain
// values; thread safe.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::inference {

/// The cells of a CSV record as they stand there, quotes included.
std::vector<std::string_view> csv_cells(std::string_view record);

class ColumnFilter {
 public:
  /// Keeps every column.
  ColumnFilter() = default;
  /// kInvalid for every other kind of JSONPath expression.
  static Result<ColumnFilter> parse(std::string_view path);

  bool keeps_all() const { return all_; }
  /// The record with the chosen columns; columns that it lacks are left out.
  std::string apply(std::string_view record) const;

 private:
  bool all_ = true;
  std::vector<std::int64_t> chosen_;  // or, when empty, a slice:
  std::optional<std::int64_t> begin_, end_;
};

}  // namespace tunesmith::inference
