// SPDX-License-Identifier: Apache-2.0
//
// What the rest of the server sees of HTTP: a request whose body is pulled, a response, and the
// Handler between them. No Boost type appears here. Bodies stream: nothing that a client sends is
// held whole in memory unless a handler reads it so.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tunesmith::http {

/// Header fields in the order received; names compare without case.
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  void add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
  }
  /// Replaces every field of that name.
  void set(std::string name, std::string value);
  void erase(std::string_view name);
  /// The first field of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  std::string_view get_or(std::string_view name, std::string_view fallback) const {
    return get(name).value_or(fallback);
  }
  bool has(std::string_view name) const { return get(name).has_value(); }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// A body to be pulled. Blocking; used by one thread.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Fills part of `into` (not empty) and returns how many bytes; 0 at the end. An error when the
  /// peer vanished, was too slow, sent too much, or (readers that check) the content is not what
  /// was signed.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// Reads a body to its end. kLimitExceeded when it is longer than `limit` bytes. `expected`: its
/// length, where that is known; saves memory and time, promises nothing.
Result<std::string> read_all(BodyReader& body, std::size_t limit, std::size_t expected = 0);

struct Request {
  std::string method;  // "GET"
  std::string target;  // as received, origin form: raw path and query, never decoded
  Headers headers;
  bool tls = false;                             // came through TLS of ours
  bool intercepted = false;                     // was meant for an AWS host: came by CONNECT
  std::string authority;                        // Host header, without scheme
  std::string peer;                             // "127.0.0.1:53210"; for the log
  std::optional<std::uint64_t> content_length;  // absent: no body, or chunked
  BodyReader* body = nullptr;                   // never null in a handler

  /// The raw path, before '?'.
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  /// The raw query, after '?'; empty when there is none.
  std::string_view query() const {
    const auto at = target.find('?');
    return at == std::string::npos ? std::string_view() : std::string_view(target).substr(at + 1);
  }
};

/// Part of a file, sent without passing through user memory where the system can.
struct FileBody {
  FileDescriptor file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// A response that goes on until either side closes (server-sent events). Thread safe.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Queues raw bytes; false when the client is gone or too far behind (it is then disconnected).
  virtual bool send(std::string bytes) = 0;
  virtual void close() = 0;
};
/// Called once, on any thread, after the head of the response has been sent.
struct EventBody {
  std::function<void(std::shared_ptr<EventSink>)> start;
};

struct Response {
  int status = 200;
  Headers headers;
  // A std::unique_ptr<BodyReader> is sent chunked, or with `content_length` when that is set.
  std::variant<std::string, FileBody, std::unique_ptr<BodyReader>, EventBody> body;
  std::optional<std::uint64_t> content_length;
  bool close = false;  // end the connection after this response
};

/// Answers requests. Called on worker threads, many at once.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Must not throw; an exception is answered 500 and logged once.
  virtual Response handle(Request& request) = 0;
  /// True when the answer needs no waiting (reads served from memory or the page cache): such a
  /// request, if its body is small and has arrived, is answered on the network thread.
  virtual bool is_quick(const Request& /*request*/) const { return false; }
};

}  // namespace tunesmith::http
