// SPDX-License-Identifier: Apache-2.0
#include "health/metrics_text.h"

#include <fmt/core.h>

#include <iterator>

namespace tunesmith::health {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void MetricsText::line(std::string_view suffix, const Labels& labels, double value) {
  text_ += name_;
  text_ += suffix;
  char separator = '{';
  for (const auto& [label, text] : labels) {
    text_ += separator;
    text_ += label;
    text_ += "=\"";
    append_escaped(text_, text);
    text_ += '"';
    separator = ',';
  }
  if (!labels.empty()) text_ += '}';
  // Shortest form that reads back as the same number: large counts stay whole.
  fmt::format_to(std::back_inserter(text_), " {}\n", value);
}

void MetricsText::sample(const Labels& labels, double value) { line("", labels, value); }

void MetricsText::histogram(const Labels& labels, const Histogram::Snapshot& values) {
  std::uint64_t below = 0;
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    below += values.counts[i];
    const std::string bound = i < Histogram::kBounds.size()
                                  ? fmt::format("{}", Histogram::kBounds[i])
                                  : std::string("+Inf");
    with_bound.back().second = bound;
    line("_bucket", with_bound, static_cast<double>(below));
  }
  line("_sum", labels, values.sum_seconds);
  line("_count", labels, static_cast<double>(values.count));
}

}  // namespace tunesmith::health
