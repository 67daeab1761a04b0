// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker_runtime/operations.h"

namespace tunesmith::services::sagemaker_runtime {

void register_operations(aws::OperationTable& table, Service& service) {
  table.add<api::InvokeEndpoint>(
      [&service](aws::RequestContext& context, api::InvokeEndpointInput& input) {
        return invoke_endpoint(service, context, input);
      });
}

}  // namespace tunesmith::services::sagemaker_runtime
