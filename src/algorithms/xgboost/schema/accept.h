// SPDX-License-Identifier: Apache-2.0
//
// The types of answers that a model's container gives, as an Accept header names them. Pure
// functions.
#pragma once

#include "base/result.h"

#include <string_view>

namespace tunesmith::algorithms::xgboost {

enum class AnswerFormat { kCsv, kJson, kJsonLines };

/// What an Accept header asks for. kInvalid when it is nothing that the container writes.
Result<AnswerFormat> parse_accept(std::string_view accept);
/// Whether it asks for nothing in particular: then the container's default decides.
bool accepts_anything(std::string_view accept);
/// "text/csv", "application/json", "application/jsonlines"
std::string_view media_type(AnswerFormat format);

}  // namespace tunesmith::algorithms::xgboost
