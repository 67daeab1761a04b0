// SPDX-License-Identifier: Apache-2.0
//
// Reads JSON documents with the name of what is wrong in the error. Includes Boost.JSON: for .cc
// files only.
#pragma once

#include "base/result.h"
#include "base/strings.h"

#include <boost/json.hpp>

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace tunesmith::training {

/// Reads the members of one object. The first thing that is wrong is kept and the rest reads as
/// defaults, so that a parser is a list of members and one test at its end.
class Members {
 public:
  Members(const boost::json::object& object, std::string where, std::optional<Error>& error)
      : object_(object), where_(std::move(where)), error_(error) {}

  void text(std::string_view name, std::string& into, bool required = false) {
    if (const boost::json::value* value = find(name, required)) {
      if (const boost::json::string* s = value->if_string()) {
        into.assign(s->data(), s->size());
      } else {
        fail(name, "is no string");
      }
    }
  }

  template <class Integer>
  void integer(std::string_view name, Integer& into, bool required = false) {
    if (const boost::json::value* value = find(name, required)) read_integer(name, *value, into);
  }

  template <class Integer>
  void integer(std::string_view name, std::optional<Integer>& into) {
    if (const boost::json::value* value = find(name, false)) {
      Integer number = 0;
      read_integer(name, *value, number);
      into = number;
    }
  }

  void number(std::string_view name, double& into, bool required = false) {
    if (const boost::json::value* value = find(name, required)) {
      std::error_code code;
      const auto read = value->to_number<double>(code);
      if (code || !std::isfinite(read)) return fail(name, "is no number");
      into = read;
    }
  }

  /// A double that was printed as text.
  void exact_number(std::string_view name, double& into) {
    std::string text_value;
    text(name, text_value, true);
    const auto read = parse_double(text_value);
    if (!read || !std::isfinite(*read)) return fail(name, "is no decimal number");
    into = *read;
  }

  void boolean(std::string_view name, bool& into) {
    if (const boost::json::value* value = find(name, false)) {
      if (!value->is_bool()) return fail(name, "is no boolean");
      into = value->get_bool();
    }
  }

  void texts(std::string_view name, std::vector<std::string>& into) {
    if (const boost::json::value* value = find(name, false)) {
      if (!value->is_array()) return fail(name, "is no list");
      for (const boost::json::value& element : value->get_array()) {
        if (!element.is_string()) return fail(name, "holds something that is no string");
        into.emplace_back(element.get_string());
      }
    }
  }

  void text_map(std::string_view name, std::map<std::string, std::string>& into) {
    if (const boost::json::value* value = find(name, false)) {
      if (!value->is_object()) return fail(name, "is no object");
      for (const auto& [key, element] : value->get_object()) {
        if (!element.is_string()) return fail(name, "holds something that is no string");
        into[std::string(key)] = std::string(element.get_string());
      }
    }
  }

  /// read(Members&) for the object `name`.
  template <class Read>
  void object(std::string_view name, bool required, Read read) {
    if (const boost::json::value* value = find(name, required)) {
      if (!value->is_object()) return fail(name, "is no object");
      Members members(value->get_object(), path(name), error_);
      read(members);
    }
  }

  /// read(Members&) for each object of the list `name`.
  template <class Read>
  void objects(std::string_view name, Read read) {
    if (const boost::json::value* value = find(name, false)) {
      if (!value->is_array()) return fail(name, "is no list");
      for (const boost::json::value& element : value->get_array()) {
        if (!element.is_object()) return fail(name, "holds something that is no object");
        Members members(element.get_object(), path(name), error_);
        read(members);
      }
    }
  }

  /// read(key, Members&) for each member, an object, of the object `name`.
  template <class Read>
  void object_map(std::string_view name, Read read) {
    if (const boost::json::value* value = find(name, false)) {
      if (!value->is_object()) return fail(name, "is no object");
      for (const auto& [key, element] : value->get_object()) {
        if (!element.is_object()) return fail(name, "holds something that is no object");
        Members members(element.get_object(), path(name), error_);
        read(std::string(key), members);
      }
    }
  }

  void fail(std::string_view name, std::string_view what) {
    if (!error_) error_.emplace(ErrorKind::kInvalid, path(name) + " " + std::string(what));
  }

 private:
  template <class Integer>
  void read_integer(std::string_view name, const boost::json::value& value, Integer& into) {
    std::error_code code;
    const auto read = value.to_number<Integer>(code);
    if (code) return fail(name, "is no integer in range");
    into = read;
  }

  const boost::json::value* find(std::string_view name, bool required) {
    if (error_) return nullptr;
    const boost::json::value* value = object_.if_contains(name);
    if (value == nullptr && required) fail(name, "is missing");
    return value;
  }
  std::string path(std::string_view name) const {
    return where_.empty() ? std::string(name) : where_ + "." + std::string(name);
  }

  const boost::json::object& object_;
  std::string where_;
  std::optional<Error>& error_;
};

/// A `T` from the object in `text`, by read(Members&, T&). kInvalid: `what` and what is wrong in
/// it.
template <class T, class Read>
Result<T> parse_document(std::string_view text, std::string_view what, Read read) {
  boost::json::error_code code;
  const boost::json::value value = boost::json::parse(text, code);
  if (code || !value.is_object()) {
    return Error(ErrorKind::kInvalid, "the " + std::string(what) + " is no JSON object");
  }
  T document;
  std::optional<Error> error;
  Members members(value.get_object(), "", error);
  read(members, document);
  if (error) return error->with_context(what);
  return document;
}

}  // namespace tunesmith::training
