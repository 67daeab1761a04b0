// SPDX-License-Identifier: Apache-2.0
//
// What a TLS listener shows its clients: a certificate that the operator gives, or one of the
// server's own, signed by itself, that clients on this machine are told to trust. The local
// authority (tls_authority.h) can't issue it: that one is bound to the names of AWS. Thread safe.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace tunesmith::http {

/// A TLS server with the certificate chain and the key of two PEM files. kInvalid says which is
/// wrong and how.
Result<std::shared_ptr<ssl_ctx_st>> load_server_context(const std::filesystem::path& certificate,
                                                        const std::filesystem::path& key);

struct OwnCertificate {
  std::shared_ptr<ssl_ctx_st> context;
  std::string pem;  // to be trusted by clients
};

/// Reads `folder`/server.pem and server.key, or makes them (the key with mode 0600) when they are
/// missing, about to expire, or not for all of `names`: DNS names and IP addresses.
Result<OwnCertificate> load_or_create_own_certificate(const std::filesystem::path& folder,
                                                      const std::vector<std::string>& names);

}  // namespace tunesmith::http
