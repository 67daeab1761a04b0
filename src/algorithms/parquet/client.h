// SPDX-License-Identifier: Apache-2.0
//
// Parquet for those who have no Arrow in them: each call starts the program tunesmith-parquet,
// which loads that library and parses files of strangers in a confined process of its own. Whatever
// they hold, the caller gets a table or an error. Waits for the program; one call at a time.
#pragma once

#include "algorithms/parquet/table_format.h"
#include "base/files.h"
#include "base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tunesmith::algorithms::parquet {

/// The rows of the files as a table in a file in memory, to be mapped by FloatTable. kInvalid: a
/// file is not what it should be; kLimitExceeded: the table is larger than `max_bytes`.
Result<FileDescriptor> convert(const std::vector<InputFile>& files, std::uint64_t max_bytes);

/// A Parquet file's bytes. `document`: {"columns":[{"name":"eta","type":"double",
/// "values":[0.1,null]}]}; the types are text, double, integer, boolean and time (milliseconds
/// since 1970, UTC).
Result<std::string> write(const std::string& document);

/// A converted table, mapped. Unmapped at its end.
class FloatTable {
 public:
  FloatTable(FloatTable&& other) noexcept;
  FloatTable& operator=(FloatTable&&) = delete;
  ~FloatTable();

  std::uint64_t rows() const { return rows_; }
  std::uint64_t columns() const { return columns_; }
  std::span<const float> row(std::uint64_t index) const {
    return {cells_ + index * columns_, columns_};
  }

  /// kInternal when the file holds no table.
  static Result<FloatTable> map(int file);

 private:
  FloatTable() = default;
  void* memory_ = nullptr;
  std::size_t size_ = 0;
  const float* cells_ = nullptr;
  std::uint64_t rows_ = 0;
  std::uint64_t columns_ = 0;
};

}  // namespace tunesmith::algorithms::parquet
