// SPDX-License-Identifier: Apache-2.0
#include "objects/blob_files.h"

#include "base/failure_point.h"
#include "base/log.h"
#include "base/random.h"
#include "base/strings.h"
#include "objects/blob_hold.h"
#include "objects/blob_path.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tunesmith::objects {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdSize = 32;
constexpr std::size_t kRunSize = 8;
constexpr std::string_view kIncoming = "incoming";
// The system is told to begin writing to the disk each time so much has come, so that the disk
// works while we receive and digest, and the fsync at the end finds little left.
constexpr std::uint64_t kFlushStep = 4U << 20U;

Result<void> make_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error::from_errno(errno, "create folder " + path.string());
  }
  return {};
}

/// Calls `give_name`, which gives a file its name `path`, and makes the name durable. The folder is
/// made when it is missing: 256 of them at the first start would take longer than all the rest of
/// it.
template <class GiveName>
Result<void> name_durably(const fs::path& path, GiveName give_name) {
  const fs::path folder = path.parent_path();
  if (give_name() != 0) {
    if (errno != ENOENT) return Error::from_errno(errno, "name " + path.string());
    TUNESMITH_TRY_VOID(make_folder(folder));
    TUNESMITH_TRY_VOID(fsync_path(folder.parent_path()));
    if (give_name() != 0) return Error::from_errno(errno, "name " + path.string());
  }
  failure_point::reach("blob.renamed");
  TUNESMITH_TRY_VOID(fsync_path(folder));
  failure_point::reach("blob.named");
  return {};
}

bool is_id(std::string_view name) {
  return name.size() == kIdSize && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// The names in a folder that are blob ids.
Result<std::vector<std::string>> list_ids(const fs::path& path) {
  std::error_code failed;
  std::vector<std::string> names;
  for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (is_id(name)) names.push_back(std::move(name));
  }
  if (failed) return Error(ErrorKind::kInternal, "list " + path.string() + ": " + failed.message());
  return names;
}

Result<void> copy_bytes(int from, int to) {
  std::string buffer(1U << 20U, '\0');
  for (off_t at = 0;;) {
    const ssize_t n = ::pread(from, buffer.data(), buffer.size(), at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "read blob");
    if (n == 0) return {};
    TUNESMITH_TRY_VOID(write_all(to, std::string_view(buffer.data(), static_cast<std::size_t>(n))));
    at += n;
  }
}

}  // namespace

BlobWriter::BlobWriter(std::string id, fs::path incoming, fs::path final_path, FileDescriptor file)
    : id_(std::move(id)),
      incoming_(std::move(incoming)),
      final_(std::move(final_path)),
      file_(std::move(file)) {}

BlobWriter::~BlobWriter() {
  if (!published_) ::unlink(incoming_.c_str());
}

Result<void> BlobWriter::append(std::string_view bytes) {
  TUNESMITH_TRY_VOID(write_all(file_.get(), bytes));
  size_ += bytes.size();
  if (size_ - flushed_ >= kFlushStep) {
    ::sync_file_range(file_.get(), static_cast<off64_t>(flushed_),
                      static_cast<off64_t>(size_ - flushed_), SYNC_FILE_RANGE_WRITE);
    flushed_ = size_;
  }
  return {};
}

Result<void> BlobWriter::publish() {
  if (::fsync(file_.get()) != 0) return Error::from_errno(errno, "fsync " + incoming_.string());
  failure_point::reach("blob.synced");
  return name_durably(final_, [this] {
    const int result = ::rename(incoming_.c_str(), final_.c_str());
    if (result == 0) published_ = true;
    return result;
  });
}

BlobFiles::BlobFiles(fs::path folder)
    : folder_(std::move(folder)), run_(random_hex(kRunSize / 2)) {}

Result<std::unique_ptr<BlobFiles>> BlobFiles::open(const fs::path& folder) {
  TUNESMITH_TRY_VOID(make_folder(folder));
  TUNESMITH_TRY_VOID(make_folder(folder / kIncoming));
  TUNESMITH_TRY_VOID(fsync_path(folder));
  TUNESMITH_TRY_VOID(fsync_path(folder / ".."));
  TUNESMITH_TRY(const auto unfinished, list_ids(folder / kIncoming));
  for (const std::string& name : unfinished) ::unlink((folder / kIncoming / name).c_str());
  return std::unique_ptr<BlobFiles>(new BlobFiles(folder));
}

std::string BlobFiles::new_id() const { return run_ + random_hex((kIdSize - kRunSize) / 2); }

fs::path BlobFiles::path_of(const std::string& id) const { return blob_path(folder_, id); }

Result<std::unique_ptr<BlobWriter>> BlobFiles::create() const {
  std::string id = new_id();
  fs::path incoming = folder_ / kIncoming / id;
  FileDescriptor file(::open(incoming.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return Error::from_errno(errno, "create " + incoming.string());
  fs::path final_path = path_of(id);
  return std::unique_ptr<BlobWriter>(
      new BlobWriter(std::move(id), std::move(incoming), std::move(final_path), std::move(file)));
}

Result<FileDescriptor> BlobFiles::open_blob(const std::string& id) const {
  const fs::path path = path_of(id);
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error::from_errno(errno, "open " + path.string());
  return file;
}

Result<std::string> BlobFiles::link(const std::string& id) const {
  std::string copy = new_id();
  const fs::path path = path_of(copy);
  int failed = 0;
  const auto linked = name_durably(path, [&] {
    const int result = ::link(path_of(id).c_str(), path.c_str());
    failed = result == 0 ? 0 : errno;
    return result;
  });
  if (linked) return copy;
  if (failed != EMLINK && failed != EPERM && failed != EOPNOTSUPP) return linked.error();
  TUNESMITH_TRY(const FileDescriptor from, open_blob(id));
  TUNESMITH_TRY(const auto writer, create());
  TUNESMITH_TRY_VOID(copy_bytes(from.get(), writer->descriptor()));
  TUNESMITH_TRY_VOID(writer->publish());
  return writer->id();
}

BlobFiles::Pin::Pin(const BlobFiles& files, std::string version)
    : files_(files), version_(std::move(version)) {
  const std::lock_guard lock(files_.pins_mutex_);
  ++files_.pins_[version_].count;
}

BlobFiles::Pin::~Pin() {
  std::vector<std::string> condemned;
  {
    const std::lock_guard lock(files_.pins_mutex_);
    const auto at = files_.pins_.find(version_);
    if (--at->second.count > 0) return;
    condemned = std::move(at->second.condemned);
    files_.pins_.erase(at);
  }
  for (const std::string& id : condemned) files_.unlink_blob(id);
}

void BlobFiles::remove(const std::vector<store::Garbage>& garbage) const {
  if (!garbage.empty()) failure_point::reach("blob.unnamed");
  for (const store::Garbage& item : garbage) {
    {
      const std::lock_guard lock(pins_mutex_);
      const auto at = pins_.find(item.version);
      if (at != pins_.end()) {
        auto& condemned = at->second.condemned;
        condemned.insert(condemned.end(), item.blobs.begin(), item.blobs.end());
        continue;
      }
    }
    for (const std::string& id : item.blobs) unlink_blob(id);
  }
}

void BlobFiles::unlink_blob(const std::string& id) const {
  std::vector<std::string> ids;
  const auto deleting = begin_deleting_blobs(folder_);
  {
    const std::lock_guard lock(held_mutex_);
    held_.push_back(id);
    if (!deleting) return;
    ids.swap(held_);
  }
  for (const std::string& each : ids) {
    const fs::path path = path_of(each);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      log::warning("objects: {}", Error::from_errno(errno, "delete " + path.string()).message);
    }
  }
}

Result<BlobFiles::Swept> BlobFiles::sweep(
    const std::function<Result<void>(const std::function<void(std::string_view)>&)>& for_each_blob,
    const std::stop_token& stop) const {
  // Rows can only stop to name the blobs of earlier processes, never begin to: so a set read once
  // stays good, however long the walk takes. Ids are kept packed, to be small with many objects.
  std::vector<std::string> named;
  TUNESMITH_TRY_VOID(for_each_blob([&](std::string_view id) {
    if (!id.starts_with(run_)) {
      if (auto packed = from_hex(id)) named.push_back(std::move(*packed));
    }
  }));
  std::sort(named.begin(), named.end());
  Swept swept;
  for (int i = 0; i < 256; ++i) {
    const fs::path folder = folder_ / to_hex(std::string(1, static_cast<char>(i)));
    if (stop.stop_requested()) break;
    if (!fs::exists(folder)) continue;
    TUNESMITH_TRY(const auto ids, list_ids(folder));
    for (const std::string& id : ids) {
      if (id.starts_with(run_)) continue;
      if (std::binary_search(named.begin(), named.end(), from_hex(id).value_or(""))) continue;
      struct stat info{};
      if (::stat((folder / id).c_str(), &info) == 0) {
        swept.bytes += static_cast<std::uint64_t>(info.st_size);
      }
      unlink_blob(id);
      ++swept.files;
    }
  }
  return swept;
}

}  // namespace tunesmith::objects
