// SPDX-License-Identifier: Apache-2.0
//
// Who did what, when, from where, and how it ended: the door between the AWS request handler and
// the audit log. Thread safe.
#pragma once

#include "aws/request_context.h"

#include <chrono>
#include <string_view>

namespace tunesmith::aws {

struct AuditEvent {
  const RequestContext&
      context;               // of a request whose signature was wrong: id, peer, agent, claimed key
  std::string_view service;  // "sagemaker"; empty when none was recognised
  std::string_view operation;          // "CreateTrainingJob"; empty likewise
  int status = 200;                    // of the answer
  std::chrono::nanoseconds elapsed{};  // from the head to the answer, without sending it
};

class AuditTrail {
 public:
  virtual ~AuditTrail() = default;
  /// Must not block for long and must not throw.
  virtual void record(const AuditEvent& event) = 0;
};

}  // namespace tunesmith::aws
