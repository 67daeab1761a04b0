// SPDX-License-Identifier: Apache-2.0
//
// A certificate authority of this data directory alone, for the names of the aws partition and
// nothing else (the certificate says so itself, critically). Its key never leaves the directory.
// Makes one certificate per server name as it is asked for. Thread safe.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace tunesmith::http {

class TlsAuthority {
 public:
  /// Reads `folder`/ca.pem and `folder`/ca.key, or makes them (the key with mode 0600) when either
  /// is missing or the certificate is about to expire.
  static Result<std::shared_ptr<TlsAuthority>> load_or_create(const std::filesystem::path& folder);
  virtual ~TlsAuthority() = default;

  /// True for "amazonaws.com" and all names below it: those we may speak for.
  static bool covers(std::string_view host);
  /// The authority's own certificate, for a client's bundle.
  virtual const std::string& certificate_pem() const = 0;
  /// What a TLS server for `host` needs. kDenied when covers() is false.
  virtual Result<std::shared_ptr<ssl_ctx_st>> context_for(std::string_view host) = 0;
};

/// The certificates that this system trusts, as one PEM text: of SSL_CERT_FILE, else where
/// distributions keep them. kNotFound when there are none.
Result<std::string> system_certificates();

}  // namespace tunesmith::http
