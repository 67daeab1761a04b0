// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/checkpoints.h"

#include "base/files.h"
#include "base/strings.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "xgboost-checkpoint.";
constexpr std::size_t kLargestModel = std::size_t{2} << 30U;

/// By round, the newest first.
std::vector<Checkpoints::Checkpoint> checkpoints_in(const std::string& folder) {
  std::vector<Checkpoints::Checkpoint> out;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    const auto round = parse_int(std::string_view(name).substr(kPrefix.size()));
    if (!round || *round < 0 || *round >= std::numeric_limits<int>::max()) continue;
    out.push_back({static_cast<int>(*round), it->path().string()});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.round > b.round; });
  return out;
}

bool is_being_copied(const std::string& path) {
  std::error_code ec;
  return fs::exists(path + ".sagemaker-uploading", ec) &&
         !fs::exists(path + ".sagemaker-uploaded", ec);
}

}  // namespace

std::optional<Checkpoints::Checkpoint> Checkpoints::load_newest(
    const std::function<Result<void>(std::string_view bytes)>& load) const {
  std::size_t tried = 0;
  for (auto& checkpoint : checkpoints_in(folder_)) {
    if (++tried > kKept) break;
    const auto bytes = read_file(checkpoint.path, kLargestModel);
    if (bytes && !bytes->empty() && load(*bytes)) return std::move(checkpoint);
  }
  return std::nullopt;
}

Result<void> Checkpoints::save(int round, std::string_view model) const {
  const std::string path = folder_ + "/" + std::string(kPrefix) + std::to_string(round);
  const std::string temporary = path + ".sagemaker-ignore";
  {
    const FileDescriptor fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd) return Error::from_errno(errno, "creating " + temporary);
    TUNESMITH_TRY_VOID(write_all(fd.get(), model));
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return Error::from_errno(errno, "renaming to " + path);
  }
  const auto all = checkpoints_in(folder_);
  for (std::size_t i = kKept; i < all.size(); ++i) {
    std::error_code ignored;
    if (!is_being_copied(all[i].path)) fs::remove(all[i].path, ignored);
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
