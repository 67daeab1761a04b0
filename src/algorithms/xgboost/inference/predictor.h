// SPDX-License-Identifier: Apache-2.0
//
// A loaded model that answers requests as the XGBoost container does: status, content type and
// text. One thread.
#pragma once

#include "algorithms/xgboost/inference/frame.h"
#include "algorithms/xgboost/schema/image.h"
#include "algorithms/xgboost/trainer/model.h"
#include "base/result.h"

#include <string>

namespace tunesmith::algorithms::xgboost {

class Predictor {
 public:
  /// kInvalid, in words for the model's owner, for bytes that are no model of XGBoost.
  static Result<Predictor> load(const Library& library, const std::string& model,
                                Generation generation, int threads);

  /// Never fails: errors are answers.
  Frame answer(const Frame& request);

 private:
  Predictor() = default;
  const Library* library_ = nullptr;
  Booster booster_;
  std::size_t features_ = 0;
  std::int64_t rounds_ = 0;  // of them predictions are made; 0: all
  Generation generation_ = Generation::kSagemakerXgboost;
};

}  // namespace tunesmith::algorithms::xgboost
