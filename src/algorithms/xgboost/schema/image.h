// SPDX-License-Identifier: Apache-2.0
//
// Which training images mean "the built-in XGBoost", and which generation of it. Used when a job is
// created (to choose the native trainer and its rules) and when it is launched. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::algorithms::xgboost {

enum class Generation {
  kLegacy,            // ".../xgboost:latest" and ":1": XGBoost 0.72's algorithm image
  kSagemakerXgboost,  // ".../sagemaker-xgboost:<version>"
};

struct Image {
  Generation generation = Generation::kSagemakerXgboost;
  std::string version;  // the tag: "latest", "1", "1.7-1"; empty when pinned by digest alone
};

/// Recognises an image URI on any registry host. Nothing for every other image.
std::optional<Image> recognise_image(std::string_view uri);

inline bool is_xgboost_image(std::string_view uri) { return recognise_image(uri).has_value(); }

}  // namespace tunesmith::algorithms::xgboost
