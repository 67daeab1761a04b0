// SPDX-License-Identifier: Apache-2.0
//
// A small blocking HTTP/1.1 client over TCP or a Unix socket: what a runner talks to its server
// with, and the command line. Starts no thread, resolves only when it connects, keeps its
// connection for the next request. One thread at a time.
#pragma once

#include "base/result.h"
#include "http/message.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::http {

/// TCP, or a Unix socket when `unix_path` is set.
struct ClientAddress {
  std::string host{};
  std::uint16_t port = 0;
  std::filesystem::path unix_path{};
};

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds io_timeout{60'000};  // without a byte in either direction
  std::size_t max_response_bytes = 64U << 20U;   // of a body that is kept in memory
};

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";
  Headers headers{};             // Host and the body's length are added where they are missing
  std::string body{};            // or:
  BodyReader* stream = nullptr;  // sent with `stream_length`, else chunked
  std::optional<std::uint64_t> stream_length{};
  // A kept connection may turn out to have been closed by the server. When no byte of an answer has
  // come, such a request is sent once more, unless that would harm, or its body is a stream.
  bool may_repeat = true;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

class Client {
 public:
  /// Gets pieces of a body as they arrive; an error ends the request with that error.
  using Sink = std::function<Result<void>(std::string_view)>;

  explicit Client(ClientAddress address, ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Any status is a success here. kUnavailable: no connection, or it broke, or a timeout;
  /// kLimitExceeded: the answer is too large; kCorrupt: it is not HTTP.
  Result<ClientResponse> send(const ClientRequest& request);
  /// The same, but the body of a 2xx answer goes to `sink` instead of memory, without limit.
  Result<ClientResponse> send(const ClientRequest& request, const Sink& sink);
  /// Closes the kept connection.
  void disconnect();

 private:
  struct Connection;
  Result<ClientResponse> send_once(const ClientRequest& request, const Sink* sink,
                                   bool& any_answer);
  Result<void> connect();

  ClientAddress address_;
  ClientOptions options_;
  std::unique_ptr<Connection> connection_;
};

/// A file as a request's body.
class FileReader final : public BodyReader {
 public:
  explicit FileReader(FileDescriptor file) : file_(std::move(file)) {}
  Result<std::size_t> read(std::span<char> into) override;

 private:
  FileDescriptor file_;
};

}  // namespace tunesmith::http
