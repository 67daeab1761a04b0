// SPDX-License-Identifier: Apache-2.0
#include "backup/verify.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/strings.h"
#include "objects/blob_path.h"
#include "store/sqlite/database.h"
#include "store/sqlite/inventory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace tunesmith::backup {
namespace {

struct Content {
  std::uint64_t size = 0;
  std::string md5;
};

Result<Content> read_content(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error::from_errno(errno, "open " + path.string());
  Hasher hasher(DigestAlgorithm::kMd5);
  Content content;
  std::string buffer(1U << 20U, '\0');
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "read " + path.string());
    if (n == 0) break;
    hasher.update(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    content.size += static_cast<std::uint64_t>(n);
  }
  content.md5 = to_hex(hasher.finish());
  return content;
}

/// What is wrong with a blob; empty: nothing.
std::string problem_of(const store::StoredBlob& blob, const Result<Content>& content) {
  if (!content) return content.error().message;
  if (content->size != blob.size) {
    return fmt::format("has {} bytes where {} were stored", content->size, blob.size);
  }
  if (!blob.md5.empty() && content->md5 != blob.md5) {
    return fmt::format("has MD5 {} where {} was stored", content->md5, blob.md5);
  }
  return {};
}

}  // namespace

Result<VerifyReport> verify(const std::filesystem::path& data) {
  TUNESMITH_TRY(const auto database, store::Database::open_read_only(data / "tunesmith.db"));
  VerifyReport report;
  const auto note = [&](std::string problem) {
    if (report.problems.size() < kMaxProblems) {
      report.problems.push_back(std::move(problem));
    } else {
      report.more_problems = true;
    }
  };
  TUNESMITH_TRY(auto found, store::check_database(*database));
  for (auto& problem : found) note(std::move(problem));
  std::vector<std::pair<store::StoredBlob, std::string>> suspects;
  TUNESMITH_TRY_VOID(
      store::for_each_stored_blob(*database, [&](const store::StoredBlob& blob) -> Result<void> {
        const auto content = read_content(objects::blob_path(data / "objects", blob.blob));
        std::string problem = problem_of(blob, content);
        ++report.blobs;
        if (content) report.bytes += content->size;
        if (!problem.empty()) suspects.emplace_back(blob, std::move(problem));
        return {};
      }));
  for (const auto& [blob, problem] : suspects) {
    // Deleted or replaced by a server since the look at the rows began?
    TUNESMITH_TRY(const bool still_named, store::names_blob(*database, blob));
    if (still_named) note(blob.owner + ": blob " + blob.blob + " " + problem);
  }
  return report;
}

}  // namespace tunesmith::backup
