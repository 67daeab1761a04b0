// SPDX-License-Identifier: Apache-2.0
//
// REST-XML, which is S3: the path names bucket and key, most members are headers, bodies are
// objects or small XML documents, and errors are one <Error> element.
#include "aws/protocol/body_digest.h"
#include "aws/protocol/exchange.h"
#include "aws/protocol/faults.h"
#include "aws/protocol/rest_bindings.h"
#include "aws/protocol/xml.h"
#include "base/strings.h"

namespace tunesmith::aws {
namespace {

class RestXmlCodec final : public Codec {
 public:
  explicit RestXmlCodec(Exchange& exchange) : exchange_(exchange) {}

  Outcome<void> decode(const OperationDescriptor& operation, void* input) override {
    if (operation.input == nullptr) return {};
    Validator validator(operation.service->check_enums);
    if (auto done = decode_bindings(exchange_, operation, input, validator); !done) return done;
    if (!validator.ok()) return fault(Protocol::kRestXml, Fault::kInvalid, validator.message());
    const Member* payload = payload_member(operation.input);
    if (payload == nullptr) {
      if (!has_body_members(*operation.input)) return {};
      return decode_document(*operation.input, operation, input, /*required=*/true);
    }
    if (payload->shape->kind == ShapeKind::kInputStream) {
      decode_stream(exchange_, *payload, input);
      return {};
    }
    if (payload->shape->kind == ShapeKind::kStructure) {
      return decode_document(*payload->shape, operation, input, payload->required(), payload);
    }
    auto text = read_document(exchange_);
    if (!text) return std::move(text).error();
    *static_cast<std::string*>(payload->access.emplace(input)) = std::move(*text);
    return {};
  }

  http::Response encode(const OperationDescriptor& operation, void* output) override {
    http::Response answer = response(operation.success_status);
    encode_bindings(operation, output, answer);
    if (operation.output == nullptr) return answer;
    if (const Member* payload = payload_member(operation.output)) {
      if (payload->shape->kind != ShapeKind::kStructure) {
        encode_raw_payload(*payload, output, answer);
      } else if (const void* value = payload->access.get(output)) {
        const std::string_view name =
            operation.root_name.empty() ? payload->wire_name : operation.root_name;
        document(answer, name, *payload->shape, value);
      }
      return answer;
    }
    if (!has_body_members(*operation.output)) return answer;
    const std::string_view root =
        operation.root_name.empty() ? operation.output->name : operation.root_name;
    if (operation.unwrapped) {
      const Member& member = operation.output->members.front();
      std::string body(kXmlDeclaration);
      if (const void* value = member.access.get(output)) {
        encode_xml_element(root, xml_namespace(), *member.shape, value, body);
      } else {
        body.append("<").append(root).append(" xmlns=\"").append(xml_namespace()).append("\"/>");
      }
      set_document(answer, std::move(body));
    } else {
      document(answer, root, *operation.output, output);
    }
    return answer;
  }

  http::Response refuse(const ApiError& original) override {
    // A body that is not what was signed is the reason, whatever the operation made of it.
    const auto& signature_error = exchange_.authenticated.body_error;
    const ApiError& error = signature_error && *signature_error ? **signature_error : original;
    http::Response answer = response(error.status);
    if (exchange_.request.method == "HEAD" || error.status == 304) return answer;
    std::string body(kXmlDeclaration);
    body += "<Error>";
    append_xml_element("Code", error.code, body);
    append_xml_element("Message", error.message, body);
    for (const auto& [name, value] : error.details) append_xml_element(name, value, body);
    append_xml_element("RequestId", exchange_.request_id, body);
    append_xml_element("HostId", host_id(), body);
    body += "</Error>";
    set_document(answer, std::move(body));
    return answer;
  }

 private:
  /// Reads the body as a document into `input`, or into its member `payload`.
  Outcome<void> decode_document(const Shape& shape, const OperationDescriptor& operation,
                                void* input, bool required, const Member* payload = nullptr) {
    auto text = read_document(exchange_);
    if (!text) return std::move(text).error();
    if (operation.checked_body) {
      if (auto right = check_body_digests(exchange_.request.headers, *text); !right) return right;
    }
    if (trim(*text).empty()) {
      if (!required) return {};
      return fault(Protocol::kRestXml, Fault::kMalformed);
    }
    Validator validator(operation.service->check_enums);
    void* into = payload != nullptr ? payload->access.emplace(input) : input;
    if (!decode_xml(*text, shape, into, validator) || !validator.ok()) {
      return fault(Protocol::kRestXml, Fault::kMalformed);
    }
    return {};
  }

  http::Response response(int status) const {
    http::Response answer;
    answer.status = status;
    answer.headers.add("x-amz-request-id", exchange_.request_id);
    answer.headers.add("x-amz-id-2", host_id());
    // What others stored is not to run in a browser that is signed in to the console of the same
    // origin.
    answer.headers.add("X-Content-Type-Options", "nosniff");
    answer.headers.add("Content-Security-Policy", "sandbox; default-src 'none'");
    return answer;
  }

  std::string_view xml_namespace() const {
    return exchange_.service != nullptr ? exchange_.service->xml_namespace : std::string_view();
  }

  void document(http::Response& answer, std::string_view root, const Shape& shape,
                const void* value) const {
    std::string body(kXmlDeclaration);
    encode_xml_element(root, xml_namespace(), shape, value, body);
    set_document(answer, std::move(body));
  }

  static void set_document(http::Response& answer, std::string body) {
    answer.headers.set("Content-Type", "application/xml");
    answer.body = std::move(body);
  }

  /// S3's second request id names the machine that answered; clients print it, nobody reads it.
  std::string host_id() const { return to_base64(exchange_.request_id); }

  Exchange& exchange_;
};

}  // namespace

std::unique_ptr<Codec> make_rest_xml_codec(Exchange& exchange) {
  return std::make_unique<RestXmlCodec>(exchange);
}

}  // namespace tunesmith::aws
