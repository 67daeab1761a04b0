// SPDX-License-Identifier: Apache-2.0
//
// CreateModel, DescribeModel, ListModels, DeleteModel: models of the built-in XGBoost.
#include "algorithms/xgboost/schema/accept.h"
#include "algorithms/xgboost/schema/image.h"
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/inference_operations.h"
#include "services/sagemaker/resource_pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <array>

namespace tunesmith::services::sagemaker {
namespace {

/// The one container of a model, wherever the request has it.
Outcome<api::ContainerDefinition> container_of(const api::CreateModelInput& request) {
  if (request.primary_container && request.containers && !request.containers->empty()) {
    return invalid(
        "You cannot specify both PrimaryContainer and Containers. Please use one of "
        "them.");
  }
  if (request.primary_container) return *request.primary_container;
  if (!request.containers || request.containers->empty())
    return invalid("You must specify either PrimaryContainer or Containers.");
  if (request.containers->size() > 1) {
    return invalid(
        "Tunesmith serves models of one container: an inference pipeline of several "
        "Containers is not available.");
  }
  return request.containers->front();
}

Outcome<std::string> artifact_of(const api::ContainerDefinition& container) {
  if (container.additional_model_data_sources && !container.additional_model_data_sources->empty())
    return invalid("AdditionalModelDataSources are not available for the built-in XGBoost.");
  if (container.model_data_url && container.model_data_source)
    return invalid("You cannot specify both ModelDataUrl and ModelDataSource.");
  if (container.model_data_url && !container.model_data_url->empty())
    return *container.model_data_url;
  if (container.model_data_source && container.model_data_source->s3_data_source) {
    const auto& source = *container.model_data_source->s3_data_source;
    if (source.s3_data_type != "S3Object" || source.compression_type != "Gzip") {
      return invalid(
          "ModelDataSource: Tunesmith serves a model.tar.gz, S3DataType S3Object with "
          "CompressionType Gzip.");
    }
    return source.s3_uri;
  }
  return invalid(
      "ModelDataUrl is required: the built-in XGBoost serves the model of a training "
      "job.");
}

/// A variable of the container's environment; empty when it is not set.
std::string variable(const api::ContainerDefinition& container, std::string_view name) {
  if (!container.environment) return {};
  const auto at = container.environment->find(std::string(name));
  return at == container.environment->end() ? std::string() : at->second;
}

/// What requests that want no type of their own are answered in. Only the newer images ask for it.
Outcome<std::string> default_accept(const api::ContainerDefinition& container,
                                    algorithms::xgboost::Generation generation) {
  constexpr std::string_view kVariable = "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT";
  if (generation == algorithms::xgboost::Generation::kLegacy) return std::string();
  auto accept = variable(container, kVariable);
  if (const auto format = algorithms::xgboost::parse_accept(accept); !format)
    return invalid(
        fmt::format("The environment variable {}: {}", kVariable, format.error().message));
  return accept;
}

/// Whose rights a model has: its execution role's. Without one it is its owner's alone.
Outcome<void> settle_role(const Service& service, const RequestContext& context,
                          const api::CreateModelInput& request, inference::ServedModel& model) {
  if (!request.execution_role_arn) {
    if (context.identity.kind == aws::CallerKind::kOwner) return {};
    return invalid("ExecutionRoleArn is required.");
  }
  auto role = acting_role(service, context, *request.execution_role_arn,
                          resource_arn(context, kModelKind, request.model_name));
  if (!role) return role.error();
  model.acting_role = std::move(*role);
  return {};
}

/// What a description has of a container although its request need not have it: clients index
/// these.
void complete(api::ContainerDefinition& container) {
  if (!container.mode) container.mode = "SingleModel";
  if (!container.environment) container.environment.emplace();
  if (!container.model_data_url || container.model_data_source) return;
  container.model_data_source.emplace();
  container.model_data_source->s3_data_source = api::S3ModelDataSource{
      .s3_uri = *container.model_data_url, .s3_data_type = "S3Object", .compression_type = "Gzip"};
}

}  // namespace

Outcome<inference::ServedModel> served_model(const api::CreateModelInput& request) {
  const auto container = container_of(request);
  if (!container) return container.error();
  if (!container->image) {
    return invalid(
        "Image is required: models of a ModelPackageName or an "
        "InferenceSpecificationName are not available.");
  }
  const auto image = algorithms::xgboost::recognise_image(*container->image);
  if (!image) {
    return invalid(
        fmt::format("Tunesmith serves models of the built-in XGBoost images; '{}' is "
                    "none of them.",
                    *container->image));
  }
  if (container->mode.value_or("SingleModel") != "SingleModel")
    return invalid("Mode MultiModel is not available: give each model an endpoint or a variant.");
  // What would make the container answer otherwise than it does here.
  constexpr std::array<std::string_view, 2> kUnavailable = {"SAGEMAKER_INFERENCE_OUTPUT",
                                                            "SAGEMAKER_PROGRAM"};
  for (const std::string_view name : kUnavailable) {
    if (!variable(*container, name).empty()) {
      return invalid(
          fmt::format("The environment variable {} is not available for models of the "
                      "built-in XGBoost.",
                      name));
    }
  }
  auto artifact = artifact_of(*container);
  if (!artifact) return artifact.error();
  auto accept = default_accept(*container, image->generation);
  if (!accept) return accept.error();
  return inference::ServedModel{*container->image, image->generation, std::move(*artifact), "",
                                std::move(*accept)};
}

Outcome<inference::ServedModel> find_served_model(Service& service, const RequestContext& context,
                                                  const std::string& name) {
  const auto row = find_resource(service, context, kModelKind, name);
  if (!row) return row.error();
  const auto request = aws::from_json<api::CreateModelInput>(row->request);
  if (!request) return request.error();
  auto model = served_model(*request);
  if (!model) return model.error();
  if (auto settled = settle_role(service, context, *request, *model); !settled)
    return settled.error();
  return model;
}

Outcome<api::CreateModelOutput> create_model(Service& service, const RequestContext& context,
                                             const api::CreateModelInput& input) {
  auto model = served_model(input);
  if (!model) return model.error();
  if (auto settled = settle_role(service, context, input, *model); !settled) return settled.error();
  if (const auto there = service.model_artifacts.check_get(model->artifact_uri, model->acting_role);
      !there) {
    if (there.error().kind == ErrorKind::kDenied) return invalid(there.error().message);
    if (there.error().kind != ErrorKind::kNotFound && there.error().kind != ErrorKind::kInvalid)
      return api_error(there.error());
    return invalid(fmt::format("Could not find model data at {}.", model->artifact_uri));
  }
  const auto created = create_resource(service, context, kModelKind, input.model_name,
                                       aws::to_json(input), input.tags);
  if (!created) return created.error();
  return api::CreateModelOutput{resource_arn(context, kModelKind, input.model_name)};
}

Outcome<api::DescribeModelOutput> describe_model(Service& service, const RequestContext& context,
                                                 const api::DescribeModelInput& input) {
  const auto row = find_resource(service, context, kModelKind, input.model_name);
  if (!row) return row.error();
  auto request = aws::from_json<api::CreateModelInput>(row->request);
  if (!request) return request.error();
  if (request->primary_container) complete(*request->primary_container);
  if (request->containers) {
    for (auto& container : *request->containers) complete(container);
  }
  api::DescribeModelOutput out;
  out.model_name = row->name;
  out.model_arn = resource_arn(context, kModelKind, row->name);
  out.primary_container = std::move(request->primary_container);
  out.containers = std::move(request->containers);
  out.inference_execution_config = std::move(request->inference_execution_config);
  out.execution_role_arn = std::move(request->execution_role_arn);
  out.vpc_config = std::move(request->vpc_config);
  out.creation_time = row->created;
  out.enable_network_isolation = request->enable_network_isolation.value_or(false);
  return out;
}

Outcome<api::ListModelsOutput> list_models(Service& service, const RequestContext& context,
                                           const api::ListModelsInput& input) {
  api::ListModelsOutput out;
  auto next = list_resources(service, context, kModelKind, input, [&](const auto& row) {
    out.models.push_back({row.name, resource_arn(context, kModelKind, row.name), row.created});
  });
  if (!next) return next.error();
  out.next_token = std::move(*next);
  return out;
}

Outcome<aws::NoOutput> delete_model(Service& service, const RequestContext& context,
                                    const api::DeleteModelInput& input) {
  if (auto erased = erase_resource(service, context, kModelKind, input.model_name); !erased)
    return erased.error();
  return aws::NoOutput{};
}

}  // namespace tunesmith::services::sagemaker
