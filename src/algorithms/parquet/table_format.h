// SPDX-License-Identifier: Apache-2.0
//
// What tunesmith-parquet and those who start it agree on. It hands over a table as this header,
// then rows * columns floats in the machine's byte order, row by row, NaN where a value is missing.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace tunesmith::algorithms::parquet {

struct InputFile {
  std::string name;  // for messages
  std::string path;
};

struct TableHeader {
  static constexpr std::array<char, 8> kMagic = {'T', 'S', 'T', 'A', 'B', 'L', 'E', '1'};
  std::array<char, 8> magic = kMagic;
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
};

/// Exit statuses of tunesmith-parquet. All but 0 leave a text in place of what was asked for.
enum ExitStatus : int { kDone = 0, kFailed = 1, kWrongUse = 2, kInvalidData = 3, kTooLarge = 4 };

}  // namespace tunesmith::algorithms::parquet
