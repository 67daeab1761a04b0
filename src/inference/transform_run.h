// SPDX-License-Identifier: Apache-2.0
//
// The work of a batch transform on one input object: cut into records, sent to the model in
// batches, answers joined and filtered, written in order. Knows neither store nor process. One
// thread.
#pragma once

#include "algorithms/xgboost/inference/frame.h"
#include "base/result.h"

#include <filesystem>
#include <functional>
#include <string_view>

#include "inference/transform_spec.h"

namespace tunesmith::inference {

struct TransformHooks {
  /// Sends a batch to the model.
  std::function<Result<algorithms::xgboost::Frame>(const algorithms::xgboost::Frame&)> ask;
  std::function<Result<void>(std::string_view)> write;
  std::function<bool()> should_stop;
};

/// False when it was stopped in between. kInvalid, in words for the user, for input or answers that
/// do not fit the spec.
Result<bool> transform_object(const TransformSpec& spec, const std::filesystem::path& input,
                              const TransformHooks& hooks);

}  // namespace tunesmith::inference
