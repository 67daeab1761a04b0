// SPDX-License-Identifier: Apache-2.0
//
// AWS JSON 1.0 and 1.1: POST / with X-Amz-Target, a document each way.
#include "aws/protocol/exchange.h"
#include "aws/protocol/faults.h"
#include "aws/protocol/json.h"

#include <string>
#include <string_view>
#include <utility>

namespace tunesmith::aws {
namespace {

/// ValidationException, unless the operation's model has the other name that services give it.
ApiError invalid_input(const OperationDescriptor& operation, std::string message) {
  constexpr std::string_view kOther = "InvalidParameterException";
  ApiError error = fault(Protocol::kJson, Fault::kInvalid, std::move(message));
  for (const ErrorDescriptor& declared : operation.errors) {
    if (declared.code == kOther) error.code = kOther;
  }
  return error;
}

class JsonCodec final : public Codec {
 public:
  explicit JsonCodec(Exchange& exchange) : exchange_(exchange) {}

  Outcome<void> decode(const OperationDescriptor& operation, void* input) override {
    auto text = read_document(exchange_);
    if (!text) return std::move(text).error();
    if (operation.input == nullptr) return {};
    Validator validator(operation.service->check_enums);
    if (auto done = decode_json(*text, *operation.input, input, validator); !done) return done;
    if (!validator.ok()) return invalid_input(operation, validator.message());
    return {};
  }

  http::Response encode(const OperationDescriptor& operation, void* output) override {
    std::string body;
    if (operation.output != nullptr) {
      encode_json(*operation.output, output, body);
    } else {
      body = "{}";
    }
    return response(operation.success_status, std::move(body));
  }

  http::Response refuse(const ApiError& error) override {
    std::string body = "{\"__type\":";
    append_json_string(error.code, body);
    body += ",\"message\":";
    append_json_string(error.message, body);
    for (const auto& [name, value] : error.details) {
      body += ',';
      append_json_string(name, body);
      body += ':';
      append_json_string(value, body);
    }
    for (const auto& [name, value] : error.numbers) {
      body += ',';
      append_json_string(name, body);
      body += ':' + std::to_string(value);
    }
    body += '}';
    http::Response answer = response(error.status, std::move(body));
    answer.headers.add("x-amzn-ErrorType", error.code);
    add_query_error(exchange_, error, answer);
    return answer;
  }

 private:
  http::Response response(int status, std::string body) const {
    http::Response answer;
    answer.status = status;
    const std::string_view version =
        exchange_.service != nullptr ? exchange_.service->json_version : std::string_view();
    answer.headers.add("x-amzn-RequestId", exchange_.request_id);
    answer.headers.add("Content-Type", version == "1.0" ? "application/x-amz-json-1.0"
                                                        : "application/x-amz-json-1.1");
    answer.body = std::move(body);
    return answer;
  }

  Exchange& exchange_;
};

}  // namespace

std::unique_ptr<Codec> make_json_codec(Exchange& exchange) {
  return std::make_unique<JsonCodec>(exchange);
}

}  // namespace tunesmith::aws
