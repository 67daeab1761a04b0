// SPDX-License-Identifier: Apache-2.0
//
// The operations on models, endpoint configurations, endpoints and transform jobs: one file for
// each kind (models.cc, endpoint_configs.cc, endpoints.cc, transform_jobs.cc), and what they share.
// register_inference_operations() is the list.
#pragma once

#include "services/sagemaker/operations.h"

#include <string>
#include <vector>

#include "inference/endpoint_spec.h"

namespace tunesmith::services::sagemaker {

void register_inference_operations(aws::OperationTable& table, Service& service);

inline constexpr std::string_view kModelKind = "model";
inline constexpr std::string_view kEndpointConfigKind = "endpoint-config";

/// "Could not find model "arn:…"." and the like, as the service says it.
aws::ApiError no_resource(const RequestContext& context, std::string_view kind,
                          std::string_view name);
/// "Cannot create already existing model "arn:…"."
aws::ApiError already_exists(const RequestContext& context, std::string_view kind,
                             std::string_view name);

/// The row of a resource, or no_resource().
Outcome<store::Resource> find_resource(Service& service, const RequestContext& context,
                                       std::string_view kind, std::string_view name);
/// Commits a new row with its tags, or answers already_exists().
Outcome<void> create_resource(Service& service, const RequestContext& context,
                              std::string_view kind, const std::string& name, std::string request,
                              const std::optional<std::vector<api::Tag>>& tags);
/// Erases a row and its tags, or answers no_resource().
Outcome<void> erase_resource(Service& service, const RequestContext& context, std::string_view kind,
                             const std::string& name);

/// What a model serves. ValidationException for what cannot be served here.
Outcome<inference::ServedModel> served_model(const api::CreateModelInput& request);
/// The model of that name, for who is about to serve it.
Outcome<inference::ServedModel> find_served_model(Service& service, const RequestContext& context,
                                                  const std::string& name);
/// What an endpoint of that configuration serves.
Outcome<inference::EndpointSpec> endpoint_spec(Service& service, const RequestContext& context,
                                               const std::string& config_name);

Outcome<api::CreateModelOutput> create_model(Service& service, const RequestContext& context,
                                             const api::CreateModelInput& input);
Outcome<api::DescribeModelOutput> describe_model(Service& service, const RequestContext& context,
                                                 const api::DescribeModelInput& input);
Outcome<api::ListModelsOutput> list_models(Service& service, const RequestContext& context,
                                           const api::ListModelsInput& input);
Outcome<aws::NoOutput> delete_model(Service& service, const RequestContext& context,
                                    const api::DeleteModelInput& input);

Outcome<api::CreateEndpointConfigOutput> create_endpoint_config(
    Service& service, const RequestContext& context, const api::CreateEndpointConfigInput& input);
Outcome<api::DescribeEndpointConfigOutput> describe_endpoint_config(
    Service& service, const RequestContext& context, const api::DescribeEndpointConfigInput& input);
Outcome<api::ListEndpointConfigsOutput> list_endpoint_configs(
    Service& service, const RequestContext& context, const api::ListEndpointConfigsInput& input);
Outcome<aws::NoOutput> delete_endpoint_config(Service& service, const RequestContext& context,
                                              const api::DeleteEndpointConfigInput& input);

Outcome<api::CreateEndpointOutput> create_endpoint(Service& service, const RequestContext& context,
                                                   const api::CreateEndpointInput& input);
Outcome<api::UpdateEndpointOutput> update_endpoint(Service& service, const RequestContext& context,
                                                   const api::UpdateEndpointInput& input);
Outcome<api::UpdateEndpointWeightsAndCapacitiesOutput> update_endpoint_weights_and_capacities(
    Service& service, const RequestContext& context,
    const api::UpdateEndpointWeightsAndCapacitiesInput& input);
Outcome<api::DescribeEndpointOutput> describe_endpoint(Service& service,
                                                       const RequestContext& context,
                                                       const api::DescribeEndpointInput& input);
Outcome<api::ListEndpointsOutput> list_endpoints(Service& service, const RequestContext& context,
                                                 const api::ListEndpointsInput& input);
Outcome<aws::NoOutput> delete_endpoint(Service& service, const RequestContext& context,
                                       const api::DeleteEndpointInput& input);

Outcome<api::CreateTransformJobResponse> create_transform_job(
    Service& service, const RequestContext& context, const api::CreateTransformJobRequest& input);
Outcome<api::DescribeTransformJobResponse> describe_transform_job(
    Service& service, const RequestContext& context, const api::DescribeTransformJobRequest& input);
Outcome<api::ListTransformJobsResponse> list_transform_jobs(
    Service& service, const RequestContext& context, const api::ListTransformJobsRequest& input);
Outcome<aws::NoOutput> stop_transform_job(Service& service, const RequestContext& context,
                                          const api::StopTransformJobRequest& input);

}  // namespace tunesmith::services::sagemaker
