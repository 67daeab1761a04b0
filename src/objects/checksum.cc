// SPDX-License-Identifier: Apache-2.0
#include "objects/checksum.h"

#include "base/crc.h"
#include "base/digest.h"
#include "base/strings.h"

#include <variant>

namespace tunesmith::objects {
namespace {

template <class Word>
std::string big_endian(Word value) {
  std::string bytes(sizeof(Word), '\0');
  for (std::size_t i = 0; i < sizeof(Word); ++i) {
    bytes[sizeof(Word) - 1 - i] = static_cast<char>(value & 0xffU);
    value = static_cast<Word>(value >> 8U);
  }
  return bytes;
}

template <class Word>
Word from_big_endian(std::string_view bytes) {
  Word value = 0;
  for (const char c : bytes) {
    value = static_cast<Word>((value << 8U) | static_cast<unsigned char>(c));
  }
  return value;
}

template <class Word>
std::string combine_all(const std::vector<PartChecksum>& parts,
                        Word (*combine)(Word, Word, std::uint64_t)) {
  Word value = 0;
  for (const PartChecksum& part : parts) {
    value = combine(value, from_big_endian<Word>(part.value), part.size);
  }
  return big_endian(value);
}

}  // namespace

std::string_view to_string(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32:
      return "CRC32";
    case ChecksumAlgorithm::kCrc32c:
      return "CRC32C";
    case ChecksumAlgorithm::kCrc64Nvme:
      return "CRC64NVME";
    case ChecksumAlgorithm::kSha1:
      return "SHA1";
    case ChecksumAlgorithm::kSha256:
      return "SHA256";
  }
  return "";
}

std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name) {
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    if (iequals(name, to_string(algorithm))) return algorithm;
  }
  return std::nullopt;
}

std::size_t checksum_size(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32:
    case ChecksumAlgorithm::kCrc32c:
      return 4;
    case ChecksumAlgorithm::kCrc64Nvme:
      return 8;
    case ChecksumAlgorithm::kSha1:
      return 20;
    case ChecksumAlgorithm::kSha256:
      return 32;
  }
  return 0;
}

struct ChecksumHasher::State {
  std::uint64_t crc = 0;
  std::optional<Hasher> hasher;
};

ChecksumHasher::ChecksumHasher(ChecksumAlgorithm algorithm)
    : algorithm_(algorithm), state_(std::make_unique<State>()) {
  if (algorithm == ChecksumAlgorithm::kSha1) state_->hasher.emplace(DigestAlgorithm::kSha1);
  if (algorithm == ChecksumAlgorithm::kSha256) state_->hasher.emplace(DigestAlgorithm::kSha256);
}
ChecksumHasher::~ChecksumHasher() = default;
ChecksumHasher::ChecksumHasher(ChecksumHasher&&) noexcept = default;
ChecksumHasher& ChecksumHasher::operator=(ChecksumHasher&&) noexcept = default;

void ChecksumHasher::update(std::string_view bytes) {
  std::uint64_t& crc = state_->crc;
  switch (algorithm_) {
    case ChecksumAlgorithm::kCrc32:
      crc = crc32(static_cast<std::uint32_t>(crc), bytes);
      break;
    case ChecksumAlgorithm::kCrc32c:
      crc = crc32c(static_cast<std::uint32_t>(crc), bytes);
      break;
    case ChecksumAlgorithm::kCrc64Nvme:
      crc = crc64nvme(crc, bytes);
      break;
    case ChecksumAlgorithm::kSha1:
    case ChecksumAlgorithm::kSha256:
      state_->hasher->update(bytes);
      break;
  }
}

std::string ChecksumHasher::finish() {
  switch (checksum_size(algorithm_)) {
    case 4:
      return big_endian(static_cast<std::uint32_t>(state_->crc));
    case 8:
      return big_endian(state_->crc);
    default:
      return state_->hasher->finish();
  }
}

std::string checksum(ChecksumAlgorithm algorithm, std::string_view bytes) {
  ChecksumHasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

bool can_be_full_object(ChecksumAlgorithm algorithm) { return checksum_size(algorithm) <= 8; }
bool can_be_composite(ChecksumAlgorithm algorithm) {
  return algorithm != ChecksumAlgorithm::kCrc64Nvme;
}

std::string composite_checksum(ChecksumAlgorithm algorithm,
                               const std::vector<PartChecksum>& parts) {
  ChecksumHasher hasher(algorithm);
  for (const PartChecksum& part : parts) hasher.update(part.value);
  return hasher.finish();
}

std::string full_object_checksum(ChecksumAlgorithm algorithm,
                                 const std::vector<PartChecksum>& parts) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32:
      return combine_all(parts, &crc32_combine);
    case ChecksumAlgorithm::kCrc32c:
      return combine_all(parts, &crc32c_combine);
    case ChecksumAlgorithm::kCrc64Nvme:
      return combine_all(parts, &crc64nvme_combine);
    default:
      return {};
  }
}

}  // namespace tunesmith::objects
