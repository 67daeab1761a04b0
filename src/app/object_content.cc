// SPDX-License-Identifier: Apache-2.0
#include "app/object_content.h"

#include "base/gzip.h"

namespace tunesmith::app {

Result<void> read_content(const objects::OpenObject& object, const TakeBytes& take) {
  TUNESMITH_TRY(auto content, object.open());
  const auto source = objects::as_source(std::move(content));
  std::string buffer(std::size_t{256} << 10U, '\0');
  for (;;) {
    TUNESMITH_TRY(const std::size_t n, source->read(buffer));
    if (n == 0) return {};
    TUNESMITH_TRY_VOID(take(std::string_view(buffer).substr(0, n)));
  }
}

Result<void> read_plain_content(const objects::OpenObject& object, bool gzip,
                                const TakeBytes& take) {
  if (!gzip) return read_content(object, take);
  GunzipStream plain;
  TUNESMITH_TRY_VOID(
      read_content(object, [&](std::string_view bytes) { return plain.push(bytes, take); }));
  return plain.finish();
}

Result<ObjectLines> ObjectLines::open(const objects::OpenObject& object, std::size_t longest) {
  TUNESMITH_TRY(auto content, object.open());
  return ObjectLines(objects::as_source(std::move(content)), longest);
}

Result<bool> ObjectLines::next(std::string& line) {
  line.clear();
  for (;;) {
    if (at_ == end_) {
      TUNESMITH_TRY(end_, source_->read(buffer_));
      at_ = 0;
      if (end_ == 0) return !line.empty();  // the last line may lack its end
    }
    const auto rest = std::string_view(buffer_).substr(at_, end_ - at_);
    const auto found = rest.find('\n');
    const auto piece = rest.substr(0, found);
    if (line.size() + piece.size() > longest_) {
      return Error(ErrorKind::kInvalid, "is longer than " + std::to_string(longest_) + " bytes");
    }
    line += piece;
    at_ += piece.size();
    if (found == std::string_view::npos) continue;
    ++at_;
    return true;
  }
}

}  // namespace tunesmith::app
