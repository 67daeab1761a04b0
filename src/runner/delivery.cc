// SPDX-License-Identifier: Apache-2.0
#include "runner/delivery.h"

#include "base/files.h"
#include "runner/diagnostics.h"
#include "runner/reporter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tunesmith::runner {

Result<void> deliver(training::Finish finish, const training::JobFolder& folder, ServerLink& link,
                     CheckpointSync* checkpoints, const Sleep& sleep) {
  // What is too much for one request goes ahead in reports. The file has everything, and a number
  // above theirs, so that it is news whichever of them arrived.
  auto& points = finish.report.metrics;
  const std::size_t ahead =
      (points.size() - std::min<std::size_t>(points.size(), 1)) / Reporter::kMaxBatch;
  const training::Report& whole = finish.report;
  training::Report part{whole.job_id, whole.attempt, whole.token, whole.seq, {}, {}};
  finish.report.seq += static_cast<std::int64_t>(ahead);

  // From here on a runner that dies has not worked in vain: the server finds this file.
  // While it can't be written, the disk being full, each wait for the server tries it again.
  const std::string outcome = print(finish);
  bool kept = false;
  const auto keep = [&] {
    const auto written = write_file_durably(folder.outcome(), outcome);
    kept = written.has_value();
    if (!kept) note("the outcome cannot be written: " + written.error().message);
  };
  keep();
  const Sleep wait = [&](std::chrono::milliseconds pause) {
    const bool goes_on = sleep(pause);
    if (goes_on && !kept) keep();
    return goes_on;
  };

  if (checkpoints != nullptr) TUNESMITH_TRY_VOID(checkpoints->finish(wait));
  for (training::Artifact& artifact : finish.outcome.artifacts) {
    if (artifact.uploaded) continue;
    TUNESMITH_TRY_VOID(
        retry(wait, [&] { return link.upload(artifact.name, folder.artifact(artifact.name)); }));
    artifact.uploaded = true;
  }
  for (std::size_t i = 0; i < ahead; ++i, ++part.seq) {
    const auto end = points.begin() + Reporter::kMaxBatch;
    part.metrics.assign(points.begin(), end);
    points.erase(points.begin(), end);
    TUNESMITH_TRY_VOID(retry(wait, [&] { return link.report(part); }));
  }
  TUNESMITH_TRY_VOID(retry(wait, [&] { return link.finish(finish); }));
  std::error_code ignored;
  for (const training::Artifact& artifact : finish.outcome.artifacts) {
    std::filesystem::remove(folder.artifact(artifact.name), ignored);
  }
  return {};
}

}  // namespace tunesmith::runner
