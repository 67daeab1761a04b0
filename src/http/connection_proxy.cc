// SPDX-License-Identifier: Apache-2.0
//
// The parts of Connection that begin TLS and answer CONNECT: TLS of our own for the names of AWS, a
// tunnel for others.
#include "base/log.h"
#include "base/strings.h"
#include "http/connect_target.h"
#include "http/connection.h"
#include "http/tls_authority.h"
#include "http/tls_stream.h"
#include "http/tunnel.h"

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace tunesmith::http {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

}  // namespace

void Connection::handle_connect(const RequestHead& head) {
  const ProxyOptions& proxy = options_.proxy;
  if (!listener_.proxy || !proxy.authority || !tls_host_.empty()) {
    reject(405, "CONNECT is not served here.");
    return;
  }
  if (!carries_token(head.headers.get_or("proxy-authorization", ""), proxy.token)) {
    if (proxy.on_refused) {
      Request connect;
      connect.method = head.method;
      connect.target = head.target;
      connect.headers = head.headers;
      connect.peer = peer_;
      proxy.on_refused(connect);
    }
    Headers headers;
    headers.add("Proxy-Authenticate", "Basic realm=\"tunesmith\"");
    reject(407, "This proxy needs the token that `tunesmith env` prints.", std::move(headers));
    return;
  }
  auto target = parse_connect_target(head.target);
  if (!target) {
    reject(400, "CONNECT needs a host and a port.");
    return;
  }
  if (TlsAuthority::covers(target->host)) {
    if (target->port == kHttpsPort)
      begin_tls(target->host);
    else
      reject(502, "Only port 443 of amazonaws.com is served here.");
    return;
  }
  std::optional<UpstreamProxy> upstream;
  if (!proxy.upstream.empty()) {
    upstream = parse_upstream(proxy.upstream);
    if (!upstream) {
      reject(502, "The address of the upstream proxy is malformed.");
      return;
    }
  }
  // The socket changes hands; this connection is over.
  FileDescriptor socket(descriptor_.release());
  state_ = State::kClosed;
  deadline_.reset();
  const auto self = shared_from_this();
  loop_.remove(self);
  try {
    std::make_shared<Tunnel>(loop_, std::move(socket), input_.view(), *std::move(target),
                             std::move(upstream))
        ->start();
  } catch (const std::exception& error) {
    log::warning("http: tunnel failed: {}", error.what());
  }
}

void Connection::begin_tls(const std::string& host) {
  auto context = options_.proxy.authority->context_for(host);
  if (!context) {
    log::error("http: TLS for {}: {}", host, context.error().message);
    reject(502, "TLS can't be offered for this name.");
    return;
  }
  constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
  if (stream_->write(kEstablished, {}).bytes != kEstablished.size()) {
    close();
    return;
  }
  tls_host_ = host;
  use_tls(*context);
}

// What has been read already belongs to the handshake.
void Connection::use_tls(const std::shared_ptr<ssl_ctx_st>& context) {
  auto stream = std::make_unique<TlsStream>(context, fd_, std::string(input_.view()));
  input_.consume(input_.size());
  handshake_ = stream.get();
  stream_ = std::move(stream);
  set_state(State::kHandshake, options_.head_timeout);
  continue_handshake();
}

void Connection::continue_handshake() {
  const IoResult result = handshake_->handshake();
  if (result.wants()) {
    wait(result.status == IoResult::Status::kWantWrite);
    return;
  }
  if (!result.ok()) {
    log::debug("http: TLS handshake with {} failed", peer_);
    close();
    return;
  }
  handshake_ = nullptr;
  set_state(State::kIdle, options_.head_timeout);
  wait(false);
}

}  // namespace tunesmith::http
