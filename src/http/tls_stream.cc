// SPDX-License-Identifier: Apache-2.0
#include "http/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tunesmith::http {
namespace {

constexpr std::size_t kRecord = 16U << 10U;

}  // namespace

// A BIO over the socket that never raises SIGPIPE and begins with what had been read before.
struct TlsTransport {
  static TlsStream& of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, int size) {
    TlsStream& stream = of(bio);
    BIO_clear_retry_flags(bio);
    if (size <= 0) return 0;
    if (!stream.received_.empty()) {
      const std::size_t n = std::min(static_cast<std::size_t>(size), stream.received_.size());
      std::memcpy(into, stream.received_.data(), n);
      stream.received_.erase(0, n);
      return static_cast<int>(n);
    }
    const ssize_t n = ::recv(stream.fd_, into, static_cast<std::size_t>(size), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      BIO_set_retry_read(bio);
    }
    return static_cast<int>(n);
  }
  static int write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    if (size <= 0) return 0;
    const ssize_t n =
        ::send(of(bio).fd_, from, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      BIO_set_retry_write(bio);
    }
    return static_cast<int>(n);
  }
  static long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
  }
  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
      BIO_meth_set_read(m, &read);
      BIO_meth_set_write(m, &write);
      BIO_meth_set_ctrl(m, &control);
      return m;
    }();
    return made;
  }
};

TlsStream::TlsStream(const std::shared_ptr<ssl_ctx_st>& context, int fd, std::string received)
    : fd_(fd), received_(std::move(received)), ssl_(SSL_new(context.get())) {
  BIO* bio = ssl_ != nullptr ? BIO_new(TlsTransport::method()) : nullptr;
  if (bio == nullptr) return;  // handshake() fails
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

IoResult TlsStream::result_of(int returned) {
  const int error = SSL_get_error(ssl_, returned);
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ:
      return {IoResult::Status::kWantRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {IoResult::Status::kWantWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {IoResult::Status::kEnd, 0};
    default:
      return {IoResult::Status::kFailed, 0};
  }
}

IoResult TlsStream::handshake() {
  if (ssl_ == nullptr || SSL_get_rbio(ssl_) == nullptr) return {IoResult::Status::kFailed, 0};
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_);
  if (returned == 1) return {IoResult::Status::kOk, 0};
  return result_of(returned);
}

IoResult TlsStream::read(std::span<char> into) {
  ERR_clear_error();
  std::size_t n = 0;
  const int returned = SSL_read_ex(ssl_, into.data(), into.size(), &n);
  if (returned == 1) return {IoResult::Status::kOk, n};
  return result_of(returned);
}

IoResult TlsStream::write(std::string_view first, std::string_view second) {
  std::string_view bytes = first.empty() ? second : first;
  if (!first.empty() && !second.empty() && first.size() < kRecord) {
    joined_.assign(first);
    joined_.append(second.substr(0, kRecord - first.size()));
    bytes = joined_;
  }
  ERR_clear_error();
  std::size_t n = 0;
  const int returned = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &n);
  if (returned == 1) return {IoResult::Status::kOk, n};
  return result_of(returned);
}

IoResult TlsStream::send_file(int /*file*/, off_t /*offset*/, std::size_t /*count*/) {
  return {IoResult::Status::kFailed, 0};
}

bool TlsStream::has_buffered_input() const { return SSL_pending(ssl_) > 0; }

void TlsStream::finish_writing() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
  ERR_clear_error();
  ::shutdown(fd_, SHUT_WR);
}

}  // namespace tunesmith::http
