// SPDX-License-Identifier: Apache-2.0
#include "objects/blob_content.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tunesmith::objects {
namespace {

class FileSource final : public ByteSource {
 public:
  explicit FileSource(FileSlice slice) : slice_(std::move(slice)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), slice_.length));
    if (want == 0) return std::size_t{0};
    for (;;) {
      const ssize_t n =
          ::pread(slice_.file.get(), into.data(), want, static_cast<off_t>(slice_.offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return Error::from_errno(errno, "read object");
      if (n == 0) return Error(ErrorKind::kCorrupt, "a blob is shorter than its row says");
      const auto got = static_cast<std::size_t>(n);
      slice_.offset += got;
      slice_.length -= got;
      return got;
    }
  }

 private:
  FileSlice slice_;
};

/// Reads a run of segments, one open at a time.
class SegmentsSource final : public ByteSource {
 public:
  struct Piece {
    std::string blob;
    std::uint64_t offset;
    std::uint64_t length;
  };
  SegmentsSource(std::vector<Piece> pieces, const BlobFiles& files,
                 std::shared_ptr<const BlobFiles::Pin> pin)
      : pieces_(std::move(pieces)), files_(files), pin_(std::move(pin)) {}

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      if (current_) {
        TUNESMITH_TRY(const std::size_t n, current_->read(into));
        if (n > 0) return n;
        current_.reset();
      }
      if (next_ == pieces_.size()) return std::size_t{0};
      const Piece& piece = pieces_[next_++];
      TUNESMITH_TRY(FileDescriptor file, files_.open_blob(piece.blob));
      current_ =
          std::make_unique<FileSource>(FileSlice{std::move(file), piece.offset, piece.length});
    }
  }

 private:
  std::vector<Piece> pieces_;
  const BlobFiles& files_;
  std::shared_ptr<const BlobFiles::Pin> pin_;
  std::size_t next_ = 0;
  std::unique_ptr<FileSource> current_;
};

Result<void> check_range(const ObjectInfo& info, std::uint64_t offset, std::uint64_t length) {
  if (offset > info.size || length > info.size - offset) {
    return Error(ErrorKind::kInvalid, "a range beyond the end of object " + info.key);
  }
  return {};
}

}  // namespace

std::unique_ptr<ByteSource> as_source(Content content) {
  if (auto* slice = std::get_if<FileSlice>(&content)) {
    return std::make_unique<FileSource>(std::move(*slice));
  }
  return std::get<std::unique_ptr<ByteSource>>(std::move(content));
}

OpenBlob::OpenBlob(ObjectInfo info, const BlobFiles& files, FileDescriptor file)
    : files_(files), file_(std::move(file)) {
  info_ = std::move(info);
}

Result<Content> OpenBlob::open(std::uint64_t offset, std::uint64_t length) const {
  TUNESMITH_TRY_VOID(check_range(info_, offset, length));
  FileDescriptor file(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (!file) return Error::from_errno(errno, "duplicate descriptor");
  return Content(FileSlice{std::move(file), offset, length});
}

std::optional<std::filesystem::path> OpenBlob::local_file() const {
  return files_.path_of(info_.version);
}

OpenSegments::OpenSegments(ObjectInfo info, std::vector<PartInfo> parts, const BlobFiles& files,
                           std::shared_ptr<const BlobFiles::Pin> pin)
    : files_(files), pin_(std::move(pin)) {
  info_ = std::move(info);
  parts_ = std::move(parts);
}

Result<Content> OpenSegments::open(std::uint64_t offset, std::uint64_t length) const {
  TUNESMITH_TRY_VOID(check_range(info_, offset, length));
  std::vector<SegmentsSource::Piece> pieces;
  std::uint64_t begin = 0;
  for (const PartInfo& part : parts_) {
    const std::uint64_t end = begin + part.size;
    const std::uint64_t from = std::max(begin, offset);
    const std::uint64_t to = std::min(end, offset + length);
    if (from < to) pieces.push_back({part.blob, from - begin, to - from});
    begin = end;
  }
  if (pieces.size() == 1) {
    TUNESMITH_TRY(FileDescriptor file, files_.open_blob(pieces[0].blob));
    return Content(FileSlice{std::move(file), pieces[0].offset, pieces[0].length});
  }
  return Content(std::make_unique<SegmentsSource>(std::move(pieces), files_, pin_));
}

std::optional<std::filesystem::path> OpenSegments::local_file() const {
  if (parts_.size() != 1) return std::nullopt;
  return files_.path_of(parts_[0].blob);
}

}  // namespace tunesmith::objects
