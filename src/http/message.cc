// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include "base/strings.h"

#include <algorithm>

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

Result<std::string> read_all(BodyReader& body, std::size_t limit) {
  constexpr std::size_t kFirstPiece = 16U << 10U;
  constexpr std::size_t kLargestPiece = 1U << 20U;
  std::string content;
  std::size_t piece = kFirstPiece;
  for (;;) {
    const std::size_t old_size = content.size();
    content.resize(old_size + piece);
    auto got = body.read(std::span(content.data() + old_size, piece));
    if (!got) return std::move(got).error();
    content.resize(old_size + *got);
    if (*got == 0) return content;
    if (content.size() > limit) {
      return Error(ErrorKind::kLimitExceeded,
                   "read body: longer than " + std::to_string(limit) + " bytes");
    }
    piece = std::min(std::max(piece, content.size()), kLargestPiece);
  }
}

}  // namespace tunesmith::http
