// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"
#include "services/sagemaker/names.h"

#include <fmt/core.h>

#include "access/evaluate.h"

namespace tunesmith::services::sagemaker {
namespace {

Outcome<void> check(const Result<void>& allowed) {
  if (allowed) return {};
  if (allowed.error().kind == ErrorKind::kDenied) return invalid(allowed.error().message);
  return api_error(allowed.error());
}

}  // namespace

Outcome<std::string> acting_role(const Service& service, const RequestContext& context,
                                 const std::string& arn, const std::string& source_arn) {
  const auto role =
      service.identities.principal(store::PrincipalKind::kRole, arn.substr(arn.rfind('/') + 1));
  if (!role && role.error().kind != ErrorKind::kNotFound) return api_error(role.error());
  const bool is_here = role && arn == fmt::format("arn:aws:iam::{}:role{}{}",
                                                  context.identity.account, role->path, role->name);
  if (is_here) {
    const auto trusts = access::lets_service_act(role->trust_policy, "sagemaker.amazonaws.com",
                                                 context.identity.account, source_arn);
    if (!trusts) return api_error(trusts.error());
    if (*trusts) return role->name;
  } else if (context.identity.kind == aws::CallerKind::kOwner) {
    return std::string();
  }
  return invalid(
      fmt::format("Could not assume role {}. Please ensure that the role exists and allows "
                  "principal 'sagemaker.amazonaws.com' to assume the role.",
                  arn));
}

Outcome<void> settle_data(const Service& service, const RequestContext& context,
                          training::TrainingSpec& spec, const std::string& job,
                          const std::string& checkpoints) {
  auto role = acting_role(service, context, spec.role_arn, training_job_arn(context, job));
  if (!role) return std::move(role).error();
  spec.acting_role = std::move(*role);
  for (const auto& channel : spec.channels) {
    const auto files = service.inputs.files(channel, spec.acting_role);
    if (files) continue;
    if (files.error().kind != ErrorKind::kNotFound) return check(files.error());
    return invalid(fmt::format(
        "No S3 objects found under S3 URL \"{}\" given in input data source. Please ensure that "
        "the "
        "bucket exists in the selected region ({}), that objects exist under that S3 prefix, and "
        "that the role \"{}\" has \"s3:ListBucket\" permissions on it.",
        channel.s3_uri, context.region, spec.role_arn));
  }
  if (!checkpoints.empty()) {
    training::InputChannel folder;
    folder.s3_uri = training::uri_below(checkpoints, "");
    const auto files = service.inputs.files(folder, spec.acting_role);
    if (!files && files.error().kind != ErrorKind::kNotFound) return check(files.error());
    const std::string first = training::first_checkpoint_uri(checkpoints);
    if (auto may = check(service.artifacts.check_put(first, spec.acting_role)); !may) return may;
  }
  return check(
      service.artifacts.check_put(training::model_artifact_uri(spec, job), spec.acting_role));
}

}  // namespace tunesmith::services::sagemaker
