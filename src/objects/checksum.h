// SPDX-License-Identifier: Apache-2.0
//
// S3's checksums of an object: names, incremental computation, and the checksum of an object
// completed from parts, which is either composite (a checksum of the parts' checksums) or of the
// full object (combined from the parts' CRCs without reading the bytes).
#pragma once

#include "store/object_index.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::objects {

using store::Checksum;
using store::ChecksumAlgorithm;

inline constexpr std::array kChecksumAlgorithms = {
    ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme,
    ChecksumAlgorithm::kSha1, ChecksumAlgorithm::kSha256};

/// "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256".
std::string_view to_string(ChecksumAlgorithm algorithm);
/// Any case. Nothing for another name.
std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name);
/// Bytes of a value: 4, 8, 20 or 32.
std::size_t checksum_size(ChecksumAlgorithm algorithm);

/// Incremental. Move-only, one thread at a time.
class ChecksumHasher {
 public:
  explicit ChecksumHasher(ChecksumAlgorithm algorithm);
  ~ChecksumHasher();
  ChecksumHasher(ChecksumHasher&&) noexcept;
  ChecksumHasher& operator=(ChecksumHasher&&) noexcept;

  ChecksumAlgorithm algorithm() const { return algorithm_; }
  void update(std::string_view bytes);
  /// Raw bytes, big-endian; the hasher must not be used after it.
  std::string finish();

 private:
  struct State;
  ChecksumAlgorithm algorithm_;
  std::unique_ptr<State> state_;
};

std::string checksum(ChecksumAlgorithm algorithm, std::string_view bytes);

/// Whether S3 offers a full-object checksum of a multipart upload (the CRCs), or a composite one
/// (all but CRC64NVME).
bool can_be_full_object(ChecksumAlgorithm algorithm);
bool can_be_composite(ChecksumAlgorithm algorithm);

struct PartChecksum {
  std::string value;  // raw
  std::uint64_t size = 0;
};
/// The checksum of the object made of `parts`; each value must be checksum_size() long.
std::string composite_checksum(ChecksumAlgorithm algorithm, const std::vector<PartChecksum>& parts);
std::string full_object_checksum(ChecksumAlgorithm algorithm,
                                 const std::vector<PartChecksum>& parts);

}  // namespace tunesmith::objects
