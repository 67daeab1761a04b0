// SPDX-License-Identifier: Apache-2.0
//
// How an object's attributes and tags are written in their columns: JSON, with empty members left
// out and the empty value as empty text. Reading accepts any bytes in strings (headers are bytes).
#pragma once

#include "store/object_index.h"

#include <string>
#include <string_view>

namespace tunesmith::store {

/// Without storage_class, which has a column of its own.
std::string attributes_to_text(const ObjectAttributes& attributes);
/// kCorrupt when `text` is not what attributes_to_text makes.
Result<ObjectAttributes> attributes_from_text(std::string_view text);

std::string tags_to_text(const Tags& tags);
Result<Tags> tags_from_text(std::string_view text);

}  // namespace tunesmith::store
