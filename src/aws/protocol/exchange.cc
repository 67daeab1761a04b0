// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/exchange.h"

#include "aws/protocol/faults.h"

namespace tunesmith::aws {

Outcome<std::string> read_document(Exchange& exchange) {
  http::BodyReader* body = exchange.authenticated.body.get();
  if (body == nullptr) body = exchange.request.body;
  const auto announced = exchange.authenticated.content_length;
  if (announced && *announced > exchange.max_document)
    return fault(exchange.protocol, Fault::kTooLarge);
  auto text = http::read_all(*body, exchange.max_document);
  if (text) return std::move(*text);
  const auto& signature_error = exchange.authenticated.body_error;
  if (signature_error && *signature_error) return **signature_error;
  if (text.error().kind == ErrorKind::kLimitExceeded)
    return fault(exchange.protocol, Fault::kTooLarge);
  return fault(exchange.protocol, Fault::kBodyLost, text.error().message);
}

std::unique_ptr<Codec> make_codec(Exchange& exchange) {
  switch (exchange.protocol) {
    case Protocol::kJson:
      return make_json_codec(exchange);
    case Protocol::kRestJson:
      return make_rest_json_codec(exchange);
    case Protocol::kQuery:
      return make_query_codec(exchange);
    case Protocol::kRestXml:
      break;
  }
  return make_rest_xml_codec(exchange);
}

}  // namespace tunesmith::aws
