// SPDX-License-Identifier: Apache-2.0
//
// Bytes over a connected non-blocking socket, plain or through TLS. Calls never block: they say
// what to wait for. So a connection can be driven by the network thread (which waits with epoll)
// and, while a worker owns it, by that worker (which waits with poll). One thread at a time. The
// descriptor belongs to the connection.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

namespace tunesmith::http {

struct IoResult {
  enum class Status { kOk, kWantRead, kWantWrite, kEnd, kFailed };
  Status status = Status::kOk;
  std::size_t bytes = 0;  // moved, when kOk: at least 1

  bool ok() const { return status == Status::kOk; }
  /// Not now: wait for the descriptor and call again.
  bool wants() const { return status == Status::kWantRead || status == Status::kWantWrite; }
};

class Stream {
 public:
  virtual ~Stream() = default;
  virtual IoResult read(std::span<char> into) = 0;
  /// Writes some of `first`, then of `second`, in one call to the system where possible. `first`
  /// may be empty only when `second` is not. After kWant*, call again with the same bytes.
  virtual IoResult write(std::string_view first, std::string_view second) = 0;
  /// Sends part of a file from `offset` without copying it. Only when can_send_files().
  virtual IoResult send_file(int file, off_t offset, std::size_t count) = 0;
  virtual bool can_send_files() const = 0;
  /// Bytes that have been taken off the socket already and wait inside: epoll would not tell.
  virtual bool has_buffered_input() const { return false; }
  /// Tells the peer that no more is coming. Never blocks; failure means nothing.
  virtual void finish_writing() = 0;
};

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}
  IoResult read(std::span<char> into) override;
  IoResult write(std::string_view first, std::string_view second) override;
  IoResult send_file(int file, off_t offset, std::size_t count) override;
  bool can_send_files() const override { return true; }
  void finish_writing() override;

 private:
  int fd_;
};

/// Blocks the calling thread until `fd` may be read (or written), or the time is over. False: it is
/// over.
bool wait_for(int fd, bool to_write, std::chrono::milliseconds timeout);

}  // namespace tunesmith::http
