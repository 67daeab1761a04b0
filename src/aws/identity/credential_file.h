// SPDX-License-Identifier: Apache-2.0
//
// The long-lived keys of a data directory: a file in the format of ~/.aws/credentials, so that
// every AWS client can read it too. Each profile of it is a session of the execution role. Read
// once, at the start of the server; immutable afterwards, so thread safe.
#pragma once

#include "aws/identity/credential_source.h"
#include "base/result.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tunesmith::aws::identity {

/// One profile of the file.
struct KeyPair {
  std::string profile;
  std::string access_key_id;
  std::string secret_access_key;
};

/// Reads `path`; when it does not exist, makes a key for the profile "default" and writes it there
/// durably with mode 0600. kInvalid when the file holds no complete profile.
Result<std::vector<KeyPair>> load_or_create_credential_file(const std::filesystem::path& path);

/// Reads the text of such a file. Profiles without both keys are left out.
std::vector<KeyPair> parse_credential_file(std::string_view text);

/// New random keys in AWS's form: "AKIA" (or another prefix of four) and 16 letters and digits; 40
/// characters of secret.
std::string new_access_key_id(std::string_view prefix);
std::string new_secret_access_key();

/// Answers for the keys of the file. The session is named after the profile, "root" for "default".
class FileCredentials final : public CredentialSource {
 public:
  explicit FileCredentials(const std::vector<KeyPair>& keys);
  CredentialLookup find(std::string_view access_key_id,
                        std::string_view session_token) const override;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::shared_ptr<const Credential>, Hash, std::equal_to<>> by_id_;
};

}  // namespace tunesmith::aws::identity
