// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/image.h"

namespace tunesmith::algorithms::xgboost {
namespace {

// A first path component is a registry host when it could not be a user's name on the default
// registry: the rule that container tools follow.
bool is_registry_host(std::string_view text) {
  return text == "localhost" || text.find('.') != std::string_view::npos ||
         text.find(':') != std::string_view::npos;
}

}  // namespace

std::optional<Image> recognise_image(std::string_view uri) {
  const auto slash = uri.find('/');
  if (slash != std::string_view::npos) {
    if (!is_registry_host(uri.substr(0, slash))) return std::nullopt;
    uri.remove_prefix(slash + 1);
  }
  bool by_digest = false;
  if (const auto at = uri.find('@'); at != std::string_view::npos) {
    by_digest = true;
    uri = uri.substr(0, at);
  }
  std::string_view tag;
  if (const auto colon = uri.find(':'); colon != std::string_view::npos) {
    tag = uri.substr(colon + 1);
    uri = uri.substr(0, colon);
    if (tag.empty()) return std::nullopt;
  }
  if (uri == "xgboost") {
    if (tag.empty() && !by_digest) tag = "latest";
    if (tag != "latest" && tag != "1") return std::nullopt;
    return Image{Generation::kLegacy, std::string(tag)};
  }
  if (uri == "sagemaker-xgboost") {
    if (tag.empty() && !by_digest) tag = "latest";
    return Image{Generation::kSagemakerXgboost, std::string(tag)};
  }
  return std::nullopt;
}

}  // namespace tunesmith::algorithms::xgboost
