// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include "base/strings.h"

#include <algorithm>
#include <array>

namespace tunesmith::http {

void Headers::set(std::string name, std::string value) {
  const auto first = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return iequals(entry.first, name); });
  if (first == entries_.end()) {
    add(std::move(name), std::move(value));
    return;
  }
  first->second = std::move(value);
  entries_.erase(std::remove_if(first + 1, entries_.end(),
                                [&](const Entry& entry) { return iequals(entry.first, name); }),
                 entries_.end());
}

void Headers::erase(std::string_view name) {
  std::erase_if(entries_, [&](const Entry& entry) { return iequals(entry.first, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (iequals(entry.first, name)) return entry.second;
  }
  return std::nullopt;
}

Result<std::string> read_all(BodyReader& body, std::size_t limit, std::size_t expected) {
  constexpr std::size_t kLargestPiece = 1U << 20U;
  std::array<char, 4096> small{};
  std::string content;
  std::size_t piece = std::min({expected, limit, kLargestPiece});
  for (;;) {
    const std::size_t old_size = content.size();
    if (piece > 0) content.resize(old_size + piece);
    // The end, and what is short, is found without growing the content.
    const auto into =
        piece > 0 ? std::span(content.data() + old_size, piece) : std::span<char>(small);
    auto got = body.read(into);
    if (!got) return std::move(got).error();
    content.resize(old_size + (piece > 0 ? *got : 0));
    if (piece == 0) content.append(small.data(), *got);
    if (*got == 0) return content;
    if (content.size() > limit) {
      return Error(ErrorKind::kLimitExceeded,
                   "read body: longer than " + std::to_string(limit) + " bytes");
    }
    const bool complete = expected > 0 && content.size() >= expected;
    piece = complete || content.size() < small.size() ? 0 : std::min(content.size(), kLargestPiece);
    if (expected > content.size()) piece = std::min(expected - content.size(), kLargestPiece);
  }
}

}  // namespace tunesmith::http
