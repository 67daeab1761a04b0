// SPDX-License-Identifier: Apache-2.0
#include "inference/column_filter.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::inference {

std::vector<std::string_view> csv_cells(std::string_view record) {
  std::vector<std::string_view> cells;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= record.size(); ++i) {
    if (i < record.size() && record[i] == '"') quoted = !quoted;
    if (i < record.size() && (quoted || record[i] != ',')) continue;
    cells.push_back(record.substr(begin, i - begin));
    begin = i + 1;
  }
  return cells;
}

Result<ColumnFilter> ColumnFilter::parse(std::string_view path) {
  const Error bad(ErrorKind::kInvalid,
                  fmt::format("The JSONPath expression '{}' is not available: records of CSV are "
                              "filtered by $, $[2], $[0,3], $[1:], $[:-1] and the like.",
                              path));
  path = trim(path);
  ColumnFilter filter;
  if (path.empty() || path == "$") return filter;
  if (!path.starts_with("$[") || !path.ends_with("]")) return bad;
  filter.all_ = false;
  const std::string_view inside = path.substr(2, path.size() - 3);
  if (const auto colon = inside.find(':'); colon != std::string_view::npos) {
    const auto bound = [&](std::string_view text, std::optional<std::int64_t>& out) {
      text = trim(text);
      if (text.empty()) return true;
      out = parse_int(text);
      return out.has_value();
    };
    if (!bound(inside.substr(0, colon), filter.begin_) ||
        !bound(inside.substr(colon + 1), filter.end_)) {
      return bad;
    }
    return filter;
  }
  for (const auto part : split(inside, ',')) {
    const auto column = parse_int(trim(part));
    if (!column) return bad;
    filter.chosen_.push_back(*column);
  }
  return filter;
}

std::string ColumnFilter::apply(std::string_view record) const {
  if (all_) return std::string(record);
  const auto cells = csv_cells(record);
  const auto count = static_cast<std::int64_t>(cells.size());
  const auto place = [count](std::int64_t column) { return column < 0 ? column + count : column; };
  std::vector<std::int64_t> columns = chosen_;
  if (columns.empty()) {
    const auto clamped = [&](std::int64_t column) {
      return std::clamp<std::int64_t>(place(column), 0, count);
    };
    const std::int64_t end = end_ ? clamped(*end_) : count;
    for (std::int64_t c = begin_ ? clamped(*begin_) : 0; c < end; ++c) columns.push_back(c);
  }
  std::string out;
  bool first = true;
  for (const std::int64_t column : columns) {
    const std::int64_t at = place(column);
    if (at < 0 || at >= count) continue;
    if (!first) out += ',';
    first = false;
    out += cells[static_cast<std::size_t>(at)];
  }
  return out;
}

}  // namespace tunesmith::inference
