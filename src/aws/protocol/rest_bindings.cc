// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/rest_bindings.h"

#include "aws/protocol/faults.h"
#include "aws/protocol/rest_router.h"
#include "aws/protocol/scalars.h"
#include "aws/stream.h"
#include "base/strings.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace tunesmith::aws {
namespace {

constexpr std::string_view kContentLength = "Content-Length";

ApiError bad_argument(const Exchange& exchange, const Member& member) {
  const bool number =
      member.shape->kind == ShapeKind::kInteger || member.shape->kind == ShapeKind::kLong;
  std::string text = "Provided " + std::string(member.wire_name);
  text += number ? " not an integer or within integer range" : " is not valid";
  return fault(exchange.protocol, Fault::kBadArgument, std::move(text));
}

TimestampFormat place_format(const Member& member) {
  return timestamp_format(
      &member, *member.shape,
      member.location == Location::kQuery ? TimestampFormat::kIso8601 : TimestampFormat::kHttpDate);
}

/// A value as a header or query string gives it. A list's elements are separated by commas.
bool parse_binding(std::string_view text, const Member& member, void* slot) {
  if (member.shape->kind != ShapeKind::kList) {
    return parse_scalar(text, *member.shape, place_format(member), slot);
  }
  for (const std::string_view piece : split(text, ',')) {
    void* element = member.shape->list.append(slot);
    if (!parse_scalar(trim(piece), *member.shape->element, TimestampFormat::kHttpDate, element)) {
      return false;
    }
  }
  return true;
}

void decode_prefixed_headers(const http::Headers& headers, const Member& member, void* input) {
  const std::string prefix = to_lower(member.wire_name);
  void* map = nullptr;
  for (const auto& [name, value] : headers.entries()) {
    if (name.size() <= prefix.size() ||
        !iequals(std::string_view(name).substr(0, prefix.size()), prefix)) {
      continue;
    }
    if (map == nullptr) map = member.access.emplace(input);
    std::string key = to_lower(std::string_view(name).substr(prefix.size()));
    auto& slot = *static_cast<std::string*>(member.shape->map.emplace(map, std::move(key)));
    if (!slot.empty()) slot += ',';
    slot += value;
  }
}

/// A header's value can't hold a line break: whatever was stored, it must not start another header.
std::string header_value(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return text;
}

std::string binding_text(const Member& member, const void* value) {
  if (member.shape->kind != ShapeKind::kList) {
    return scalar_to_text(*member.shape, place_format(member), value);
  }
  std::string text;
  const std::size_t size = member.shape->list.size(value);
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) text += ", ";
    text += scalar_to_text(*member.shape->element, TimestampFormat::kHttpDate,
                           member.shape->list.at(value, i));
  }
  return text;
}

}  // namespace

Outcome<void> decode_bindings(const Exchange& exchange, const OperationDescriptor& operation,
                              void* input, Validator& validator) {
  if (operation.input == nullptr) return {};
  const Path root{};
  for (const Member& member : operation.input->members) {
    std::optional<std::string_view> text;
    switch (member.location) {
      case Location::kHeader:
        text = exchange.request.headers.get(member.wire_name);
        break;
      case Location::kQuery:
        text = find_parameter(exchange.query, member.wire_name);
        break;
      case Location::kUri:
        text = find_parameter(exchange.labels, member.wire_name);
        break;
      case Location::kHeaderPrefix:
        decode_prefixed_headers(exchange.request.headers, member, input);
        continue;
      case Location::kBody:
      case Location::kStatus:
        continue;
    }
    const Path here{.parent = &root, .name = member.name};
    if (!text) {
      if (member.required()) validator.missing(here);
      continue;
    }
    void* slot = member.access.emplace(input);
    if (iequals(member.wire_name, kContentLength) && member.shape->kind == ShapeKind::kLong &&
        exchange.authenticated.content_length) {
      // Of the content, not of the aws-chunked body around it.
      *static_cast<std::int64_t*>(slot) =
          static_cast<std::int64_t>(*exchange.authenticated.content_length);
    } else if (!parse_binding(*text, member, slot)) {
      return bad_argument(exchange, member);
    }
    validator.check(here, *member.shape, slot);
  }
  return {};
}

void encode_bindings(const OperationDescriptor& operation, const void* output,
                     http::Response& response) {
  if (operation.output == nullptr) return;
  for (const Member& member : operation.output->members) {
    if (member.location == Location::kBody) continue;
    const void* value = member.access.get(output);
    if (value == nullptr) continue;
    if (member.location == Location::kStatus) {
      response.status = *static_cast<const std::int32_t*>(value);
    } else if (member.location == Location::kHeaderPrefix) {
      struct State {
        http::Headers& headers;
        std::string_view prefix;
      } state{response.headers, member.wire_name};
      member.shape->map.for_each(
          value, &state, [](void* context, const std::string& key, const void* entry) {
            auto& to = *static_cast<State*>(context);
            to.headers.add(std::string(to.prefix) + header_value(key),
                           header_value(*static_cast<const std::string*>(entry)));
          });
    } else if (iequals(member.wire_name, kContentLength)) {
      if (operation.http_method == "HEAD" && member.shape->kind == ShapeKind::kLong) {
        response.content_length =
            static_cast<std::uint64_t>(*static_cast<const std::int64_t*>(value));
      }
    } else {
      if (iequals(member.wire_name, "Content-Range")) response.status = 206;
      response.headers.set(std::string(member.wire_name),
                           header_value(binding_text(member, value)));
    }
  }
}

const Member* payload_member(const Shape* shape) {
  if (shape == nullptr) return nullptr;
  for (const Member& member : shape->members) {
    if (member.has(MemberFlag::kPayload)) return &member;
  }
  return nullptr;
}

bool has_body_members(const Shape& shape) {
  return std::any_of(shape.members.begin(), shape.members.end(),
                     [](const Member& member) { return member.location == Location::kBody; });
}

void decode_stream(Exchange& exchange, const Member& member, void* input) {
  auto& stream = *static_cast<InputStream*>(member.access.emplace(input));
  stream.reader =
      exchange.authenticated.body ? exchange.authenticated.body.get() : exchange.request.body;
  stream.length = exchange.authenticated.content_length;
  stream.announced_trailers = exchange.request.headers.get_or("x-amz-trailer", "");
  if (!stream.announced_trailers.empty()) stream.trailers = exchange.authenticated.trailers;
}

void encode_raw_payload(const Member& member, void* output, http::Response& response) {
  // Accessors of const objects; the output is the handler's own and may be moved from.
  void* value = const_cast<void*>(
      member.access.get(output));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  if (value == nullptr) return;
  if (member.shape->kind == ShapeKind::kString || member.shape->kind == ShapeKind::kBlob) {
    response.body = std::move(*static_cast<std::string*>(value));
    return;
  }
  if (member.shape->kind != ShapeKind::kOutputStream) return;
  auto& stream = *static_cast<OutputStream*>(value);
  std::visit([&](auto& content) { response.body = std::move(content); }, stream.content);
  if (std::holds_alternative<std::unique_ptr<http::BodyReader>>(response.body)) {
    response.content_length = stream.length;
  }
}

}  // namespace tunesmith::aws
