// SPDX-License-Identifier: Apache-2.0
//
// REST-JSON: members in path, query and headers as in REST-XML, the rest a JSON document or a raw
// body.
#include "aws/protocol/exchange.h"
#include "aws/protocol/faults.h"
#include "aws/protocol/json.h"
#include "aws/protocol/rest_bindings.h"
#include "base/strings.h"

namespace tunesmith::aws {
namespace {

class RestJsonCodec final : public Codec {
 public:
  explicit RestJsonCodec(Exchange& exchange) : exchange_(exchange) {}

  Outcome<void> decode(const OperationDescriptor& operation, void* input) override {
    if (operation.input == nullptr) return {};
    Validator validator(operation.service->check_enums);
    if (auto done = decode_bindings(exchange_, operation, input, validator); !done) return done;
    if (auto done = decode_body(*operation.input, input, validator); !done) return done;
    if (!validator.ok()) return fault(Protocol::kRestJson, Fault::kInvalid, validator.message());
    return {};
  }

  http::Response encode(const OperationDescriptor& operation, void* output) override {
    http::Response answer = response(operation.success_status);
    encode_bindings(operation, output, answer);
    const Member* payload = payload_member(operation.output);
    if (payload != nullptr && payload->shape->kind != ShapeKind::kStructure) {
      encode_raw_payload(*payload, output, answer);
      return answer;
    }
    std::string body;
    if (payload != nullptr) {
      if (const void* value = payload->access.get(output))
        encode_json(*payload->shape, value, body);
    } else if (operation.output != nullptr) {
      encode_json(*operation.output, output, body);
    } else {
      body = "{}";
    }
    answer.headers.set("Content-Type", "application/json");
    answer.body = std::move(body);
    return answer;
  }

  http::Response refuse(const ApiError& original) override {
    const auto& signature_error = exchange_.authenticated.body_error;
    const ApiError& error = signature_error && *signature_error ? **signature_error : original;
    http::Response answer = response(error.status);
    answer.headers.add("x-amzn-ErrorType", error.code);
    answer.headers.set("Content-Type", "application/json");
    std::string body = "{\"message\":";
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
    answer.body = std::move(body);
    return answer;
  }

 private:
  Outcome<void> decode_body(const Shape& input_shape, void* input, Validator& validator) {
    const Member* payload = payload_member(&input_shape);
    if (payload != nullptr && payload->shape->kind == ShapeKind::kInputStream) {
      decode_stream(exchange_, *payload, input);
      return {};
    }
    if (payload == nullptr && !has_body_members(input_shape)) return {};
    auto text = read_document(exchange_);
    if (!text) return std::move(text).error();
    if (payload == nullptr) return decode_json(*text, input_shape, input, validator);

    const Path root{};
    const Path here{.parent = &root, .name = payload->name};
    if (payload->shape->kind != ShapeKind::kStructure) {
      void* slot = payload->access.emplace(input);
      *static_cast<std::string*>(slot) = std::move(*text);
      validator.check(here, *payload->shape, slot);
      return {};
    }
    if (trim(*text).empty()) {
      if (payload->required()) validator.missing(here);
      return {};
    }
    return decode_json_value(*text, *payload->shape, payload->access.emplace(input), here,
                             validator);
  }

  http::Response response(int status) const {
    http::Response answer;
    answer.status = status;
    answer.headers.add("x-amzn-RequestId", exchange_.request_id);
    return answer;
  }

  Exchange& exchange_;
};

}  // namespace

std::unique_ptr<Codec> make_rest_json_codec(Exchange& exchange) {
  return std::make_unique<RestJsonCodec>(exchange);
}

}  // namespace tunesmith::aws
