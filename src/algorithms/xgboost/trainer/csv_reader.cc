// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/csv_reader.h"

#include "algorithms/xgboost/trainer/text_lines.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// A cell that is not a plain number. False when it means nothing known.
bool parse_word(std::string_view cell, float& out) {
  cell = trim(cell);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
    cell = trim(cell.substr(1, cell.size() - 2));
  }
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  if (cell.empty()) {
    out = kMissing;
    return true;
  }
  const char* end = cell.data() + cell.size();
  const auto [stop, ec] = std::from_chars(cell.data(), end, out);
  if (stop == end && ec == std::errc()) return true;
  if (stop == end && ec == std::errc::result_out_of_range) {
    const auto wide = parse_double(cell);
    out = wide ? static_cast<float>(*wide) : std::numeric_limits<float>::infinity();
    return true;
  }
  const auto word = to_lower(cell);
  if (word == "true" || word == "false") {
    out = word == "true" ? 1.0F : 0.0F;
    return true;
  }
  for (const std::string_view missing : {"na", "n/a", "nan", "null", "none", "-nan"}) {
    if (word == missing) {
      out = kMissing;
      return true;
    }
  }
  return false;
}

// The cell [begin, end) as a number. The common cells (one digit, True, False, short integers) are
// decided without the general parser: they are most of a table of indicator columns.
bool parse_cell(const char* begin, const char* end, float& out) {
  const auto size = end - begin;
  if (size == 1 && *begin >= '0' && *begin <= '9') {
    out = static_cast<float>(*begin - '0');
    return true;
  }
  if (size == 5 && std::memcmp(begin, "False", 5) == 0) {
    out = 0;
    return true;
  }
  if (size == 4 && std::memcmp(begin, "True", 4) == 0) {
    out = 1;
    return true;
  }
  if (size > 0 && size <= 6) {
    int whole = 0;
    const char* at = begin;
    while (at != end && *at >= '0' && *at <= '9') whole = whole * 10 + (*at++ - '0');
    if (at == end) {
      out = static_cast<float>(whole);
      return true;
    }
  }
  const auto [stop, ec] = std::from_chars(begin, end, out);
  if (stop == end && ec == std::errc()) return true;
  return parse_word({begin, static_cast<std::size_t>(size)}, out);
}

// The end of the cell that starts at `at`: the next delimiter or `end`, skipping a quoted part.
const char* cell_end(const char* at, const char* end, char delimiter) {
  if (at != end && *at == '"') {
    const auto* quote =
        static_cast<const char*>(std::memchr(at + 1, '"', static_cast<std::size_t>(end - at - 1)));
    if (quote != nullptr) at = quote + 1;
  }
  while (at != end && *at != delimiter) ++at;
  return at;
}

class RowReader {
 public:
  RowReader(std::string_view file_name, char delimiter, CsvLayout layout, Table& table)
      : file_name_(file_name),
        delimiter_(delimiter),
        first_feature_(static_cast<std::size_t>(layout)),
        table_(table) {}

  Result<void> read(const char* at, const char* end, std::size_t line) {
    std::size_t cell = 0;
    for (;; ++cell) {
      const char* stop = cell_end(at, end, delimiter_);
      float value = 0;
      if (!parse_cell(at, stop, value))
        return bad_cell({at, static_cast<std::size_t>(stop - at)}, line, cell);
      if (cell >= first_feature_) {
        if (table_.rows > 0 && cell - first_feature_ >= table_.columns) return too_long(line);
        table_.dense.push_back(value);
      } else if (cell == 0) {
        table_.labels.push_back(value);
      } else {
        table_.weights.push_back(value);
      }
      if (stop == end) break;
      at = stop + 1;
    }
    const std::size_t cells = cell + 1;
    if (first_feature_ == 2 && cells < 2) {
      return Error{ErrorKind::kInvalid,
                   fmt::format("{}, line {}: no weight in column 1, but csv_weights is 1",
                               file_name_, line)};
    }
    if (first_feature_ == 0 && table_.rows > 0 && cells < table_.columns) return too_short(line);
    if (table_.rows == 0) table_.columns = cells > first_feature_ ? cells - first_feature_ : 0;
    ++table_.rows;
    table_.dense.resize(table_.rows * table_.columns, kMissing);
    return {};
  }

 private:
  Error bad_cell(std::string_view cell, std::size_t line, std::size_t column) const {
    std::string hint;
    if (line == 1 && column == 0) hint = " (the file must have no header line)";
    return {ErrorKind::kInvalid, fmt::format("{}, line {}, column {}: '{}' is not a number{}",
                                             file_name_, line, column, cell.substr(0, 40), hint)};
  }
  Error too_long(std::size_t line) const {
    return {ErrorKind::kInvalid,
            fmt::format("{}, line {}: more columns than the {} of the first row", file_name_, line,
                        table_.columns + first_feature_)};
  }
  Error too_short(std::size_t line) const {
    return {ErrorKind::kInvalid, fmt::format("{}, line {}: fewer columns than the {} of the first "
                                             "row",
                                             file_name_, line, table_.columns)};
  }

  std::string_view file_name_;
  char delimiter_;
  std::size_t first_feature_;  // the column
  Table& table_;
};

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  return text;
}

}  // namespace

std::string_view first_line(std::string_view text) {
  return TextLines(without_byte_order_mark(text)).next();
}

Result<char> sniff_delimiter(std::string_view line) {
  constexpr std::array<char, 5> kCandidates = {',', '\t', ';', '|', ' '};
  std::array<std::size_t, kCandidates.size()> counts{};
  bool quoted = false;
  for (const char c : trim(line)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    for (std::size_t i = 0; i < kCandidates.size(); ++i) counts[i] += c == kCandidates[i] ? 1U : 0U;
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < kCandidates.size(); ++i) {
    if (counts[i] > counts[best]) best = i;
  }
  if (counts[best] == 0) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("Could not determine delimiter on line {}:\nCould not determine "
                             "delimiter",
                             line.substr(0, 50))};
  }
  return kCandidates[best];
}

Result<void> read_csv(std::string_view text, std::string_view file_name, char delimiter,
                      CsvLayout layout, Table& table) {
  text = without_byte_order_mark(text);
  if (table.rows == 0 && !text.empty()) {
    // Room for the whole file, by the length of its first line.
    const auto line_length = first_line(text).size() + 1;
    const auto rows = text.size() / line_length + 1;
    std::size_t cells = 1;
    for (const char c : first_line(text)) cells += c == delimiter ? 1U : 0U;
    table.labels.reserve(rows);
    // A wrong estimate (a short first line) must not ask for more than the text could hold.
    table.dense.reserve(std::min(rows * cells, text.size()));
  }
  RowReader reader(file_name, delimiter, layout, table);
  TextLines lines(text);
  for (std::size_t number = 1; !lines.done(); ++number) {
    const auto line = lines.next();
    if (line.empty()) continue;
    TUNESMITH_TRY_VOID(reader.read(line.data(), line.data() + line.size(), number));
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
