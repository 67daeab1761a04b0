// SPDX-License-Identifier: Apache-2.0
//
// Finds a part in many texts, the case of ASCII letters aside (Horspool, "Practical Fast Searching
// in Strings", 1980): what a list by a part of the name asks of each of a hundred thousand names.
// Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tunesmith::store {

class PartFinder {
 public:
  explicit PartFinder(std::string_view part);
  /// An empty part is in every text.
  bool in(std::string_view text) const;

 private:
  std::string part_;  ///< in lower case
  /// By the character under the part's last: how far the part moves on.
  std::array<std::uint8_t, 256> skip_{};
};

}  // namespace tunesmith::store
