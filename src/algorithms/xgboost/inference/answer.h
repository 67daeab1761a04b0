// SPDX-License-Identifier: Apache-2.0
//
// Predictions as the container writes them: CSV, JSON or JSON lines. The images of both generations
// differ: ".../xgboost:1" joins the predictions of a request with commas, ".../sagemaker-xgboost"
// writes one to a line. Pure functions.
#pragma once

#include "algorithms/xgboost/schema/accept.h"
#include "algorithms/xgboost/schema/image.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tunesmith::algorithms::xgboost {

struct Predictions {
  std::span<const float> values;  // rows * groups
  std::size_t rows = 0;
  std::size_t groups = 1;  // values of a row: more than one for probabilities of classes
};

/// `batch`: of a batch transform, in which every prediction has a line of its own.
std::string print_predictions(const Predictions& predictions, AnswerFormat format,
                              Generation generation, bool batch);

}  // namespace tunesmith::algorithms::xgboost
