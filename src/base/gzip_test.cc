// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

#include "base/strings.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tunesmith
