// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/search_filter.h"

#include "base/strings.h"
#include "base/time_format.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <span>

namespace tunesmith::services::sagemaker {
namespace {

using aws::Shape;
using aws::ShapeKind;
using Parts = std::span<const std::string>;

constexpr int kMostElements = 20;

const aws::Member* member_of(const Shape& shape, std::string_view name) {
  const auto found = std::find_if(shape.members.begin(), shape.members.end(),
                                  [&](const aws::Member& m) { return iequals(m.name, name); });
  return found == shape.members.end() ? nullptr : &*found;
}

/// Lists of records that are searched as if they were maps: the list, its key and its value. No
/// value: the path's last part names it ("Metrics.validation:auc.Max").
struct NamedList {
  std::string_view property, list, key, value;
};
constexpr NamedList kNamedLists[] = {{"Metrics", "FinalMetricDataList", "MetricName", "Value"},
                                     {"Metrics", "Metrics", "MetricName", ""},
                                     {"Tags", "Tags", "Key", "Value"}};

const NamedList* named_list(const Shape& shape, Parts path) {
  for (const NamedList& list : kNamedLists) {
    if (path.size() < (list.value.empty() ? 3 : 2)) continue;
    if (iequals(path[0], list.property) && member_of(shape, list.list) != nullptr) return &list;
  }
  return nullptr;
}

std::string join(Parts parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ".") + part;
  return out;
}

std::vector<std::string> split_path(std::string_view text) {
  std::vector<std::string> out;
  for (const auto part : split(text, '.')) out.emplace_back(part);
  return out;
}

struct Leaf {
  ShapeKind kind;
  bool in_map;
};

/// What kind of value a path leads to; nothing when no record has it.
std::optional<Leaf> leaf_of(const Shape& shape, Parts path) {
  switch (shape.kind) {
    case ShapeKind::kList:
      return leaf_of(*shape.element, path);
    case ShapeKind::kMap:
      // The value of a parameter is a structure of a text or a number.
      return Leaf{
          shape.element->kind == ShapeKind::kStructure ? ShapeKind::kString : shape.element->kind,
          true};
    case ShapeKind::kStructure: {
      if (path.empty()) return Leaf{shape.kind, false};  // Exists can be asked of it
      if (const NamedList* named = named_list(shape, path)) {
        const Shape& element = *member_of(shape, named->list)->shape->element;
        const auto* value = member_of(element, named->value.empty() ? path.back() : named->value);
        if (value == nullptr) return std::nullopt;
        return Leaf{value->shape->kind, true};
      }
      const auto* member = member_of(shape, path[0]);
      return member == nullptr ? std::nullopt : leaf_of(*member->shape, path.subspan(1));
    }
    default:
      return path.empty() ? std::optional(Leaf{shape.kind, false}) : std::nullopt;
  }
}

using Visit = std::function<void(const SearchValue&)>;

void visit_values(const Shape& shape, const void* value, Parts path, const Visit& visit);

void visit_map(const Shape& shape, const void* map, Parts path, const Visit& visit) {
  struct Context {
    const Shape& shape;
    std::string key;  // all when empty
    const Visit& visit;
  } context{shape, join(path), visit};
  shape.map.for_each(map, &context, [](void* opaque, const std::string& key, const void* value) {
    const auto& c = *static_cast<Context*>(opaque);
    if (!c.key.empty() && c.key != key) return;
    const Shape& element = *c.shape.element;
    if (element.kind != ShapeKind::kStructure) return visit_values(element, value, {}, c.visit);
    for (const auto& member : element.members) {
      const void* inner = member.access.get(value);
      if (inner != nullptr) visit_values(*member.shape, inner, {}, c.visit);
    }
  });
}

void visit_named(const Shape& shape, const void* structure, const NamedList& named, Parts path,
                 const Visit& visit) {
  const auto* member = member_of(shape, named.list);
  const void* list = member == nullptr ? nullptr : member->access.get(structure);
  if (list == nullptr) return;
  const bool value_in_path = named.value.empty();
  const std::string wanted = join(value_in_path ? path.first(path.size() - 1) : path);
  const Shape& element = *member->shape->element;
  const std::vector<std::string> key = {std::string(named.key)};
  const std::vector<std::string> value = {value_in_path ? path.back() : std::string(named.value)};
  for (std::size_t i = 0; i < member->shape->list.size(list); ++i) {
    const void* entry = member->shape->list.at(list, i);
    bool same = false;
    visit_values(element, entry, key,
                 [&](const SearchValue& name) { same = std::get<std::string>(name) == wanted; });
    if (same) visit_values(element, entry, value, visit);
  }
}

void visit_values(const Shape& shape, const void* value, Parts path, const Visit& visit) {
  switch (shape.kind) {
    case ShapeKind::kString:
      return visit(*static_cast<const std::string*>(value));
    case ShapeKind::kInteger:
      return visit(static_cast<double>(*static_cast<const std::int32_t*>(value)));
    case ShapeKind::kLong:
      return visit(static_cast<double>(*static_cast<const std::int64_t*>(value)));
    case ShapeKind::kDouble:
      return visit(*static_cast<const double*>(value));
    case ShapeKind::kBoolean:
      return visit(*static_cast<const bool*>(value));
    case ShapeKind::kTimestamp:
      return visit(static_cast<double>(to_millis(*static_cast<const Timestamp*>(value))) / 1000);
    case ShapeKind::kStructure: {
      if (path.empty()) return visit(std::string());
      if (const NamedList* named = named_list(shape, path)) {
        return visit_named(shape, value, *named, path.subspan(1), visit);
      }
      const auto* member = member_of(shape, path[0]);
      const void* inner = member == nullptr ? nullptr : member->access.get(value);
      if (inner != nullptr) visit_values(*member->shape, inner, path.subspan(1), visit);
      return;
    }
    case ShapeKind::kList:
      for (std::size_t i = 0; i < shape.list.size(value); ++i) {
        visit_values(*shape.element, shape.list.at(value, i), path, visit);
      }
      return;
    case ShapeKind::kMap:
      return visit_map(shape, value, path, visit);
    default:
      return;
  }
}

bool is_ordering(std::string_view op) {
  return op.starts_with("GreaterThan") || op.starts_with("LessThan");
}

bool ordered(double a, double b, std::string_view op) {
  if (op == "GreaterThan") return a > b;
  if (op == "GreaterThanOrEqualTo") return a >= b;
  if (op == "LessThan") return a < b;
  return a <= b;
}

bool equal(const SearchValue& value, const SearchFilter::Condition& condition) {
  if (const auto* number = std::get_if<double>(&value)) {
    return condition.number && *number == *condition.number;
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return to_lower(condition.value) == (*flag ? "true" : "false");
  }
  const auto& text = std::get<std::string>(value);
  if (text == condition.value) return true;
  if (!condition.path.in_map() || !condition.number) return false;
  const auto number = parse_double(text);
  return number && *number == *condition.number;
}

}  // namespace

Outcome<PropertyPath> PropertyPath::parse(const Shape& record, std::string_view text) {
  PropertyPath out;
  out.text_ = std::string(text);
  out.parts_ = split_path(text);
  const auto leaf = leaf_of(record, out.parts_);
  if (!leaf) {
    return invalid(fmt::format("'{}' is not a valid property of the resource.", text));
  }
  out.kind_ = leaf->kind;
  out.in_map_ = leaf->in_map;
  return out;
}

std::vector<SearchValue> PropertyPath::values(const Shape& record, const void* structure) const {
  std::vector<SearchValue> out;
  visit_values(record, structure, parts_, [&](const SearchValue& value) { out.push_back(value); });
  return out;
}

bool SearchFilter::Condition::holds(const Shape& record, const void* structure) const {
  const auto values = path.values(record, structure);
  if (op == "Exists") return !values.empty();
  if (op == "NotExists") return values.empty();
  const auto any = [&](const auto& test) {
    return std::any_of(values.begin(), values.end(), test);
  };
  const auto is_value = [&](const SearchValue& v) { return equal(v, *this); };
  if (op == "Equals") return any(is_value);
  if (op == "NotEquals") return !values.empty() && !any(is_value);
  if (is_ordering(op)) {
    return any([&](const SearchValue& v) {
      const auto* text = std::get_if<std::string>(&v);
      const auto own = text != nullptr                     ? parse_double(*text)
                       : std::holds_alternative<double>(v) ? std::optional(std::get<double>(v))
                                                           : std::nullopt;
      return own && number && ordered(*own, *number, op);
    });
  }
  return any([&](const SearchValue& v) {
    const auto* text = std::get_if<std::string>(&v);
    if (text == nullptr) return false;
    if (op == "Contains") return text->find(value) != std::string::npos;
    const auto choices = split(value, ',');
    return std::any_of(choices.begin(), choices.end(),
                       [&](const auto choice) { return trim(choice) == *text; });
  });
}

Outcome<SearchFilter::Condition> SearchFilter::compile(const Shape& record,
                                                       const api::Filter& filter,
                                                       std::string_view prefix, Budget& budget) {
  ++budget.elements;
  std::string_view name = filter.name;
  if (!prefix.empty() && name.starts_with(prefix) && name.size() > prefix.size() &&
      name[prefix.size()] == '.') {
    name.remove_prefix(prefix.size() + 1);
  }
  auto path = PropertyPath::parse(record, name);
  if (!path) return path.error();
  Condition out;
  out.path = std::move(*path);
  out.value = filter.value.value_or("");
  const bool about_existence =
      filter.operator_.value_or("") == "Exists" || filter.operator_.value_or("") == "NotExists";
  out.op = filter.operator_.value_or(filter.value ? "Equals" : "Exists");
  if (!filter.value && filter.operator_ && !about_existence) {
    return invalid(fmt::format("Filter '{}': the operator {} needs a Value.", filter.name, out.op));
  }
  if (out.op == "Contains" && ++budget.contains > 1) {
    return invalid("'CONTAINS' operator usage limit of 1 exceeded.");
  }
  const ShapeKind kind = out.path.kind();
  const bool textual = kind == ShapeKind::kString;
  if ((out.op == "Contains" || out.op == "In") && !textual) {
    return invalid(fmt::format("Filter '{}': the operator {} is for text properties only.",
                               filter.name, out.op));
  }
  if (is_ordering(out.op) && textual && !out.path.in_map()) {
    return invalid(fmt::format("Filter '{}': the operator {} is not supported for text properties.",
                               filter.name, out.op));
  }
  if (kind == ShapeKind::kTimestamp && !about_existence) {
    const auto time = parse_iso8601(out.value.find('Z') == std::string::npos &&
                                            out.value.find('+') == std::string::npos
                                        ? out.value + "Z"
                                        : out.value);
    if (!time) {
      return invalid(fmt::format("Filter '{}': '{}' is not an ISO 8601 date and time.", filter.name,
                                 out.value));
    }
    out.number = static_cast<double>(to_millis(*time)) / 1000;
  } else {
    out.number = parse_double(out.value);
  }
  const bool numeric = kind == ShapeKind::kInteger || kind == ShapeKind::kLong ||
                       kind == ShapeKind::kDouble || is_ordering(out.op);
  if (numeric && !about_existence && filter.value && !out.number) {
    return invalid(fmt::format("Filter '{}': '{}' is not a number.", filter.name, out.value));
  }
  return out;
}

Outcome<SearchFilter::Node> SearchFilter::compile(const Shape& record,
                                                  const api::SearchExpression& expression,
                                                  Budget& budget) {
  Node node;
  node.any = expression.operator_.value_or("And") == "Or";
  for (const auto& filter : expression.filters.value_or(std::vector<api::Filter>{})) {
    auto condition = compile(record, filter, "", budget);
    if (!condition) return condition.error();
    node.conditions.push_back(std::move(*condition));
  }
  for (const auto& wire : expression.nested_filters.value_or(std::vector<api::NestedFilters>{})) {
    Nested nested;
    nested.path = split_path(wire.nested_property_name);
    const Shape* shape = &record;
    for (const auto& part : nested.path) {
      const auto* member = shape->kind == ShapeKind::kStructure ? member_of(*shape, part) : nullptr;
      shape = member == nullptr ? nullptr : member->shape;
      if (shape == nullptr) break;
    }
    if (shape == nullptr || shape->kind != ShapeKind::kList) {
      return invalid(fmt::format("'{}' is not a valid nested property of the resource.",
                                 wire.nested_property_name));
    }
    nested.element = shape->element;
    for (const auto& filter : wire.filters) {
      auto condition = compile(*nested.element, filter, wire.nested_property_name, budget);
      if (!condition) return condition.error();
      nested.conditions.push_back(std::move(*condition));
    }
    node.nested.push_back(std::move(nested));
  }
  for (const auto& inner :
       expression.sub_expressions.value_or(std::vector<api::SearchExpression>{})) {
    auto compiled = compile(record, inner, budget);
    if (!compiled) return compiled.error();
    node.nodes.push_back(std::move(*compiled));
  }
  if (node.conditions.empty() && node.nested.empty() && node.nodes.empty()) {
    return invalid(
        "SearchExpression: at least one of Filters, NestedFilters and SubExpressions is required.");
  }
  if (budget.elements > kMostElements) {
    return invalid(fmt::format("SearchExpression: {} filters are over the limit of {}.",
                               budget.elements, kMostElements));
  }
  return node;
}

Outcome<SearchFilter> SearchFilter::compile(
    const Shape& record, const std::optional<api::SearchExpression>& expression) {
  SearchFilter out;
  out.record_ = &record;
  if (!expression) return out;
  Budget budget;
  auto root = compile(record, *expression, budget);
  if (!root) return root.error();
  out.root_ = std::move(*root);
  if (!out.root_.any) out.required_ = out.root_.conditions;
  return out;
}

bool SearchFilter::matches(const Nested& nested, const void* structure) const {
  const Shape* shape = record_;
  const void* value = structure;
  for (const auto& part : nested.path) {
    const auto* member = member_of(*shape, part);
    value = member == nullptr ? nullptr : member->access.get(value);
    if (value == nullptr) return false;
    shape = member->shape;
  }
  for (std::size_t i = 0; i < shape->list.size(value); ++i) {
    const void* element = shape->list.at(value, i);
    if (std::all_of(nested.conditions.begin(), nested.conditions.end(),
                    [&](const Condition& c) { return c.holds(*nested.element, element); })) {
      return true;
    }
  }
  return false;
}

bool SearchFilter::matches(const Node& node, const void* structure) const {
  const auto test = [&](bool holds) { return holds == node.any; };  // decides the whole
  for (const auto& condition : node.conditions) {
    if (test(condition.holds(*record_, structure))) return node.any;
  }
  for (const auto& nested : node.nested) {
    if (test(matches(nested, structure))) return node.any;
  }
  for (const auto& inner : node.nodes) {
    if (test(matches(inner, structure))) return node.any;
  }
  return !node.any;
}

bool SearchFilter::matches(const void* structure) const {
  const bool empty = root_.conditions.empty() && root_.nested.empty() && root_.nodes.empty();
  return empty || matches(root_, structure);
}

}  // namespace tunesmith::services::sagemaker
