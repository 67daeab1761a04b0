// SPDX-License-Identifier: Apache-2.0
//
// A Stream through TLS, as its server. See stream.h for who may call.
#pragma once

#include "http/stream.h"

#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace tunesmith::http {

class TlsStream final : public Stream {
 public:
  /// `received`: bytes that have been read off the socket already.
  TlsStream(const std::shared_ptr<ssl_ctx_st>& context, int fd, std::string received);
  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// kOk when the handshake is done; before that, nothing else may be called.
  IoResult handshake();

  IoResult read(std::span<char> into) override;
  IoResult write(std::string_view first, std::string_view second) override;
  IoResult send_file(int file, off_t offset, std::size_t count) override;
  bool can_send_files() const override { return false; }
  bool has_buffered_input() const override;
  void finish_writing() override;

 private:
  IoResult result_of(int returned);

  int fd_;
  std::string received_;  // what the BIO gives before the socket's bytes
  std::string joined_;    // a short head and the beginning of its body, as one record
  ssl_st* ssl_ = nullptr;

  friend struct TlsTransport;
};

}  // namespace tunesmith::http
