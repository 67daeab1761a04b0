// SPDX-License-Identifier: Apache-2.0
//
// What a client sends where TLS is to begin, after CONNECT or at a port of its own: the handshake
// ends, waits for more or fails, and never reads beyond what came.
#include "base/files.h"
#include "http/tls_authority.h"
#include "http/tls_stream.h"

#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>

#include "fuzz.h"

namespace {

std::shared_ptr<ssl_ctx_st> make_context() {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "fuzz-tls-XXXXXX").string();
  TUNESMITH_CHECK(::mkdtemp(folder.data()) != nullptr);
  const auto authority = tunesmith::http::TlsAuthority::load_or_create(folder);
  TUNESMITH_CHECK(authority.has_value());
  fs::remove_all(folder);
  const auto context = (*authority)->context_for("sts.amazonaws.com");
  TUNESMITH_CHECK(context.has_value());
  return *context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith;  // NOLINT(google-build-using-namespace)
  static const auto context = make_context();
  const std::string_view text = fuzz::text_of(data, size);
  int ends[2];
  TUNESMITH_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const FileDescriptor ours(ends[0]), theirs(ends[1]);
  // The first part was read with the CONNECT, the rest comes through the socket.
  const std::size_t cut = size == 0 ? 0 : data[size - 1] % size;
  http::TlsStream stream(context, ours.get(), std::string(text.substr(0, cut)));
  (void)stream.handshake();
  TUNESMITH_CHECK(write_all(theirs.get(), text.substr(cut)).has_value());
  TUNESMITH_CHECK(::shutdown(theirs.get(), SHUT_WR) == 0);
  const http::IoResult result = stream.handshake();
  TUNESMITH_CHECK(result.status != http::IoResult::Status::kWantWrite);
  if (!result.ok()) return 0;
  char into[64];
  (void)stream.read(into);
  return 0;
}
