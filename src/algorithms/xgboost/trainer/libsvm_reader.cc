// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/libsvm_reader.h"

#include "algorithms/xgboost/trainer/text_lines.h"

#include <fmt/core.h>

#include <charconv>
#include <cstring>

namespace tunesmith::algorithms::xgboost {
namespace {

// XGBoost keeps several arrays with an entry per column: a stray huge index must not ask for them
// all.
constexpr std::uint32_t kMaxColumns = 16U << 20U;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

template <class T>
bool parse_whole(std::string_view text, T& out) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, out);
  return stop == end && ec == std::errc() && !text.empty();
}

// Takes the next blank-separated token off `line`; empty at the end or at a comment.
std::string_view next_token(std::string_view& line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  if (line.empty() || line.front() == '#') {
    line = {};
    return {};
  }
  std::size_t length = 0;
  while (length < line.size() && !is_blank(line[length])) ++length;
  const auto token = line.substr(0, length);
  line.remove_prefix(length);
  return token;
}

class LineReader {
 public:
  explicit LineReader(Table& table) : table_(table) {}

  // False: not libsvm.
  bool read(std::string_view line) {
    const auto label = next_token(line);
    if (label.empty()) return true;
    if (!read_label(label)) return false;
    bool grouped = false;
    for (auto token = next_token(line); !token.empty(); token = next_token(line)) {
      const auto colon = token.find(':');
      if (colon == std::string_view::npos) return false;
      const auto name = token.substr(0, colon);
      const auto value = token.substr(colon + 1);
      if (name == "qid") {
        if (grouped || !read_group(value)) return false;
        grouped = true;
        continue;
      }
      std::uint32_t index = 0;
      float number = 0;
      if (!parse_whole(name, index) || index >= kMaxColumns || !parse_whole(value, number))
        return false;
      table_.column_indices.push_back(index);
      table_.values.push_back(number);
      if (index >= table_.columns) table_.columns = std::size_t{index} + 1;
    }
    table_.row_offsets.push_back(table_.values.size());
    ++table_.rows;
    // All or none: a row without a group cannot follow rows with one.
    return grouped == !table_.group_sizes.empty();
  }

 private:
  bool read_label(std::string_view token) {
    const auto colon = token.find(':');
    float label = 0;
    if (!parse_whole(token.substr(0, colon), label)) return false;
    table_.labels.push_back(label);
    if (colon != std::string_view::npos) {
      float weight = 0;
      if (!parse_whole(token.substr(colon + 1), weight)) return false;
      table_.weights.push_back(weight);
    }
    return table_.weights.empty() || table_.weights.size() == table_.labels.size();
  }

  bool read_group(std::string_view text) {
    std::uint64_t group = 0;
    if (!parse_whole(text, group)) return false;
    if (table_.group_sizes.empty() && table_.rows > 0) return false;
    if (table_.group_sizes.empty() || !in_group_ || group != last_group_) {
      table_.group_sizes.push_back(0);
    }
    last_group_ = group;
    in_group_ = true;
    ++table_.group_sizes.back();
    return true;
  }

  Table& table_;
  std::uint64_t last_group_ = 0;
  bool in_group_ = false;
};

}  // namespace

Result<void> read_libsvm(std::string_view text, std::string_view file_name, Table& table) {
  table.sparse = true;
  if (table.row_offsets.empty()) table.row_offsets.push_back(0);
  LineReader reader(table);
  TextLines lines(text);
  for (std::size_t number = 1; !lines.done(); ++number) {
    const auto line = lines.next();
    if (reader.read(line)) continue;
    return Error{
        ErrorKind::kInvalid,
        fmt::format("{} '{}...' of file '{}' is not 'LIBSVM' format. Please ensure the "
                    "file is in 'LIBSVM' format.",
                    number == 1 ? std::string("First line") : fmt::format("Line {}", number),
                    line.substr(0, 50), file_name)};
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
