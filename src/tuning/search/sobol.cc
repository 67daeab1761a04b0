// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/sobol.h"

#include "base/random.h"

#include <array>

namespace tunesmith::tuning {
namespace {

using Columns = std::array<std::uint32_t, 32>;

struct Polynomial {
  std::uint32_t degree, coefficients;
  std::array<std::uint32_t, 7> m;
};

// Dimensions 2 to 21 of the table published by Joe and Kuo.
constexpr std::array<Polynomial, Sobol::kDimensions - 1> kTable = {{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
}};

constexpr std::array<Columns, Sobol::kDimensions> direction_numbers() {
  std::array<Columns, Sobol::kDimensions> all{};
  for (std::uint32_t b = 0; b < 32; ++b) all[0][b] = 1U << (31 - b);
  for (std::size_t d = 1; d < all.size(); ++d) {
    const Polynomial& p = kTable[d - 1];
    Columns& v = all[d];
    for (std::uint32_t b = 0; b < 32; ++b) {
      if (b < p.degree) {
        v[b] = p.m[b] << (31 - b);
        continue;
      }
      v[b] = v[b - p.degree] ^ (v[b - p.degree] >> p.degree);
      for (std::uint32_t k = 1; k < p.degree; ++k)
        if ((p.coefficients >> (p.degree - 1 - k)) & 1U) v[b] ^= v[b - k];
    }
  }
  return all;
}

constexpr auto kDirections = direction_numbers();

constexpr std::uint32_t reverse_bits(std::uint32_t x) {
  x = ((x >> 1) & 0x55555555U) | ((x & 0x55555555U) << 1);
  x = ((x >> 2) & 0x33333333U) | ((x & 0x33333333U) << 2);
  x = ((x >> 4) & 0x0f0f0f0fU) | ((x & 0x0f0f0f0fU) << 4);
  x = ((x >> 8) & 0x00ff00ffU) | ((x & 0x00ff00ffU) << 8);
  return (x >> 16) | (x << 16);
}

// A nested uniform permutation of the bits from the highest down: each bit is flipped by a hash of
// the bits above it. On reversed bits, multiplication by even numbers carries only upward.
std::uint32_t owen_scramble(std::uint32_t x, std::uint32_t seed) {
  x = reverse_bits(x);
  x += seed;
  x ^= x * 0x6c50b47cU;
  x ^= x * 0xb82f1e52U;
  x ^= x * 0xc7afe638U;
  x ^= x * 0x8d22f6e6U;
  return reverse_bits(x);
}

}  // namespace

Sobol::Sobol(std::size_t dims, std::uint64_t seed) {
  Rng rng(seed, 0x50b01);
  for (std::size_t d = 0; d < dims; ++d)
    scramble_.push_back(static_cast<std::uint32_t>(rng() >> 32));
  for (std::size_t g = 0; g * kDimensions < dims; ++g)
    shuffle_.push_back(static_cast<std::uint32_t>(rng() >> 32));
}

Point Sobol::point(std::uint32_t index) const {
  Point point(scramble_.size());
  for (std::size_t d = 0; d < point.size(); ++d) {
    const std::size_t group = d / kDimensions;
    // Later groups visit the sequence in another order, which maps aligned blocks to aligned
    // blocks.
    std::uint32_t i = group == 0 ? index : owen_scramble(index, shuffle_[group]);
    std::uint32_t bits = 0;
    for (const std::uint32_t* column = kDirections[d % kDimensions].data(); i != 0; i >>= 1)
      bits ^= *column++ & (0U - (i & 1U));
    point[d] = static_cast<double>(owen_scramble(bits, scramble_[d])) * 0x1.0p-32;
  }
  return point;
}

}  // namespace tunesmith::tuning
