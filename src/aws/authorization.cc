// SPDX-License-Identifier: Apache-2.0
#include "aws/authorization.h"

#include "aws/protocol/rest_router.h"
#include "aws/protocol/scalars.h"
#include "base/strings.h"

#include <algorithm>

namespace tunesmith::aws {
namespace {

const Member* find_member(const Shape& shape, std::string_view name) {
  for (const Member& member : shape.members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

/// The scalars at `path` ("Delete.Objects[].Key") below a value, as text; of the first list on the
/// way only the element `only`, where it is given.
void collect(const Shape& shape, const void* value, std::string_view path,
             std::vector<std::string>& out, std::optional<std::size_t> only = {}) {
  if (value == nullptr) return;
  if (shape.kind == ShapeKind::kList) {
    for (std::size_t i = 0; i < shape.list.size(value); ++i) {
      if (!only || *only == i) collect(*shape.element, shape.list.at(value, i), path, out);
    }
    return;
  }
  if (shape.kind == ShapeKind::kStructure) {
    const auto dot = path.find('.');
    std::string_view name = path.substr(0, dot);
    if (name.ends_with("[]")) name.remove_suffix(2);
    const Member* member = find_member(shape, name);
    if (member == nullptr) return;
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    return collect(*member->shape, member->access.get(value), path, out, only);
  }
  if (shape.kind != ShapeKind::kMap && shape.kind != ShapeKind::kInputStream && path.empty())
    out.push_back(scalar_to_text(shape, TimestampFormat::kIso8601, value));
}

/// Whether a path begins with a list of the input itself: "TrainingJobDefinitions[].RoleArn".
bool begins_with_list(std::string_view path) {
  return path.substr(0, path.find('.')).ends_with("[]");
}

/// The name of a log group of which the ARN is given: between ":log-group:" and ":*".
std::string log_group_of(std::string identifier) {
  constexpr std::string_view kType = ":log-group:";
  const auto type = identifier.starts_with("arn:") ? identifier.find(kType) : std::string::npos;
  if (type == std::string::npos) return identifier;
  identifier.erase(0, type + kType.size());
  if (identifier.ends_with(":*")) identifier.resize(identifier.size() - 2);
  return identifier;
}

/// What stands for "{name}", "{name/name}" or "{name|filter}".
std::vector<std::string> values_of(std::string_view name, const RequestContext& context,
                                   const Shape* shape, const void* input,
                                   std::optional<std::size_t> element) {
  const auto bar = name.find('|');
  const std::string_view filter =
      bar == std::string_view::npos ? std::string_view() : name.substr(bar + 1);
  name = name.substr(0, bar);
  if (name == "region") return {context.region};
  if (name == "account") return {context.identity.account};
  std::vector<std::string> values;
  while (shape != nullptr && input != nullptr && values.empty() && !name.empty()) {
    const std::string_view path = name.substr(0, name.find('/'));
    collect(*shape, input, path, values, begins_with_list(path) ? element : std::nullopt);
    name.remove_prefix(std::min(name.size(), path.size() + 1));
  }
  if (filter == "lower") {
    for (std::string& value : values) value = to_lower(value);
  } else if (filter == "group") {
    for (std::string& value : values) value = log_group_of(std::move(value));
  } else if (filter == "given") {
    for (std::string& value : values) value.clear();
  } else if (filter == "self" && values.empty()) {
    values.push_back(context.identity.name);
  } else if (filter == "/" && values.empty()) {
    values.emplace_back("/");
  }
  return values;
}

struct RequestTag {
  std::string key;
  std::string value;
};

/// {Key, Value} structures in the list member of that name.
std::vector<RequestTag> listed_tags(const Shape& shape, const void* value, std::string_view name) {
  const Member* member = value != nullptr ? find_member(shape, name) : nullptr;
  const void* list = member != nullptr ? member->access.get(value) : nullptr;
  if (list == nullptr || member->shape->kind != ShapeKind::kList ||
      member->shape->element->kind != ShapeKind::kStructure)
    return {};
  std::vector<RequestTag> tags;
  for (std::size_t i = 0; i < member->shape->list.size(list); ++i) {
    const void* tag = member->shape->list.at(list, i);
    std::vector<std::string> key, text;
    collect(*member->shape->element, tag, "Key", key);
    collect(*member->shape->element, tag, "Value", text);
    if (!key.empty()) tags.push_back({key.front(), text.empty() ? std::string() : text.front()});
  }
  return tags;
}

/// Those of an object of S3: in its member Tagging, a form ("a=1&b=2") or a TagSet. A copy has them
/// only when it does not take over the source's.
std::vector<RequestTag> object_tags(const Shape& shape, const void* input) {
  std::vector<std::string> directive;
  collect(shape, input, "TaggingDirective", directive);
  if (find_member(shape, "TaggingDirective") != nullptr &&
      directive != std::vector<std::string>{"REPLACE"})
    return {};
  const Member* tagging = find_member(shape, "Tagging");
  if (tagging == nullptr || tagging->access.get(input) == nullptr) return {};
  const void* value = tagging->access.get(input);
  if (tagging->shape->kind == ShapeKind::kStructure)
    return listed_tags(*tagging->shape, value, "TagSet");
  std::vector<std::string> form;
  collect(*tagging->shape, value, "", form);
  std::vector<RequestTag> tags;
  if (form.empty()) return tags;
  for (auto& [key, text] : parse_query(form.front()))
    tags.push_back({std::move(key), std::move(text)});
  return tags;
}

/// Condition keys of the tags that a request brings: for a resource, and for an object of S3.
std::optional<std::vector<std::string>> request_tags(std::string_view key, const Shape& shape,
                                                     const void* input) {
  std::string_view one = "aws:requesttag/", all = "aws:tagkeys";
  const bool of_object = key.starts_with("s3:");
  if (of_object) one = "s3:requestobjecttag/", all = "s3:requestobjecttagkeys";
  if (key != all && !key.starts_with(one)) return std::nullopt;
  std::vector<std::string> values;
  for (RequestTag& tag :
       of_object ? object_tags(shape, input) : listed_tags(shape, input, "Tags")) {
    if (key == all) {
      values.push_back(std::move(tag.key));
    } else if (to_lower(tag.key) == key.substr(one.size())) {
      values.push_back(std::move(tag.value));
    }
  }
  return values.empty() ? std::nullopt : std::optional(values);
}

/// How many elements the longest list has that a template of the operation begins with.
std::size_t count_elements(const OperationDescriptor& operation, const void* input) {
  std::size_t most = 0;
  const auto look = [&](std::string_view text) {
    const auto open = text.find('{');
    if (open == std::string_view::npos || !begins_with_list(text.substr(open + 1))) return;
    const std::string_view name = text.substr(open + 1, text.find('[', open) - open - 1);
    const Member* member = find_member(*operation.input, name);
    const void* list = member == nullptr ? nullptr : member->access.get(input);
    if (list != nullptr) most = std::max(most, member->shape->list.size(list));
  };
  if (operation.input == nullptr || input == nullptr) return 0;
  for (const AccessRule& rule : operation.access) look(rule.resource);
  for (const ConditionKey& condition : operation.condition_keys) look(condition.value);
  return most;
}

/// What the operation needs for one element of the lists that its templates begin with.
Outcome<void> authorize_element(const RequestContext& context, const OperationDescriptor& operation,
                                const void* input, std::size_t element) {
  const InputKeys keys = [&](std::string_view key) -> std::optional<std::vector<std::string>> {
    std::vector<std::string> values;
    bool named = false;
    for (const ConditionKey& condition : operation.condition_keys) {
      if (!iequals(condition.key, key)) continue;
      named = true;
      for (std::string& value : fill_in(condition.value, context, operation.input, input, element))
        values.push_back(std::move(value));
    }
    if (named) return values.empty() ? std::nullopt : std::optional(std::move(values));
    if (operation.input == nullptr || input == nullptr) return std::nullopt;
    return request_tags(key, *operation.input, input);
  };
  for (const AccessRule& rule : operation.access) {
    auto resources = fill_in(rule.resource, context, operation.input, input, element);
    if (resources.empty() && &rule == operation.access.data()) resources.emplace_back("*");
    for (const std::string& resource : resources) {
      if (auto allowed = context.authorizer->authorize(context, rule.action, resource, keys);
          !allowed)
        return allowed;
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> fill_in(std::string_view text, const RequestContext& context,
                                 const Shape* shape, const void* input,
                                 std::optional<std::size_t> element) {
  std::vector<std::string> out = {""};
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    const std::string_view plain = text.substr(0, close == std::string_view::npos ? close : open);
    for (std::string& made : out) made += plain;
    if (close == std::string_view::npos) break;
    const auto values =
        values_of(text.substr(open + 1, close - open - 1), context, shape, input, element);
    std::vector<std::string> longer;
    for (const std::string& made : out) {
      for (const std::string& value : values) longer.push_back(made + value);
    }
    out = std::move(longer);
    text.remove_prefix(close + 1);
  }
  return out;
}

Outcome<void> authorize_operation(const RequestContext& context,
                                  const OperationDescriptor& operation, const void* input) {
  if (context.authorizer == nullptr || context.identity.kind == CallerKind::kOwner) return {};
  const std::size_t elements = std::max<std::size_t>(1, count_elements(operation, input));
  for (std::size_t element = 0; element < elements; ++element) {
    if (auto allowed = authorize_element(context, operation, input, element); !allowed)
      return allowed;
  }
  return {};
}

Outcome<void> authorize(const RequestContext& context, std::string_view action,
                        std::string_view resource) {
  if (context.authorizer == nullptr || context.identity.kind == CallerKind::kOwner) return {};
  return context.authorizer->authorize(context, action, resource,
                                       [](std::string_view) { return std::nullopt; });
}

}  // namespace tunesmith::aws
