// SPDX-License-Identifier: Apache-2.0
//
// Message digests over OpenSSL: one-shot functions and an incremental Hasher. Results are raw
// bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tunesmith {

enum class DigestAlgorithm { kMd5, kSha1, kSha256 };

/// Incremental digest. Move-only, one thread at a time.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void update(std::string_view bytes);
  /// The digest; the hasher must not be used after it.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string digest(DigestAlgorithm algorithm, std::string_view bytes);
inline std::string sha256(std::string_view bytes) {
  return digest(DigestAlgorithm::kSha256, bytes);
}
std::string hmac_sha256(std::string_view key, std::string_view message);
std::string hmac_sha1(std::string_view key, std::string_view message);
/// Compares in time that does not depend on where they differ.
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace tunesmith
