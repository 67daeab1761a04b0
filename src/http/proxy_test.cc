// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"
#include "base/random.h"
#include "base/strings.h"
#include "http/client_socket.h"
#include "http/connect_target.h"
#include "http/listening_socket.h"
#include "http/server.h"
#include "http/stream.h"
#include "http/tls_authority.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;

class Folder {
 public:
  Folder() : path(std::filesystem::temp_directory_path() / ("proxy-test-" + random_hex(6))) {
    std::filesystem::create_directory(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path path;
};

TEST(ConnectTarget, IsAHostAndAPort) {
  EXPECT_EQ(parse_connect_target("STS.amazonaws.com:443")->host, "sts.amazonaws.com");
  EXPECT_EQ(parse_connect_target("a.b.:1")->host, "a.b");
  EXPECT_EQ(parse_connect_target("[::1]:80")->host, "::1");
  for (const char* text : {"", "a", "a:", "a:0", "a:65536", ":1", "a b:1", "a:b:1", "[a]:1",
                           "a/b:1", "a@b:1", "[::1:1", "a:1x"}) {
    EXPECT_FALSE(parse_connect_target(text)) << text;
  }
}

TEST(ConnectTarget, ReadsTheAddressOfAnUpstreamProxy) {
  const auto upstream = parse_upstream("http://us%40er:pass@proxy.corp:3128/");
  ASSERT_TRUE(upstream);
  EXPECT_EQ(upstream->target.host, "proxy.corp");
  EXPECT_EQ(upstream->target.port, 3128);
  EXPECT_EQ(upstream->authorization, "Basic " + to_base64("us@er:pass"));
  EXPECT_EQ(parse_upstream("proxy.corp")->target.port, 80);
  EXPECT_FALSE(parse_upstream("socks5://proxy:1"));
}

TEST(ConnectTarget, WantsTheTokenAsPassword) {
  EXPECT_TRUE(carries_token("Basic " + to_base64("any:secret"), "secret"));
  EXPECT_TRUE(carries_token("basic " + to_base64(":secret"), "secret"));
  EXPECT_FALSE(carries_token("Basic " + to_base64("any:other"), "secret"));
  EXPECT_FALSE(carries_token("Basic " + to_base64("any:"), ""));
  EXPECT_FALSE(carries_token("Bearer secret", "secret"));
  EXPECT_FALSE(carries_token("", "secret"));
}

bool forbidden(const char* text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    return is_forbidden_address(reinterpret_cast<const sockaddr&>(v4));
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(::inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
  return is_forbidden_address(reinterpret_cast<const sockaddr&>(v6));
}

TEST(ConnectTarget, NeverLeadsToThisMachineOrToMetadata) {
  for (const char* text : {"127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "169.254.170.2",
                           "224.0.0.1", "255.255.255.255", "100.100.100.200", "192.0.0.192",
                           "::", "::1", "fe80::1", "ff02::1", "fd00:ec2::254", "::ffff:127.0.0.1",
                           "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::"}) {
    EXPECT_TRUE(forbidden(text)) << text;
  }
  for (const char* text : {"8.8.8.8", "10.0.0.1", "192.168.1.1", "172.16.0.1", "2001:db8::1",
                           "::ffff:8.8.8.8", "fd12::1"}) {
    EXPECT_FALSE(forbidden(text)) << text;
  }
  EXPECT_TRUE(is_forbidden_name("localhost"));
  EXPECT_TRUE(is_forbidden_name("a.localhost"));
  EXPECT_TRUE(is_forbidden_name("metadata.google.internal"));
  EXPECT_FALSE(is_forbidden_name("pypi.org"));
}

TEST(TlsAuthority, SpeaksForNamesOfTheAwsPartitionOnly) {
  EXPECT_TRUE(TlsAuthority::covers("sts.us-east-1.amazonaws.com"));
  EXPECT_TRUE(TlsAuthority::covers("my_bucket.x.s3.AMAZONAWS.com"));
  EXPECT_TRUE(TlsAuthority::covers("amazonaws.com"));
  for (const char* host : {"", ".amazonaws.com", "evilamazonaws.com", "amazonaws.com.cn",
                           "sts.cn-north-1.amazonaws.com.cn", "a..amazonaws.com", "*.amazonaws.com",
                           "a,DNS:b.amazonaws.com", "example.com"}) {
    EXPECT_FALSE(TlsAuthority::covers(host)) << host;
  }
  const Folder folder;
  auto authority = TlsAuthority::load_or_create(folder.path);
  ASSERT_TRUE(authority) << authority.error().message;
  EXPECT_TRUE((*authority)->context_for("s3.amazonaws.com"));
  const auto refused = (*authority)->context_for("example.com");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
}

TEST(TlsAuthority, IsMadeOnceAndKeepsItsKeyToItself) {
  const Folder folder;
  auto first = TlsAuthority::load_or_create(folder.path);
  ASSERT_TRUE(first) << first.error().message;
  struct stat info{};
  ASSERT_EQ(::stat((folder.path / "ca.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  auto second = TlsAuthority::load_or_create(folder.path);
  ASSERT_TRUE(second);
  EXPECT_EQ((*first)->certificate_pem(), (*second)->certificate_pem());

  BIO* bio = BIO_new_mem_buf((*first)->certificate_pem().data(), -1);
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  ASSERT_NE(certificate, nullptr);
  const int at = X509_get_ext_by_NID(certificate, NID_name_constraints, -1);
  ASSERT_GE(at, 0);
  EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(certificate, at)), 1);
  EXPECT_EQ(X509_check_ca(certificate), 1);
  X509_free(certificate);
  BIO_free(bio);

  ASSERT_TRUE(write_file_durably(folder.path / "ca.key", "damaged"));
  EXPECT_FALSE(TlsAuthority::load_or_create(folder.path));
}

class EchoHandler final : public Handler {
 public:
  Response handle(Request& request) override {
    auto body = read_all(*request.body, 64U << 20U);
    Response response;
    response.body = request.target + " " + request.authority + (request.tls ? " tls " : " plain ") +
                    (body ? *body : body.error().message);
    return response;
  }
};

class ProxyTest : public ::testing::Test {
 protected:
  void start(std::string upstream = {}, std::function<void(const Request&)> on_refused = {}) {
    auto authority = TlsAuthority::load_or_create(folder_.path);
    ASSERT_TRUE(authority) << authority.error().message;
    authority_ = *authority;
    ServerOptions options;
    options.listeners.push_back({.handler = &handler_, .proxy = true});
    options.listeners.push_back({.handler = &handler_});
    options.proxy.authority = authority_;
    options.proxy.token = "secret";
    options.proxy.upstream = std::move(upstream);
    options.proxy.on_refused = std::move(on_refused);
    auto server = Server::start(std::move(options));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  FileDescriptor connect(std::size_t listener = 0) {
    auto fd = connect_tcp("127.0.0.1", server_->port(listener), 5s);
    EXPECT_TRUE(fd);
    ::fcntl(fd->get(), F_SETFL, 0);
    return std::move(*fd);
  }
  static std::string connect_line(const std::string& target, const char* version = "1.1") {
    return "CONNECT " + target + " HTTP/" + version + "\r\nProxy-Authorization: Basic " +
           to_base64("u:secret") + "\r\n\r\n";
  }
  // Until the end of a head.
  static std::string receive_head(int fd) {
    std::string got;
    char byte = 0;
    while (got.find("\r\n\r\n") == std::string::npos && ::recv(fd, &byte, 1, 0) == 1) got += byte;
    return got;
  }
  std::string refusal(const std::string& request, std::size_t listener = 0) {
    const FileDescriptor fd = connect(listener);
    EXPECT_TRUE(write_all(fd.get(), request));
    return receive_head(fd.get()).substr(0, 12);
  }

  // A TLS client that trusts our authority alone, and checks the name.
  struct TlsClient {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL* ssl = nullptr;
    TlsClient(const TlsAuthority& authority, const std::string& host) {
      BIO* bio = BIO_new_mem_buf(authority.certificate_pem().data(), -1);
      X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
      X509_free(certificate);
      BIO_free(bio);
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
      X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_X509_STRICT);
      ssl = SSL_new(context);
      SSL_set_tlsext_host_name(ssl, host.c_str());
      SSL_set1_host(ssl, host.c_str());
      static constexpr unsigned char kOffered[] = "\x02h2\x08http/1.1";
      SSL_set_alpn_protos(ssl, kOffered, sizeof(kOffered) - 1);
    }
    ~TlsClient() {
      SSL_free(ssl);
      SSL_CTX_free(context);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    std::string ask(const std::string& request) const {
      for (std::size_t at = 0; at < request.size();) {
        std::size_t n = 0;
        if (SSL_write_ex(ssl, request.data() + at, request.size() - at, &n) != 1)
          return "write failed";
        at += n;
      }
      std::string got;
      std::string piece(65536, '\0');
      std::size_t n = 0;
      while (SSL_read_ex(ssl, piece.data(), piece.size(), &n) == 1) got.append(piece, 0, n);
      return got;
    }
  };

  const Folder folder_;
  EchoHandler handler_;
  std::shared_ptr<TlsAuthority> authority_;
  std::unique_ptr<Server> server_;
};

TEST_F(ProxyTest, ServesNamesOfAwsItselfThroughTls) {
  start();
  for (const char* version : {"1.0", "1.1"}) {
    for (const std::string host :
         {"sts.us-east-1.amazonaws.com", "my.bucket.s3.eu-west-1.amazonaws.com"}) {
      const FileDescriptor fd = connect();
      ASSERT_TRUE(write_all(fd.get(), connect_line(host + ":443", version)));
      ASSERT_EQ(receive_head(fd.get()).substr(9, 3), "200");
      const TlsClient client(*authority_, host);
      SSL_set_fd(client.ssl, fd.get());
      ASSERT_EQ(SSL_connect(client.ssl), 1) << SSL_get_verify_result(client.ssl);
      const unsigned char* alpn = nullptr;
      unsigned alpn_size = 0;
      SSL_get0_alpn_selected(client.ssl, &alpn, &alpn_size);
      EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(alpn), alpn_size), "http/1.1");
      const std::string body(3'000'000, 'b');
      const std::string got = client.ask(
          "PUT /k HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 3000000\r\n\r\n" + body +
          "GET /second HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      EXPECT_NE(got.find("/k " + host + " tls " + body), std::string::npos) << got.substr(0, 500);
      EXPECT_NE(got.find("/second " + host + " tls "), std::string::npos);
    }
  }
}

TEST_F(ProxyTest, TakesAHandshakeThatComesWithTheConnect) {
  start();
  const std::string host = "s3.amazonaws.com";
  const FileDescriptor fd = connect();
  const TlsClient client(*authority_, host);
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  BIO_up_ref(in);
  BIO_up_ref(out);
  SSL_set_bio(client.ssl, in, out);
  SSL_set_connect_state(client.ssl);
  EXPECT_EQ(SSL_do_handshake(client.ssl), -1);
  char* hello = nullptr;
  const long size = BIO_get_mem_data(out, &hello);
  ASSERT_TRUE(write_all(
      fd.get(), connect_line(host + ":443") + std::string(hello, static_cast<std::size_t>(size))));
  EXPECT_EQ(receive_head(fd.get()).substr(9, 3), "200");
  (void)BIO_reset(out);
  std::string piece(65536, '\0');
  int done = -1;
  while (done != 1) {
    const ssize_t n = ::recv(fd.get(), piece.data(), piece.size(), 0);
    ASSERT_GT(n, 0);
    BIO_write(in, piece.data(), static_cast<int>(n));
    done = SSL_do_handshake(client.ssl);
    ASSERT_TRUE(done == 1 || SSL_get_error(client.ssl, done) == SSL_ERROR_WANT_READ);
  }
  BIO_free(in);
  BIO_free(out);
}

TEST_F(ProxyTest, RefusesWhoAndWhatMayNotPass) {
  start();
  EXPECT_EQ(refusal("CONNECT sts.amazonaws.com:443 HTTP/1.1\r\n\r\n"), "HTTP/1.1 407");
  EXPECT_EQ(refusal("CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nProxy-Authorization: Basic " +
                    to_base64("u:wrong") + "\r\n\r\n"),
            "HTTP/1.1 407");
  EXPECT_EQ(refusal(connect_line("sts.amazonaws.com:443"), 1), "HTTP/1.1 405");
  EXPECT_EQ(refusal(connect_line("sts.amazonaws.com:80")), "HTTP/1.1 502");
  EXPECT_EQ(refusal(connect_line("nonsense")), "HTTP/1.1 400");
  EXPECT_EQ(refusal(connect_line("127.0.0.1:" + std::to_string(server_->port()))), "HTTP/1.1 403");
  EXPECT_EQ(refusal(connect_line("[::ffff:127.0.0.1]:80")), "HTTP/1.1 403");
  EXPECT_EQ(refusal(connect_line("169.254.169.254:80")), "HTTP/1.1 403");
  EXPECT_EQ(refusal(connect_line("localhost:80")), "HTTP/1.1 403");
  EXPECT_EQ(refusal(connect_line("no-such-host.invalid:443")), "HTTP/1.1 502");
}

TEST_F(ProxyTest, TellsOfWhoHasNotTheToken) {
  std::mutex mutex;
  std::vector<std::string> refused;
  start("", [&](const Request& connect) {
    const std::lock_guard lock(mutex);
    refused.push_back(connect.method + " " + connect.target + " " +
                      std::string(connect.headers.get_or("user-agent", "")) + " " +
                      connect.peer.substr(0, connect.peer.find(':')));
  });
  EXPECT_EQ(refusal(connect_line("sts.amazonaws.com:80")), "HTTP/1.1 502");
  EXPECT_EQ(refusal("CONNECT pypi.org:443 HTTP/1.1\r\nUser-Agent: pip\r\n\r\n"), "HTTP/1.1 407");
  const std::lock_guard lock(mutex);
  EXPECT_EQ(refused, std::vector<std::string>{"CONNECT pypi.org:443 pip 127.0.0.1"});
}

TEST_F(ProxyTest, RefusesPlainTextWhereTlsIsExpected) {
  start();
  const FileDescriptor fd = connect();
  ASSERT_TRUE(write_all(fd.get(), connect_line("sts.amazonaws.com:443")));
  EXPECT_EQ(receive_head(fd.get()).substr(9, 3), "200");
  ASSERT_TRUE(write_all(fd.get(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(receive_head(fd.get()).find("HTTP/1.1"), std::string::npos);
}

// A proxy elsewhere: grants (or not) one tunnel, and gives back what it gets until its end.
class FakeUpstream {
 public:
  explicit FakeUpstream(std::string answer) : answer_(std::move(answer)) {
    auto socket = listen_at({.host = "127.0.0.1"});
    EXPECT_TRUE(socket);
    port = socket->port;
    socket_ = std::move(socket->fd);
    thread_ = std::thread([this] { run(); });
  }
  ~FakeUpstream() { thread_.join(); }
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  std::uint16_t port = 0;
  std::string request;

 private:
  void run() {
    ASSERT_TRUE(wait_for(socket_.get(), false, 20s));
    const Accepted accepted = accept_from(socket_.get());
    ASSERT_TRUE(accepted.fd);
    ::fcntl(accepted.fd.get(), F_SETFL, 0);
    char byte = 0;
    while (request.find("\r\n\r\n") == std::string::npos &&
           ::recv(accepted.fd.get(), &byte, 1, 0) == 1) {
      request += byte;
    }
    ASSERT_TRUE(write_all(accepted.fd.get(), answer_));
    std::string piece(65536, '\0');
    for (;;) {
      const ssize_t n = ::recv(accepted.fd.get(), piece.data(), piece.size(), 0);
      if (n <= 0) break;
      ASSERT_TRUE(write_all(accepted.fd.get(),
                            std::string_view(piece.data(), static_cast<std::size_t>(n))));
    }
  }

  std::string answer_;
  FileDescriptor socket_;
  std::thread thread_;
};

TEST_F(ProxyTest, TunnelsThroughAnUpstreamProxyUntouched) {
  FakeUpstream upstream("HTTP/1.1 200 OK\r\nVia: x\r\n\r\nearly ");
  start("http://a:b@127.0.0.1:" + std::to_string(upstream.port));
  {
    const FileDescriptor fd = connect();
    ASSERT_TRUE(write_all(fd.get(), connect_line("pypi.org:443") + "first "));
    EXPECT_EQ(receive_head(fd.get()), "HTTP/1.1 200 Connection established\r\n\r\n");
    std::string sent(5'000'000, '\0');
    Rng rng(1);
    for (char& c : sent) c = static_cast<char>(rng());
    std::thread sender([&] {
      EXPECT_TRUE(write_all(fd.get(), sent));
      ::shutdown(fd.get(), SHUT_WR);
    });
    std::string got;
    std::string piece(65536, '\0');
    for (;;) {
      const ssize_t n = ::recv(fd.get(), piece.data(), piece.size(), 0);
      if (n <= 0) break;
      got.append(piece, 0, static_cast<std::size_t>(n));
    }
    sender.join();
    EXPECT_TRUE(got == "early first " + sent) << got.size();
  }
  EXPECT_EQ(upstream.request,
            "CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org:443\r\nProxy-Authorization: "
            "Basic " +
                to_base64("a:b") + "\r\n\r\n");
}

TEST_F(ProxyTest, SaysWhenTheUpstreamProxyRefuses) {
  FakeUpstream upstream("HTTP/1.1 407 Nope\r\nContent-Length: 0\r\n\r\n");
  start("http://127.0.0.1:" + std::to_string(upstream.port));
  EXPECT_EQ(refusal(connect_line("pypi.org:443")), "HTTP/1.1 502");
}

}  // namespace
}  // namespace tunesmith::http
