// SPDX-License-Identifier: Apache-2.0
//
// XML of generated structures, as the REST-XML and query protocols write it: members as elements by
// wire name, lists as <Name><member>..</member></Name> or flattened, times in ISO 8601, absent
// members left out. Namespaces are written where the model says, and ignored when read. Thread safe
// (no state).
#pragma once

#include "aws/api_error.h"
#include "aws/shape.h"
#include "aws/validate.h"

#include <string>
#include <string_view>

namespace tunesmith::aws {

inline constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Reads a document whose root is `structure` (of `shape`, freshly made), and checks it by
/// `validator`. False when it is not well formed, or a value is of the wrong type.
bool decode_xml(std::string_view text, const Shape& shape, void* structure, Validator& validator);

/// Appends the body members of `structure` as elements, without an element around them.
void encode_xml_members(const Shape& shape, const void* structure, std::string& out);
/// Appends a value of any shape as one element.
void encode_xml_element(std::string_view name, std::string_view xml_namespace, const Shape& shape,
                        const void* value, std::string& out);

/// Appends `text` with what XML reserves escaped, and what it can't hold replaced (U+FFFD).
void append_xml_text(std::string_view text, std::string& out);
/// Appends "<name>text</name>".
void append_xml_element(std::string_view name, std::string_view text, std::string& out);

}  // namespace tunesmith::aws
