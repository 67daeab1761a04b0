// SPDX-License-Identifier: Apache-2.0
#include "training/metric_scraper.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/strings.h"
#include "base/utf8.h"

#include <pcre2.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace tunesmith::training {
namespace {

// One line costs at most this much work per expression: about 10 ms, where a sane one takes 100 ns.
constexpr std::uint32_t kMatchLimit = 200'000;
constexpr std::uint32_t kHeapLimitKib = 8 * 1024;
constexpr std::size_t kJitStackBytes = 512 * 1024;
constexpr std::size_t kMaxPatternBytes = 4096;

struct CodeFree {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct MatchDataFree {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct ContextFree {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct StackFree {
  void operator()(pcre2_jit_stack* stack) const { pcre2_jit_stack_free(stack); }
};

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where the character class that opens at `at` ends (its ']'), or npos.
std::size_t end_of_class(std::string_view regex, std::size_t at) {
  std::size_t i = at + 1;
  if (i < regex.size() && regex[i] == '^') ++i;
  if (i < regex.size() && regex[i] == ']') ++i;
  for (; i < regex.size(); ++i) {
    if (regex[i] == '\\') {
      if (i + 1 < regex.size() && (regex[i + 1] == 'Q' || regex[i + 1] == 'E')) {
        return std::string_view::npos;
      }
      ++i;
    } else if (regex[i] == '[') {
      return std::string_view::npos;  // perhaps [:alpha:]: not worth telling apart
    } else if (regex[i] == ']') {
      return i;
    }
  }
  return std::string_view::npos;
}

/// Where the group that opens at `at` ends (its ')'), or npos when that is not plain to see.
std::size_t end_of_group(std::string_view regex, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '\\') {
      if (i + 1 < regex.size() && (regex[i + 1] == 'Q' || regex[i + 1] == 'E')) {
        return std::string_view::npos;
      }
      ++i;
    } else if (c == '[') {
      i = end_of_class(regex, i);
      if (i == std::string_view::npos) return i;
    } else if (c == '(') {
      // Only (?: and named groups: option settings, comments and verbs change how the rest is read.
      const std::string_view rest = regex.substr(i + 1);
      const bool special = !rest.empty() && (rest[0] == '?' || rest[0] == '*');
      if (special && !rest.starts_with("?:") && !rest.starts_with("?P<") &&
          !rest.starts_with("?<")) {
        return std::string_view::npos;
      }
      ++depth;
    } else if (c == ')') {
      if (--depth == 0) return i;
    }
  }
  return std::string_view::npos;
}

/// The finite number that `text` begins with, unless it runs on into a word or another number.
std::optional<double> leading_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  if (end != text.data() + text.size() && (is_alnum(*end) || *end == '.' || *end == '_')) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string required_literal(std::string_view regex) {
  // Assertions such as \b consume nothing and classes such as \d consume something: both end a run.
  constexpr std::string_view kPlainEscapes = "dDwWsSbBAZzntrfhHvVR";
  std::string best;
  std::string run;
  const auto end_run = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  for (std::size_t i = 0; i < regex.size(); ++i) {
    char c = regex[i];
    bool literal = false;
    switch (c) {
      case '|':
        return {};
      case '(':
        i = end_of_group(regex, i);
        if (i == std::string_view::npos) return {};
        break;
      case ')':
        return {};
      case '[':
        i = end_of_class(regex, i);
        if (i == std::string_view::npos) return {};
        break;
      case '\\':
        if (++i >= regex.size()) return {};
        c = regex[i];
        if (!is_alnum(c)) {
          literal = true;
        } else if (kPlainEscapes.find(c) == std::string_view::npos) {
          return {};
        }
        break;
      case '.':
      case '^':
      case '$':
      case '?':
      case '*':
      case '+':
        break;
      case '{': {
        // A quantifier's digits are no text. A brace that is none would be, but is not worth it.
        i = regex.find('}', i);
        if (i == std::string_view::npos) return {};
        break;
      }
      default:
        literal = static_cast<unsigned char>(c) < 0x80;
    }
    if (!literal) {
      end_run();
      continue;
    }
    const char next = i + 1 < regex.size() ? regex[i + 1] : '\0';
    if (next == '?' || next == '*' || next == '{') {  // the character may be absent
      end_run();
      continue;
    }
    run.push_back(c);
    if (next == '+') end_run();
  }
  end_run();
  return best;
}

struct MetricScraper::Expression {
  std::string literal;
  std::unique_ptr<pcre2_code, CodeFree> code;
  std::unique_ptr<pcre2_match_data, MatchDataFree> data;
  std::uint32_t groups = 0;
  int failures = 0;
  bool used = false;
};

// The limits and the stack that all expressions of a scraper share.
struct MetricScraper::Matching {
  std::unique_ptr<pcre2_match_context, ContextFree> context{pcre2_match_context_create(nullptr)};
  std::unique_ptr<pcre2_jit_stack, StackFree> stack;

  /// Of a built-in algorithm's many expressions a job needs two or three: they are translated when
  /// they are first used. Without JIT support the interpreter runs, under the same limits.
  void translate(Expression& expression) {
    expression.used = true;
    if (pcre2_jit_compile(expression.code.get(), PCRE2_JIT_COMPLETE) != 0 || stack) return;
    stack.reset(pcre2_jit_stack_create(32U * 1024U, kJitStackBytes, nullptr));
    pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
  }
};

MetricScraper::MetricScraper() = default;
MetricScraper::MetricScraper(MetricScraper&&) noexcept = default;
MetricScraper& MetricScraper::operator=(MetricScraper&&) noexcept = default;
MetricScraper::~MetricScraper() = default;

Result<MetricScraper> MetricScraper::compile(std::vector<MetricDefinition> definitions) {
  MetricScraper scraper;
  scraper.matching_ = std::make_unique<Matching>();
  pcre2_match_context* const context = scraper.matching_->context.get();
  if (context == nullptr) return Error(ErrorKind::kInternal, "no memory for metric expressions");
  pcre2_set_match_limit(context, kMatchLimit);
  pcre2_set_heap_limit(context, kHeapLimitKib);
  for (const MetricDefinition& definition : definitions) {
    const auto refuse = [&](std::string_view reason) {
      return Error(ErrorKind::kInvalid, "the regular expression of metric '" + definition.name +
                                            "' (" + definition.regex +
                                            ") cannot be used: " + std::string(reason));
    };
    if (definition.regex.size() > kMaxPatternBytes) return refuse("it is too long");
    int code = 0;
    PCRE2_SIZE offset = 0;
    Expression expression;
    // \C could split a character, and PCRE2_NO_UTF_CHECK below relies on whole ones.
    expression.code.reset(pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(definition.regex.data()), definition.regex.size(),
        PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, nullptr));
    if (!expression.code) {
      std::string text(256, '\0');
      const int length =
          pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR*>(text.data()), text.size());
      text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
      return refuse(text + " at offset " + std::to_string(offset));
    }
    pcre2_pattern_info(expression.code.get(), PCRE2_INFO_CAPTURECOUNT, &expression.groups);
    expression.data.reset(pcre2_match_data_create_from_pattern(expression.code.get(), nullptr));
    if (!expression.data) return refuse("no memory");
    expression.literal = required_literal(definition.regex);
    scraper.expressions_.push_back(std::move(expression));
  }
  scraper.definitions_ = std::move(definitions);
  return scraper;
}

void MetricScraper::feed(std::string_view line, std::vector<MetricMatch>& matches) {
  for (std::size_t i = 0; i < expressions_.size(); ++i) {
    Expression& expression = expressions_[i];
    if (expression.failures >= kGiveUpAfter) continue;
    if (!expression.literal.empty() && ::memmem(line.data(), line.size(), expression.literal.data(),
                                                expression.literal.size()) == nullptr) {
      continue;
    }
    if (!expression.used) matching_->translate(expression);
    const int found =
        pcre2_match(expression.code.get(), reinterpret_cast<PCRE2_SPTR>(line.data()), line.size(),
                    0, PCRE2_NO_UTF_CHECK, expression.data.get(), matching_->context.get());
    if (found == PCRE2_ERROR_NOMATCH) continue;
    if (found < 0) {
      ++expression.failures;
      continue;
    }
    const PCRE2_SIZE* at = pcre2_get_ovector_pointer(expression.data.get());
    const std::size_t group = expression.groups > 0 ? 1 : 0;
    // A group that took no part has no range; \K in a lookahead can leave a start after its end.
    if (static_cast<std::size_t>(found) <= group) continue;
    const PCRE2_SIZE from = at[2 * group];
    const PCRE2_SIZE to = at[2 * group + 1];
    if (from == PCRE2_UNSET || from > to || to > line.size()) continue;
    const auto value = leading_number(trim(line.substr(from, to - from)));
    if (value) matches.push_back({i, *value});
  }
}

bool MetricScraper::gave_up(std::size_t definition) const {
  return expressions_[definition].failures >= kGiveUpAfter;
}

std::string printable_line(std::string_view raw) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(raw.size() + 16);
  std::size_t i = 0;
  while (i < raw.size()) {
    const auto c = static_cast<unsigned char>(raw[i]);
    if (c >= 0x20 && c < 0x7F) {
      out.push_back(raw[i++]);
      continue;
    }
    if (c < 0x20 || c == 0x7F) {
      out.push_back('#');
      out.push_back(static_cast<char>('0' + (c >> 6U)));
      out.push_back(static_cast<char>('0' + ((c >> 3U) & 7U)));
      out.push_back(static_cast<char>('0' + (c & 7U)));
      ++i;
      continue;
    }
    // The longest sequence that could start here; the shared validator knows overlong and surrogate
    // forms.
    const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    const std::string_view sequence = raw.substr(i, length);
    if (c >= 0xC2 && sequence.size() == length && is_valid_utf8(sequence)) {
      out.append(sequence);
      i += length;
    } else {
      out.append(kReplacement);
      ++i;
    }
  }
  return out;
}

}  // namespace tunesmith::training
