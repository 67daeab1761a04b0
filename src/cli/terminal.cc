// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include "base/strings.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace tunesmith::cli {
namespace {

/// The length of the escape sequence at the front of `text`: "\033[1;32m"; 0 for none.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\033' || text[1] != '[') return 0;
  const auto end = text.find_first_of("mKJHhl", 2);
  return end == std::string_view::npos ? text.size() : end + 1;
}

/// The length of the character at the front of `text`.
std::size_t character_length(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0U) == 0x80U) ++n;
  return n;
}

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  terminal.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  // NOLINTBEGIN(concurrency-mt-unsafe): commands have one thread
  const char* kind = std::getenv("TERM");
  terminal.colours = terminal.is_terminal && std::getenv("NO_COLOR") == nullptr &&
                     kind != nullptr && std::string_view(kind) != "dumb";
  // NOLINTEND(concurrency-mt-unsafe)
  winsize size{};
  if (terminal.is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) {
    terminal.width = size.ws_col;
    terminal.height = std::max<std::size_t>(8, size.ws_row);
  }
  return terminal;
}

std::string Terminal::paint(const char* code, const std::string& text) const {
  return colours ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string printable(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (c == 0xC2 && next >= 0x80 && next < 0xA0) {  // U+0080 to U+009F
      out += kReplacement;
      ++i;
    } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
      out += kReplacement;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    if (const std::size_t escape = escape_length(text); escape > 0) {
      text.remove_prefix(escape);
      continue;
    }
    text.remove_prefix(character_length(text));
    ++columns;
  }
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  std::string out;
  bool painted = false;
  for (std::size_t used = 0; !text.empty();) {
    std::size_t n = escape_length(text);
    if (n > 0) {
      painted = true;
    } else {
      if (used == columns) break;
      n = character_length(text);
      ++used;
    }
    out += text.substr(0, n);
    text.remove_prefix(n);
  }
  if (painted && !text.empty()) out += "\033[0m";
  return out;
}

std::string pad(const std::string& text, std::size_t columns, bool to_the_right) {
  const std::size_t has = columns_of(text);
  if (has >= columns) return text;
  const std::string space(columns - has, ' ');
  return to_the_right ? space + text : text + space;
}

std::string bar(double share, std::size_t columns) {
  const auto filled = static_cast<std::size_t>(
      std::floor(std::clamp(share, 0.0, 1.0) * static_cast<double>(columns)));
  std::string out;
  for (std::size_t i = 0; i < columns; ++i) out += i < filled ? "█" : "░";
  return out;
}

std::string sparkline(const std::vector<double>& values, std::size_t columns) {
  static constexpr std::array kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t from = values.size() > columns ? values.size() - columns : 0;
  if (values.size() - from < 2) return "";
  const auto [low, high] =
      std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(from), values.end());
  const double span = *high - *low;
  std::string out;
  for (std::size_t i = from; i < values.size(); ++i) {
    const double share = span > 0 ? (values[i] - *low) / span : 0.5;
    const double block = std::isfinite(share) ? std::clamp(share * 7, 0.0, 7.0) : 0;
    out += kBlocks[static_cast<std::size_t>(std::lround(block))];
  }
  return out;
}

std::string duration_text(double seconds) {
  if (!(seconds >= 0)) return "-";
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string short_number(double value) { return fmt::format("{:.6g}", value); }

std::string short_number(const std::string& text) {
  const auto value = parse_double(text);
  return value ? short_number(*value) : text;
}

std::vector<std::string> table_lines(const std::vector<std::vector<std::string>>& rows,
                                     const std::vector<bool>& numeric) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += pad(row[i], widths[i], i < numeric.size() && numeric[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

void print_table(const Terminal& terminal, const std::vector<std::vector<std::string>>& rows,
                 const std::vector<bool>& numeric) {
  const auto lines = table_lines(rows, numeric);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string line = terminal.is_terminal ? cut(lines[i], terminal.width) : lines[i];
    fmt::print("{}\n", i == 0 ? terminal.paint("1", line) : line);
  }
}

}  // namespace tunesmith::cli
