// SPDX-License-Identifier: Apache-2.0
//
// Where log groups come from: whatever part of the server runs things that print. A group is a name
// such as "/aws/sagemaker/TrainingJobs", a stream is one file of lines (training/job_log.h).
// Sources are read only and thread safe; they outlive the service.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::services::logs {

struct LogGroup {
  std::string name;
  Timestamp created{};
};

struct LogStream {
  std::string name;
  std::filesystem::path file;
  Timestamp created{};                  // no event is earlier
  Timestamp latest = Timestamp::max();  // no event is later
};

enum class StreamOrder {
  kName,
  kCreation,
  kLatest,  // of LogStream::latest, latest first
};

/// Which streams of a group, in which order. All conditions must hold.
struct StreamQuery {
  std::string prefix;  // of the stream's name
  StreamOrder order = StreamOrder::kName;
  bool descending = false;  // not for kLatest
  // May leave out streams that have no event of that time or later, of that time or earlier.
  std::optional<Timestamp> active_since, created_until;
  std::optional<std::string> after;  // StreamPage::next of the page before
  std::size_t limit = 50;
};

struct StreamPage {
  std::vector<LogStream> rows;
  std::optional<std::string> next;  // absent at the end
};

class LogSource {
 public:
  virtual ~LogSource() = default;
  /// The groups that have at least one stream, in the order of their names.
  virtual Result<std::vector<LogGroup>> groups(const std::string& region) const = 0;
  /// kNotFound when the group is none of this source.
  virtual Result<StreamPage> streams(const std::string& region, const std::string& group,
                                     const StreamQuery& query) const = 0;
};

}  // namespace tunesmith::services::logs
