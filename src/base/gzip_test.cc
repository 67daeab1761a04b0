// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

#include "base/strings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace tunesmith {
namespace {

// "hello", as gzip -n makes it.
const std::string kHello = *from_hex("1f8b0800000000000003cb48cdc9c9070086a6103605000000");

TEST(Gunzip, GivesTheContent) { EXPECT_EQ(gunzip(kHello, 5).value(), "hello"); }

TEST(Gunzip, RefusesWhatIsLongerThanTheLimit) {
  EXPECT_EQ(gunzip(kHello, 4).error().kind, ErrorKind::kLimitExceeded);
}

TEST(Gunzip, RefusesWhatIsNoWholeFile) {
  EXPECT_EQ(gunzip("", 100).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(gunzip("hello", 100).error().kind, ErrorKind::kInvalid);
  for (std::size_t length = 0; length < kHello.size(); ++length)
    EXPECT_FALSE(gunzip(std::string_view(kHello).substr(0, length), 100)) << length;
}

/// What a stream makes of pieces of `piece` bytes; nothing when it fails.
std::optional<std::string> streamed(std::string_view bytes, std::size_t piece) {
  GunzipStream stream;
  std::string out;
  const auto take = [&](std::string_view content) -> Result<void> {
    out += content;
    return {};
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    if (!stream.push(bytes.substr(0, piece), take)) return std::nullopt;
  }
  if (!stream.finish()) return std::nullopt;
  return out;
}

TEST(GunzipStream, GivesTheContentWhateverThePieces) {
  // 200,000 zeros, as gzip -n makes them.
  const std::string zeros = *from_hex(
      "1f8b0800000000000003"
      "edc13101000000c2a0f54f6d067fa00000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000000000000000"
      "00000000000000000000000000000000000080d7007b58e05c400d0300");
  for (const std::size_t piece : {1U, 7U, 1000U}) {
    EXPECT_EQ(streamed(kHello, piece), "hello");
    EXPECT_EQ(streamed(kHello + kHello, piece), "hellohello");
    EXPECT_EQ(streamed(zeros, piece), std::string(200000, '\0'));
  }
}

TEST(GunzipStream, RefusesWhatIsNoWholeFile) {
  for (std::size_t length = 0; length < kHello.size(); ++length)
    EXPECT_FALSE(streamed(kHello.substr(0, length), 4)) << length;
  EXPECT_FALSE(streamed(kHello + "x", 100));
  EXPECT_FALSE(streamed(kHello + kHello.substr(0, 12), 100));
  EXPECT_FALSE(streamed("hello", 100));
}

TEST(GunzipStream, StopsWhereItsContentIsRefused) {
  GunzipStream stream;
  const auto refuse = [](std::string_view) -> Result<void> {
    return Error(ErrorKind::kLimitExceeded, "too long");
  };
  EXPECT_EQ(stream.push(kHello, refuse).error().kind, ErrorKind::kLimitExceeded);
}

}  // namespace
}  // namespace tunesmith
