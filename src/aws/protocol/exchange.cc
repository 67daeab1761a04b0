// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/exchange.h"

#include "aws/protocol/faults.h"
#include "base/gzip.h"
#include "base/strings.h"

#include <cstdint>
#include <span>

namespace tunesmith::aws {
namespace {

// A body of up to this announced length is read into one piece of that size. Longer ones grow as
// they arrive, so that announcing is not enough to make the server allocate.
constexpr std::uint64_t kSmallDocument = 64U << 10U;

Result<std::string> read_announced(http::BodyReader& body, std::size_t length) {
  std::string text(length + 1, '\0');
  std::size_t filled = 0;
  for (;;) {
    TUNESMITH_TRY(const std::size_t got,
                  body.read(std::span(text.data() + filled, text.size() - filled)));
    if (got == 0) break;
    filled += got;
    if (filled > length) return Error(ErrorKind::kInvalid, "read body: longer than announced");
  }
  text.resize(filled);
  return text;
}

}  // namespace

Outcome<std::string> read_document(Exchange& exchange) {
  http::BodyReader* body = exchange.authenticated.body.get();
  if (body == nullptr) body = exchange.request.body;
  const auto announced = exchange.authenticated.content_length;
  if (announced && *announced > exchange.max_document)
    return fault(exchange.protocol, Fault::kTooLarge);
  auto text = announced && *announced <= kSmallDocument
                  ? read_announced(*body, static_cast<std::size_t>(*announced))
                  : http::read_all(*body, exchange.max_document);
  // SDKs compress what is long for some operations (PutMetricData).
  if (text && iequals(exchange.request.headers.get_or("content-encoding", ""), "gzip"))
    text = gunzip(*text, exchange.max_document);
  if (text) return std::move(*text);
  const auto& signature_error = exchange.authenticated.body_error;
  if (signature_error && *signature_error) return **signature_error;
  if (text.error().kind == ErrorKind::kLimitExceeded)
    return fault(exchange.protocol, Fault::kTooLarge);
  return fault(exchange.protocol, Fault::kBodyLost, text.error().message);
}

void add_query_error(const Exchange& exchange, const ApiError& error, http::Response& answer) {
  if (exchange.service == nullptr || !exchange.service->also_query) return;
  answer.headers.add("x-amzn-query-error",
                     error.code + (error.status >= 500 ? ";Receiver" : ";Sender"));
}

std::unique_ptr<Codec> make_codec(Exchange& exchange) {
  switch (exchange.protocol) {
    case Protocol::kJson:
      return make_json_codec(exchange);
    case Protocol::kRestJson:
      return make_rest_json_codec(exchange);
    case Protocol::kQuery:
      return make_query_codec(exchange);
    case Protocol::kCbor:
      return make_cbor_codec(exchange);
    case Protocol::kRestXml:
      break;
  }
  return make_rest_xml_codec(exchange);
}

}  // namespace tunesmith::aws
