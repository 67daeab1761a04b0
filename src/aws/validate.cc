// SPDX-License-Identifier: Apache-2.0
#include "aws/validate.h"

#include "base/strings.h"
#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tunesmith::aws {
namespace {

constexpr std::size_t kMaxShown = 20;          // violations that are spelled out
constexpr std::size_t kMaxValueLength = 1000;  // bytes of an offending value

bool is_scalar(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kStructure:
    case ShapeKind::kList:
    case ShapeKind::kMap:
    case ShapeKind::kInputStream:
    case ShapeKind::kOutputStream:
      return false;
    default:
      return true;
  }
}

std::string enum_text(const Shape& shape) {
  return fmt::format("Member must satisfy enum value set: [{}]",
                     fmt::join(shape.enum_values, ", "));
}
std::string pattern_text(const Shape& shape) {
  return fmt::format("Member must satisfy regular expression pattern: {}", shape.pattern->text());
}
std::string bound_text(const Shape& shape, bool upper) {
  const bool number = shape.kind == ShapeKind::kInteger || shape.kind == ShapeKind::kLong ||
                      shape.kind == ShapeKind::kDouble;
  return fmt::format("Member must have {} {} than or equal to {}", number ? "value" : "length",
                     upper ? "less" : "greater", upper ? *shape.max : *shape.min);
}

bool enum_ok(const Shape& shape, std::string_view value) {
  return shape.enum_values.empty() || std::find(shape.enum_values.begin(), shape.enum_values.end(),
                                                value) != shape.enum_values.end();
}

/// The violated constraints of a scalar, in the order in which AWS lists them. `see` gets each
/// text.
template <class See>
void scalar_violations(const Shape& shape, const void* value, bool check_enums, See see) {
  const auto bounds = [&](auto measured) {
    using T = decltype(measured);
    if (shape.max && measured > static_cast<T>(*shape.max)) see(bound_text(shape, true));
    if (shape.min && measured < static_cast<T>(*shape.min)) see(bound_text(shape, false));
  };
  switch (shape.kind) {
    case ShapeKind::kString: {
      const std::string& text = *static_cast<const std::string*>(value);
      if (!shape.enum_values.empty()) {
        if (check_enums && !enum_ok(shape, text)) see(enum_text(shape));
        return;
      }
      if (shape.max || shape.min) bounds(static_cast<std::int64_t>(count_characters(text)));
      if (shape.pattern != nullptr && !shape.pattern->matches(text)) see(pattern_text(shape));
      return;
    }
    case ShapeKind::kBlob:
      return bounds(static_cast<std::int64_t>(static_cast<const std::string*>(value)->size()));
    case ShapeKind::kInteger:
      return bounds(std::int64_t{*static_cast<const std::int32_t*>(value)});
    case ShapeKind::kLong:
      return bounds(*static_cast<const std::int64_t*>(value));
    case ShapeKind::kDouble:
      return bounds(*static_cast<const double*>(value));
    default:
      return;
  }
}

bool scalar_ok(const Shape& shape, const void* value, bool check_enums) {
  bool ok = true;
  scalar_violations(shape, value, check_enums, [&](const std::string&) { ok = false; });
  return ok;
}

/// All constraints of a scalar, as AWS shows them for the entries of lists and maps.
std::string all_constraints(const Shape& shape) {
  std::vector<std::string> texts;
  if (!shape.enum_values.empty()) {
    texts.push_back(enum_text(shape));
  } else {
    if (shape.max) texts.push_back(bound_text(shape, true));
    if (shape.min) texts.push_back(bound_text(shape, false));
    if (shape.pattern != nullptr) texts.push_back(pattern_text(shape));
  }
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string scalar_text(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case ShapeKind::kString:
      return *static_cast<const std::string*>(value);
    case ShapeKind::kInteger:
      return std::to_string(*static_cast<const std::int32_t*>(value));
    case ShapeKind::kLong:
      return std::to_string(*static_cast<const std::int64_t*>(value));
    case ShapeKind::kDouble:
      return format_double(*static_cast<const double*>(value));
    case ShapeKind::kBoolean:
      return *static_cast<const bool*>(value) ? "true" : "false";
    default:
      return "...";
  }
}

/// "[a, b]" or "{k=v}", cut off where nothing more would be shown anyway.
std::string container_text(const Shape& shape, const void* value) {
  struct State {
    const Shape& shape;
    std::string text;
  } state{shape, ""};
  const auto comma = [](std::string& text) {
    if (text.size() > 1) text += ", ";
  };
  if (shape.kind == ShapeKind::kList) {
    state.text = "[";
    const std::size_t size = shape.list.size(value);
    for (std::size_t i = 0; i < size && state.text.size() <= kMaxValueLength; ++i) {
      comma(state.text);
      state.text += scalar_text(*shape.element, shape.list.at(value, i));
    }
    return state.text + "]";
  }
  state.text = "{";
  shape.map.for_each(value, &state, [](void* context, const std::string& key, const void* entry) {
    auto& to = *static_cast<State*>(context);
    if (to.text.size() > kMaxValueLength) return;
    if (to.text.size() > 1) to.text += ", ";
    to.text += key + "=" + scalar_text(*to.shape.element, entry);
  });
  return state.text + "}";
}

bool hides_entries(const Shape& shape) {
  return shape.sensitive || (shape.element != nullptr && shape.element->sensitive) ||
         (shape.key != nullptr && shape.key->sensitive);
}

void append_member_name(std::string& text, std::string_view name) {
  if (name.empty()) return;
  text += static_cast<char>(name[0] >= 'A' && name[0] <= 'Z' ? name[0] + ('a' - 'A') : name[0]);
  text += name.substr(1);
}

}  // namespace

std::string Path::text() const {
  std::vector<const Path*> steps;
  for (const Path* step = this; step != nullptr; step = step->parent) steps.push_back(step);
  std::string text;
  for (auto it = steps.rbegin(); it != steps.rend(); ++it) {
    const Path& step = **it;
    if (step.index == 0 && step.name.empty() && !step.entry) continue;  // the input itself
    if (!text.empty()) text += '.';
    if (step.index > 0) {
      text += std::to_string(step.index) + ".member";
    } else if (step.entry) {
      text += std::string(step.name) + ".member";
    } else {
      append_member_name(text, step.name);
    }
  }
  return text;
}

void Validator::add(const Path& path, const Shape& shape, std::string_view shown,
                    std::string_view constraint) {
  if (++count_ > kMaxShown) return;
  if (count_ > 1) text_ += "; ";
  text_ += "Value ";
  if (!shape.sensitive && shown.data() != nullptr) {
    std::size_t length = std::min(shown.size(), kMaxValueLength);
    while (length > 0 && length < shown.size() && (shown[length] & 0xC0) == 0x80) --length;
    text_ += fmt::format("'{}{}' ", shown.substr(0, length), length < shown.size() ? "..." : "");
  }
  text_ += fmt::format("at '{}' failed to satisfy constraint: {}", path.text(), constraint);
}

void Validator::missing(const Path& path) {
  if (++count_ > kMaxShown) return;
  if (count_ > 1) text_ += "; ";
  text_ += fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null",
                       path.text());
}

void Validator::check_union(const Path& path, const Shape& shape, std::size_t members_given) {
  if (!shape.is_union || members_given == 1) return;
  add(path, shape, {}, "Member must have exactly one of its members set");
}

void Validator::check_size(const Path& path, const Shape& shape, std::size_t size,
                           std::string_view shown) {
  if (shape.max && size > static_cast<std::uint64_t>(*shape.max)) {
    add(path, shape, shown, bound_text(shape, true));
  }
  if (shape.min && *shape.min > 0 && size < static_cast<std::uint64_t>(*shape.min)) {
    add(path, shape, shown, bound_text(shape, false));
  }
}

void Validator::check(const Path& path, const Shape& shape, const void* value) {
  if (shape.kind == ShapeKind::kList) {
    const std::size_t size = shape.list.size(value);
    check_size(path, shape, size, size == 0 ? std::string_view("[]") : std::string_view());
    if (!is_scalar(*shape.element)) return;
    for (std::size_t i = 0; i < size; ++i) {
      if (scalar_ok(*shape.element, shape.list.at(value, i), check_enums_)) continue;
      const std::string shown = hides_entries(shape) ? "" : container_text(shape, value);
      add(path, shape, hides_entries(shape) ? std::string_view() : shown,
          "Member must satisfy constraint: " + all_constraints(*shape.element));
      break;  // one for the list, whatever the number of bad elements
    }
    return;
  }
  if (shape.kind == ShapeKind::kMap) {
    check_size(path, shape, shape.map.size(value),
               shape.map.size(value) == 0 ? std::string_view("{}") : std::string_view());
    struct State {
      const Shape& shape;
      bool check_enums;
      bool bad_key = false;
      bool bad_value = false;
    } state{shape, check_enums_};
    shape.map.for_each(value, &state, [](void* context, const std::string& key, const void* entry) {
      auto& seen = *static_cast<State*>(context);
      seen.bad_key |= !scalar_ok(*seen.shape.key, &key, seen.check_enums);
      seen.bad_value |= is_scalar(*seen.shape.element) &&
                        !scalar_ok(*seen.shape.element, entry, seen.check_enums);
    });
    if (!state.bad_key && !state.bad_value) return;
    const std::string shown = hides_entries(shape) ? "" : container_text(shape, value);
    const std::string_view view = hides_entries(shape) ? std::string_view() : shown;
    if (state.bad_key) {
      add(path, shape, view, "Map keys must satisfy constraint: " + all_constraints(*shape.key));
    }
    if (state.bad_value) {
      add(path, shape, view,
          "Map value must satisfy constraint: " + all_constraints(*shape.element));
    }
    return;
  }
  scalar_violations(shape, value, check_enums_, [&](const std::string& constraint) {
    add(path, shape, scalar_text(shape, value), constraint);
  });
}

std::string Validator::message() const {
  return fmt::format("{} validation error{} detected: {}", count_, count_ == 1 ? "" : "s", text_);
}

}  // namespace tunesmith::aws
