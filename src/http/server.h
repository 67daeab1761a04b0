// SPDX-License-Identifier: Apache-2.0
//
// The HTTP/1.x server. Network threads move bytes and answer what a Handler calls quick; all else
// runs on worker threads. Limits on everything that a client could make grow. Thread safe.
//
//   ServerOptions options;
//   options.listeners.push_back({.host = "127.0.0.1", .port = 0, .handler = &handler});
//   TUNESMITH_TRY(auto server, Server::start(std::move(options)));
//   server->port();  ...  server->stop(std::chrono::seconds(5));
//
// Starting a server makes the process ignore SIGPIPE.
#pragma once

#include "base/result.h"
#include "http/message.h"
#include "http/proxy_options.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace tunesmith::http {

/// One place to listen at: a TCP address, or a Unix socket when `unix_path` is set.
struct Listener {
  std::string host = "127.0.0.1";  // a name or an address; "0.0.0.0", "::" for all
  std::uint16_t port = 0;          // 0: any free one
  // Replaced if it is there; mode 0600; may be longer than an address holds.
  std::filesystem::path unix_path{};
  Handler* handler = nullptr;  // must outlive the server
  bool proxy = false;          // answer CONNECT, as ServerOptions::proxy says
  // TLS with this context, from the first byte on; null: plain. Not together with `proxy`.
  std::shared_ptr<ssl_ctx_st> tls{};
};

struct ServerOptions {
  std::vector<Listener> listeners;
  int network_threads = 1;
  std::size_t max_workers = 64;  // started as they are needed
  std::size_t max_connections = 4096;
  std::size_t max_head_bytes = 64U << 10U;
  std::uint64_t max_body_bytes = 6ULL << 40U;             // above S3's largest object
  std::chrono::milliseconds head_timeout{20'000};         // from a head's first byte to its last
  std::chrono::milliseconds body_idle_timeout{60'000};    // without a byte of a body
  std::chrono::milliseconds send_idle_timeout{60'000};    // client takes no byte of a response
  std::chrono::milliseconds keep_alive_timeout{120'000};  // between requests
  ProxyOptions proxy;
};

class Server {
 public:
  /// Listens and serves from now on. kInvalid, kDenied, kConflict (address in use) when it can't.
  static Result<std::unique_ptr<Server>> start(ServerOptions options);
  virtual ~Server() = default;

  /// The TCP port of the n-th listener; 0 for a Unix socket.
  virtual std::uint16_t port(std::size_t listener = 0) const = 0;
  /// Connections that are open now.
  virtual std::size_t connection_count() const = 0;
  /// Stops accepting, lets requests that have begun finish for `grace`, then cuts what is left.
  /// Waits for running handlers in any case. The destructor does the same with no grace.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace tunesmith::http
