// SPDX-License-Identifier: Apache-2.0
//
// Smithy RPC v2 CBOR: POST /service/<service>/operation/<operation>, a document each way.
#include "aws/protocol/cbor.h"
#include "aws/protocol/exchange.h"
#include "aws/protocol/faults.h"
#include "aws/protocol/json.h"

namespace tunesmith::aws {
namespace {

class CborCodec final : public Codec {
 public:
  explicit CborCodec(Exchange& exchange) : exchange_(exchange) {}

  Outcome<void> decode(const OperationDescriptor& operation, void* input) override {
    auto bytes = read_document(exchange_);
    if (!bytes) return std::move(bytes).error();
    if (operation.input == nullptr) return {};
    const auto text = cbor_to_json(*bytes);
    if (!text) return text.error();
    Validator validator(operation.service->check_enums);
    if (auto done = decode_json(*text, *operation.input, input, validator); !done) return done;
    if (!validator.ok()) return fault(Protocol::kCbor, Fault::kInvalid, validator.message());
    return {};
  }

  http::Response encode(const OperationDescriptor& operation, void* output) override {
    std::string body;
    if (operation.output != nullptr) {
      encode_cbor(*operation.output, output, body);
    } else {
      append_cbor_map(0, body);
    }
    return response(operation.success_status, std::move(body));
  }

  http::Response refuse(const ApiError& error) override {
    std::string body;
    append_cbor_map(2 + error.details.size(), body);
    append_cbor_text("__type", body);
    append_cbor_text(error.code, body);
    append_cbor_text("message", body);
    append_cbor_text(error.message, body);
    for (const auto& [name, value] : error.details) {
      append_cbor_text(name, body);
      append_cbor_text(value, body);
    }
    http::Response answer = response(error.status, std::move(body));
    add_query_error(exchange_, error, answer);
    return answer;
  }

 private:
  http::Response response(int status, std::string body) const {
    http::Response answer;
    answer.status = status;
    answer.headers.add("x-amzn-RequestId", exchange_.request_id);
    answer.headers.add("smithy-protocol", "rpc-v2-cbor");
    answer.headers.add("Content-Type", "application/cbor");
    answer.body = std::move(body);
    return answer;
  }

  Exchange& exchange_;
};

}  // namespace

std::unique_ptr<Codec> make_cbor_codec(Exchange& exchange) {
  return std::make_unique<CborCodec>(exchange);
}

}  // namespace tunesmith::aws
