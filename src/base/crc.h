// SPDX-License-Identifier: Apache-2.0
//
// The three CRCs that S3 knows, all bit-reflected with all-ones preset and final inversion. `crc`
// of a running computation is the finished value of what came before; 0 to begin with.
#pragma once

#include <cstdint>
#include <string_view>

namespace tunesmith {

std::uint32_t crc32(std::uint32_t crc, std::string_view bytes);      // ISO 3309, as gzip has it
std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes);     // Castagnoli
std::uint64_t crc64nvme(std::uint64_t crc, std::string_view bytes);  // NVM Express (Rocksoft)

/// The CRC of A followed by B, from the CRCs of A and B and the size of B in bytes.
std::uint32_t crc32_combine(std::uint32_t a, std::uint32_t b, std::uint64_t b_size);
std::uint32_t crc32c_combine(std::uint32_t a, std::uint32_t b, std::uint64_t b_size);
std::uint64_t crc64nvme_combine(std::uint64_t a, std::uint64_t b, std::uint64_t b_size);

}  // namespace tunesmith
