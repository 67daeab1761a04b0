// SPDX-License-Identifier: Apache-2.0
#include "store/records.h"

#include "base/strings.h"

#include <array>

namespace tunesmith::store {
namespace {
constexpr std::array<std::pair<JobStatus, std::string_view>, 6> kNames = {{
    {JobStatus::kInProgress, "InProgress"},
    {JobStatus::kCompleted, "Completed"},
    {JobStatus::kFailed, "Failed"},
    {JobStatus::kStopping, "Stopping"},
    {JobStatus::kStopped, "Stopped"},
    {JobStatus::kDeleting, "Deleting"},
}};

template <class Row>
std::string sort_key(const Row& row, SortBy sort) {
  switch (sort) {
    case SortBy::kName:
      return row.name;
    case SortBy::kCreationTime:
      return std::to_string(to_millis(row.created));
    case SortBy::kModificationTime:
      return std::to_string(to_millis(row.modified));
    case SortBy::kStatus:
      return std::string(to_string(row.status));
    case SortBy::kObjective:
      if constexpr (requires { row.objective; }) return format_double(row.objective.value_or(0));
      return {};
  }
  return {};
}

}  // namespace

Cursor cursor_after(const TuningJob& row, SortBy sort) { return {sort_key(row, sort), row.id}; }
Cursor cursor_after(const TrainingJob& row, SortBy sort) { return {sort_key(row, sort), row.id}; }

std::string_view to_string(JobStatus status) {
  for (const auto& [value, name] : kNames) {
    if (value == status) return name;
  }
  return "InProgress";
}

std::optional<JobStatus> parse_job_status(std::string_view text) {
  for (const auto& [value, name] : kNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace tunesmith::store
