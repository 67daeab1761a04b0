// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/input_files.h"

#include "algorithms/xgboost/schema/literals.h"
#include "base/files.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kConfigLimit = 4U << 20U;
constexpr int kMaxFolderDepth = 3;
constexpr std::size_t kPiece = 1U << 30U;  // zlib counts in 32 bits

Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Result<std::optional<json::object>> read_object(const std::string& path) {
  auto text = read_file(path, kConfigLimit);
  if (!text) {
    if (text.error().kind == ErrorKind::kNotFound) return std::optional<json::object>();
    return text.error();
  }
  boost::system::error_code ec;
  auto value = json::parse(*text, ec);
  if (ec || !value.is_object()) {
    return Error{ErrorKind::kInternal, fmt::format("{} is not a JSON object", path)};
  }
  return std::optional<json::object>(std::move(value.as_object()));
}

std::string member(const json::object& object, std::string_view name, std::string_view fallback) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                : std::string(fallback);
}

Error hidden_file() {
  return invalid("Hidden file found in the data path! Remove that before training.");
}

std::string stat_identity(const struct stat& st) {
  return fmt::format("{}:{}:{}:{}.{}", st.st_dev, st.st_ino, st.st_size, st.st_mtim.tv_sec,
                     st.st_mtim.tv_nsec);
}

Result<void> collect(const fs::path& folder, int depth, std::vector<InputFile>& out) {
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const auto name = it->path().filename().string();
    struct stat st{};
    if (stat(it->path().c_str(), &st) != 0) continue;
    if (S_ISDIR(st.st_mode)) {
      if (depth < kMaxFolderDepth) TUNESMITH_TRY_VOID(collect(it->path(), depth + 1, out));
    } else if (S_ISREG(st.st_mode)) {
      if (name.front() == '.') return hidden_file();
      if (name.front() == '_') continue;
      out.push_back({name, it->path().string(), stat_identity(st)});
    }
  }
  return {};
}

Result<std::vector<InputFile>> listed_files(const json::value& channel) {
  std::vector<InputFile> out;
  const auto* files = channel.is_object() ? channel.get_object().if_contains("files") : nullptr;
  if (files == nullptr || !files->is_array()) {
    return Error{ErrorKind::kInternal, "channels.json: a channel without a list of files"};
  }
  for (const auto& entry : files->get_array()) {
    if (!entry.is_object())
      return Error{ErrorKind::kInternal, "channels.json: a file is not an object"};
    const auto& object = entry.get_object();
    InputFile file{member(object, "name", ""), member(object, "path", ""),
                   member(object, "identity", "")};
    if (file.path.empty())
      return Error{ErrorKind::kInternal, "channels.json: a file without a path"};
    const auto name = fs::path(file.name).filename().string();
    if (!name.empty() && name.front() == '.') return hidden_file();
    if (!name.empty() && name.front() == '_') continue;
    if (file.identity.empty()) {
      struct stat st{};
      if (stat(file.path.c_str(), &st) == 0) file.identity = stat_identity(st);
    }
    out.push_back(std::move(file));
  }
  return out;
}

Result<std::string> inflate_gzip(std::string_view bytes, std::size_t limit,
                                 const std::string& name) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK)
    return Error{ErrorKind::kInternal, "inflateInit2 failed"};
  std::string out;
  std::size_t used = 0;
  bool whole = false;
  bool too_large = false;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (;;) {
    if (stream.avail_in == 0 && left > 0) {
      const auto piece = std::min<std::size_t>(left, kPiece);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(at));
      stream.avail_in = static_cast<uInt>(piece);
      at += piece;
      left -= piece;
    }
    if (used == out.size()) {
      too_large = out.size() >= limit;
      if (too_large) break;
      out.resize(std::min(limit, std::max<std::size_t>(out.size() * 2, 1U << 20U)));
    }
    const auto room = std::min<std::size_t>(out.size() - used, kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    const auto produced = room - stream.avail_out;
    used += produced;
    const bool more = stream.avail_in > 0 || left > 0;
    if (status == Z_STREAM_END) {
      // Further members may follow the first.
      whole = !more;
      if (whole || inflateReset(&stream) != Z_OK) break;
      continue;
    }
    if (status != Z_OK && status != Z_BUF_ERROR) break;
    if (produced == 0 && !more) break;
  }
  inflateEnd(&stream);
  if (too_large) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("{} is larger than {} bytes when inflated", name, limit)};
  }
  if (!whole) return invalid(fmt::format("{} is not a whole gzip file", name));
  out.resize(used);
  return out;
}

}  // namespace

std::string hyperparameter_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_double()) return python_repr(value.get_double());
  return json::serialize(value);
}

Result<JobInput> read_job_input(const std::string& root) {
  const auto config = root + "/input/config/";
  JobInput input;
  TUNESMITH_TRY(const auto parameters, read_object(config + "hyperparameters.json"));
  if (!parameters) return Error{ErrorKind::kInternal, "no input/config/hyperparameters.json"};
  for (const auto& [name, value] : *parameters)
    input.hyperparameters[std::string(name)] = hyperparameter_text(value);

  TUNESMITH_TRY(const auto listed, read_object(config + "channels.json"));
  TUNESMITH_TRY(auto configured, read_object(config + "inputdataconfig.json"));
  if (!configured && listed) configured = *listed;
  if (!configured) return Error{ErrorKind::kInternal, "no input/config/inputdataconfig.json"};
  for (const auto& [name, value] : *configured) {
    const json::object empty;
    const auto& object = value.is_object() ? value.get_object() : empty;
    ChannelConfig channel;
    channel.content_type = member(object, "ContentType", member(object, "content_type", ""));
    channel.input_mode = member(object, "TrainingInputMode", "File");
    channel.s3_distribution_type = member(object, "S3DistributionType", "FullyReplicated");
    input.configs[std::string(name)] = std::move(channel);
  }
  for (const auto& [name, channel_config] : input.configs) {
    if (name != "train" && name != "validation") continue;
    Channel channel;
    // A wrong content type is reported by validation of the channels, with the container's text.
    if (const auto type = parse_content_type(channel_config.content_type)) channel.type = *type;
    if (const auto* files = listed ? listed->if_contains(name) : nullptr; files != nullptr) {
      TUNESMITH_TRY(channel.files, listed_files(*files));
    } else {
      TUNESMITH_TRY_VOID(collect(fs::path(root) / "input/data" / name, 1, channel.files));
    }
    std::sort(channel.files.begin(), channel.files.end(),
              [](const InputFile& a, const InputFile& b) {
                return std::tie(a.name, a.path) < std::tie(b.name, b.path);
              });
    input.channels[name] = std::move(channel);
  }
  return input;
}

FileContent::FileContent(FileContent&& other) noexcept
    : mapped_(std::exchange(other.mapped_, {})), inflated_(std::move(other.inflated_)) {}

FileContent::~FileContent() {
  if (!mapped_.empty()) munmap(const_cast<char*>(mapped_.data()), mapped_.size());
}

Result<FileContent> FileContent::open(const InputFile& file, std::size_t limit) {
  const FileDescriptor fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error::from_errno(errno, "opening " + file.name);
  struct stat st{};
  if (fstat(fd.get(), &st) != 0) return Error::from_errno(errno, "examining " + file.name);
  if (!S_ISREG(st.st_mode)) return invalid(file.name + " is not a file");
  FileContent content;
  const auto size = static_cast<std::size_t>(st.st_size);
  if (size == 0) return content;
  void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd.get(), 0);
  if (memory == MAP_FAILED) return Error::from_errno(errno, "mapping " + file.name);
  content.mapped_ = {static_cast<const char*>(memory), size};
  if (size >= 18 && content.mapped_.substr(0, 3) == "\x1f\x8b\x08") {
    TUNESMITH_TRY(content.inflated_, inflate_gzip(content.mapped_, limit, file.name));
    munmap(memory, size);
    content.mapped_ = {};
  }
  return content;
}

}  // namespace tunesmith::algorithms::xgboost
