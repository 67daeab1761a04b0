// SPDX-License-Identifier: Apache-2.0
#include "runner/ml_folder.h"

#include "base/files.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "runner/checkpoints.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tunesmith::runner {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;
using training::AlgorithmKind;
using training::Channel;
using training::ChannelFile;
using training::JobSpec;

Result<void> write_plain(const fs::path& path, std::string_view text) {
  const FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) return Error::from_errno(errno, "create " + path.string());
  return write_all(fd.get(), text);
}

Result<void> make_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return Error::from_errno(errno, "create " + path.string());
  }
  return {};
}

std::string hyperparameters_json(const JobSpec& job) {
  json::object object;
  for (const auto& [name, value] : job.hyperparameters) object[name] = value;
  return json::serialize(object);
}

std::string input_data_config_json(const JobSpec& job) {
  json::object object;
  for (const auto& [name, channel] : job.channels) {
    json::object entry{{"TrainingInputMode", channel.input_mode},
                       {"S3DistributionType", channel.distribution},
                       {"RecordWrapperType", channel.record_wrapper}};
    if (!channel.content_type.empty()) entry["ContentType"] = channel.content_type;
    object[name] = std::move(entry);
  }
  return json::serialize(object);
}

std::string resource_config_json(const JobSpec& job) {
  json::array hosts;
  for (std::int64_t i = 1; i <= job.instance_count; ++i)
    hosts.emplace_back("algo-" + std::to_string(i));
  const json::object group{{"instance_group_name", "homogeneousCluster"},
                           {"instance_type", job.instance_type},
                           {"hosts", hosts}};
  return json::serialize(json::object{{"current_host", "algo-1"},
                                      {"current_instance_type", job.instance_type},
                                      {"current_group_name", "homogeneousCluster"},
                                      {"hosts", hosts},
                                      {"instance_groups", json::array{group}},
                                      {"network_interface_name", "eth0"}});
}

Result<void> copy_channel(const Channel& channel, const fs::path& folder) {
  TUNESMITH_TRY_VOID(make_folder(folder));
  for (const ChannelFile& file : channel.files) {
    const fs::path to = folder / file.name;
    std::error_code code;
    fs::create_directories(to.parent_path(), code);
    if (code) return Error::from_errno(code.value(), "create " + to.parent_path().string());
    TUNESMITH_TRY_VOID(runner::copy_file(fs::path(file.path), to));
  }
  return {};
}

}  // namespace

std::string channels_json(const JobSpec& job) {
  json::object object;
  for (const auto& [name, channel] : job.channels) {
    json::array files;
    for (const ChannelFile& file : channel.files) {
      files.push_back(json::object{{"name", file.name},
                                   {"path", file.path},
                                   {"size", file.size},
                                   {"identity", file.identity}});
    }
    object[name] = json::object{{"content_type", channel.content_type},
                                {"compression", channel.compression},
                                {"input_mode", channel.input_mode},
                                {"record_wrapper", channel.record_wrapper},
                                {"files", std::move(files)}};
  }
  return json::serialize(object);
}

Result<void> copy_file(const fs::path& from, const fs::path& to) {
  const FileDescriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return Error::from_errno(errno, "open " + from.string());
  const FileDescriptor target(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!target) return Error::from_errno(errno, "create " + to.string());
  if (::ioctl(target.get(), FICLONE, source.get()) == 0) return {};
  bool in_kernel = true;
  std::string buffer;
  for (;;) {
    ssize_t n = 0;
    if (in_kernel) {
      n = ::copy_file_range(source.get(), nullptr, target.get(), nullptr, 1U << 30U, 0);
      if (n < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)) {
        in_kernel = false;
        buffer.resize(1U << 20U);
        continue;
      }
    } else {
      n = ::read(source.get(), buffer.data(), buffer.size());
      if (n > 0) {
        TUNESMITH_TRY_VOID(
            write_all(target.get(), std::string_view(buffer.data(), static_cast<std::size_t>(n))));
      }
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "copy " + from.string());
    if (n == 0) return {};
  }
}

Result<void> make_ml_folder(const JobSpec& job, const fs::path& ml) {
  std::error_code code;
  fs::remove_all(ml, code);
  if (code) return Error::from_errno(code.value(), "remove " + ml.string());
  for (const char* folder :
       {"", "input", "input/config", "input/data", "model", "output", "output/data"}) {
    TUNESMITH_TRY_VOID(make_folder(*folder == '\0' ? ml : ml / folder));
  }
  const fs::path config = ml / "input/config";
  TUNESMITH_TRY_VOID(write_plain(config / "hyperparameters.json", hyperparameters_json(job)));
  TUNESMITH_TRY_VOID(write_plain(config / "inputdataconfig.json", input_data_config_json(job)));
  TUNESMITH_TRY_VOID(write_plain(config / "resourceconfig.json", resource_config_json(job)));
  TUNESMITH_TRY_VOID(write_plain(config / "channels.json", channels_json(job)));
  TUNESMITH_TRY_VOID(restore_checkpoints(job, ml));
  if (job.algorithm.kind == AlgorithmKind::kXgboost) return {};
  for (const auto& [name, channel] : job.channels) {
    TUNESMITH_TRY_VOID(copy_channel(channel, ml / "input/data" / name));
  }
  return {};
}

std::string read_failure_file(const fs::path& ml) {
  // The algorithm made this file: it may be a link to somewhere, a pipe, or huge.
  const FileDescriptor fd(
      ::open((ml / "output/failure").c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  std::array<char, 1028> head{};  // a character that is cut lies behind what will be shown
  const ssize_t n = ::pread(fd.get(), head.data(), head.size(), 0);
  if (n <= 0) return {};
  std::string text(head.data(), static_cast<std::size_t>(n));
  std::replace(text.begin(), text.end(), '\0', '\xFF');  // no more a character than that
  return std::string(trim(to_valid_utf8(text)));
}

}  // namespace tunesmith::runner
