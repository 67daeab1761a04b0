// SPDX-License-Identifier: Apache-2.0
//
// One client connection: reads a head, finds out who answers, sends the answer, and again. It
// belongs to its loop's thread; while a worker handles a request the worker alone reads and writes
// the socket, and then posts it back. Includes Asio: for the server's own .cc files only.
#pragma once

#include "base/files.h"
#include "http/head_parser.h"
#include "http/input_buffer.h"
#include "http/loop.h"
#include "http/message.h"
#include "http/request_body.h"
#include "http/response_writer.h"
#include "http/stream.h"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::http {

class EventStream;
class TlsStream;

class Connection final : public LoopMember {
 public:
  /// `socket` is connected and non-blocking.
  Connection(Loop& loop, FileDescriptor socket, std::string peer, const Listener& listener);
  ~Connection() override;

  void start();
  void on_tick(Clock::time_point now) override;
  void on_stop(bool now) override;
  bool close_if_idle() override;

  /// For the event stream: something was queued, or it is to be closed.
  void flush_events();
  Loop& loop() { return loop_; }

 private:
  enum class State {
    kIdle,       // between requests
    kHead,       // part of a head is here
    kBody,       // the first part of a body is awaited
    kHandling,   // a worker owns the connection
    kSending,    // waiting until the client takes more of a response
    kDraining,   // throwing away what a handler left of a body
    kLingering,  // all sent; waiting for the client to close, so that it sees the answer
    kEvents,     // an event stream
    kHandshake,  // TLS, at the beginning or after CONNECT
    kClosed,
  };

  // What a handler left unread is read and thrown away up to here, to keep the connection.
  static constexpr std::uint64_t kMaxDrain = 1U << 20U;

  // Input.
  void wait(bool to_write);
  void on_ready();
  IoResult fill();
  void process_input();
  bool take_head();
  bool begin_request(std::size_t head_size);
  bool take_body();
  void drain();
  void linger();

  // CONNECT and TLS (connection_proxy.cc).
  void handle_connect(const RequestHead& head);
  void begin_tls(const std::string& host);
  void use_tls(const std::shared_ptr<ssl_ctx_st>& context);
  void continue_handshake();

  // Answering (connection_answer.cc).
  void answer_here();
  void answer_on_worker();
  void make_writer(Response response);
  Response call_handler();
  void reject(int status, std::string_view message, Headers headers = {});
  void submit_pump();
  void advance_here();
  void after_progress(ResponseWriter::Progress progress);
  void finish_response();
  void begin_events();
  void wait_in_events(bool to_write);

  void set_state(State state, std::chrono::milliseconds timeout);
  void close();

  Loop& loop_;
  const ServerOptions& options_;
  const Listener& listener_;
  boost::asio::posix::stream_descriptor descriptor_;
  const int fd_;
  const std::string peer_;
  std::string tls_host_;  // of CONNECT, once TLS has begun
  std::unique_ptr<Stream> stream_;
  TlsStream* handshake_ = nullptr;  // stream_, while it shakes hands

  State state_ = State::kIdle;
  std::optional<Clock::time_point> deadline_;
  InputBuffer input_;
  std::size_t searched_ = 0;  // of input_, for the end of a head
  std::uint64_t answered_ = 0;
  bool in_process_input_ = false;
  std::uint64_t discarded_ = 0;  // while draining or lingering

  // The request at hand.
  Request request_;
  bool http_1_1_ = true;
  bool keep_alive_ = true;
  std::optional<RequestBody> body_;
  std::optional<ResponseWriter> writer_;

  // When it is an event stream.
  std::shared_ptr<EventStream> events_;
  std::string event_bytes_;
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
};

}  // namespace tunesmith::http
