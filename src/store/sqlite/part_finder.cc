// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/part_finder.h"

#include "base/strings.h"

#include <algorithm>

namespace tunesmith::store {
namespace {

constexpr std::size_t kLongestSkip = 255;

unsigned char index(char c) { return static_cast<unsigned char>(c); }

}  // namespace

PartFinder::PartFinder(std::string_view part) : part_(to_lower(part)) {
  const std::size_t size = part_.size();
  skip_.fill(static_cast<std::uint8_t>(std::min(size, kLongestSkip)));
  for (std::size_t i = 0; i + 1 < size; ++i) {
    const auto skip = static_cast<std::uint8_t>(std::min(size - 1 - i, kLongestSkip));
    skip_[index(part_[i])] = skip;
    if (part_[i] >= 'a' && part_[i] <= 'z')
      skip_[index(static_cast<char>(part_[i] - 'a' + 'A'))] = skip;
  }
}

bool PartFinder::in(std::string_view text) const {
  const std::size_t size = part_.size();
  if (size == 0) return true;
  for (std::size_t end = size - 1; end < text.size(); end += skip_[index(text[end])])
    if (iequals(text.substr(end + 1 - size, size), part_)) return true;
  return false;
}

}  // namespace tunesmith::store
