// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/model_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr std::string_view kModelName = "xgboost-model";

struct ArchiveFree {
  void operator()(archive* a) const { archive_read_free(a); }
};

Error unreadable(archive* a) {
  const char* text = archive_error_string(a);
  return {ErrorKind::kInvalid, fmt::format("the model artifact is no readable model.tar.gz: {}",
                                           text != nullptr ? text : "unknown error")};
}

Error too_large(const std::string& what, std::uint64_t most) {
  return {ErrorKind::kInvalid,
          fmt::format("the model artifact: {} of more than {} bytes", what, most)};
}

Result<std::string> read_entry(archive* a, const std::string& name, std::uint64_t most) {
  std::string bytes;
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int got = archive_read_data_block(a, &block, &size, &offset);
    if (got == ARCHIVE_EOF) return bytes;
    if (got < ARCHIVE_WARN) return unreadable(a);
    // A hole costs its writer nothing and its reader memory.
    if (offset < 0 || static_cast<std::uint64_t>(offset) != bytes.size()) {
      return {ErrorKind::kInvalid,
              fmt::format("the model artifact: {} is stored as a sparse file", name)};
    }
    if (size > most - bytes.size()) return too_large("the file " + name, most);
    bytes.append(static_cast<const char*>(block), size);
  }
}

/// "./xgboost-model" is "xgboost-model"; empty for what is in a folder or hidden.
std::string_view plain_name(std::string_view path) {
  if (path.starts_with("./")) path.remove_prefix(2);
  return path.find('/') == std::string_view::npos && !path.starts_with('.') ? path
                                                                            : std::string_view();
}

}  // namespace

Result<std::string> read_model_archive(int fd, std::uint64_t most) {
  const std::unique_ptr<archive, ArchiveFree> a(archive_read_new());
  archive_read_support_filter_gzip(a.get());
  archive_read_support_format_tar(a.get());
  constexpr std::size_t kBlock = std::size_t{256} << 10U;
  if (archive_read_open_fd(a.get(), fd, kBlock) != ARCHIVE_OK) return unreadable(a.get());
  std::string found;
  std::string only;
  int files = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int got = archive_read_next_header(a.get(), &entry);
    if (got == ARCHIVE_EOF) break;
    if (got < ARCHIVE_WARN) return unreadable(a.get());
    // What is passed over has to be expanded too.
    if (static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0)) > most)
      return too_large("a file", most);
    if (static_cast<std::uint64_t>(archive_filter_bytes(a.get(), 0)) / 4 > most)
      return too_large("contents", 4 * most);
    const char* path = archive_entry_pathname(entry);
    const std::string name(plain_name(path != nullptr ? path : ""));
    if (name.empty() || archive_entry_filetype(entry) != AE_IFREG) continue;
    if (name.starts_with(std::string(kModelName) + "-")) {
      return {ErrorKind::kInvalid,
              fmt::format("the model artifact holds {}: an ensemble of models (_kfold) is not "
                          "available for inference",
                          name)};
    }
    ++files;
    TUNESMITH_TRY(std::string bytes, read_entry(a.get(), name, most));
    if (name == kModelName) {
      found = std::move(bytes);
      break;
    }
    only = std::move(bytes);
  }
  if (!found.empty()) return found;
  if (files == 1 && !only.empty()) return only;
  return {
      ErrorKind::kInvalid,
      fmt::format("the model artifact has no file {} ({} files at its top)", kModelName, files)};
}

}  // namespace tunesmith::algorithms::xgboost
