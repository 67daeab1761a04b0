// SPDX-License-Identifier: Apache-2.0
//
// CBOR (RFC 8949) as the rpc-v2-cbor protocol uses it. Input is turned into the JSON document that
// means the same, which decode_json() reads and checks; output is written by its shape, because
// timestamps have a tag here. Bounded in depth; any bytes give a document or an error.
#pragma once

#include "aws/api_error.h"
#include "aws/shape.h"

#include <string>
#include <string_view>

namespace tunesmith::aws {

/// The one value in `bytes` as JSON: byte strings in base64, infinities and NaN as strings, tags
/// dropped (a time is its seconds). Nothing at all reads as "{}".
Outcome<std::string> cbor_to_json(std::string_view bytes);

/// Appends `structure`.
void encode_cbor(const Shape& shape, const void* structure, std::string& out);

/// Appends a text string, and the head of a map of `size` entries.
void append_cbor_text(std::string_view text, std::string& out);
void append_cbor_map(std::size_t size, std::string& out);

}  // namespace tunesmith::aws
