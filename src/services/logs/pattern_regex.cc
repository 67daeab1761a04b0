// SPDX-License-Identifier: Apache-2.0
#include "services/logs/pattern_regex.h"

#include "services/logs/pattern_scanner.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <string>
#include <vector>

namespace tunesmith::services::logs {
namespace {

constexpr std::uint32_t kMatchLimit = 1'000'000;
constexpr std::size_t kWorkspace =
    16'384;  // of the automaton; a pattern has at most 1,024 characters

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Letters, digits, the symbols and operators of the service's documentation. What else a text may
/// contain is written \xhh.
bool is_allowed(std::string_view text) {
  constexpr std::string_view kSymbols = ":_#=@/;,-^$?[]{}|*+.";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view c = text.substr(i, 1);
    if (c == "\\") {
      if (++i == text.size()) return false;
      if (text[i] == 'x') {
        if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
        i += 2;
      } else if (std::string_view("dDsSwW\\").find(text[i]) == std::string_view::npos &&
                 kSymbols.find(text[i]) == std::string_view::npos) {
        return false;
      }
    } else if (kSymbols.find(c) == std::string_view::npos && (c == "_" || !is_word(c))) {
      return false;
    }
  }
  return true;
}

struct Scratch {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  std::vector<int> workspace = std::vector<int>(kWorkspace);
  Scratch() { pcre2_set_match_limit(context, kMatchLimit); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
};

}  // namespace

Result<PatternRegex> PatternRegex::compile(std::string_view text) {
  if (text.empty() || !is_allowed(text)) return invalid_term("%" + std::string(text) + "%");
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                   PCRE2_DOLLAR_ENDONLY | PCRE2_DOTALL, &error, &offset, nullptr);
  if (code == nullptr) return invalid_term("%" + std::string(text) + "%");
  return PatternRegex(std::shared_ptr<const void>(code, [](const void* made) {
    pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(made)));
  }));
}

bool PatternRegex::matches(std::string_view text) const {
  thread_local Scratch scratch;
  // A text that needs more than is allowed counts as one without a match.
  return pcre2_dfa_match(static_cast<const pcre2_code*>(code_.get()),
                         reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                         PCRE2_DFA_SHORTEST, scratch.data, scratch.context,
                         scratch.workspace.data(), scratch.workspace.size()) >= 0;
}

}  // namespace tunesmith::services::logs
