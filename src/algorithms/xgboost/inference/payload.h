// SPDX-License-Identifier: Apache-2.0
//
// The body of a request for predictions as a table: CSV rows without a label, or libsvm rows with
// or without one. Any input gives a table or an error. Pure functions.
#pragma once

#include "algorithms/xgboost/schema/channels.h"
#include "algorithms/xgboost/trainer/table.h"
#include "base/result.h"

#include <string_view>

namespace tunesmith::algorithms::xgboost {

struct Payload {
  ContentType type = ContentType::kLibsvm;
  Table table;
};

/// kInvalid, with the container's text where it has one, for a type or body that it does not take.
Result<Payload> parse_payload(std::string_view body, std::string_view content_type);

}  // namespace tunesmith::algorithms::xgboost
