// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that are the same on every machine for the same seed (the standard library's
// distributions are not), and random identifiers from the operating system.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tunesmith {

/// xoshiro256++ (Blackman and Vigna, 2019), seeded through splitmix64. Not for secrets.
/// Satisfies UniformRandomBitGenerator. Not thread safe.
class Rng {
 public:
  using result_type = std::uint64_t;
  explicit Rng(std::uint64_t seed);
  /// An independent stream for (seed, stream): suggestion number, restart number, ...
  Rng(std::uint64_t seed, std::uint64_t stream);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()();

  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [0, bound), bound > 0, without bias.
  std::uint64_t below(std::uint64_t bound);
  /// Standard normal (polar method).
  double normal();

 private:
  std::array<std::uint64_t, 4> state_{};
  double spare_ = 0;
  bool has_spare_ = false;
};

/// `bytes` bytes from the operating system's generator, as lower-case hexadecimal. For secrets and
/// ids.
std::string random_hex(std::size_t bytes);
/// A version 4 UUID, as request ids have it.
std::string random_uuid();

}  // namespace tunesmith
