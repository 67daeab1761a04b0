// SPDX-License-Identifier: Apache-2.0
//
// The parts that certificates and TLS contexts of this folder are made of, over OpenSSL. For the
// folder's own .cc files only. Thread safe.
#pragma once

#include "base/error.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace tunesmith::http {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

/// kInternal: `what`, and what OpenSSL says of it.
Error openssl_error(std::string_view what);

Key new_key();  // P-256; null when it fails
std::string key_pem(const EVP_PKEY& key);
std::string certificate_pem(const X509& certificate);
/// Null when the text holds none.
Key parse_key(const std::string& pem);
Certificate parse_certificate(const std::string& pem);

/// Serial number, validity, key and subject: what every certificate has. Valid from a day ago, for
/// clocks that are behind.
bool begin_certificate(X509* certificate, EVP_PKEY* key, const std::string& name, long days);
bool add_extension(X509* certificate, X509* issuer, int nid, const char* value);
/// Days until it expires; negative when it has.
int days_left(const X509& certificate);

/// Versions, session rules and protocol negotiation of every TLS server here.
bool prepare_server_context(SSL_CTX* context);

}  // namespace tunesmith::http
