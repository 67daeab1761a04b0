// SPDX-License-Identifier: Apache-2.0
//
// CreateEndpoint, UpdateEndpoint, UpdateEndpointWeightsAndCapacities, DescribeEndpoint,
// ListEndpoints, DeleteEndpoint.
#include "inference/endpoints.h"

#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/inference_operations.h"
#include "services/sagemaker/resource_pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <algorithm>

namespace tunesmith::services::sagemaker {
namespace {

using inference::kEndpointKind;

aws::ApiError endpoint_error(const Error& error, const RequestContext& context,
                             const std::string& name) {
  if (error.kind == ErrorKind::kNotFound) return no_resource(context, kEndpointKind, name);
  if (error.kind == ErrorKind::kAlreadyExists) return already_exists(context, kEndpointKind, name);
  if (error.kind == ErrorKind::kConflict) {
    return invalid(fmt::format("Cannot update in-progress endpoint \"{}\".",
                               resource_arn(context, kEndpointKind, name)));
  }
  return api_error(error);
}

api::ProductionVariantSummary summary_of(const inference::VariantSpec& variant, Timestamp time) {
  api::ProductionVariantSummary out;
  out.variant_name = variant.name;
  out.deployed_images.emplace();
  out.deployed_images->push_back({variant.model.image, variant.model.image, time});
  out.current_weight = out.desired_weight = variant.weight;
  out.current_instance_count = out.desired_instance_count =
      static_cast<std::int32_t>(variant.instances);
  return out;
}

/// Lets variants that stay keep their weights and instance counts, unless these are excluded.
Outcome<void> retain_properties(Service& service, const RequestContext& context,
                                const api::UpdateEndpointInput& input,
                                inference::EndpointSpec& spec) {
  if (!input.retain_all_variant_properties.value_or(false)) return {};
  const auto row = find_resource(service, context, kEndpointKind, input.endpoint_name);
  if (!row) return row.error();
  const auto state = inference::parse_endpoint_state(row->state);
  if (!state) return api_error(state.error());
  const auto excluded = [&](std::string_view type) {
    const auto& list = input.exclude_retained_variant_properties;
    return list && std::any_of(list->begin(), list->end(), [&](const auto& property) {
             return property.variant_property_type == type;
           });
  };
  for (auto& variant : spec.variants) {
    for (const auto& before : state->current.variants) {
      if (before.name != variant.name) continue;
      if (!excluded("DesiredWeight")) variant.weight = before.weight;
      if (!excluded("DesiredInstanceCount")) variant.instances = before.instances;
    }
  }
  return {};
}

/// Traffic moves at once here, which does no harm; who names alarms relies on being rolled back by
/// them.
Outcome<void> check_deployment(const std::optional<api::DeploymentConfig>& config) {
  if (!config || !config->auto_rollback_configuration) return {};
  return invalid(
      "AutoRollbackConfiguration of DeploymentConfig is not supported here: no alarm is watched.");
}

/// What EndpointState keeps of an update's; nothing when the last one's is to stay.
std::optional<std::string> kept_deployment(const api::UpdateEndpointInput& input) {
  if (input.deployment_config) return aws::to_json(*input.deployment_config);
  if (input.retain_deployment_config.value_or(false)) return std::nullopt;
  return std::string();
}

std::optional<api::DeploymentConfig> last_deployment(const store::Resource& row,
                                                     const inference::EndpointState& state) {
  if (!state.deployment) {
    auto request = aws::from_json<api::CreateEndpointInput>(row.request);
    return request ? std::move(request->deployment_config) : std::nullopt;
  }
  if (state.deployment->empty()) return std::nullopt;
  auto config = aws::from_json<api::DeploymentConfig>(*state.deployment);
  return config ? std::optional(std::move(*config)) : std::nullopt;
}

}  // namespace

Outcome<api::CreateEndpointOutput> create_endpoint(Service& service, const RequestContext& context,
                                                   const api::CreateEndpointInput& input) {
  TUNESMITH_TRY_VOID(check_deployment(input.deployment_config));
  const auto tags = store_tags(input.tags);
  if (!tags) return tags.error();
  const auto spec = endpoint_spec(service, context, input.endpoint_config_name);
  if (!spec) return spec.error();
  const std::string arn = resource_arn(context, kEndpointKind, input.endpoint_name);
  const auto created = service.endpoints.create(context.region, input.endpoint_name,
                                                aws::to_json(input), *spec, arn, *tags);
  if (!created) return endpoint_error(created.error(), context, input.endpoint_name);
  return api::CreateEndpointOutput{arn};
}

Outcome<api::UpdateEndpointOutput> update_endpoint(Service& service, const RequestContext& context,
                                                   const api::UpdateEndpointInput& input) {
  TUNESMITH_TRY_VOID(check_deployment(input.deployment_config));
  auto spec = endpoint_spec(service, context, input.endpoint_config_name);
  if (!spec) return spec.error();
  if (auto kept = retain_properties(service, context, input, *spec); !kept) return kept.error();
  const auto updated =
      service.endpoints.update(context.region, input.endpoint_name, *spec, kept_deployment(input));
  if (!updated) return endpoint_error(updated.error(), context, input.endpoint_name);
  return api::UpdateEndpointOutput{resource_arn(context, kEndpointKind, input.endpoint_name)};
}

Outcome<api::UpdateEndpointWeightsAndCapacitiesOutput> update_endpoint_weights_and_capacities(
    Service& service, const RequestContext& context,
    const api::UpdateEndpointWeightsAndCapacitiesInput& input) {
  std::vector<inference::VariantChange> changes;
  for (const auto& desired : input.desired_weights_and_capacities) {
    for (const auto& other : changes) {
      if (other.variant == desired.variant_name) {
        return invalid(fmt::format("The variant name \"{}\" was non-unique within the request.",
                                   desired.variant_name));
      }
    }
    if (auto fine = check_finite("DesiredWeight", desired.desired_weight); !fine)
      return fine.error();
    inference::VariantChange change{desired.variant_name, {}, {}};
    if (desired.desired_weight) change.weight = *desired.desired_weight;
    if (desired.desired_instance_count) change.instances = *desired.desired_instance_count;
    changes.push_back(std::move(change));
  }
  const std::string arn = resource_arn(context, kEndpointKind, input.endpoint_name);
  const auto adjusted = service.endpoints.adjust(context.region, input.endpoint_name, changes);
  if (adjusted) return api::UpdateEndpointWeightsAndCapacitiesOutput{arn};
  return endpoint_error(adjusted.error(), context, input.endpoint_name);
}

Outcome<api::DescribeEndpointOutput> describe_endpoint(Service& service,
                                                       const RequestContext& context,
                                                       const api::DescribeEndpointInput& input) {
  const auto row = find_resource(service, context, kEndpointKind, input.endpoint_name);
  if (!row) return row.error();
  auto state = inference::parse_endpoint_state(row->state);
  if (!state) {
    // One that cannot be read has failed and tells why.
    state = inference::EndpointState{};
    if (const auto request = aws::from_json<api::CreateEndpointInput>(row->request))
      state->current.config_name = request->endpoint_config_name;
  }
  api::DescribeEndpointOutput out;
  out.endpoint_name = row->name;
  out.endpoint_arn = resource_arn(context, kEndpointKind, row->name);
  out.endpoint_config_name = state->current.config_name;
  out.endpoint_status = row->status;
  if (row->status != "Creating") {
    out.production_variants.emplace();
    for (const auto& variant : state->current.variants)
      out.production_variants->push_back(summary_of(variant, row->modified));
  }
  if (state->next) {
    api::PendingDeploymentSummary pending;
    pending.endpoint_config_name = state->next->config_name;
    pending.start_time = row->modified;
    out.pending_deployment_summary = std::move(pending);
  }
  out.last_deployment_config = last_deployment(*row, *state);
  if (!row->failure_reason.empty()) out.failure_reason = row->failure_reason;
  out.creation_time = row->created;
  out.last_modified_time = row->modified;
  return out;
}

Outcome<api::ListEndpointsOutput> list_endpoints(Service& service, const RequestContext& context,
                                                 const api::ListEndpointsInput& input) {
  api::ListEndpointsOutput out;
  auto next = list_resources(service, context, kEndpointKind, input, [&](const auto& row) {
    out.endpoints.push_back({row.name, resource_arn(context, kEndpointKind, row.name), row.created,
                             row.modified, row.status});
  });
  if (!next) return next.error();
  out.next_token = std::move(*next);
  return out;
}

Outcome<aws::NoOutput> delete_endpoint(Service& service, const RequestContext& context,
                                       const api::DeleteEndpointInput& input) {
  const auto erased =
      service.endpoints.erase(context.region, input.endpoint_name,
                              resource_arn(context, kEndpointKind, input.endpoint_name));
  if (!erased) return endpoint_error(erased.error(), context, input.endpoint_name);
  return aws::NoOutput{};
}

}  // namespace tunesmith::services::sagemaker
