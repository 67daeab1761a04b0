// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/inference_operations.h"

#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"
#include "services/sagemaker/names.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {
namespace {

template <class Op>
void add(aws::OperationTable& table, Service& service,
         Outcome<typename Op::Output> (*function)(Service&, const RequestContext&,
                                                  const typename Op::Input&)) {
  table.add<Op>([&service, function](RequestContext& context, typename Op::Input& input) {
    return function(service, context, input);
  });
}

/// The kind in the service's sentences.
std::string_view words_of(std::string_view kind) {
  if (kind == kEndpointConfigKind) return "endpoint configuration";
  if (kind == inference::kTransformKind) return "transform job";
  return kind;
}

}  // namespace

void register_inference_operations(aws::OperationTable& table, Service& service) {
  add<api::CreateModel>(table, service, create_model);
  add<api::DescribeModel>(table, service, describe_model);
  add<api::ListModels>(table, service, list_models);
  add<api::DeleteModel>(table, service, delete_model);
  add<api::CreateEndpointConfig>(table, service, create_endpoint_config);
  add<api::DescribeEndpointConfig>(table, service, describe_endpoint_config);
  add<api::ListEndpointConfigs>(table, service, list_endpoint_configs);
  add<api::DeleteEndpointConfig>(table, service, delete_endpoint_config);
  add<api::CreateEndpoint>(table, service, create_endpoint);
  add<api::UpdateEndpoint>(table, service, update_endpoint);
  add<api::UpdateEndpointWeightsAndCapacities>(table, service,
                                               update_endpoint_weights_and_capacities);
  add<api::DescribeEndpoint>(table, service, describe_endpoint);
  add<api::ListEndpoints>(table, service, list_endpoints);
  add<api::DeleteEndpoint>(table, service, delete_endpoint);
  add<api::CreateTransformJob>(table, service, create_transform_job);
  add<api::DescribeTransformJob>(table, service, describe_transform_job);
  add<api::ListTransformJobs>(table, service, list_transform_jobs);
  add<api::StopTransformJob>(table, service, stop_transform_job);
}

aws::ApiError no_resource(const RequestContext& context, std::string_view kind,
                          std::string_view name) {
  return invalid(
      fmt::format("Could not find {} \"{}\".", words_of(kind), resource_arn(context, kind, name)));
}

aws::ApiError already_exists(const RequestContext& context, std::string_view kind,
                             std::string_view name) {
  return invalid(fmt::format("Cannot create already existing {} \"{}\".", words_of(kind),
                             resource_arn(context, kind, name)));
}

Outcome<store::Resource> find_resource(Service& service, const RequestContext& context,
                                       std::string_view kind, std::string_view name) {
  store::Resource row;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(row, r.resource(kind, context.region, name));
    return {};
  });
  if (read) return row;
  if (read.error().kind == ErrorKind::kNotFound) return no_resource(context, kind, name);
  return api_error(read.error());
}

Outcome<void> create_resource(Service& service, const RequestContext& context,
                              std::string_view kind, const std::string& name, std::string request,
                              const std::optional<std::vector<api::Tag>>& tags) {
  const auto stored_tags = store_tags(tags);
  if (!stored_tags) return stored_tags.error();
  store::Resource row;
  row.kind = kind;
  row.region = context.region;
  row.name = name;
  row.created = row.modified = service.clock.now();
  row.request = std::move(request);
  const auto written = service.store.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY_VOID(t.insert(row));
    return t.put_tags(resource_arn(context, kind, name), *stored_tags);
  });
  if (written) return {};
  if (written.error().kind == ErrorKind::kAlreadyExists) return already_exists(context, kind, name);
  return api_error(written.error());
}

Outcome<void> erase_resource(Service& service, const RequestContext& context, std::string_view kind,
                             const std::string& name) {
  const auto written = service.store.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(const auto row, t.resource(kind, context.region, name));
    TUNESMITH_TRY_VOID(t.erase_all_tags(resource_arn(context, kind, name)));
    return t.erase_resource(row.id);
  });
  if (written) return {};
  if (written.error().kind == ErrorKind::kNotFound) return no_resource(context, kind, name);
  return api_error(written.error());
}

}  // namespace tunesmith::services::sagemaker
