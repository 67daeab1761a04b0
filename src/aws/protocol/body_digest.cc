// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/body_digest.h"

#include "base/crc.h"
#include "base/digest.h"
#include "base/strings.h"

#include <string>

namespace tunesmith::aws {
namespace {

template <class Word>
std::string big_endian(Word value) {
  std::string bytes;
  for (int shift = static_cast<int>(sizeof(Word)) * 8 - 8; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU);
  }
  return bytes;
}

struct Checksum {
  std::string_view name;
  std::string (*compute)(std::string_view);
};

constexpr Checksum kChecksums[] = {
    {"CRC32", [](std::string_view text) { return big_endian(crc32(0, text)); }},
    {"CRC32C", [](std::string_view text) { return big_endian(crc32c(0, text)); }},
    {"CRC64NVME", [](std::string_view text) { return big_endian(crc64nvme(0, text)); }},
    {"SHA1", [](std::string_view text) { return digest(DigestAlgorithm::kSha1, text); }},
    {"SHA256", [](std::string_view text) { return digest(DigestAlgorithm::kSha256, text); }},
};

}  // namespace

Outcome<void> check_body_digests(const http::Headers& headers, std::string_view document) {
  if (const auto stated = headers.get("Content-MD5")) {
    const std::string right = digest(DigestAlgorithm::kMd5, document);
    const auto value = from_base64(*stated);
    if (!value || value->size() != right.size()) {
      return ApiError{"InvalidDigest",
                      "The Content-MD5 you specified was invalid.",
                      400,
                      {{"Content-MD5", std::string(*stated)}}};
    }
    if (*value != right) {
      return ApiError{"BadDigest", "The Content-MD5 you specified did not match what we received.",
                      400};
    }
  }
  for (const Checksum& checksum : kChecksums) {
    const std::string header = "x-amz-checksum-" + to_lower(checksum.name);
    const auto stated = headers.get(header);
    if (!stated) continue;
    const std::string right = checksum.compute(document);
    const auto value = from_base64(*stated);
    if (!value || value->size() != right.size()) {
      return ApiError{"InvalidRequest", "Value for " + header + " header is invalid.", 400};
    }
    if (*value != right) {
      return ApiError{"BadDigest",
                      "The " + std::string(checksum.name) +
                          " you specified did not match the calculated checksum.",
                      400};
    }
  }
  return {};
}

}  // namespace tunesmith::aws
