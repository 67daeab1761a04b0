// SPDX-License-Identifier: Apache-2.0
#include "services/s3/read_object.h"

namespace tunesmith::services::s3 {
namespace {

class SourceBody final : public http::BodyReader {
 public:
  explicit SourceBody(std::unique_ptr<objects::ByteSource> source) : source_(std::move(source)) {}
  Result<std::size_t> read(std::span<char> into) override { return source_->read(into); }

 private:
  std::unique_ptr<objects::ByteSource> source_;
};

}  // namespace

Answer<api::GetObject> get_object(const Call& call, const api::GetObjectRequest& input) {
  TUNESMITH_TRY(const Selection selection, select(call, input));
  TUNESMITH_TRY(objects::Content content,
                outcome(selection.object->open(selection.range.offset, selection.range.length),
                        {input.bucket, input.key}));
  auto output = describe<api::GetObjectOutput>(selection, input);
  output.body.length = selection.range.length;
  if (auto* slice = std::get_if<objects::FileSlice>(&content)) {
    output.body.content = http::FileBody{std::move(slice->file), slice->offset, slice->length};
  } else {
    output.body.content = std::make_unique<SourceBody>(objects::as_source(std::move(content)));
  }
  return output;
}

}  // namespace tunesmith::services::s3
