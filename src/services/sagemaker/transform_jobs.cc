// SPDX-License-Identifier: Apache-2.0
//
// CreateTransformJob, DescribeTransformJob, ListTransformJobs, StopTransformJob.
#include "inference/transform_jobs.h"

#include "algorithms/xgboost/inference/frame.h"
#include "algorithms/xgboost/schema/accept.h"
#include "algorithms/xgboost/schema/channels.h"
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/inference_operations.h"
#include "services/sagemaker/resource_pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include "inference/column_filter.h"

namespace tunesmith::services::sagemaker {
namespace {

using inference::kTransformKind;

constexpr std::int64_t kDefaultPayload = 6;  // MiB
constexpr std::int64_t kMaxPayload = 100;

/// What would be accepted and then not done is refused by name.
Outcome<void> check_available(const api::CreateTransformJobRequest& input) {
  if (input.data_capture_config) return invalid("DataCaptureConfig is not available.");
  const auto& source = input.transform_input.data_source.s3_data_source;
  if (source.s3_data_type != "S3Prefix") {
    return invalid(fmt::format("S3DataType {} is not available for transform jobs: use S3Prefix.",
                               source.s3_data_type));
  }
  const std::string split = input.transform_input.split_type.value_or("None");
  if (split != "None" && split != "Line")
    return invalid(fmt::format("SplitType {} is not available: use Line or None.", split));
  if (split == "None" && input.batch_strategy)
    return invalid("To enable the batch strategy, you must set SplitType to Line.");
  const std::int64_t payload = input.max_payload_in_mb.value_or(kDefaultPayload);
  const std::int64_t concurrent = input.max_concurrent_transforms.value_or(1);
  if (payload > kMaxPayload || payload * std::max<std::int64_t>(concurrent, 1) > kMaxPayload) {
    return invalid(
        fmt::format("MaxPayloadInMB multiplied by MaxConcurrentTransforms must not "
                    "exceed {}.",
                    kMaxPayload));
  }
  const auto& environment = input.environment;
  if (environment && environment->contains("SAGEMAKER_INFERENCE_OUTPUT"))
    return invalid("The environment variable SAGEMAKER_INFERENCE_OUTPUT is not available.");
  return {};
}

/// Filters and joins need a record of CSV on each side of the model.
Outcome<void> read_processing(const api::CreateTransformJobRequest& input,
                              inference::TransformSpec& spec) {
  if (!input.data_processing) return {};
  spec.input_filter = input.data_processing->input_filter.value_or("");
  spec.output_filter = input.data_processing->output_filter.value_or("");
  spec.join_input = input.data_processing->join_source.value_or("None") == "Input";
  bool needed = spec.join_input;
  for (const std::string& path : {spec.input_filter, spec.output_filter}) {
    const auto filter = inference::ColumnFilter::parse(path);
    if (!filter) return invalid(filter.error().message);
    needed = needed || !filter->keeps_all();
  }
  if (!needed) return {};
  const auto type = algorithms::xgboost::parse_content_type(spec.content_type);
  const bool csv_in = type && *type == algorithms::xgboost::ContentType::kCsv;
  const bool csv_out = spec.accept.empty() || spec.accept.starts_with("text/csv");
  if (!csv_in || !csv_out || !spec.by_line) {
    return invalid(
        "DataProcessing with a filter or a join needs ContentType text/csv, SplitType "
        "Line and Accept text/csv.");
  }
  if (spec.join_input && !spec.assemble_lines)
    return invalid("JoinSource Input needs AssembleWith Line.");
  return {};
}

Outcome<inference::TransformSpec> transform_spec(Service& service, const RequestContext& context,
                                                 const api::CreateTransformJobRequest& input) {
  if (auto available = check_available(input); !available) return available.error();
  inference::TransformSpec spec;
  auto model = find_served_model(service, context, input.model_name);
  if (!model) return model.error();
  spec.model = std::move(*model);
  spec.input_uri = input.transform_input.data_source.s3_data_source.s3_uri;
  spec.content_type = input.transform_input.content_type.value_or("");
  if (const auto type = algorithms::xgboost::parse_content_type(spec.content_type); !type)
    return invalid(type.error().message);
  spec.gzip = input.transform_input.compression_type.value_or("None") == "Gzip";
  spec.by_line = input.transform_input.split_type.value_or("None") == "Line";
  spec.single_record = input.batch_strategy.value_or("MultiRecord") == "SingleRecord";
  const auto payload = input.max_payload_in_mb.value_or(kDefaultPayload);
  // 0 asks for no limit; a message to the model has one.
  spec.max_payload = payload == 0 ? static_cast<std::size_t>(kMaxPayload) << 20U
                                  : static_cast<std::size_t>(payload) << 20U;
  spec.output_uri = input.transform_output.s3_output_path;
  spec.accept = input.transform_output.accept.value_or("");
  if (algorithms::xgboost::accepts_anything(spec.accept)) spec.accept = spec.model.default_accept;
  spec.assemble_lines = input.transform_output.assemble_with.value_or("None") == "Line";
  if (auto read = read_processing(input, spec); !read) return read.error();
  return spec;
}

}  // namespace

Outcome<api::CreateTransformJobResponse> create_transform_job(
    Service& service, const RequestContext& context, const api::CreateTransformJobRequest& input) {
  const auto tags = store_tags(input.tags);
  if (!tags) return tags.error();
  const auto spec = transform_spec(service, context, input);
  if (!spec) return spec.error();
  const std::string arn = resource_arn(context, kTransformKind, input.transform_job_name);
  const auto created = service.transforms.create(context.region, input.transform_job_name,
                                                 aws::to_json(input), *spec, arn, *tags);
  if (!created && created.error().kind == ErrorKind::kAlreadyExists) {
    return in_use(
        fmt::format("Job name must be unique within an AWS account and region, and a job "
                    "with this name already exists ({}).",
                    arn));
  }
  if (!created) return api_error(created.error());
  return api::CreateTransformJobResponse{arn};
}

Outcome<api::DescribeTransformJobResponse> describe_transform_job(
    Service& service, const RequestContext& context,
    const api::DescribeTransformJobRequest& input) {
  const auto row = find_resource(service, context, kTransformKind, input.transform_job_name);
  if (!row) return row.error();
  auto request = aws::from_json<api::CreateTransformJobRequest>(row->request);
  if (!request) return request.error();
  const auto state = inference::parse_transform_state(row->state);
  if (!state) return api_error(state.error());
  api::DescribeTransformJobResponse out;
  out.transform_job_name = row->name;
  out.transform_job_arn = resource_arn(context, kTransformKind, row->name);
  out.transform_job_status = row->status;
  if (!row->failure_reason.empty()) out.failure_reason = row->failure_reason;
  out.model_name = std::move(request->model_name);
  out.max_concurrent_transforms = request->max_concurrent_transforms;
  out.model_client_config = request->model_client_config;
  out.max_payload_in_mb = request->max_payload_in_mb;
  out.batch_strategy = std::move(request->batch_strategy);
  out.environment = std::move(request->environment);
  out.transform_input = std::move(request->transform_input);
  // Clients index these although the request need not have them.
  if (!out.transform_input.compression_type) out.transform_input.compression_type = "None";
  if (!out.transform_input.split_type) out.transform_input.split_type = "None";
  out.transform_output = std::move(request->transform_output);
  if (!out.transform_output->assemble_with) out.transform_output->assemble_with = "None";
  if (!out.transform_output->kms_key_id) out.transform_output->kms_key_id = "";
  out.transform_resources = std::move(request->transform_resources);
  out.creation_time = row->created;
  out.transform_start_time = state->started;
  out.transform_end_time = row->ended;
  out.data_processing = request->data_processing.value_or(api::DataProcessing{});
  if (!out.data_processing->input_filter) out.data_processing->input_filter = "$";
  if (!out.data_processing->output_filter) out.data_processing->output_filter = "$";
  if (!out.data_processing->join_source) out.data_processing->join_source = "None";
  out.experiment_config = std::move(request->experiment_config);
  return out;
}

Outcome<api::ListTransformJobsResponse> list_transform_jobs(
    Service& service, const RequestContext& context, const api::ListTransformJobsRequest& input) {
  api::ListTransformJobsResponse out;
  auto next = list_resources(service, context, kTransformKind, input, [&](const auto& row) {
    api::TransformJobSummary summary;
    summary.transform_job_name = row.name;
    summary.transform_job_arn = resource_arn(context, kTransformKind, row.name);
    summary.creation_time = row.created;
    summary.transform_end_time = row.ended;
    summary.last_modified_time = row.modified;
    summary.transform_job_status = row.status;
    if (!row.failure_reason.empty()) summary.failure_reason = row.failure_reason;
    out.transform_job_summaries.push_back(std::move(summary));
  });
  if (!next) return next.error();
  out.next_token = std::move(*next);
  return out;
}

Outcome<aws::NoOutput> stop_transform_job(Service& service, const RequestContext& context,
                                          const api::StopTransformJobRequest& input) {
  const auto stopped = service.transforms.request_stop(context.region, input.transform_job_name);
  if (stopped) return aws::NoOutput{};
  if (stopped.error().kind == ErrorKind::kNotFound)
    return no_resource(context, kTransformKind, input.transform_job_name);
  if (stopped.error().kind == ErrorKind::kConflict)
    return invalid("The request was rejected because the transform job has ended.");
  return api_error(stopped.error());
}

}  // namespace tunesmith::services::sagemaker
