// SPDX-License-Identifier: Apache-2.0
//
// A regular expression of a service model, compiled when it is first needed and kept until the
// process ends: for constants. Matches whole strings only, as AWS does, within a bounded amount of
// work: what would take more counts as no match. Constant-initialised, so that tables of them cost
// nothing at start. Thread safe.
#pragma once

#include "base/result.h"

#include <atomic>
#include <string>
#include <string_view>

namespace tunesmith::aws {

class Pattern {
 public:
  /// `text` must outlive this.
  constexpr explicit Pattern(std::string_view text) : text_(text) {}
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// False also for text that is not UTF-8 or that needs too much work.
  bool matches(std::string_view subject) const;
  /// Whether PCRE2 accepts the pattern.
  Result<void> compiles() const;
  std::string_view text() const { return text_; }

 private:
  const void* code() const;

  std::string_view text_;
  mutable std::atomic<const void*> code_{nullptr};  // pcre2_code*, never freed
};

}  // namespace tunesmith::aws
