// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include "base/strings.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <cmath>
#include <limits>

namespace tunesmith {
namespace {

namespace json = boost::json;

void append(const json::value& value, std::string& out) {
  if (const auto* number = value.if_double()) {
    out += std::isfinite(*number) ? format_double(*number) : "null";
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& item : *array) {
      if (&item != array->begin()) out += ',';
      append(item, out);
    }
    out += ']';
  } else if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      if (&member != object->begin()) out += ',';
      out += json::serialize(member.key());
      out += ':';
      append(member.value(), out);
    }
    out += '}';
  } else {
    out += json::serialize(value);
  }
}

/// Builds a value of what the parser finds.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  explicit Builder(json::storage_ptr storage) : storage_(std::move(storage)) {}
  json::value release() { return stack_.release(); }

  bool on_document_begin(json::error_code&) {
    stack_.reset(storage_);
    return true;
  }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t members, json::error_code&) {
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t items, json::error_code&) {
    stack_.push_array(items);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view last, std::size_t, json::error_code&) {
    stack_.push_key(last);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view last, std::size_t, json::error_code&) {
    stack_.push_string(last);
    return true;
  }
  bool on_number_part(json::string_view part, json::error_code&) {
    number_ += std::string_view(part);
    return true;
  }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    number_.clear();
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    number_.clear();
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view last, json::error_code&) {
    number_ += std::string_view(last);
    // What is too large or too small for a double is left to the library.
    stack_.push_double(parse_double(number_).value_or(number));
    number_.clear();
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  json::storage_ptr storage_;
  json::value_stack stack_;
  std::string number_;  // as far as it was read
};

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string out;
  append(value, out);
  return out;
}

Result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth,
                                      boost::json::storage_ptr storage) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<Builder> parser(options, std::move(storage));
  json::error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = json::error::extra_data;
  if (ec) return Error(ErrorKind::kInvalid, ec.message());
  return parser.handler().release();
}

}  // namespace tunesmith
