// SPDX-License-Identifier: Apache-2.0
#include "http/server_certificate.h"

#include "base/files.h"
#include "base/random.h"
#include "http/client_socket.h"
#include "http/server.h"
#include "http/stream.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;

struct ServerCertificate : ::testing::Test {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("certificate-test-" + random_hex(6));
  void SetUp() override { std::filesystem::create_directory(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
};

struct Echo final : Handler {
  Response handle(Request& request) override {
    Response response;
    response.body = std::string(request.tls ? "tls" : "plain") +
                    (request.intercepted ? " intercepted" : "") + " " + request.target;
    return response;
  }
};

/// What a client gets that trusts `trusted` and means to talk to `name`; empty: it does not.
std::string fetch(std::uint16_t port, const std::string& trusted, const std::string& name) {
  const FileDescriptor socket = connect_tcp("127.0.0.1", port, 5s).value();
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  BIO* text = BIO_new_mem_buf(trusted.data(), static_cast<int>(trusted.size()));
  X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
  SSL* ssl = SSL_new(context);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  SSL_set1_host(ssl, name.c_str());
  // The socket is non-blocking: wait where OpenSSL would.
  SSL_set_fd(ssl, socket.get());
  const auto again = [&](int result) {
    const int error = SSL_get_error(ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
    return wait_for(socket.get(), error == SSL_ERROR_WANT_WRITE, 5s);
  };
  std::string got;
  int result = 0;
  while ((result = SSL_connect(ssl)) != 1 && again(result)) {
  }
  if (result == 1) {
    const std::string request = "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    SSL_write(ssl, request.data(), static_cast<int>(request.size()));
    std::string piece(4096, '\0');
    for (;;) {
      result = SSL_read(ssl, piece.data(), static_cast<int>(piece.size()));
      if (result > 0) got.append(piece, 0, static_cast<std::size_t>(result));
      if (result <= 0 && !again(result)) break;
    }
  }
  SSL_free(ssl);
  X509_free(certificate);
  BIO_free(text);
  SSL_CTX_free(context);
  return got;
}

TEST_F(ServerCertificate, AListenerSpeaksTlsToWhoTrustsItsOwnCertificate) {
  const auto own = load_or_create_own_certificate(folder, {"localhost", "127.0.0.1"}).value();
  Echo echo;
  ServerOptions options;
  options.listeners.push_back({.handler = &echo, .tls = own.context});
  const auto server = Server::start(std::move(options)).value();
  EXPECT_TRUE(fetch(server->port(), own.pem, "localhost").ends_with("tls /x"));
  EXPECT_EQ(fetch(server->port(), own.pem, "other.example"), "");
  const auto stranger = load_or_create_own_certificate(folder / ".", {"another"}).value();
  EXPECT_EQ(fetch(server->port(), stranger.pem, "localhost"), "");
}

TEST_F(ServerCertificate, OneWhoSpeaksPlainHttpToItHarmsNobody) {
  const auto own = load_or_create_own_certificate(folder, {"localhost"}).value();
  Echo echo;
  ServerOptions options;
  options.listeners.push_back({.handler = &echo, .tls = own.context});
  const auto server = Server::start(std::move(options)).value();
  const FileDescriptor socket = connect_tcp("127.0.0.1", server->port(), 5s).value();
  ASSERT_TRUE(write_all(socket.get(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(wait_for(socket.get(), false, 5s)) << "the connection is ended";
  EXPECT_TRUE(fetch(server->port(), own.pem, "localhost").ends_with("tls /x"));
}

TEST_F(ServerCertificate, IsKeptWhileItIsGoodAndRemadeForNewNames) {
  const auto first = load_or_create_own_certificate(folder, {"a.example", "::1"}).value();
  EXPECT_EQ(load_or_create_own_certificate(folder, {"::1", "a.example"}).value().pem, first.pem);
  const auto second = load_or_create_own_certificate(folder, {"a.example", "10.1.2.3"}).value();
  EXPECT_NE(second.pem, first.pem);
  struct stat info{};
  ASSERT_EQ(::stat((folder / "server.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(ServerCertificate, TakesNoNameThatIsMoreThanAName) {
  for (const char* name : {"a,DNS:b", "a b", "", "email:copy", "a\nb"}) {
    const auto made = load_or_create_own_certificate(folder, {name});
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  }
}

TEST_F(ServerCertificate, AGivenPairMustBelongTogether) {
  (void)load_or_create_own_certificate(folder, {"a"}).value();
  std::filesystem::rename(folder / "server.key", folder / "a.key");
  std::filesystem::rename(folder / "server.pem", folder / "a.pem");
  (void)load_or_create_own_certificate(folder, {"b"}).value();
  EXPECT_TRUE(load_server_context(folder / "a.pem", folder / "a.key"));
  const auto mixed = load_server_context(folder / "a.pem", folder / "server.key");
  ASSERT_FALSE(mixed);
  EXPECT_NE(mixed.error().message.find("does not hold the private key"), std::string::npos);
  const auto missing = load_server_context(folder / "none.pem", folder / "a.key");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("holds no certificate"), std::string::npos);
}

}  // namespace
}  // namespace tunesmith::http
