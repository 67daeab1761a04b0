// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/accept.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <string>

namespace tunesmith::algorithms::xgboost {

Result<AnswerFormat> parse_accept(std::string_view accept) {
  for (const auto part : split(accept, ',')) {
    const std::string type = to_lower(trim(part.substr(0, part.find(';'))));
    if (type.empty() || type == "*/*" || type == "text/csv") return AnswerFormat::kCsv;
    if (type == "application/json") return AnswerFormat::kJson;
    if (type == "application/jsonlines") return AnswerFormat::kJsonLines;
  }
  return {
      ErrorKind::kInvalid,
      fmt::format("Accept type {} is not supported. Please use supported accept types: text/csv, "
                  "application/json, application/jsonlines.",
                  accept)};
}

bool accepts_anything(std::string_view accept) {
  const auto type = trim(accept.substr(0, accept.find(';')));
  return type.empty() || type == "*/*";
}

std::string_view media_type(AnswerFormat format) {
  switch (format) {
    case AnswerFormat::kJson:
      return "application/json";
    case AnswerFormat::kJsonLines:
      return "application/jsonlines";
    case AnswerFormat::kCsv:
      break;
  }
  return "text/csv; charset=utf-8";
}

}  // namespace tunesmith::algorithms::xgboost
