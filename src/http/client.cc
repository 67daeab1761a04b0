// SPDX-License-Identifier: Apache-2.0
#include "http/client.h"

#include "http/chunked_decoder.h"
#include "http/client_socket.h"
#include "http/head_parser.h"
#include "http/input_buffer.h"
#include "http/stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>
#include <variant>

namespace tunesmith::http {
namespace {

constexpr std::size_t kPiece = 128U << 10U;
constexpr std::size_t kMaxHead = 256U << 10U;

Error broken(std::string_view what) {
  return {ErrorKind::kUnavailable, "http client: " + std::string(what)};
}
Error corrupt(std::string_view what) {
  return {ErrorKind::kCorrupt, "http client: " + std::string(what)};
}

}  // namespace

struct Client::Connection {
  Connection(FileDescriptor socket, std::chrono::milliseconds timeout)
      : fd(std::move(socket)), stream(fd.get()), io_timeout(timeout) {}

  FileDescriptor fd;
  PlainStream stream;
  std::chrono::milliseconds io_timeout;
  InputBuffer input;
  bool reused = false;          // has carried a request before this one
  bool answered_early = false;  // the answer came before all of the request was sent

  // The server has closed it, or sent what nobody asked for.
  bool is_stale() const {
    char byte = 0;
    return !input.empty() || ::recv(fd.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
  }

  // Sends all, unless an answer arrives meanwhile.
  Result<void> write(std::string_view first, std::string_view second) {
    while (!answered_early && (!first.empty() || !second.empty())) {
      const IoResult sent = stream.write(first, second);
      if (sent.ok()) {
        const std::size_t of_first = std::min(sent.bytes, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(sent.bytes - of_first);
      } else if (!sent.wants()) {
        // It may have answered before it closed.
        answered_early = true;
      } else {
        pollfd entry{fd.get(), POLLIN | POLLOUT, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(io_timeout.count()));
        if (ready == 0) return broken("server took nothing for too long");
        if (ready > 0 && (entry.revents & POLLIN) != 0) answered_early = true;
      }
    }
    return {};
  }

  /// More input. False: the server has closed the connection.
  Result<bool> fill() {
    for (;;) {
      const IoResult got = stream.read(input.prepare(kPiece));
      input.commit(got.bytes);
      if (got.ok()) return true;
      if (got.status == IoResult::Status::kEnd) return false;
      if (!got.wants()) return broken("connection failed");
      if (!wait_for(fd.get(), false, io_timeout)) return broken("server sent nothing for too long");
    }
  }

  Result<void> send_request(const ClientRequest& request, const ClientAddress& address);
  Result<ResponseHead> read_head(bool& any_answer);
  Result<void> read_body(const Framing& framing, const Sink& sink, bool& ended_by_close);
};

Result<void> Client::Connection::send_request(const ClientRequest& request,
                                              const ClientAddress& address) {
  const bool chunked = request.stream != nullptr && !request.stream_length;
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (!request.headers.has("host")) {
    if (address.unix_path.empty()) {
      fmt::format_to(std::back_inserter(head), "Host: {}:{}\r\n", address.host, address.port);
    } else {
      head.append("Host: localhost\r\n");
    }
  }
  for (const auto& [name, value] : request.headers.entries()) {
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  }
  const std::uint64_t length = request.stream_length.value_or(request.body.size());
  const bool has_body = length > 0 || request.method == "POST" || request.method == "PUT";
  if (chunked) {
    head.append("Transfer-Encoding: chunked\r\n");
  } else if (has_body && !request.headers.has("content-length")) {
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", length);
  }
  head.append("\r\n");
  if (request.stream == nullptr) return write(head, request.body);

  TUNESMITH_TRY_VOID(write(head, {}));
  std::uint64_t left = chunked ? std::numeric_limits<std::uint64_t>::max() : length;
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece));
  const auto piece = std::make_unique_for_overwrite<char[]>(room);
  while (left > 0 && !answered_early) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, room));
    TUNESMITH_TRY(const std::size_t got, request.stream->read(std::span(piece.get(), wanted)));
    if (got == 0 && !chunked) return broken("the request's body is shorter than announced");
    if (got == 0) return write("0\r\n\r\n", {});
    const std::string_view bytes(piece.get(), got);
    if (chunked) {
      TUNESMITH_TRY_VOID(write(fmt::format("{:x}\r\n", got), bytes));
      TUNESMITH_TRY_VOID(write("\r\n", {}));
    } else {
      TUNESMITH_TRY_VOID(write(bytes, {}));
      left -= got;
    }
  }
  return {};
}

Result<ResponseHead> Client::Connection::read_head(bool& any_answer) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t size = find_head_end(input.view(), searched);
    if (std::min(size, input.size()) > kMaxHead) return corrupt("the answer's header is too large");
    if (size == std::string_view::npos) {
      TUNESMITH_TRY(const bool more, fill());
      if (!more) return broken("server closed the connection");
      any_answer = true;
      continue;
    }
    auto parsed = parse_response_head(input.view().substr(0, size));
    input.consume(size);
    searched = 0;
    if (const auto* error = std::get_if<HeadError>(&parsed)) return corrupt(error->message);
    auto& head = std::get<ResponseHead>(parsed);
    // 100 Continue and its like precede the answer.
    if (head.status >= 200) return std::move(head);
  }
}

Result<void> Client::Connection::read_body(const Framing& framing, const Sink& sink,
                                           bool& ended_by_close) {
  ChunkedDecoder decoder;
  const bool until_close = !framing.chunked && !framing.content_length;
  std::uint64_t left = framing.content_length.value_or(0);
  ended_by_close = until_close;
  for (;;) {
    std::size_t used = 0;
    while (used < input.size()) {
      std::string_view bytes = input.view().substr(used);
      if (framing.chunked) {
        const auto step = decoder.next(bytes);
        used += step.consumed;
        bytes = step.body;
        if (decoder.failed()) return corrupt("malformed chunk");
      } else {
        if (!until_close)
          bytes = bytes.substr(
              0, static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size())));
        used += bytes.size();
        if (!until_close) left -= bytes.size();
      }
      if (!bytes.empty()) TUNESMITH_TRY_VOID(sink(bytes));
      if (framing.chunked ? decoder.done() : !until_close && left == 0) break;
    }
    input.consume(used);
    if (framing.chunked ? decoder.done() : !until_close && left == 0) return {};
    TUNESMITH_TRY(const bool more, fill());
    if (!more) {
      if (until_close) return {};
      return broken("server closed the connection in the middle of an answer");
    }
  }
}

Client::Client(ClientAddress address, ClientOptions options)
    : address_(std::move(address)), options_(options) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::disconnect() { connection_.reset(); }

Result<void> Client::connect() {
  TUNESMITH_TRY(auto fd, address_.unix_path.empty()
                             ? connect_tcp(address_.host, address_.port, options_.connect_timeout)
                             : connect_unix(address_.unix_path, options_.connect_timeout));
  connection_ = std::make_unique<Connection>(std::move(fd), options_.io_timeout);
  return {};
}

Result<ClientResponse> Client::send_once(const ClientRequest& request, const Sink* sink,
                                         bool& any_answer) {
  Connection& connection = *connection_;
  TUNESMITH_TRY_VOID(connection.send_request(request, address_));
  TUNESMITH_TRY(auto head, connection.read_head(any_answer));
  ClientResponse response;
  response.status = head.status;
  response.headers = std::move(head.headers);
  bool keep = head.keep_alive && !connection.answered_early;
  const bool bodiless = request.method == "HEAD" || head.status == 204 || head.status == 304;
  if (!bodiless) {
    const Sink keep_in_memory = [&](std::string_view bytes) -> Result<void> {
      if (response.body.size() + bytes.size() > options_.max_response_bytes) {
        return Error(ErrorKind::kLimitExceeded, "http client: the answer is too large");
      }
      response.body.append(bytes);
      return {};
    };
    const bool to_sink = sink != nullptr && head.status >= 200 && head.status < 300;
    bool ended_by_close = false;
    TUNESMITH_TRY_VOID(
        connection.read_body(head.framing, to_sink ? *sink : keep_in_memory, ended_by_close));
    keep = keep && !ended_by_close;
  }
  connection.reused = true;
  if (!keep) disconnect();
  return response;
}

Result<ClientResponse> Client::send(const ClientRequest& request) { return send(request, Sink()); }

Result<ClientResponse> Client::send(const ClientRequest& request, const Sink& sink) {
  if (connection_ && connection_->is_stale()) disconnect();
  for (;;) {
    if (!connection_) TUNESMITH_TRY_VOID(connect());
    const bool reused = connection_->reused;
    bool any_answer = false;
    auto response = send_once(request, sink ? &sink : nullptr, any_answer);
    if (response) return response;
    disconnect();
    const bool repeat = reused && !any_answer && request.may_repeat && request.stream == nullptr &&
                        response.error().kind == ErrorKind::kUnavailable;
    if (!repeat) return response;
  }
}

Result<std::size_t> FileReader::read(std::span<char> into) {
  for (;;) {
    const ssize_t n = ::read(file_.get(), into.data(), into.size());
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return Error::from_errno(errno, "read file");
  }
}

}  // namespace tunesmith::http
