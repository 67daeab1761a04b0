// SPDX-License-Identifier: Apache-2.0
//
// What a server does with CONNECT: it ends TLS itself for the names of the aws partition and serves
// those requests; other names are tunnelled, or refused. A plain value.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace tunesmith::http {

class TlsAuthority;
struct Request;

struct ProxyOptions {
  // Makes the certificates for *.amazonaws.com; null: nothing is intercepted and all CONNECT
  // refused.
  std::shared_ptr<TlsAuthority> authority;
  // The password that Proxy-Authorization (Basic, any user) must carry. Empty refuses everyone.
  std::string token;
  // Told of each CONNECT (its method, target, headers and peer) that had not the token; may be
  // empty. Called on a network thread: must not block for long.
  std::function<void(const Request& connect)> on_refused;
  // "http://[user:password@]host:port" of a proxy that other names are asked of; empty: go
  // directly.
  std::string upstream;
  std::chrono::milliseconds resolve_timeout{2'000};
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::milliseconds tunnel_idle_timeout{600'000};
};

}  // namespace tunesmith::http
