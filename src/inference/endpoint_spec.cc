// SPDX-License-Identifier: Apache-2.0
#include "inference/endpoint_spec.h"

#include <boost/json.hpp>

namespace tunesmith::inference {
namespace {

namespace json = boost::json;
using algorithms::xgboost::Generation;

json::object print(const EndpointSpec& spec) {
  json::array variants;
  for (const VariantSpec& v : spec.variants) {
    variants.push_back(json::object{{"name", v.name},
                                    {"image", v.model.image},
                                    {"legacy", v.model.generation == Generation::kLegacy},
                                    {"artifact", v.model.artifact_uri},
                                    {"role", v.model.acting_role},
                                    {"accept", v.model.default_accept},
                                    {"weight", v.weight},
                                    {"instances", v.instances}});
  }
  return {{"config", spec.config_name}, {"variants", std::move(variants)}};
}

EndpointSpec read(const json::value& value) {
  EndpointSpec spec;
  spec.config_name = json::value_to<std::string>(value.at("config"));
  for (const json::value& v : value.at("variants").as_array()) {
    VariantSpec variant;
    variant.name = json::value_to<std::string>(v.at("name"));
    variant.model.image = json::value_to<std::string>(v.at("image"));
    variant.model.generation =
        v.at("legacy").as_bool() ? Generation::kLegacy : Generation::kSagemakerXgboost;
    variant.model.artifact_uri = json::value_to<std::string>(v.at("artifact"));
    variant.model.acting_role = json::value_to<std::string>(v.at("role"));
    // Rows of older versions lack it.
    if (const auto* accept = v.as_object().if_contains("accept"))
      variant.model.default_accept = json::value_to<std::string>(*accept);
    variant.weight = v.at("weight").to_number<double>();
    variant.instances = v.at("instances").to_number<std::int64_t>();
    spec.variants.push_back(std::move(variant));
  }
  return spec;
}

}  // namespace

std::string print_endpoint_state(const EndpointState& state) {
  json::object out{{"generation", state.generation}, {"current", print(state.current)}};
  if (state.next) out["next"] = print(*state.next);
  if (state.deployment) out["deployment"] = *state.deployment;
  return json::serialize(out);
}

Result<EndpointState> parse_endpoint_state(std::string_view text) {
  try {
    const json::value document = json::parse(text);
    EndpointState state;
    state.generation = document.at("generation").to_number<std::int64_t>();
    state.current = read(document.at("current"));
    if (const auto* next = document.as_object().if_contains("next")) state.next = read(*next);
    if (const auto* deployment = document.as_object().if_contains("deployment"))
      state.deployment = json::value_to<std::string>(*deployment);
    return state;
  } catch (const std::exception& error) {
    return Error(ErrorKind::kCorrupt, std::string("stored endpoint: ") + error.what());
  }
}

}  // namespace tunesmith::inference
