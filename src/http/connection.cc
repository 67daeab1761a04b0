// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include "base/log.h"
#include "base/strings.h"
#include "http/event_stream.h"

#include <sys/socket.h>

#include <exception>
#include <utility>
#include <variant>

namespace tunesmith::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kReadPiece = 16U << 10U;
// A body up to here is awaited before a worker is given to the request: strangers who send slowly
// cost memory, not threads.
constexpr std::size_t kSmallBody = 64U << 10U;
// A client that was refused in the middle of an upload may go on sending for so long.
constexpr std::uint64_t kMaxLinger = 64U << 20U;
constexpr auto kLingerTimeout = 5s;
// When all places are taken, a connection that has sent nothing for so long, or not all of a head
// or of the first part of a body, gives way to a new one.
constexpr auto kFirstByteGrace = 1s;
constexpr auto kSlowGrace = 5s;
// Then others have their turn.
constexpr int kMaxAnswersInARow = 32;

bool starts_a_method(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Turns "http://host/path" into "/path": servers must accept that form (RFC 9112 section 3.2.2).
void to_origin_form(std::string& target, std::string& authority) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !iequals(target.substr(0, scheme.size()), scheme))
      continue;
    const std::size_t slash = std::min(target.find_first_of("/?", scheme.size()), target.size());
    authority = target.substr(scheme.size(), slash - scheme.size());
    target.erase(0, slash);
    if (target.empty() || target.front() == '?') target.insert(0, "/");
    return;
  }
}

}  // namespace

Connection::Connection(Loop& loop, FileDescriptor socket, std::string peer,
                       const Listener& listener)
    : loop_(loop),
      options_(loop.state().options),
      listener_(listener),
      descriptor_(loop.context(), socket.get()),
      fd_(socket.release()),
      peer_(std::move(peer)),
      stream_(std::make_unique<PlainStream>(fd_)) {}

Connection::~Connection() {
  if (events_) events_->detach();
}

void Connection::start() {
  loop_.add(shared_from_this());
  if (listener_.tls) {
    use_tls(listener_.tls);
    return;
  }
  set_state(State::kIdle, options_.head_timeout);
  wait(false);
}

void Connection::set_state(State state, std::chrono::milliseconds timeout) {
  state_ = state;
  deadline_ = Clock::now() + timeout;
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  deadline_.reset();
  if (events_) events_->detach();
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  loop_.remove(shared_from_this());
}

void Connection::on_tick(Clock::time_point now) {
  if (!deadline_ || now < *deadline_) return;
  switch (state_) {
    case State::kHead:
    case State::kBody:
      reject(408, "The request did not arrive in time.");
      break;
    case State::kHandling:
      break;
    default:
      close();
  }
}

void Connection::on_stop(bool now) {
  if (state_ == State::kHandling) {
    // The worker that owns the socket finds it dead.
    if (now) ::shutdown(fd_, SHUT_RDWR);
  } else if (now || state_ == State::kIdle || state_ == State::kEvents ||
             state_ == State::kHandshake) {
    close();
  }
}

bool Connection::close_if_idle() {
  const auto waited_of = [this](std::chrono::milliseconds timeout) {
    return timeout - (deadline_.value_or(Clock::now()) - Clock::now());
  };
  // Who has just come gets a moment to speak, who speaks slowly a little more.
  const bool idle = state_ == State::kIdle &&
                    (answered_ > 0 || waited_of(options_.head_timeout) > kFirstByteGrace);
  const bool slow =
      (state_ == State::kHead && waited_of(options_.head_timeout) > kSlowGrace) ||
      (state_ == State::kBody && waited_of(options_.body_idle_timeout) > kSlowGrace) ||
      (state_ == State::kHandshake && waited_of(options_.head_timeout) > kSlowGrace);
  if (!idle && !slow) return false;
  close();
  return true;
}

// ---- input

void Connection::wait(bool to_write) {
  auto self = std::static_pointer_cast<Connection>(shared_from_this());
  if (!to_write && state_ != State::kHandshake && stream_->has_buffered_input()) {
    loop_.post([self] { self->on_ready(); });
    return;
  }
  descriptor_.async_wait(to_write ? descriptor_.wait_write : descriptor_.wait_read,
                         [self](const boost::system::error_code& error) {
                           if (!error) self->on_ready();
                         });
}

void Connection::on_ready() {
  switch (state_) {
    case State::kIdle:
    case State::kHead:
    case State::kBody: {
      const IoResult got = fill();
      if (got.ok())
        process_input();
      else if (got.wants())
        wait(got.status == IoResult::Status::kWantWrite);
      else
        close();
      return;
    }
    case State::kSending:
      advance_here();
      return;
    case State::kDraining:
      drain();
      return;
    case State::kLingering:
      linger();
      return;
    case State::kEvents:
      flush_events();
      return;
    case State::kHandshake:
      continue_handshake();
      return;
    case State::kHandling:
    case State::kClosed:
      return;
  }
}

IoResult Connection::fill() {
  const IoResult got = stream_->read(input_.prepare(kReadPiece));
  input_.commit(got.bytes);
  return got;
}

void Connection::process_input() {
  in_process_input_ = true;
  for (int answers = 0;; ++answers) {
    if (answers == kMaxAnswersInARow && !input_.empty()) {
      auto self = std::static_pointer_cast<Connection>(shared_from_this());
      loop_.post([self] {
        if (self->state_ == State::kIdle) self->process_input();
      });
      break;
    }
    if ((state_ == State::kIdle || state_ == State::kHead) && !take_head()) break;
    if (state_ != State::kBody || !take_body()) break;
    if (state_ != State::kIdle) break;
  }
  in_process_input_ = false;
}

// True: a request has begun, state_ is kBody.
bool Connection::take_head() {
  // Empty lines before a request are ignored (RFC 9112 section 2.2).
  std::size_t blank = 0;
  while (blank < input_.size() && (input_.view()[blank] == '\r' || input_.view()[blank] == '\n')) {
    ++blank;
  }
  input_.consume(blank);
  if (input_.empty()) {
    input_.trim(kReadPiece);
    searched_ = 0;
    if (state_ != State::kIdle) set_state(State::kIdle, options_.keep_alive_timeout);
    wait(false);
    return false;
  }
  if (state_ == State::kIdle) set_state(State::kHead, options_.head_timeout);
  if (!starts_a_method(input_.view().front())) {
    reject(400, "This is not an HTTP request.");
    return false;
  }
  const std::size_t head_size = find_head_end(input_.view(), searched_);
  if (std::min(head_size, input_.size()) > options_.max_head_bytes) {
    reject(431, "The request's header is too large.");
    return false;
  }
  if (head_size == std::string_view::npos) {
    wait(false);
    return false;
  }
  searched_ = 0;
  return begin_request(head_size);
}

bool Connection::begin_request(std::size_t head_size) {
  auto parsed = parse_request_head(input_.view().substr(0, head_size));
  input_.consume(head_size);
  if (const auto* error = std::get_if<HeadError>(&parsed)) {
    reject(error->status, error->message);
    return false;
  }
  auto& head = std::get<RequestHead>(parsed);
  http_1_1_ = head.http_1_1;
  keep_alive_ = head.keep_alive && !loop_.state().stopping;
  if (head.method == "CONNECT") {
    handle_connect(head);
    return false;
  }
  if (head.framing.content_length.value_or(0) > options_.max_body_bytes) {
    reject(413, "The request's body is too large.");
    return false;
  }
  request_ = Request();
  std::size_t hosts = 0;
  for (const auto& [name, value] : head.headers.entries()) {
    if (iequals(name, "host") && ++hosts == 1) request_.authority = value;
  }
  to_origin_form(head.target, request_.authority);
  if (hosts > 1 || (hosts == 0 && http_1_1_)) {
    reject(400, "A request needs exactly one Host field.");
    return false;
  }
  if (head.target.front() != '/' && head.target != "*") {
    reject(400, "The request's target is malformed.");
    return false;
  }
  request_.intercepted = !tls_host_.empty();
  request_.tls = request_.intercepted || listener_.tls != nullptr;
  if (request_.authority.empty()) request_.authority = tls_host_;
  request_.method = std::move(head.method);
  request_.target = std::move(head.target);
  request_.headers = std::move(head.headers);
  request_.peer = peer_;
  request_.content_length = head.framing.content_length;
  body_.emplace(*stream_, fd_, input_, head.framing, head.expects_continue,
                RequestBody::Limits{options_.max_body_bytes, options_.body_idle_timeout});
  request_.body = &*body_;
  set_state(State::kBody, options_.body_idle_timeout);
  return true;
}

// True: the request has been answered here.
bool Connection::take_body() {
  // A client that asks first sends its large body only when the handler has begun to read.
  const bool asks_first = body_->owes_continue() && input_.empty() &&
                          (body_->chunked() || body_->remaining() > kSmallBody);
  if (!asks_first && !body_->prefetch(kSmallBody)) {
    if (body_->owes_continue()) {
      // Fits into any socket's buffer; a connection that refuses it ends by its deadline.
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      const IoResult sent = stream_->write(kContinue, {});
      if (sent.ok() && sent.bytes != kContinue.size()) {
        close();
        return false;
      }
      if (sent.ok()) body_->continue_sent();
    }
    wait(false);
    return false;
  }
  if (body_->malformed()) {
    reject(400, "The request's body is malformed.");
    return false;
  }
  bool quick = false;
  if (body_->complete()) {
    try {
      quick = listener_.handler->is_quick(request_);
    } catch (const std::exception& error) {
      log::error("http: is_quick failed: {}", error.what());
    }
  }
  if (quick) {
    answer_here();
    return state_ == State::kIdle;
  }
  answer_on_worker();
  return false;
}

// Throws away the rest of a body that the handler did not want.
void Connection::drain() {
  for (;;) {
    const std::size_t before = input_.size();
    if (body_->discard()) {
      finish_response();
      return;
    }
    discarded_ += before - input_.size();
    if (body_->malformed() || discarded_ > kMaxDrain) {
      close();
      return;
    }
    const IoResult got = fill();
    if (got.wants()) {
      wait(got.status == IoResult::Status::kWantWrite);
      return;
    }
    if (!got.ok()) {
      close();
      return;
    }
  }
}

// Closing with unread input would reset the connection, and the answer might be lost with it.
void Connection::linger() {
  if (state_ != State::kLingering) {
    stream_->finish_writing();
    discarded_ = 0;
    set_state(State::kLingering, kLingerTimeout);
  }
  for (;;) {
    discarded_ += input_.size();
    input_.consume(input_.size());
    const IoResult got = fill();
    if (got.wants()) {
      wait(got.status == IoResult::Status::kWantWrite);
      return;
    }
    if (!got.ok() || discarded_ > kMaxLinger) {
      close();
      return;
    }
  }
}

}  // namespace tunesmith::http
