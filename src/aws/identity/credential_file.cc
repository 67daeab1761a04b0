// SPDX-License-Identifier: Apache-2.0
#include "aws/identity/credential_file.h"

#include "base/files.h"
#include "base/random.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <utility>

namespace tunesmith::aws::identity {
namespace {

constexpr std::string_view kKeyIdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kKeyIdSuffix = 16;
constexpr std::size_t kSecretBytes = 30;  // 40 characters of base64
constexpr std::size_t kMaxFileSize = 1U << 20U;

std::string random_bytes(std::size_t count) {
  return from_hex(random_hex(count)).value_or(std::string());
}

}  // namespace

std::string new_access_key_id(std::string_view prefix) {
  std::string id(prefix);
  for (const char byte : random_bytes(kKeyIdSuffix)) {
    id += kKeyIdLetters[static_cast<unsigned char>(byte) % kKeyIdLetters.size()];
  }
  return id;
}

std::string new_secret_access_key() { return to_base64(random_bytes(kSecretBytes)); }

std::vector<KeyPair> parse_credential_file(std::string_view text) {
  std::vector<KeyPair> keys;
  std::vector<KeyPair> complete;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      const std::size_t end = line.find(']');
      KeyPair next;
      next.profile = trim(line.substr(1, end == std::string_view::npos ? end : end - 1));
      keys.push_back(std::move(next));
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || keys.empty()) continue;
    const std::string_view name = trim(line.substr(0, equals));
    const std::string_view value = trim(line.substr(equals + 1));
    if (iequals(name, "aws_access_key_id")) keys.back().access_key_id = value;
    if (iequals(name, "aws_secret_access_key")) keys.back().secret_access_key = value;
  }
  for (KeyPair& pair : keys) {
    if (!pair.access_key_id.empty() && !pair.secret_access_key.empty()) {
      complete.push_back(std::move(pair));
    }
  }
  return complete;
}

Result<std::vector<KeyPair>> load_or_create_credential_file(const std::filesystem::path& path) {
  auto text = read_file(path, kMaxFileSize);
  if (text) {
    auto keys = parse_credential_file(*text);
    if (keys.empty()) {
      return Error(ErrorKind::kInvalid, path.string() +
                                            " holds no access key: delete it to have "
                                            "a new one made at the next start");
    }
    return keys;
  }
  if (text.error().kind != ErrorKind::kNotFound) return text.error();
  KeyPair pair{"default", new_access_key_id("AKIA"), new_secret_access_key()};
  TUNESMITH_TRY_VOID(
      write_file_durably(path,
                         fmt::format("[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                                     pair.profile, pair.access_key_id, pair.secret_access_key),
                         0600));
  return std::vector<KeyPair>{std::move(pair)};
}

FileCredentials::FileCredentials(const std::vector<KeyPair>& keys) {
  for (const KeyPair& pair : keys) {
    auto credential = std::make_shared<Credential>();
    credential->access_key_id = pair.access_key_id;
    credential->secret_access_key = pair.secret_access_key;
    credential->identity =
        session_identity(kExecutionRole, kExecutionRoleId,
                         pair.profile == "default" ? "root" : pair.profile, pair.access_key_id);
    credential->identity.kind = CallerKind::kOwner;
    by_id_.emplace(pair.access_key_id, std::move(credential));
  }
}

CredentialLookup FileCredentials::find(std::string_view access_key_id,
                                       std::string_view session_token) const {
  const auto at = by_id_.find(access_key_id);
  if (at == by_id_.end()) return CredentialProblem::kUnknownKey;
  if (!session_token.empty()) return CredentialProblem::kBadToken;
  return at->second;
}

}  // namespace tunesmith::aws::identity
