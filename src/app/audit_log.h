// SPDX-License-Identifier: Apache-2.0
//
// The audit log: a line of JSON for each request that changed something or was refused, in
// DIR/audit.log. At 64 MiB the file is put aside as audit.1.log, of which nine are kept. Thread
// safe.
#pragma once

#include "aws/audit_trail.h"
#include "base/clock.h"
#include "base/result.h"

#include <filesystem>
#include <memory>

namespace tunesmith::app {

class AuditLog final : public aws::AuditTrail {
 public:
  /// `reads`: successful reads are recorded too. `clock` must outlive the result.
  static Result<std::unique_ptr<AuditLog>> open(const std::filesystem::path& file, bool reads,
                                                const Clock& clock);
  ~AuditLog() override;

  void record(const aws::AuditEvent& event) override;

 private:
  struct Sink;
  AuditLog(std::unique_ptr<Sink> sink, bool reads, const Clock& clock);

  const std::unique_ptr<Sink> sink_;
  const bool reads_;
  const Clock& clock_;
};

}  // namespace tunesmith::app
