// SPDX-License-Identifier: Apache-2.0
//
// CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig.
#include "aws/protocol/json.h"
#include "services/sagemaker/inference_operations.h"
#include "services/sagemaker/resource_pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <set>

namespace tunesmith::services::sagemaker {
namespace {

/// What would be accepted and then not done is refused by name.
Outcome<void> check_available(const api::CreateEndpointConfigInput& input) {
  if (input.async_inference_config)
    return invalid("AsyncInferenceConfig is not available: use InvokeEndpoint or a transform job.");
  if (input.explainer_config) return invalid("ExplainerConfig is not available.");
  if (input.shadow_production_variants && !input.shadow_production_variants->empty())
    return invalid("ShadowProductionVariants are not available.");
  if (input.data_capture_config && input.data_capture_config->enable_capture.value_or(false))
    return invalid("DataCaptureConfig: capture is not available.");
  return {};
}

Outcome<void> check_variants(Service& service, const RequestContext& context,
                             const api::CreateEndpointConfigInput& input) {
  std::set<std::string> names;
  for (const auto& variant : input.production_variants) {
    if (!names.insert(variant.variant_name).second) {
      return invalid(fmt::format("Production variant names must be unique: '{}' is repeated.",
                                 variant.variant_name));
    }
    if (!variant.model_name) {
      return invalid(
          fmt::format("ModelName is required for production variant '{}': inference "
                      "components are not available.",
                      variant.variant_name));
    }
    if (auto fine = check_finite("InitialVariantWeight", variant.initial_variant_weight); !fine)
      return fine;
    const auto model = find_resource(service, context, kModelKind, *variant.model_name);
    if (!model) return model.error();
  }
  return {};
}

}  // namespace

Outcome<inference::EndpointSpec> endpoint_spec(Service& service, const RequestContext& context,
                                               const std::string& config_name) {
  const auto row = find_resource(service, context, kEndpointConfigKind, config_name);
  if (!row) return row.error();
  const auto request = aws::from_json<api::CreateEndpointConfigInput>(row->request);
  if (!request) return request.error();
  inference::EndpointSpec spec;
  spec.config_name = row->name;
  for (const auto& variant : request->production_variants) {
    auto model = find_served_model(service, context, variant.model_name.value_or(""));
    if (!model) return model.error();
    spec.variants.push_back({variant.variant_name, std::move(*model),
                             variant.initial_variant_weight.value_or(1),
                             variant.initial_instance_count.value_or(1)});
  }
  return spec;
}

Outcome<api::CreateEndpointConfigOutput> create_endpoint_config(
    Service& service, const RequestContext& context, const api::CreateEndpointConfigInput& input) {
  if (auto available = check_available(input); !available) return available.error();
  if (auto checked = check_variants(service, context, input); !checked) return checked.error();
  const auto created = create_resource(service, context, kEndpointConfigKind,
                                       input.endpoint_config_name, aws::to_json(input), input.tags);
  if (!created) return created.error();
  return api::CreateEndpointConfigOutput{
      resource_arn(context, kEndpointConfigKind, input.endpoint_config_name)};
}

Outcome<api::DescribeEndpointConfigOutput> describe_endpoint_config(
    Service& service, const RequestContext& context,
    const api::DescribeEndpointConfigInput& input) {
  const auto row = find_resource(service, context, kEndpointConfigKind, input.endpoint_config_name);
  if (!row) return row.error();
  auto request = aws::from_json<api::CreateEndpointConfigInput>(row->request);
  if (!request) return request.error();
  for (auto& variant : request->production_variants) {
    if (!variant.initial_variant_weight) variant.initial_variant_weight = 1;
  }
  api::DescribeEndpointConfigOutput out;
  out.endpoint_config_name = row->name;
  out.endpoint_config_arn = resource_arn(context, kEndpointConfigKind, row->name);
  out.production_variants = std::move(request->production_variants);
  out.data_capture_config = std::move(request->data_capture_config);
  out.kms_key_id = std::move(request->kms_key_id);
  out.creation_time = row->created;
  out.execution_role_arn = std::move(request->execution_role_arn);
  out.vpc_config = std::move(request->vpc_config);
  out.enable_network_isolation = request->enable_network_isolation.value_or(false);
  return out;
}

Outcome<api::ListEndpointConfigsOutput> list_endpoint_configs(
    Service& service, const RequestContext& context, const api::ListEndpointConfigsInput& input) {
  api::ListEndpointConfigsOutput out;
  auto next = list_resources(service, context, kEndpointConfigKind, input, [&](const auto& row) {
    out.endpoint_configs.push_back(
        {row.name, resource_arn(context, kEndpointConfigKind, row.name), row.created});
  });
  if (!next) return next.error();
  out.next_token = std::move(*next);
  return out;
}

Outcome<aws::NoOutput> delete_endpoint_config(Service& service, const RequestContext& context,
                                              const api::DeleteEndpointConfigInput& input) {
  if (auto erased =
          erase_resource(service, context, kEndpointConfigKind, input.endpoint_config_name);
      !erased) {
    return erased.error();
  }
  return aws::NoOutput{};
}

}  // namespace tunesmith::services::sagemaker
