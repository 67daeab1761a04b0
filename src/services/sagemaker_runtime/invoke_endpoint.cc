// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "services/sagemaker_runtime/operations.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker_runtime {
namespace {

aws::ApiError refused(std::string message) { return {"ValidationError", std::move(message), 400}; }

/// The container answered with an error, or not at all (status 0).
aws::ApiError model_error(const aws::RequestContext& context, const std::string& endpoint,
                          std::int64_t status, const std::string& text) {
  const std::string group = "/aws/sagemaker/Endpoints/" + endpoint;
  aws::ApiError error{
      "ModelError",
      fmt::format("Received {} error ({}) from primary with message \"{}\". See "
                  "https://{}.console.aws.amazon.com/cloudwatch/home?region={}#logEventViewer:"
                  "group={} in account {} for more information.",
                  status >= 400 && status < 500 ? "client" : "server", status, text, context.region,
                  context.region, group, context.identity.account),
      424};
  error.details = {{"OriginalMessage", text},
                   {"LogStreamArn", fmt::format("arn:aws:logs:{}:{}:log-group:{}", context.region,
                                                context.identity.account, group)}};
  error.numbers = {{"OriginalStatusCode", status}};
  return error;
}

/// The parts of a request that would change the answer and are not available.
const char* unavailable(const api::InvokeEndpointInput& input) {
  if (input.target_model) return "TargetModel";
  if (input.target_container_hostname) return "TargetContainerHostname";
  if (input.inference_component_name) return "InferenceComponentName";
  if (input.enable_explanations) return "EnableExplanations";
  if (input.session_id) return "SessionId";
  return nullptr;
}

}  // namespace

aws::Outcome<api::InvokeEndpointOutput> invoke_endpoint(Service& service,
                                                        const aws::RequestContext& context,
                                                        api::InvokeEndpointInput& input) {
  if (const char* name = unavailable(input))
    return refused(fmt::format("{} is not available for endpoints of the built-in XGBoost.", name));
  inference::Frame request;
  request.code = algorithms::xgboost::kInvocation;
  request.content_type = input.content_type.value_or("");
  request.accept = input.accept.value_or("");
  request.body = std::move(input.body);
  auto done = service.endpoints.invoke(context.region, input.endpoint_name,
                                       input.target_variant.value_or(""), std::move(request),
                                       context.received);
  if (!done) {
    switch (done.error().kind) {
      case ErrorKind::kNotFound:
        return refused(fmt::format("Endpoint {} of account {} not found.", input.endpoint_name,
                                   context.identity.account));
      case ErrorKind::kInvalid:
        if (input.target_variant) {
          return refused(fmt::format("Variant {} of endpoint {} not found.", *input.target_variant,
                                     input.endpoint_name));
        }
        return model_error(context, input.endpoint_name, 500, done.error().message);
      case ErrorKind::kLimitExceeded:
        return aws::ApiError{"ServiceUnavailable", done.error().message, 503};
      case ErrorKind::kUnavailable:
        return model_error(context, input.endpoint_name, 0, done.error().message);
      default:
        log::error("endpoint {}: {}", input.endpoint_name, done.error().message);
        return aws::ApiError{"InternalFailure", "An internal failure occurred.", 500};
    }
  }
  inference::Frame& answer = done->answer;
  if (answer.code >= 400)
    return model_error(context, input.endpoint_name, answer.code, answer.body);
  api::InvokeEndpointOutput out;
  out.body = std::move(answer.body);
  out.content_type = std::move(answer.content_type);
  out.invoked_production_variant = std::move(done->variant);
  return out;
}

}  // namespace tunesmith::services::sagemaker_runtime
