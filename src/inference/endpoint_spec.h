// SPDX-License-Identifier: Apache-2.0
//
// What an endpoint serves, and where it stands: the document that its row keeps beside the request.
// Models are resolved when an endpoint is created or updated; deleting them later changes nothing.
// Plain values.
#pragma once

#include "algorithms/xgboost/schema/image.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::inference {

/// A model that can be served: its image says how it answers.
struct ServedModel {
  std::string image;
  algorithms::xgboost::Generation generation = algorithms::xgboost::Generation::kSagemakerXgboost;
  std::string artifact_uri;  // s3://…/model.tar.gz
  std::string acting_role;   // whose rights it has; empty: the owner's
  // Of answers to requests that want no type of their own; empty: the container's.
  std::string default_accept;
  bool operator==(const ServedModel&) const = default;
};

struct VariantSpec {
  std::string name;
  ServedModel model;
  double weight = 1;           // share of the requests, relative to the other variants'
  std::int64_t instances = 1;  // as asked for; one process serves a variant here
  bool operator==(const VariantSpec&) const = default;
};

struct EndpointSpec {
  std::string config_name;
  std::vector<VariantSpec> variants;
  bool operator==(const EndpointSpec&) const = default;
};

struct EndpointState {
  std::int64_t generation = 1;       // of `current`; names the folder of its models
  EndpointSpec current;              // what answers; of a new endpoint: what shall
  std::optional<EndpointSpec> next;  // while Updating
  // The DeploymentConfig of the last update, as JSON; empty when it had none; unset: the
  // creation's.
  std::optional<std::string> deployment;
};

std::string print_endpoint_state(const EndpointState& state);
Result<EndpointState> parse_endpoint_state(std::string_view text);

}  // namespace tunesmith::inference
