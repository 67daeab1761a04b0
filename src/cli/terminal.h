// SPDX-License-Identifier: Apache-2.0
//
// What standard output is, and text for people on it: colours, bars, sparklines, tables, durations.
// Pure but for the first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::cli {

struct Terminal {
  bool is_terminal = false;
  bool colours = false;  // a terminal that wants them (NO_COLOR, TERM=dumb are honoured)
  std::size_t width = 100, height = 30;

  /// As standard output is now.
  static Terminal of_stdout();
  /// `code`: "1" bold, "31" red, "32" green, "36" cyan, "2" faint.
  std::string paint(const char* code, const std::string& text) const;
};

/// `text` with U+FFFD for each control character but the line's end and the tab: data may hold what
/// a terminal would obey.
std::string printable(std::string_view text);

/// How many columns text takes: bytes that continue a character and escape sequences take none.
std::size_t columns_of(std::string_view text);
/// Cut to so many columns; escape sequences stay whole, and are ended.
std::string cut(std::string_view text, std::size_t columns);
/// Filled up with spaces to so many columns.
std::string pad(const std::string& text, std::size_t columns, bool to_the_right = false);

/// "████░░░░"
std::string bar(double share, std::size_t columns);
/// The values as blocks of eight heights, the last `columns` of them; empty for fewer than two.
std::string sparkline(const std::vector<double>& values, std::size_t columns);
/// "850 ms", "4.2 s", "3 min 05 s", "2 h 10 min"
std::string duration_text(double seconds);
/// Six significant digits, when it is a number.
std::string short_number(const std::string& text);
std::string short_number(double value);

/// Columns as wide as their widest cell; the first row is the head. `numeric`: which ones stand at
/// the right.
std::vector<std::string> table_lines(const std::vector<std::vector<std::string>>& rows,
                                     const std::vector<bool>& numeric);
void print_table(const Terminal& terminal, const std::vector<std::vector<std::string>>& rows,
                 const std::vector<bool>& numeric);

}  // namespace tunesmith::cli
