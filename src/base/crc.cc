// SPDX-License-Identifier: Apache-2.0
//
// CRC32 and CRC32C by ISA-L. CRC64NVME by tables, eight bytes at a time ("slicing by 8": M.
// Kounavis and F. Berry, A Systematic Approach to Building High Performance Software-based CRC
// Generators, 2005).
//
// Combining: CRC(A B) = CRC(A) x^(8|B|) + CRC(B) over GF(2) modulo the polynomial; preset and
// inversion cancel. Polynomials are written reflected: the top bit is the coefficient of x^0.
#include "base/crc.h"

#include <isa-l/crc.h>

#include <array>
#include <bit>
#include <cstring>

namespace tunesmith {
namespace {

constexpr std::uint32_t kCrc32Polynomial = 0xEDB88320U;
constexpr std::uint32_t kCrc32cPolynomial = 0x82F63B78U;
constexpr std::uint64_t kCrc64NvmePolynomial = 0x9A6C9329AC4BC9B5U;

constexpr auto kCrc64Tables = [] {
  std::array<std::array<std::uint64_t, 256>, 8> tables{};
  for (std::size_t i = 0; i < 256; ++i) {
    std::uint64_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1U) ^ ((value & 1U) != 0 ? kCrc64NvmePolynomial : 0);
    }
    tables[0][i] = value;
  }
  for (std::size_t i = 0; i < 256; ++i) {
    for (std::size_t k = 1; k < 8; ++k) {
      const std::uint64_t previous = tables[k - 1][i];
      tables[k][i] = (previous >> 8U) ^ tables[0][previous & 0xffU];
    }
  }
  return tables;
}();

/// a * b modulo the polynomial, all reflected.
template <class Word>
Word multiply(Word a, Word b, Word polynomial) {
  constexpr Word kOne = Word{1} << (sizeof(Word) * 8 - 1);
  Word product = 0;
  for (Word bit = kOne; bit != 0; bit >>= 1U) {
    if ((a & bit) != 0) product ^= b;
    b = static_cast<Word>((b >> 1U) ^ ((b & 1U) != 0 ? polynomial : 0));
  }
  return product;
}

template <class Word>
Word combine(Word a, Word b, std::uint64_t b_size, Word polynomial) {
  constexpr Word kOne = Word{1} << (sizeof(Word) * 8 - 1);
  Word power = kOne >> 8U;  // x^8: one byte
  Word shift = kOne;
  for (; b_size != 0; b_size >>= 1U) {
    if ((b_size & 1U) != 0) shift = multiply(shift, power, polynomial);
    power = multiply(power, power, polynomial);
  }
  return multiply(a, shift, polynomial) ^ b;
}

}  // namespace

std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) {
  // crc32_iscsi takes an int for the size, a pointer that isn't const, and leaves inversion to us.
  constexpr std::size_t kStep = std::size_t{1} << 30U;
  crc = ~crc;
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, kStep);
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(part.data()));
    crc = crc32_iscsi(data, static_cast<int>(part.size()), crc);
    bytes.remove_prefix(part.size());
  }
  return ~crc;
}

std::uint64_t crc64nvme(std::uint64_t crc, std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little, "words are read as little-endian");
  crc = ~crc;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= crc;
    crc = kCrc64Tables[7][word & 0xffU] ^ kCrc64Tables[6][(word >> 8U) & 0xffU] ^
          kCrc64Tables[5][(word >> 16U) & 0xffU] ^ kCrc64Tables[4][(word >> 24U) & 0xffU] ^
          kCrc64Tables[3][(word >> 32U) & 0xffU] ^ kCrc64Tables[2][(word >> 40U) & 0xffU] ^
          kCrc64Tables[1][(word >> 48U) & 0xffU] ^ kCrc64Tables[0][word >> 56U];
  }
  for (; left > 0; --left, ++at) {
    crc = (crc >> 8U) ^ kCrc64Tables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xffU];
  }
  return ~crc;
}

std::uint32_t crc32_combine(std::uint32_t a, std::uint32_t b, std::uint64_t b_size) {
  return combine(a, b, b_size, kCrc32Polynomial);
}
std::uint32_t crc32c_combine(std::uint32_t a, std::uint32_t b, std::uint64_t b_size) {
  return combine(a, b, b_size, kCrc32cPolynomial);
}
std::uint64_t crc64nvme_combine(std::uint64_t a, std::uint64_t b, std::uint64_t b_size) {
  return combine(a, b, b_size, kCrc64NvmePolynomial);
}

}  // namespace tunesmith
