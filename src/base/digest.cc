// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include "base/result.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace tunesmith {
namespace {

// Fetched once: EVP_sha256() and friends look the implementation up again at every use.
const EVP_MD* implementation(DigestAlgorithm algorithm) {
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  switch (algorithm) {
    case DigestAlgorithm::kMd5:
      return md5;
    case DigestAlgorithm::kSha1:
      return sha1;
    case DigestAlgorithm::kSha256:
      return sha256;
  }
  return sha256;
}

// One context per thread for one-shot digests: making one costs as much as hashing a short text.
class ScratchContext {
 public:
  ScratchContext() = default;
  ScratchContext(const ScratchContext&) = delete;
  ScratchContext& operator=(const ScratchContext&) = delete;
  ~ScratchContext() { EVP_MD_CTX_free(context_); }

  std::string hash(DigestAlgorithm algorithm, std::string_view first, std::string_view second) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    TUNESMITH_CHECK(EVP_DigestInit_ex(context_, implementation(algorithm), nullptr) == 1 &&
                    EVP_DigestUpdate(context_, first.data(), first.size()) == 1 &&
                    EVP_DigestUpdate(context_, second.data(), second.size()) == 1 &&
                    EVP_DigestFinal_ex(context_, out.data(), &size) == 1);
    return {reinterpret_cast<const char*>(out.data()), size};
  }

 private:
  EVP_MD_CTX* context_ = EVP_MD_CTX_new();
};

std::string hash(DigestAlgorithm algorithm, std::string_view first, std::string_view second) {
  thread_local ScratchContext scratch;
  return scratch.hash(algorithm, first, second);
}

// RFC 2104. OpenSSL's own HMAC() looks its implementation up at every call, which costs more than
// the two digests. All our digests have blocks of 64 bytes.
std::string hmac(DigestAlgorithm algorithm, std::string_view key, std::string_view message) {
  constexpr std::size_t kBlock = 64;
  std::string shortened;
  if (key.size() > kBlock) {
    shortened = hash(algorithm, key, {});
    key = shortened;
  }
  std::array<char, kBlock> inner{};
  std::array<char, kBlock> outer{};
  for (std::size_t i = 0; i < kBlock; ++i) {
    const char k = i < key.size() ? key[i] : '\0';
    inner[i] = static_cast<char>(k ^ 0x36);
    outer[i] = static_cast<char>(k ^ 0x5c);
  }
  const std::string digest_of_inner =
      hash(algorithm, std::string_view(inner.data(), kBlock), message);
  return hash(algorithm, std::string_view(outer.data(), kBlock), digest_of_inner);
}

}  // namespace

struct Hasher::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Hasher::Hasher(DigestAlgorithm algorithm) : state_(std::make_unique<State>()) {
  TUNESMITH_CHECK(EVP_DigestInit_ex(state_->context, implementation(algorithm), nullptr) == 1);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) {
  TUNESMITH_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  TUNESMITH_CHECK(EVP_DigestFinal_ex(state_->context, out.data(), &size) == 1);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string digest(DigestAlgorithm algorithm, std::string_view bytes) {
  return hash(algorithm, bytes, {});
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  return hmac(DigestAlgorithm::kSha256, key, message);
}
std::string hmac_sha1(std::string_view key, std::string_view message) {
  return hmac(DigestAlgorithm::kSha1, key, message);
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tunesmith
