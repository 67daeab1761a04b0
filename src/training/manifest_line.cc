// SPDX-License-Identifier: Apache-2.0
#include "training/manifest_line.h"

#include "base/strings.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>

#include <optional>

namespace tunesmith::training {
namespace {

namespace json = boost::json;

struct Value {
  std::string text;
  bool quoted = false;  // a JSON string
};

/// What the parser calls while it reads a line. Not a json::value, which would have turned numbers
/// into doubles: 0.10 is streamed as "0.10".
class Collector {
 public:
  // The parser's limits. The line's own is tighter.
  static constexpr std::size_t max_object_size = kLongestManifestLine;
  static constexpr std::size_t max_array_size = kLongestManifestLine;
  static constexpr std::size_t max_key_size = kLongestManifestLine;
  static constexpr std::size_t max_string_size = kLongestManifestLine;

  explicit Collector(const std::vector<std::string>& names)
      : names_(names), values_(names.size()) {}

  std::vector<std::optional<Value>>& values() { return values_; }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    if (depth_++ > 0) begin("{");
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    if (--depth_ > 0) end("}");
    return true;
  }
  bool on_array_begin(json::error_code& ec) {
    if (depth_ == 0) return refuse(ec);
    ++depth_;
    begin("[");
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) {
    --depth_;
    end("]");
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, json::error_code&) { return part(s); }
  bool on_key(json::string_view s, std::size_t, json::error_code&) {
    part(s);
    if (depth_ == 1) {
      name_ = part_;
    } else {
      begin(quoted(part_) + ":");
    }
    part_.clear();
    return true;
  }
  bool on_string_part(json::string_view s, std::size_t, json::error_code&) { return part(s); }
  bool on_string(json::string_view s, std::size_t, json::error_code& ec) {
    part(s);
    if (depth_ != 1) return scalar(quoted(part_), ec);
    text_ = std::move(part_);
    part_.clear();
    finish(true);
    return true;
  }
  bool on_number_part(json::string_view s, json::error_code&) { return part(s); }
  bool on_int64(std::int64_t, json::string_view s, json::error_code& ec) { return number(s, ec); }
  bool on_uint64(std::uint64_t, json::string_view s, json::error_code& ec) { return number(s, ec); }
  bool on_double(double, json::string_view s, json::error_code& ec) { return number(s, ec); }
  bool on_bool(bool value, json::error_code& ec) { return scalar(value ? "true" : "false", ec); }
  bool on_null(json::error_code& ec) { return scalar("null", ec); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  static bool refuse(json::error_code& ec) {
    ec = json::error::syntax;
    return false;
  }
  static std::string quoted(std::string_view text) { return json::serialize(json::string(text)); }

  bool part(std::string_view text) {
    part_ += text;
    return true;
  }
  bool number(std::string_view text, json::error_code& ec) {
    part(text);
    return scalar(std::string(part_), ec);
  }
  bool scalar(const std::string& text, json::error_code& ec) {
    if (depth_ == 0) return refuse(ec);
    part_.clear();
    begin(text);
    if (depth_ == 1) finish(false);
    return true;
  }
  /// Appends a token that begins a value, or a key, after the comma that it needs.
  void begin(std::string_view token) {
    if (!text_.empty() && std::string_view("[{:").find(text_.back()) == std::string_view::npos) {
      text_ += ',';
    }
    text_ += token;
  }
  void end(std::string_view token) {
    text_ += token;
    if (depth_ == 1) finish(false);
  }
  /// The value of the attribute `name_` is whole. Of equal names the last one counts.
  void finish(bool is_text) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name_) values_[i] = Value{text_, is_text};
    }
    text_.clear();
  }

  const std::vector<std::string>& names_;
  std::vector<std::optional<Value>> values_;
  std::size_t depth_ = 0;
  std::string part_;  // of a key, a string or a number
  std::string name_;  // of the attribute that is being read
  std::string text_;  // of its value
};

}  // namespace

Result<std::vector<std::string>> attribute_values(std::string_view line,
                                                  const std::vector<std::string>& names) {
  line = trim(line);
  json::basic_parser<Collector> parser(json::parse_options(), names);
  json::error_code ec;
  const std::size_t used = parser.write_some(false, line.data(), line.size(), ec);
  if (ec || used < line.size()) return Error(ErrorKind::kInvalid, "is no JSON object");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto& value = parser.handler().values()[i];
    if (!value) return Error(ErrorKind::kInvalid, "has no attribute '" + names[i] + "'");
    if (is_reference(names[i]) && !value->quoted) {
      return Error(ErrorKind::kInvalid, "attribute '" + names[i] + "' is no text");
    }
    out.push_back(std::move(value->text));
  }
  return out;
}

}  // namespace tunesmith::training
