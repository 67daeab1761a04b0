// SPDX-License-Identifier: Apache-2.0
#include "app/object_inputs.h"

#include "app/object_content.h"
#include "aws/identity/credential_source.h"
#include "objects/s3_uri.h"
#include "services/sagemaker/names.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <set>

namespace tunesmith::app {
namespace {

constexpr std::size_t kMaxFiles = 100000;  // of one channel

class FileSource final : public objects::ByteSource {
 public:
  explicit FileSource(FileDescriptor file) : file_(std::move(file)) {}
  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      const ssize_t n = ::read(file_.get(), into.data(), into.size());
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return Error::from_errno(errno, "read artifact");
    }
  }

 private:
  FileDescriptor file_;
};

/// The content of an object as a file of its own, whole or not at all.
Result<void> copy_content(const objects::OpenObject& object, const std::filesystem::path& path) {
  const std::filesystem::path temporary = path.string() + ".tmp";
  const FileDescriptor out(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0400));
  if (!out) return Error::from_errno(errno, "create " + temporary.string());
  TUNESMITH_TRY_VOID(
      read_content(object, [&](std::string_view bytes) { return write_all(out.get(), bytes); }));
  std::error_code ec;
  std::filesystem::rename(temporary, path, ec);
  if (ec) return Error::from_errno(ec.value(), "rename to " + path.string());
  return {};
}

/// The name of an object below its channel's prefix, as the service lays it out: what follows the
/// prefix's last '/'.
std::string name_below(const std::string& prefix, const std::string& key) {
  const auto slash = prefix.rfind('/');
  std::string name = key.substr(slash == std::string::npos ? 0 : slash + 1);
  // "s3://bucket/train" also matches ".../train/part.csv": the folder's own name is not part of the
  // file's.
  const std::string last = slash == std::string::npos ? prefix : prefix.substr(slash + 1);
  if (!last.empty() && name.size() > last.size() && name.starts_with(last + "/"))
    name.erase(0, last.size() + 1);
  return name;
}

constexpr std::uint64_t kLargestManifest = std::uint64_t{16} << 20U;

struct Manifest {
  std::string prefix;
  std::vector<std::string> names;  // below the prefix
};

/// [{"prefix": "s3://bucket/folder/"}, "one.csv", "more/two.csv", ...]
Result<Manifest> parse_manifest(const std::string& text, const std::string& uri) {
  const auto wrong = [&](std::string_view what) {
    return Error(ErrorKind::kInvalid, "manifest " + uri + ": " + std::string(what));
  };
  boost::system::error_code ec;
  const boost::json::value parsed = boost::json::parse(text, ec);
  if (ec || !parsed.is_array() || parsed.get_array().empty()) {
    return wrong("is no JSON array that begins with a prefix");
  }
  const auto& entries = parsed.get_array();
  Manifest out;
  const auto* first = entries[0].if_object();
  const auto* prefix = first == nullptr ? nullptr : first->if_contains("prefix");
  if (prefix == nullptr || !prefix->is_string()) return wrong("its first entry has no prefix");
  out.prefix = std::string(prefix->get_string());
  if (entries.size() - 1 > kMaxFiles) return wrong("lists too many objects");
  std::set<std::string> seen;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (!entries[i].is_string()) return wrong("an entry is no text");
    std::string name(entries[i].get_string());
    if (!training::is_safe_relative_path(name)) return wrong("'" + name + "' is no relative path");
    if (!seen.insert(name).second) return wrong("'" + name + "' is listed twice");
    out.names.push_back(std::move(name));
  }
  return out;
}

}  // namespace

Result<void> ObjectInputs::check(const std::string& acting_role, std::string_view action,
                                 const std::string& resource,
                                 const std::optional<std::string>& prefix) const {
  if (acting_role.empty()) return {};
  const auto verdict = authorizer_.judge_role(
      acting_role, action, resource,
      [&](std::string_view key) -> std::optional<std::vector<std::string>> {
        return key == "s3:prefix" && prefix ? std::optional(std::vector{*prefix}) : std::nullopt;
      });
  if (verdict && *verdict == access::Verdict::kAllowed) return {};
  if (!verdict && verdict.error().kind != ErrorKind::kNotFound) return verdict.error();
  return Error(ErrorKind::kDenied, "the role " + acting_role + " is not authorized to perform: " +
                                       std::string(action) + " on resource: " + resource);
}

Result<void> ObjectInputs::check_role(const std::string& acting_role,
                                      const store::TrainingJob& job) {
  if (acting_role.empty()) return {};
  aws::RequestContext context;
  context.region = job.region;
  context.identity.account = aws::identity::kAccount;
  const auto trusts =
      authorizer_.role_trusts(acting_role, "sagemaker.amazonaws.com",
                              services::sagemaker::training_job_arn(context, job.name));
  if (trusts && *trusts) return {};
  if (!trusts && trusts.error().kind != ErrorKind::kNotFound) return trusts.error();
  return Error(ErrorKind::kDenied, "Could not assume role " + acting_role +
                                       ": it is gone, or no longer allows principal "
                                       "'sagemaker.amazonaws.com' to assume it");
}

Result<std::unique_ptr<objects::OpenObject>> ObjectInputs::open(
    const objects::S3Uri& at, const std::string& acting_role) const {
  TUNESMITH_TRY_VOID(
      check(acting_role, "s3:GetObject", "arn:aws:s3:::" + at.bucket + "/" + at.key));
  return store_.get(at.bucket, at.key);
}

Result<training::ChannelFile> ObjectInputs::file_of(const objects::S3Uri& at, std::string name,
                                                    const training::InputChannel& channel,
                                                    const std::string& acting_role) {
  TUNESMITH_TRY(const auto object, open(at, acting_role));
  const bool record = channel.record_wrapper == "RecordIO";
  training::ChannelFile file;
  file.name = std::move(name);
  file.size = object->info().size;
  file.identity = object->info().version;
  if (const auto local = object->local_file(); local && !record) {
    file.path = local->string();
    return file;
  }
  // A trainer opens gzip files itself, but not those in a record.
  const bool gzip = record && channel.compression == "Gzip";
  if (gzip) file.identity += ".plain";
  if (record) file.identity += ".record";
  const auto joined = joined_.keep(file.identity, [&](int fd) -> Result<void> {
    TUNESMITH_TRY(const std::uint64_t room, joined_.room());
    training::ChannelStream stream(fd, record, room);
    TUNESMITH_TRY_VOID(stream.begin_value());
    TUNESMITH_TRY_VOID(read_plain_content(
        *object, gzip, [&](std::string_view bytes) { return stream.append(bytes); }));
    TUNESMITH_TRY_VOID(stream.end_value());
    return stream.flush();
  });
  if (!joined) return joined.error().with_context("object " + at.key);
  file.path = joined->string();
  std::error_code ec;
  file.size = std::filesystem::file_size(*joined, ec);
  if (ec) return Error::from_errno(ec.value(), "size of " + joined->string());
  return file;
}

Result<std::vector<training::ChannelFile>> ObjectInputs::files(
    const training::InputChannel& channel, const std::string& acting_role) {
  TUNESMITH_TRY(const objects::S3Uri where, objects::parse_s3_uri(channel.s3_uri));
  if (channel.data_type == "ManifestFile") return listed_files(channel, where, acting_role);
  if (channel.data_type == "AugmentedManifestFile") {
    return streamed_files(channel, where, acting_role);
  }
  TUNESMITH_TRY_VOID(
      check(acting_role, "s3:ListBucket", "arn:aws:s3:::" + where.bucket, where.key));
  std::vector<training::ChannelFile> files;
  objects::ListQuery query;
  query.prefix = where.key;
  for (;;) {
    auto page = store_.list(where.bucket, query);
    if (!page) return page.error().with_context(channel.s3_uri);
    for (const auto& object : page->objects) {
      // "Folders" made by consoles: empty objects whose key ends in '/'.
      if (object.key.ends_with('/')) continue;
      if (files.size() == kMaxFiles) {
        return Error(ErrorKind::kLimitExceeded, "channel " + channel.name + " has more than " +
                                                    std::to_string(kMaxFiles) + " objects");
      }
      std::string name = name_below(where.key, object.key);
      if (!training::is_safe_relative_path(name)) {
        return Error(ErrorKind::kInvalid, "the object s3://" + where.bucket + "/" + object.key +
                                              " can be no file of channel " + channel.name + ": '" +
                                              name + "' leads out of its folder");
      }
      TUNESMITH_TRY(auto file,
                    file_of({where.bucket, object.key}, std::move(name), channel, acting_role));
      files.push_back(std::move(file));
    }
    if (!page->truncated) break;
    query.after = page->last;
    query.after_is_group = page->last_is_group;
  }
  if (files.empty()) return Error(ErrorKind::kNotFound, "no objects under " + channel.s3_uri);
  return files;
}

Result<std::vector<training::ChannelFile>> ObjectInputs::listed_files(
    const training::InputChannel& channel, const objects::S3Uri& manifest,
    const std::string& acting_role) {
  TUNESMITH_TRY(const auto object, open(manifest, acting_role));
  if (object->info().size > kLargestManifest) {
    return Error(ErrorKind::kInvalid, "manifest " + channel.s3_uri + " is larger than 16 MiB");
  }
  std::string text;
  TUNESMITH_TRY_VOID(read_content(*object, [&](std::string_view bytes) -> Result<void> {
    text += bytes;
    return {};
  }));
  TUNESMITH_TRY(const Manifest listed, parse_manifest(text, channel.s3_uri));
  TUNESMITH_TRY(const objects::S3Uri prefix, objects::parse_s3_uri(listed.prefix));
  std::vector<training::ChannelFile> files;
  for (const std::string& name : listed.names) {
    auto file = file_of({prefix.bucket, prefix.key + name}, name, channel, acting_role);
    if (!file) {
      Error error = file.error().with_context("manifest " + channel.s3_uri + ": " + name);
      // The manifest is there: what it names is not.
      if (error.kind == ErrorKind::kNotFound) error.kind = ErrorKind::kInvalid;
      return error;
    }
    files.push_back(std::move(*file));
  }
  if (files.empty()) return Error(ErrorKind::kNotFound, "no objects in " + channel.s3_uri);
  return files;
}

Result<void> ObjectInputs::fetch(const std::string& uri, const std::string& acting_role,
                                 const std::filesystem::path& path) {
  TUNESMITH_TRY_VOID(check_get(uri, acting_role));
  TUNESMITH_TRY(const objects::S3Uri where, objects::parse_s3_uri(uri));
  TUNESMITH_TRY(const auto object, store_.get(where.bucket, where.key));
  return copy_content(*object, path);
}

Result<void> ObjectInputs::check_get(const std::string& uri, const std::string& acting_role) {
  TUNESMITH_TRY(const objects::S3Uri where, objects::parse_s3_uri(uri));
  TUNESMITH_TRY_VOID(
      check(acting_role, "s3:GetObject", "arn:aws:s3:::" + where.bucket + "/" + where.key));
  TUNESMITH_TRY_VOID(store_.get(where.bucket, where.key));
  return {};
}

Result<std::vector<inference::TransformObject>> ObjectInputs::objects(
    const std::string& uri, const std::string& acting_role) {
  training::InputChannel channel;
  channel.name = "input";
  channel.s3_uri = uri;
  TUNESMITH_TRY(const auto found, files(channel, acting_role));
  std::vector<inference::TransformObject> out;
  for (const auto& file : found) out.push_back({file.name, file.path});
  return out;
}

Result<void> ObjectInputs::put_file(const std::string& uri, const std::filesystem::path& file) {
  TUNESMITH_TRY(const objects::S3Uri where, objects::parse_s3_uri(uri));
  FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened) return Error::from_errno(errno, "open " + file.string());
  FileSource source(std::move(opened));
  TUNESMITH_TRY(auto staged, store_.stage(source, {}, std::nullopt));
  TUNESMITH_TRY_VOID(store_.put(where.bucket, where.key, std::move(staged), {}));
  return {};
}

Result<void> ObjectInputs::check_put(const std::string& uri, const std::string& acting_role) {
  TUNESMITH_TRY(const objects::S3Uri where, objects::parse_s3_uri(uri));
  return check(acting_role, "s3:PutObject", "arn:aws:s3:::" + where.bucket + "/" + where.key);
}

}  // namespace tunesmith::app
