// SPDX-License-Identifier: Apache-2.0
#include "services/s3/copy_source.h"

namespace tunesmith::services::s3 {
namespace {

/// "bytes=first-last", both given and within the object: stricter than a GET's range.
aws::Outcome<ByteRange> copied_range(const std::optional<std::string>& header, std::uint64_t size) {
  if (!header) return ByteRange{0, size};
  const auto parsed = parse_range(header, size);
  const auto dash = header->find('-');
  const bool closed = dash != std::string::npos && dash + 1 < header->size() && dash > 0;
  if (!closed || (parsed && (!*parsed || header->find("=-") != std::string::npos))) {
    return invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
        "last are "
        "the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range", *header);
  }
  const auto last = parse_int(std::string_view(*header).substr(dash + 1));
  if (!parsed || !last || static_cast<std::uint64_t>(*last) >= size) {
    return invalid_argument(
        "Range specified is not valid for source object of size: " + std::to_string(size),
        "x-amz-copy-source-range", *header);
  }
  return **parsed;
}

}  // namespace

Answer<api::UploadPartCopy> upload_part_copy(const Call& call,
                                             const api::UploadPartCopyRequest& input) {
  const Subject subject{input.bucket, input.key, input.upload_id};
  if (input.part_number < 1 || input.part_number > 10000) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(input.part_number));
  }
  TUNESMITH_TRY_VOID(refuse_unsupported(input));
  TUNESMITH_TRY(const auto source, open_copy_source(call, input));
  TUNESMITH_TRY(const auto upload,
                outcome(call.store.head_upload(input.bucket, input.key, input.upload_id), subject));
  TUNESMITH_TRY(const ByteRange range, copied_range(input.copy_source_range, source->info().size));
  TUNESMITH_TRY(objects::Content content,
                outcome(source->open(range.offset, range.length), subject));
  const auto bytes = objects::as_source(std::move(content));
  TUNESMITH_TRY(
      auto staged,
      outcome(call.store.stage(*bytes, {objects::part_checksum(upload)}, range.length), subject));
  TUNESMITH_TRY(const auto part,
                outcome(call.store.put_part(upload, static_cast<std::uint32_t>(input.part_number),
                                            std::move(staged)),
                        subject));
  api::UploadPartCopyOutput output;
  auto& result = output.copy_part_result.emplace();
  result.etag = quote_etag(part.etag);
  result.last_modified = part.modified;
  set_checksum(result, {objects::part_checksum(upload), false, part.checksum}, 0);
  return output;
}

}  // namespace tunesmith::services::s3
