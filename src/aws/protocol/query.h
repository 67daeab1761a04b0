// SPDX-License-Identifier: Apache-2.0
//
// The query protocol's input: a form whose names spell out the structure,
// "Tags.member.1.Key=a&Tags.member.1.Value=b".
#pragma once

#include "aws/api_error.h"
#include "aws/protocol/exchange.h"
#include "aws/shape.h"
#include "aws/validate.h"

namespace tunesmith::aws {

/// Reads `structure` (of `shape`, freshly made) from form parameters and checks it by `validator`.
/// An error when a value is of the wrong type.
Outcome<void> decode_form(const Parameters& form, const Shape& shape, void* structure,
                          Validator& validator);

}  // namespace tunesmith::aws
