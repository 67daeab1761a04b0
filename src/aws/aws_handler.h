// SPDX-License-Identifier: Apache-2.0
//
// Answers AWS requests: finds out which service and operation is meant (X-Amz-Target, credential
// scope, host, path), has the signature checked, decodes and validates the input, runs the
// operation and encodes its answer in the service's protocol. Operations that Tunesmith lacks are
// refused by name.
#pragma once

#include "aws/authenticator.h"
#include "aws/operation.h"
#include "aws/operation_table.h"
#include "http/message.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace tunesmith::aws {

struct AwsHandlerOptions {
  /// Bytes of a request body that is read whole (all but streamed objects).
  std::size_t max_document = std::size_t{4} << 20U;
};

/// Thread safe.
class AwsHandler final : public http::Handler {
 public:
  /// `services` are the descriptors of all services that requests may name. `table` and
  /// `authenticator` must outlive this; the table is complete by now.
  AwsHandler(std::vector<const ServiceDescriptor*> services, const OperationTable& table,
             Authenticator& authenticator, AwsHandlerOptions options = {});
  ~AwsHandler() override;

  http::Response handle(http::Request& request) override;
  bool is_quick(const http::Request& request) const override;

 private:
  class Directory;

  std::unique_ptr<Directory> directory_;
  const OperationTable& table_;
  Authenticator& authenticator_;
  AwsHandlerOptions options_;
};

}  // namespace tunesmith::aws
