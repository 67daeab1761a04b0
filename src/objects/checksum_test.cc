// SPDX-License-Identifier: Apache-2.0
#include "objects/checksum.h"

#include "base/crc.h"
#include "base/random.h"
#include "base/strings.h"

#include <gtest/gtest.h>

namespace tunesmith::objects {
namespace {

std::string random_bytes(Rng& rng, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(rng.below(256));
  return bytes;
}

TEST(Checksum, OfTheStandardCheckStringIsThePublishedOne) {
  constexpr std::string_view kCheck = "123456789";
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::kCrc32, kCheck)), "cbf43926");
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::kCrc32c, kCheck)), "e3069283");
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::kCrc64Nvme, kCheck)), "ae8b14860a799888");
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::kSha1, kCheck)),
            "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
  EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::kSha256, kCheck)),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
}

TEST(Checksum, DoesNotDependOnHowTheBytesAreCut) {
  Rng rng(1);
  const std::string bytes = random_bytes(rng, 3001);
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    ChecksumHasher hasher(algorithm);
    std::string_view left = bytes;
    while (!left.empty()) {
      const auto part = left.substr(0, rng.below(40));
      hasher.update(part);
      left.remove_prefix(part.size());
    }
    EXPECT_EQ(hasher.finish(), checksum(algorithm, bytes)) << to_string(algorithm);
  }
}

TEST(Checksum, OfAFullObjectIsCombinedFromItsPartsWithoutTheBytes) {
  Rng rng(2);
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    if (!can_be_full_object(algorithm)) continue;
    std::string all;
    std::vector<PartChecksum> parts;
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{0}, std::size_t{70001}, std::size_t{8}, std::size_t{513}}) {
      const std::string part = random_bytes(rng, size);
      parts.push_back({checksum(algorithm, part), part.size()});
      all += part;
    }
    EXPECT_EQ(full_object_checksum(algorithm, parts), checksum(algorithm, all))
        << to_string(algorithm);
  }
}

TEST(Checksum, CompositeIsTheChecksumOfThePartsChecksums) {
  const std::string a = checksum(ChecksumAlgorithm::kSha256, "a");
  const std::string b = checksum(ChecksumAlgorithm::kSha256, "b");
  EXPECT_EQ(composite_checksum(ChecksumAlgorithm::kSha256, {{a, 1}, {b, 1}}),
            checksum(ChecksumAlgorithm::kSha256, a + b));
}

TEST(Checksum, NamesReadBack) {
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    EXPECT_EQ(parse_checksum_algorithm(to_lower(to_string(algorithm))), algorithm);
    EXPECT_EQ(checksum(algorithm, "x").size(), checksum_size(algorithm));
  }
  EXPECT_FALSE(parse_checksum_algorithm("MD5"));
}

}  // namespace
}  // namespace tunesmith::objects
