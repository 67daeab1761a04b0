// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/answer.h"

#include "base/strings.h"

#include <fmt/core.h>

namespace tunesmith::algorithms::xgboost {
namespace {

/// A single-precision value written with the digits of the double that equals it, as Python does.
std::string number(float value) { return format_double(static_cast<double>(value)); }

std::string joined(std::span<const float> row, std::string_view separator) {
  std::string text;
  for (const float value : row) {
    if (!text.empty()) text += separator;
    text += number(value);
  }
  return text;
}

/// A row as JSON: a number, or a list of them.
std::string json(std::span<const float> row) {
  return row.size() == 1 ? number(row[0]) : "[" + joined(row, ", ") + "]";
}

}  // namespace

std::string print_predictions(const Predictions& predictions, AnswerFormat format,
                              Generation generation, bool batch) {
  std::string text;
  if (format == AnswerFormat::kJson) text = "{\"predictions\": [";
  for (std::size_t i = 0; i < predictions.rows; ++i) {
    const auto row = predictions.values.subspan(i * predictions.groups, predictions.groups);
    switch (format) {
      case AnswerFormat::kJson:
        text += (i == 0 ? "{\"score\": " : ", {\"score\": ") + json(row) + "}";
        break;
      case AnswerFormat::kJsonLines:
        text += "{\"score\": " + json(row) + "}\n";
        break;
      case AnswerFormat::kCsv:
        if (generation == Generation::kLegacy) {
          // A row of several values stands there as Python shows a list.
          if (i > 0) text += batch ? "\n" : ",";
          text += json(row);
        } else {
          text += joined(row, ",") + "\n";
        }
        break;
    }
  }
  if (format == AnswerFormat::kJson) text += "]}";
  if (format == AnswerFormat::kCsv && generation == Generation::kLegacy && batch) text += "\n";
  return text;
}

}  // namespace tunesmith::algorithms::xgboost
