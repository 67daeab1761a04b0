// SPDX-License-Identifier: Apache-2.0
//
// Makes the accessors of shape.h from types and member pointers. Included by generated code only.
#pragma once

#include "aws/boxed.h"
#include "aws/operation.h"
#include "aws/shape.h"
#include "aws/stream.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tunesmith::aws {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsOptional<Boxed<T>> = true;

template <auto Pointer>
struct AccessBy;

template <class S, class T, T S::* Pointer>
struct AccessBy<Pointer> {
  static const void* get(const void* structure) {
    const T& slot = static_cast<const S*>(structure)->*Pointer;
    if constexpr (kIsOptional<T>) {
      return slot.has_value() ? &*slot : nullptr;
    } else {
      return &slot;
    }
  }
  static void* emplace(void* structure) {
    T& slot = static_cast<S*>(structure)->*Pointer;
    if constexpr (kIsOptional<T>) {
      return &slot.emplace();
    } else {
      return &slot;
    }
  }
};

template <auto Pointer>
constexpr MemberAccess access() {
  return {&AccessBy<Pointer>::get, &AccessBy<Pointer>::emplace};
}

template <class List>
constexpr ListAccess list_access() {
  return {
      [](const void* list) { return static_cast<const List*>(list)->size(); },
      [](const void* list, std::size_t index) -> const void* {
        return &(*static_cast<const List*>(list))[index];
      },
      [](void* list) -> void* { return &static_cast<List*>(list)->emplace_back(); },
  };
}

template <class Map>
constexpr MapAccess map_access() {
  return {
      [](const void* map) { return static_cast<const Map*>(map)->size(); },
      [](void* map, std::string key) -> void* {
        return &(*static_cast<Map*>(map))[std::move(key)];
      },
      [](const void* map, void* context,
         void (*visit)(void* context, const std::string& key, const void* value)) {
        for (const auto& [key, value] : *static_cast<const Map*>(map)) visit(context, key, &value);
      },
  };
}

}  // namespace tunesmith::aws
