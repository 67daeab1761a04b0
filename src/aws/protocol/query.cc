// SPDX-License-Identifier: Apache-2.0
//
// The query protocol (STS, IAM): POST / with a form, answered in XML.
#include "aws/protocol/query.h"

#include "aws/protocol/faults.h"
#include "aws/protocol/scalars.h"
#include "aws/protocol/xml.h"
#include "base/strings.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tunesmith::aws {
namespace {

constexpr int kMaxDepth = 32;

class FormDecoder {
 public:
  FormDecoder(const Parameters& form, Validator& validator) : validator_(validator) {
    for (const auto& [name, value] : form) values_.emplace(name, value);
  }

  Outcome<void> structure(const std::string& prefix, const Shape& shape, void* into,
                          const Path& path, int depth) {
    if (depth > kMaxDepth) return malformed(prefix);
    std::size_t given = 0;
    for (const Member& member : shape.members) {
      const std::string name = join(prefix, member.wire_name);
      const Path here{.parent = &path, .name = member.name};
      if (!exists(name)) {
        if (member.required()) validator_.missing(here);
        continue;
      }
      ++given;
      void* slot = member.access.emplace(into);
      const TimestampFormat format =
          timestamp_format(&member, *member.shape, TimestampFormat::kIso8601);
      if (auto done = value(name, *member.shape, member.has(MemberFlag::kFlattened), format, slot,
                            here, depth);
          !done) {
        return done;
      }
      validator_.check(here, *member.shape, slot);
    }
    validator_.check_union(path, shape, given);
    return {};
  }

 private:
  static std::string join(const std::string& prefix, std::string_view name) {
    return prefix.empty() ? std::string(name) : prefix + "." + std::string(name);
  }

  static ApiError malformed(const std::string& name) {
    return fault(Protocol::kQuery, Fault::kMalformed,
                 "The value of parameter " + name + " is malformed");
  }

  /// Whether the form has the name itself or anything below it.
  bool exists(const std::string& name) const {
    if (values_.contains(name)) return true;
    const std::string below = name + ".";
    const auto at = values_.lower_bound(below);
    return at != values_.end() && at->first.starts_with(below);
  }

  Outcome<void> value(const std::string& name, const Shape& shape, bool flattened,
                      TimestampFormat format, void* into, const Path& path, int depth) {
    switch (shape.kind) {
      case ShapeKind::kStructure:
        return structure(name, shape, into, path, depth + 1);
      case ShapeKind::kList:
        return list(flattened ? name : join(name, shape.element_name), shape, into, path, depth);
      case ShapeKind::kMap:
        return map(flattened ? name : name + ".entry", shape, into, path, depth);
      default:
        break;
    }
    const auto at = values_.find(name);
    if (at == values_.end() || !parse_scalar(at->second, shape, format, into))
      return malformed(name);
    return {};
  }

  /// The numbers N for which the form has "prefix.N", ascending. Clients may leave gaps.
  std::set<std::int64_t> indices(const std::string& prefix) const {
    std::set<std::int64_t> found;
    const std::string below = prefix + ".";
    for (auto at = values_.lower_bound(below); at != values_.end() && at->first.starts_with(below);
         ++at) {
      const std::string_view rest = std::string_view(at->first).substr(below.size());
      const auto number = parse_int(rest.substr(0, rest.find('.')));
      if (number && *number > 0) found.insert(*number);
    }
    return found;
  }

  Outcome<void> list(const std::string& prefix, const Shape& shape, void* into, const Path& path,
                     int depth) {
    std::size_t index = 0;
    for (const std::int64_t number : indices(prefix)) {
      const std::string name = prefix + "." + std::to_string(number);
      const Path here{.parent = &path, .index = ++index};
      if (auto done = nested(name, *shape.element, shape.list.append(into), here, depth); !done) {
        return done;
      }
    }
    return {};
  }

  Outcome<void> map(const std::string& prefix, const Shape& shape, void* into, const Path& path,
                    int depth) {
    for (const std::int64_t number : indices(prefix)) {
      const std::string entry = prefix + "." + std::to_string(number);
      const auto key = values_.find(join(entry, shape.key_name));
      const std::string value_name = join(entry, shape.element_name);
      if (key == values_.end() || !exists(value_name)) return malformed(entry);
      const Path here{.parent = &path, .name = key->second, .entry = true};
      void* slot = shape.map.emplace(into, key->second);
      if (auto done = nested(value_name, *shape.element, slot, here, depth); !done) return done;
    }
    return {};
  }

  Outcome<void> nested(const std::string& name, const Shape& shape, void* into, const Path& path,
                       int depth) {
    const TimestampFormat format = timestamp_format(nullptr, shape, TimestampFormat::kIso8601);
    if (auto done = value(name, shape, false, format, into, path, depth + 1); !done) return done;
    if (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kMap) {
      validator_.check(path, shape, into);
    }
    return {};
  }

  std::map<std::string, std::string, std::less<>> values_;
  Validator& validator_;
};

class QueryCodec final : public Codec {
 public:
  explicit QueryCodec(Exchange& exchange) : exchange_(exchange) {}

  Outcome<void> decode(const OperationDescriptor& operation, void* input) override {
    if (operation.input == nullptr) return {};
    Validator validator(operation.service->check_enums);
    if (auto done = decode_form(exchange_.form, *operation.input, input, validator); !done)
      return done;
    if (!validator.ok()) return fault(Protocol::kQuery, Fault::kInvalid, validator.message());
    return {};
  }

  http::Response encode(const OperationDescriptor& operation, void* output) override {
    const std::string root = std::string(operation.name) + "Response";
    std::string body = open(root);
    if (operation.output != nullptr) {
      const std::string wrapper(operation.result_wrapper);
      if (!wrapper.empty()) body += "<" + wrapper + ">";
      encode_xml_members(*operation.output, output, body);
      if (!wrapper.empty()) body += "</" + wrapper + ">";
    }
    body += "<ResponseMetadata>";
    append_xml_element("RequestId", exchange_.request_id, body);
    body += "</ResponseMetadata></" + root + ">";
    return response(operation.success_status, std::move(body));
  }

  http::Response refuse(const ApiError& original) override {
    const auto& signature_error = exchange_.authenticated.body_error;
    const ApiError& error = signature_error && *signature_error ? **signature_error : original;
    std::string body = open("ErrorResponse");
    body += "<Error>";
    append_xml_element("Type", error.status < 500 ? "Sender" : "Receiver", body);
    append_xml_element("Code", error.code, body);
    append_xml_element("Message", error.message, body);
    for (const auto& [name, value] : error.details) append_xml_element(name, value, body);
    body += "</Error>";
    append_xml_element("RequestId", exchange_.request_id, body);
    body += "</ErrorResponse>";
    return response(error.status, std::move(body));
  }

 private:
  std::string open(const std::string& root) const {
    std::string text(kXmlDeclaration);
    text += "<" + root;
    if (exchange_.service != nullptr && !exchange_.service->xml_namespace.empty()) {
      text += " xmlns=\"" + std::string(exchange_.service->xml_namespace) + "\"";
    }
    return text + ">";
  }

  http::Response response(int status, std::string body) const {
    http::Response answer;
    answer.status = status;
    answer.headers.add("x-amzn-RequestId", exchange_.request_id);
    answer.headers.add("Content-Type", "text/xml");
    answer.body = std::move(body);
    return answer;
  }

  Exchange& exchange_;
};

}  // namespace

Outcome<void> decode_form(const Parameters& form, const Shape& shape, void* structure,
                          Validator& validator) {
  return FormDecoder(form, validator).structure("", shape, structure, Path{}, 0);
}

std::unique_ptr<Codec> make_query_codec(Exchange& exchange) {
  return std::make_unique<QueryCodec>(exchange);
}

}  // namespace tunesmith::aws
