// SPDX-License-Identifier: Apache-2.0
#include "http/server_certificate.h"

#include "base/files.h"
#include "base/strings.h"
#include "http/certificates.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace tunesmith::http {
namespace {

namespace fs = std::filesystem;

// What browsers accept at most.
constexpr long kOwnDays = 397;
constexpr int kRenewDays = 30;

std::shared_ptr<ssl_ctx_st> new_context() {
  std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context && !prepare_server_context(context.get())) context.reset();
  return context;
}

Error invalid(const std::string& what) {
  return {ErrorKind::kInvalid, openssl_error(what).message};
}

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* const parsed = a2i_IPADDRESS(name.c_str());
  ASN1_OCTET_STRING_free(parsed);
  return parsed != nullptr;
}

bool is_for(X509* certificate, const std::string& name) {
  return is_address(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                          : X509_check_host(certificate, name.data(), name.size(),
                                            X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
}

bool is_dns_name(const std::string& name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

Result<std::string> alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    // The text is OpenSSL's little language: nothing else of it may come in with a name.
    const bool address = is_address(name);
    if (!address && !is_dns_name(name)) {
      return Error(ErrorKind::kInvalid,
                   "'" + name + "' is neither a DNS name nor an IP address: no certificate for it");
    }
    text += (text.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  return text;
}

Result<OwnCertificate> with_context(const Key& key, const Certificate& certificate) {
  OwnCertificate own{.context = new_context(), .pem = certificate_pem(*certificate)};
  if (!own.context || SSL_CTX_use_certificate(own.context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(own.context.get(), key.get()) != 1) {
    return openssl_error("prepare TLS with the server's own certificate");
  }
  return own;
}

Result<OwnCertificate> create(const fs::path& folder, const std::vector<std::string>& names) {
  TUNESMITH_TRY(const std::string alternatives, alternative_names(names));
  const Key key = new_key();
  const Certificate made(X509_new(), &X509_free);
  X509* const self = made.get();
  const bool good = key && made &&
                    begin_certificate(self, key.get(), "Tunesmith server", kOwnDays) &&
                    X509_set_issuer_name(self, X509_get_subject_name(self)) == 1 &&
                    add_extension(self, self, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(self, self, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(self, self, NID_ext_key_usage, "serverAuth") &&
                    add_extension(self, self, NID_subject_key_identifier, "hash") &&
                    add_extension(self, self, NID_authority_key_identifier, "keyid:always") &&
                    add_extension(self, self, NID_subject_alt_name, alternatives.c_str()) &&
                    X509_sign(self, key.get(), EVP_sha256()) > 0;
  if (!good) return openssl_error("make the server's own certificate");
  TUNESMITH_TRY_VOID(write_file_durably(folder / "server.key", key_pem(*key), 0600));
  TUNESMITH_TRY_VOID(write_file_durably(folder / "server.pem", certificate_pem(*made), 0644));
  return with_context(key, made);
}

}  // namespace

Result<std::shared_ptr<ssl_ctx_st>> load_server_context(const fs::path& certificate,
                                                        const fs::path& key) {
  auto context = new_context();
  if (!context) return openssl_error("prepare TLS");
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return invalid(certificate.string() + " holds no certificate in PEM form");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return invalid(key.string() + " does not hold the private key of " + certificate.string() +
                   " in PEM form");
  }
  return context;
}

Result<OwnCertificate> load_or_create_own_certificate(const fs::path& folder,
                                                      const std::vector<std::string>& names) {
  const auto key_text = read_file(folder / "server.key");
  const auto text = read_file(folder / "server.pem");
  if (!key_text || !text) return create(folder, names);
  const Key key = parse_key(*key_text);
  const Certificate known = parse_certificate(*text);
  const bool good = key && known && X509_check_private_key(known.get(), key.get()) == 1 &&
                    days_left(*known) >= kRenewDays &&
                    std::all_of(names.begin(), names.end(),
                                [&](const auto& n) { return is_for(known.get(), n); });
  ERR_clear_error();
  return good ? with_context(key, known) : create(folder, names);
}

}  // namespace tunesmith::http
