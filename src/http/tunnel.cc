// SPDX-License-Identifier: Apache-2.0
#include "http/tunnel.h"

#include "base/log.h"
#include "http/head_parser.h"
#include "http/response_writer.h"
#include "http/stream.h"

#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <variant>

namespace tunesmith::http {
namespace {

constexpr std::size_t kPiece = 64U << 10U;
constexpr std::size_t kMaxAnswer = 64U << 10U;
constexpr auto kAttempt = std::chrono::milliseconds(1000);
constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

}  // namespace

Tunnel::Tunnel(Loop& loop, FileDescriptor client, std::string_view received, ConnectTarget target,
               std::optional<UpstreamProxy> upstream)
    : loop_(loop),
      options_(loop.state().options.proxy),
      target_(std::move(target)),
      upstream_(std::move(upstream)),
      client_(loop.context(), client.get()),
      server_(loop.context()) {
  (void)client.release();
  const auto room = up_.bytes.prepare(std::max(received.size(), std::size_t{1}));
  if (!received.empty()) std::memcpy(room.data(), received.data(), received.size());
  up_.bytes.commit(received.size());
}

Tunnel::~Tunnel() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->tunnel.reset();
}

void Tunnel::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  {
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->tunnel.reset();
  }
  boost::system::error_code ignored;
  client_.close(ignored);
  server_.close(ignored);
  loop_.remove(shared_from_this());
}

// Small enough for any socket's buffer; the connection ends with it.
void Tunnel::refuse(int status, std::string_view why) {
  log::info("http: no tunnel to {}:{}: {}", target_.host, target_.port, why);
  const std::string body =
      fmt::format("No tunnel to {}:{}: {}.\n", target_.host, target_.port, why);
  const std::string text = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: "
      "close\r\n\r\n{}",
      status, reason_phrase(status), body.size(), body);
  PlainStream stream(client_.native_handle());
  (void)stream.write(text, {});
  stream.finish_writing();
  close();
}

void Tunnel::on_tick(Clock::time_point now) {
  if (state_ == State::kConnecting && now >= attempt_deadline_ && now < deadline_) {
    connect_next();
    return;
  }
  if (now < deadline_) return;
  switch (state_) {
    case State::kResolving:
      loop_.state().resolver.remember_failure(target_.host);
      refuse(502, "its name was not resolved in time");
      return;
    case State::kConnecting:
    case State::kAskingUpstream:
      loop_.state().resolver.remember_failure(target_.host);
      refuse(502, "it does not answer");
      return;
    case State::kRelaying:
    case State::kClosed:
      close();
      return;
  }
}

void Tunnel::on_stop(bool /*now*/) { close(); }

template <class Function>
void Tunnel::when_ready(boost::asio::posix::stream_descriptor& descriptor, bool to_write,
                        Function function) {
  auto self = std::static_pointer_cast<Tunnel>(shared_from_this());
  descriptor.async_wait(to_write ? descriptor.wait_write : descriptor.wait_read,
                        [self, function](const boost::system::error_code& error) {
                          if (!error && self->state_ != State::kClosed) function(*self);
                        });
}

void Tunnel::start() {
  loop_.add(shared_from_this());
  deadline_ = Clock::now() + options_.resolve_timeout;
  Resolver& resolver = loop_.state().resolver;
  if (is_forbidden_name(target_.host)) return refuse(403, "that name may not be reached");
  if (resolver.failed_lately(target_.host)) return refuse(502, "it could not be reached just now");
  mailbox_->tunnel = std::static_pointer_cast<Tunnel>(shared_from_this());
  const ConnectTarget& at = upstream_ ? upstream_->target : target_;
  const bool begun = resolver.resolve(
      at.host, at.port, [mailbox = mailbox_](std::vector<ResolvedAddress> addresses) {
        // The lock is held while posting, and close(), which every tunnel goes through before its
        // loop ends, takes it too: so the loop is there.
        const std::lock_guard lock(mailbox->mutex);
        auto tunnel = mailbox->tunnel.lock();
        if (!tunnel) return;
        Loop& loop = tunnel->loop_;
        loop.post([tunnel = std::move(tunnel), addresses = std::move(addresses)]() mutable {
          tunnel->on_resolved(std::move(addresses));
        });
      });
  if (!begun) refuse(503, "too many names are being resolved");
}

void Tunnel::on_resolved(std::vector<ResolvedAddress> addresses) {
  if (state_ != State::kResolving) return;
  if (addresses.empty()) {
    loop_.state().resolver.remember_failure(target_.host);
    refuse(502, "its name does not resolve");
    return;
  }
  // The upstream proxy is the user's own choice; what clients ask for is not.
  if (!upstream_) {
    std::erase_if(addresses, [](const auto& a) { return is_forbidden_address(a.get()); });
    if (addresses.empty()) return refuse(403, "its address may not be reached");
  }
  addresses_ = std::move(addresses);
  state_ = State::kConnecting;
  deadline_ = Clock::now() + options_.connect_timeout;
  connect_next();
}

void Tunnel::connect_next() {
  boost::system::error_code ignored;
  server_.close(ignored);
  while (next_address_ < addresses_.size()) {
    const ResolvedAddress& address = addresses_[next_address_++];
    FileDescriptor fd(
        ::socket(address.get().sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) continue;
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (::connect(fd.get(), &address.get(), address.size) != 0 && errno != EINPROGRESS) continue;
    boost::system::error_code error;
    server_.assign(fd.get(), error);
    if (error) continue;
    (void)fd.release();
    // The last one may have all the time there is.
    attempt_deadline_ = next_address_ == addresses_.size() ? deadline_ : Clock::now() + kAttempt;
    when_ready(server_, true, [](Tunnel& self) { self.on_connected(); });
    return;
  }
  loop_.state().resolver.remember_failure(target_.host);
  refuse(502, "it can't be connected to");
}

void Tunnel::on_connected() {
  if (state_ != State::kConnecting) return;
  int failure = 0;
  socklen_t size = sizeof(failure);
  ::getsockopt(server_.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &size);
  if (failure != 0) {
    connect_next();
    return;
  }
  if (upstream_) {
    ask_upstream();
    return;
  }
  PlainStream stream(client_.native_handle());
  if (!stream.write(kEstablished, {}).ok()) return close();
  begin_relay();
}

void Tunnel::ask_upstream() {
  state_ = State::kAskingUpstream;
  const bool v6 = target_.host.find(':') != std::string::npos;
  const std::string where = v6 ? fmt::format("[{}]:{}", target_.host, target_.port)
                               : fmt::format("{}:{}", target_.host, target_.port);
  std::string text = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", where, where);
  if (!upstream_->authorization.empty()) {
    text += "Proxy-Authorization: " + upstream_->authorization + "\r\n";
  }
  text += "\r\n";
  PlainStream stream(server_.native_handle());
  const IoResult sent = stream.write(text, {});
  if (!sent.ok() || sent.bytes != text.size())
    return refuse(502, "the upstream proxy does not listen");
  when_ready(server_, false, [](Tunnel& self) { self.read_upstream_answer(); });
}

void Tunnel::read_upstream_answer() {
  PlainStream stream(server_.native_handle());
  const IoResult got = stream.read(answer_.prepare(kPiece));
  answer_.commit(got.bytes);
  if (!got.ok() && !got.wants()) return refuse(502, "the upstream proxy closed the connection");
  const std::size_t end = find_head_end(answer_.view(), searched_);
  if (end == std::string_view::npos) {
    if (answer_.size() > kMaxAnswer) return refuse(502, "the upstream proxy's answer is too long");
    when_ready(server_, false, [](Tunnel& self) { self.read_upstream_answer(); });
    return;
  }
  const auto parsed = parse_response_head(answer_.view().substr(0, end));
  const auto* head = std::get_if<ResponseHead>(&parsed);
  if (head == nullptr) return refuse(502, "the upstream proxy's answer is malformed");
  if (head->status < 200 || head->status > 299) {
    return refuse(502, fmt::format("the upstream proxy answered {}", head->status));
  }
  answer_.consume(end);
  PlainStream client(client_.native_handle());
  if (!client.write(kEstablished, {}).ok()) return close();
  const std::string_view rest = answer_.view();
  if (!rest.empty()) {
    const auto room = down_.bytes.prepare(rest.size());
    std::memcpy(room.data(), rest.data(), rest.size());
    down_.bytes.commit(rest.size());
  }
  begin_relay();
}

void Tunnel::begin_relay() {
  state_ = State::kRelaying;
  up_.from = &client_;
  up_.to = &server_;
  down_.from = &server_;
  down_.to = &client_;
  relay(up_);
  if (state_ == State::kRelaying) relay(down_);
}

void Tunnel::wait(boost::asio::posix::stream_descriptor& descriptor, bool to_write, Flow& flow) {
  when_ready(descriptor, to_write, [&flow](Tunnel& self) { self.relay(flow); });
}

// Moves what can be moved in one direction, then waits for what stops it.
void Tunnel::relay(Flow& flow) {
  deadline_ = Clock::now() + options_.tunnel_idle_timeout;
  PlainStream from(flow.from->native_handle());
  PlainStream to(flow.to->native_handle());
  constexpr int kMaxRounds = 16;  // then others have their turn
  for (int round = 0; round < kMaxRounds; ++round) {
    while (!flow.bytes.empty()) {
      const IoResult sent = to.write(flow.bytes.view(), {});
      if (sent.wants()) return wait(*flow.to, true, flow);
      if (!sent.ok()) return close();
      flow.bytes.consume(sent.bytes);
    }
    const IoResult got = from.read(flow.bytes.prepare(kPiece));
    flow.bytes.commit(got.bytes);
    if (got.wants()) return wait(*flow.from, false, flow);
    if (got.status == IoResult::Status::kEnd) {
      to.finish_writing();
      flow.ended = true;
      if (up_.ended && down_.ended) close();
      return;
    }
    if (!got.ok()) return close();
  }
  wait(*flow.to, true, flow);
}

}  // namespace tunesmith::http
