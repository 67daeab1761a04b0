// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/object_text.h"

#include <boost/json.hpp>

#include <array>

namespace tunesmith::store {
namespace {

namespace json = boost::json;

struct Member {
  std::string_view name;
  std::string ObjectAttributes::* value;
};

constexpr std::array kMembers = {
    Member{"type", &ObjectAttributes::content_type},
    Member{"encoding", &ObjectAttributes::content_encoding},
    Member{"disposition", &ObjectAttributes::content_disposition},
    Member{"language", &ObjectAttributes::content_language},
    Member{"cache", &ObjectAttributes::cache_control},
    Member{"expires", &ObjectAttributes::expires},
    Member{"redirect", &ObjectAttributes::website_redirect_location},
};
constexpr std::string_view kUserMetadata = "user";

Result<json::value> parse(std::string_view text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  json::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed, {}, options);
  if (failed) return Error(ErrorKind::kCorrupt, "object row: " + failed.message());
  return value;
}

std::string to_string(const json::value& value) {
  const auto* text = value.if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string attributes_to_text(const ObjectAttributes& attributes) {
  json::object object;
  for (const Member& member : kMembers) {
    const std::string& value = attributes.*member.value;
    if (!value.empty()) object.emplace(view(member.name), view(value));
  }
  if (!attributes.user_metadata.empty()) {
    json::object user;
    for (const auto& [name, value] : attributes.user_metadata) user.emplace(name, view(value));
    object.emplace(view(kUserMetadata), std::move(user));
  }
  return object.empty() ? std::string() : json::serialize(object);
}

Result<ObjectAttributes> attributes_from_text(std::string_view text) {
  ObjectAttributes attributes;
  if (text.empty()) return attributes;
  TUNESMITH_TRY(const json::value value, parse(text));
  const auto* object = value.if_object();
  if (object == nullptr) return Error(ErrorKind::kCorrupt, "object row: attributes are no object");
  for (const Member& member : kMembers) {
    if (const auto* found = object->if_contains(view(member.name))) {
      attributes.*member.value = to_string(*found);
    }
  }
  if (const auto* found = object->if_contains(view(kUserMetadata)); found && found->is_object()) {
    for (const auto& [name, content] : found->get_object()) {
      attributes.user_metadata.emplace(std::string(name), to_string(content));
    }
  }
  return attributes;
}

std::string tags_to_text(const Tags& tags) {
  if (tags.empty()) return {};
  json::array list;
  for (const auto& [key, value] : tags) list.push_back(json::array{view(key), view(value)});
  return json::serialize(list);
}

Result<Tags> tags_from_text(std::string_view text) {
  Tags tags;
  if (text.empty()) return tags;
  TUNESMITH_TRY(const json::value value, parse(text));
  const auto* list = value.if_array();
  if (list == nullptr) return Error(ErrorKind::kCorrupt, "object row: tags are no list");
  for (const json::value& item : *list) {
    const auto* pair = item.if_array();
    if (pair == nullptr || pair->size() != 2) {
      return Error(ErrorKind::kCorrupt, "object row: a tag is no pair");
    }
    tags.emplace_back(to_string(pair->at(0)), to_string(pair->at(1)));
  }
  return tags;
}

}  // namespace tunesmith::store
