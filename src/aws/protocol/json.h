// SPDX-License-Identifier: Apache-2.0
//
// JSON documents of generated structures, as the AWS JSON and REST-JSON protocols write them:
// members by wire name, timestamps as seconds since the epoch, blobs in base64, absent members left
// out, null read as absent, unknown members ignored. Thread safe (no state).
#pragma once

#include "aws/api_error.h"
#include "aws/shape.h"
#include "aws/validate.h"

#include <string>
#include <string_view>

namespace tunesmith::aws {

/// Reads the body members of `structure` (of `shape`, freshly made) from a document and checks them
/// by `validator`. Text that is no JSON, or a value of the wrong type, is a SerializationException;
/// a violated constraint is not an error here: ask the validator. Blank text reads as "{}".
Outcome<void> decode_json(std::string_view text, const Shape& shape, void* structure,
                          Validator& validator);
/// The same for one value of any shape: a REST payload. `path` names it in violations.
Outcome<void> decode_json_value(std::string_view text, const Shape& shape, void* value,
                                const Path& path, Validator& validator);

/// Appends the body members of `structure`. Text that is not UTF-8 is repaired (U+FFFD).
void encode_json(const Shape& shape, const void* structure, std::string& out);

/// Appends `text` as a JSON string.
void append_json_string(std::string_view text, std::string& out);

/// A document of a generated structure, to be kept outside of a request. Include the service's
/// shapes.h.
template <class T>
std::string to_json(const T& structure) {
  std::string out;
  encode_json(shape_of<T>(), &structure, out);
  return out;
}
/// The structure of a document that `to_json` made. Constraints are not checked, so that a document
/// stays readable when a model is tightened.
template <class T>
Outcome<T> from_json(std::string_view text) {
  T structure{};
  Validator ignored;
  if (auto decoded = decode_json(text, shape_of<T>(), &structure, ignored); !decoded) {
    return decoded.error();
  }
  return structure;
}

}  // namespace tunesmith::aws
