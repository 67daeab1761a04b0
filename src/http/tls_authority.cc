// SPDX-License-Identifier: Apache-2.0
#include "http/tls_authority.h"

#include "base/files.h"
#include "base/random.h"
#include "base/strings.h"
#include "http/certificates.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <utility>

namespace tunesmith::http {
namespace {

constexpr long kAuthorityDays = 3650;
constexpr long kLeafDays = 90;
constexpr int kRenewDays = 30;
constexpr std::size_t kMaxContexts = 256;
constexpr auto kContextLifetime = std::chrono::hours(24);

class LocalAuthority final : public TlsAuthority {
 public:
  LocalAuthority(Key key, Certificate certificate, std::string pem)
      : key_(std::move(key)), certificate_(std::move(certificate)), pem_(std::move(pem)) {}

  const std::string& certificate_pem() const override { return pem_; }

  Result<std::shared_ptr<ssl_ctx_st>> context_for(std::string_view host) override {
    std::string name = to_lower(host);
    if (!covers(name)) return Error(ErrorKind::kDenied, "no certificate for '" + name + "'");
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (const auto at = contexts_.find(name);
        at != contexts_.end() && now - at->second.made < kContextLifetime) {
      return at->second.context;
    }
    TUNESMITH_TRY(auto context, make_context(name));
    if (contexts_.size() >= kMaxContexts) contexts_.clear();
    contexts_.insert_or_assign(std::move(name), Entry{context, now});
    return context;
  }

 private:
  struct Entry {
    std::shared_ptr<ssl_ctx_st> context;
    std::chrono::steady_clock::time_point made;
  };

  Result<Certificate> make_leaf(const std::string& host) {
    if (!leaf_key_) leaf_key_ = new_key();
    Certificate leaf(X509_new(), &X509_free);
    // The name is in the alternative names alone: a common name may not be as long.
    const bool made =
        leaf_key_ && leaf && begin_certificate(leaf.get(), leaf_key_.get(), "server", kLeafDays) &&
        X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get())) == 1 &&
        add_extension(leaf.get(), certificate_.get(), NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(leaf.get(), certificate_.get(), NID_key_usage, "critical,digitalSignature") &&
        add_extension(leaf.get(), certificate_.get(), NID_ext_key_usage, "serverAuth") &&
        add_extension(leaf.get(), certificate_.get(), NID_subject_key_identifier, "hash") &&
        add_extension(leaf.get(), certificate_.get(), NID_authority_key_identifier,
                      "keyid:always") &&
        add_extension(leaf.get(), certificate_.get(), NID_subject_alt_name,
                      ("DNS:" + host).c_str()) &&
        X509_sign(leaf.get(), key_.get(), EVP_sha256()) > 0;
    if (!made) return openssl_error("make a certificate for " + host);
    return leaf;
  }

  Result<std::shared_ptr<ssl_ctx_st>> make_context(const std::string& host) {
    TUNESMITH_TRY(const Certificate leaf, make_leaf(host));
    std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!context || SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), leaf_key_.get()) != 1 ||
        SSL_CTX_add1_chain_cert(context.get(), certificate_.get()) != 1 ||
        !prepare_server_context(context.get())) {
      return openssl_error("prepare TLS for " + host);
    }
    return context;
  }

  const Key key_;
  const Certificate certificate_;
  const std::string pem_;
  std::mutex mutex_;
  Key leaf_key_{nullptr, &EVP_PKEY_free};  // guarded by mutex_; of all leaves of this process
  std::map<std::string, Entry> contexts_;  // guarded by mutex_; emptied when too large
};

Result<std::shared_ptr<TlsAuthority>> create(const std::filesystem::path& folder) {
  Key key = new_key();
  Certificate certificate(X509_new(), &X509_free);
  X509* const self = certificate.get();
  // Other kinds of names are not constrained by a permitted DNS name: addresses are excluded.
  const bool made =
      key && certificate &&
      begin_certificate(self, key.get(), "Tunesmith local authority " + random_hex(4),
                        kAuthorityDays) &&
      X509_set_issuer_name(self, X509_get_subject_name(self)) == 1 &&
      add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(self, self, NID_subject_key_identifier, "hash") &&
      add_extension(self, self, NID_authority_key_identifier, "keyid:always") &&
      add_extension(self, self, NID_name_constraints,
                    "critical,permitted;DNS:amazonaws.com,excluded;IP:0.0.0.0/0.0.0.0,"
                    "excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0") &&
      X509_sign(self, key.get(), EVP_sha256()) > 0;
  if (!made) return openssl_error("make the local certificate authority");
  std::string pem = certificate_pem(*certificate);
  TUNESMITH_TRY_VOID(write_file_durably(folder / "ca.key", key_pem(*key), 0600));
  TUNESMITH_TRY_VOID(write_file_durably(folder / "ca.pem", pem, 0644));
  return std::make_shared<LocalAuthority>(std::move(key), std::move(certificate), std::move(pem));
}

}  // namespace

bool TlsAuthority::covers(std::string_view host) {
  constexpr std::string_view kDomain = "amazonaws.com";
  if (iequals(host, kDomain)) return true;
  if (host.size() <= kDomain.size() + 1 || host.size() > 253) return false;
  const std::string_view below = host.substr(0, host.size() - kDomain.size());
  if (below.back() != '.' || below.front() == '.' || !iequals(host.substr(below.size()), kDomain)) {
    return false;
  }
  for (std::size_t i = 0; i < below.size(); ++i) {
    const char c = below[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && below[i - 1] != '.');
    if (!plain) return false;
  }
  return true;
}

Result<std::shared_ptr<TlsAuthority>> TlsAuthority::load_or_create(
    const std::filesystem::path& folder) {
  auto key_text = read_file(folder / "ca.key");
  auto pem = read_file(folder / "ca.pem");
  for (const auto* text : {&key_text, &pem}) {
    if (*text) continue;
    if (text->error().kind == ErrorKind::kNotFound) return create(folder);
    return text->error();
  }
  Key key = parse_key(*key_text);
  Certificate certificate = parse_certificate(*pem);
  if (!key || !certificate || X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return Error(ErrorKind::kCorrupt,
                 "ca.key and ca.pem in " + folder.string() +
                     " are no certificate authority: delete both to have a new one made");
  }
  if (days_left(*certificate) < kRenewDays) return create(folder);
  return std::make_shared<LocalAuthority>(std::move(key), std::move(certificate), *std::move(pem));
}

Result<std::string> system_certificates() {
  // Read at start, before there is a second thread.
  const char* named = std::getenv("SSL_CERT_FILE");  // NOLINT(concurrency-mt-unsafe)
  if (named != nullptr && *named != '\0') return read_file(named);
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"}) {
    auto text = read_file(path);
    if (text || text.error().kind != ErrorKind::kNotFound) return text;
  }
  return Error(ErrorKind::kNotFound, "this system has no bundle of trusted certificates");
}

}  // namespace tunesmith::http
