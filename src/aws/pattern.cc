// SPDX-License-Identifier: Apache-2.0
#include "aws/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>

namespace tunesmith::aws {
namespace {

// Enough for every pattern of the models on text of the lengths that they allow; a request can't
// make the server do more than some milliseconds of matching per value.
constexpr std::uint32_t kMatchLimit = 200'000;
constexpr std::uint32_t kHeapLimitKib = 8 * 1024;

struct FreeMatchContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct FreeMatchData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

pcre2_code* compile(std::string_view text, std::string* why) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  // ALT_BSUX reads \uXXXX as the models mean it; both ends are anchored as in Java's matches().
  pcre2_code* code = pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
      PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_ALT_BSUX | PCRE2_DOLLAR_ENDONLY,
      &error, &offset, nullptr);
  if (code == nullptr && why != nullptr) {
    PCRE2_UCHAR message[256];
    pcre2_get_error_message(error, message, sizeof message);
    *why = std::string(reinterpret_cast<const char*>(message)) + " at " + std::to_string(offset);
  }
  return code;
}

// Allocated once per thread: a match of a short name should cost less than its allocations would.
struct Scratch {
  std::unique_ptr<pcre2_match_context, FreeMatchContext> context{
      pcre2_match_context_create(nullptr)};
  std::unique_ptr<pcre2_match_data, FreeMatchData> data{pcre2_match_data_create(1, nullptr)};
  Scratch() {
    pcre2_set_match_limit(context.get(), kMatchLimit);
    pcre2_set_heap_limit(context.get(), kHeapLimitKib);
  }
};

}  // namespace

const void* Pattern::code() const {
  const void* known = code_.load(std::memory_order_acquire);
  if (known != nullptr) return known;
  pcre2_code* made = compile(text_, nullptr);
  if (made == nullptr) return nullptr;
  if (code_.compare_exchange_strong(known, made, std::memory_order_acq_rel)) return made;
  pcre2_code_free(made);  // another thread was first
  return known;
}

bool Pattern::matches(std::string_view subject) const {
  const auto* compiled = static_cast<const pcre2_code*>(code());
  // A pattern that does not compile constrains nothing; a test makes sure that there is none.
  if (compiled == nullptr) return true;
  thread_local Scratch scratch;
  return pcre2_match(compiled, reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), 0, 0,
                     scratch.data.get(), scratch.context.get()) >= 0;
}

Result<void> Pattern::compiles() const {
  std::string why;
  pcre2_code* made = compile(text_, &why);
  if (made == nullptr)
    return Error(ErrorKind::kInvalid, "pattern '" + std::string(text_) + "': " + why);
  pcre2_code_free(made);
  return {};
}

}  // namespace tunesmith::aws
