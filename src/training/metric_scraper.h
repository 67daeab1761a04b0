// SPDX-License-Identifier: Apache-2.0
//
// Finds the values of metrics in an algorithm's output, by the regular expressions of a job's
// metric definitions (AlgorithmSpecification.MetricDefinitions). Pure: no clock, no file. Used by
// the runner while a job runs, and by the server to refuse a bad expression at Create. One thread
// at a time.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::training {

struct MetricDefinition {
  std::string name;   // "validation:auc"
  std::string regex;  // the value is the first capture group

  bool operator==(const MetricDefinition&) const = default;
};

struct MetricMatch {
  std::size_t definition = 0;  // index into the definitions given to compile()
  double value = 0;            // finite

  bool operator==(const MetricMatch&) const = default;
};

/// Expressions are PCRE2 in UTF mode, searched (not anchored), at most one match per line and
/// definition. Work per line is bounded: an expression that backtracks without end gives no match,
/// and after kGiveUpAfter such lines it is not tried again.
class MetricScraper {
 public:
  static constexpr int kGiveUpAfter = 100;

  /// kInvalid, naming the metric and PCRE2's reason and offset, when an expression does not
  /// compile.
  static Result<MetricScraper> compile(std::vector<MetricDefinition> definitions);
  MetricScraper(MetricScraper&&) noexcept;
  MetricScraper& operator=(MetricScraper&&) noexcept;
  ~MetricScraper();

  /// Appends the values found in `line`, in the order of the definitions. `line` must be valid
  /// UTF-8 as printable_line() makes it (TAB as "#011"), without its newline. A group that is not a
  /// finite decimal number gives no match.
  void feed(std::string_view line, std::vector<MetricMatch>& matches);

  const std::vector<MetricDefinition>& definitions() const { return definitions_; }
  /// True once the expression of that definition was given up.
  bool gave_up(std::size_t definition) const;

 private:
  struct Expression;
  struct Matching;
  MetricScraper();

  std::unique_ptr<Matching> matching_;
  std::vector<MetricDefinition> definitions_;
  std::vector<Expression> expressions_;
};

/// Text that every line matching `regex` must contain; empty when none is known. Conservative: it
/// looks at the top level of the expression alone. Public for its tests.
std::string required_literal(std::string_view regex);

/// A line of output as the log shows it: control characters as '#' and three octal digits (TAB is
/// "#011"), bytes that are no UTF-8 as U+FFFD. The built-in metric expressions are written against
/// this form.
std::string printable_line(std::string_view raw);

}  // namespace tunesmith::training
