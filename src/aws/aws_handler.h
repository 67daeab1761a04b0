// SPDX-License-Identifier: Apache-2.0
//
// Answers AWS requests: finds out which service and operation is meant (X-Amz-Target, credential
// scope, host, path), has the signature checked, decodes and validates the input, runs the
// operation and encodes its answer in the service's protocol. Operations that Tunesmith lacks are
// refused by name.
#pragma once

#include "aws/admission.h"
#include "aws/audit_trail.h"
#include "aws/authenticator.h"
#include "aws/authorization.h"
#include "aws/operation.h"
#include "aws/operation_table.h"
#include "http/message.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace tunesmith::aws {

struct Exchange;

struct AwsHandlerOptions {
  /// Bytes of a request body that is read whole (all but streamed objects).
  std::size_t max_document = std::size_t{4} << 20U;
  /// Decides what callers may do; null lets everybody do everything (tests). Must outlive the
  /// handler.
  const Authorizer* authorizer = nullptr;
  /// Decides whether an operation is taken on at the moment; null: always. Must outlive the
  /// handler.
  const Admission* admission = nullptr;
  /// Hears of every answered request; null: nobody does. Must outlive the handler.
  AuditTrail* audit = nullptr;
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
  // The two below leave what they learn in `exchange`.
  void find_service(Exchange& exchange) const;
  Outcome<const KnownOperation*> find_operation(Exchange& exchange) const;
  /// `operation` is set once it is known.
  http::Response answer(Exchange& exchange, const KnownOperation*& operation) const;

  std::unique_ptr<Directory> directory_;
  const OperationTable& table_;
  Authenticator& authenticator_;
  AwsHandlerOptions options_;
};

}  // namespace tunesmith::aws
