// SPDX-License-Identifier: Apache-2.0
//
// Parquet files as tables of floats, and tables as Parquet files, by Apache Arrow. The inside of
// the program tunesmith-parquet; others use client.h, which starts it. One thread.
#pragma once

#include "algorithms/parquet/table_format.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tunesmith::algorithms::parquet {

/// Writes the rows of the files to `output`, a file, as table_format.h describes a table. Columns
/// are those of the first file but for the index that pandas stored; further files may have them in
/// another order, lack some (missing values), and have others (not read).
/// kInvalid names the file and, where there is one, the column; kLimitExceeded: the table would be
/// larger than `max_bytes`.
Result<void> read_tables(const std::vector<InputFile>& files, std::uint64_t max_bytes, int output);

enum class ColumnType { kText, kDouble, kInteger, kBoolean, kTime };

/// A null is std::monostate. Of kTime: milliseconds since 1970, UTC, as an integer.
using Cell = std::variant<std::monostate, std::string, double, std::int64_t, bool>;

struct Column {
  std::string name;
  ColumnType type = ColumnType::kText;
  std::vector<Cell> cells;  // of the type, or null; as many in each column of a table
};

/// The bytes of a Parquet file with these columns.
Result<std::string> write_table(const std::vector<Column>& columns);

}  // namespace tunesmith::algorithms::parquet
