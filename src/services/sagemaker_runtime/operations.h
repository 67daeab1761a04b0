// SPDX-License-Identifier: Apache-2.0
//
// The SageMaker Runtime operations that this server answers: predictions by endpoints.
#pragma once

#include "aws/operation_table.h"

#include "tunesmith/api/sagemaker_runtime/operations.h"

#include "inference/endpoints.h"

namespace tunesmith::services::sagemaker_runtime {

namespace api = tunesmith::api::sagemaker_runtime;

/// All members outlive the operation table.
struct Service {
  inference::Endpoints& endpoints;
};

void register_operations(aws::OperationTable& table, Service& service);

/// Moves from the input's body.
aws::Outcome<api::InvokeEndpointOutput> invoke_endpoint(Service& service,
                                                        const aws::RequestContext& context,
                                                        api::InvokeEndpointInput& input);

}  // namespace tunesmith::services::sagemaker_runtime
