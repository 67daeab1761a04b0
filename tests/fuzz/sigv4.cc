// SPDX-License-Identifier: Apache-2.0
//
// Who signed a request and how, and a body in signed or unsigned chunks. Parts are separated by
// NUL: target, Authorization, X-Amz-Date, then the body.
#include "aws/sigv4/authorization.h"
#include "aws/sigv4/canonical_request.h"
#include "aws/sigv4/chunked.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "fuzz.h"

namespace {

class Pieces final : public tunesmith::http::BodyReader {
 public:
  Pieces(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}
  tunesmith::Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min({into.size(), text_.size(), piece_});
    std::memcpy(into.data(), text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
};

void read_body(std::string_view text, bool is_signed, std::size_t piece) {
  using namespace tunesmith::aws::sigv4;  // NOLINT(google-build-using-namespace)
  Pieces source(text, piece);
  ChunkedOptions options;
  options.is_signed = is_signed;
  options.has_trailer = text.size() % 2 == 0;
  options.decoded_length = 5;
  options.signing_key = std::string(32, 'k');
  options.seed_signature = std::string(64, '0');
  ChunkedBody body(source, options, std::make_shared<tunesmith::http::Headers>(),
                   std::make_shared<std::optional<tunesmith::aws::ApiError>>());
  std::array<char, 64> into{};
  std::size_t total = 0;
  for (;;) {
    const auto n = body.read(into);
    if (!n || *n == 0) break;
    total += *n;
    TUNESMITH_CHECK(total <= options.decoded_length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::aws::sigv4;  // NOLINT(google-build-using-namespace)
  std::string_view rest = tunesmith::fuzz::text_of(data, size);
  tunesmith::http::Request request;
  request.method = "GET";
  request.target = "/" + std::string(tunesmith::fuzz::next_part(rest));
  request.authority = "h";
  request.headers.add("Host", "h");
  const std::string_view authorization = tunesmith::fuzz::next_part(rest);
  if (!authorization.empty()) request.headers.add("Authorization", std::string(authorization));
  request.headers.add("X-Amz-Date", std::string(tunesmith::fuzz::next_part(rest)));
  const auto fields = read_authorization(request);
  if (const auto* found = std::get_if<SignatureFields>(&fields)) {
    TUNESMITH_CHECK(!found->access_key_id.empty());
  }
  read_body(rest, false, 7);
  read_body(rest, true, 1000);
  return 0;
}
