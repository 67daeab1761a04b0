// SPDX-License-Identifier: Apache-2.0
//
// Conditional requests (RFC 9110, section 13) and ranges (section 14) as S3 reads them. Pure
// functions.
#pragma once

#include "aws/api_error.h"
#include "objects/object_store.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tunesmith::services::s3 {

struct ReadConditions {
  std::optional<std::string> if_match{};
  std::optional<std::string> if_none_match{};
  std::optional<Timestamp> if_modified_since{};
  std::optional<Timestamp> if_unmodified_since{};
};

/// Whether an object may be read: 304 or 412 if not. An ETag given outweighs the date beside it.
aws::Outcome<void> check_read(const ReadConditions& conditions, const objects::ObjectInfo& object);
/// The same for the source of a copy, where every failure is a 412.
aws::Outcome<void> check_copy_source(const ReadConditions& conditions,
                                     const objects::ObjectInfo& object);

/// If-Match and If-None-Match of a request that writes. Only "*" makes sense of the latter.
aws::Outcome<objects::PutCondition> put_condition(const std::optional<std::string>& if_match,
                                                  const std::optional<std::string>& if_none_match);
/// `result` of a conditional write; its 412 names the condition that failed.
aws::ApiError with_condition(aws::ApiError error, const objects::PutCondition& condition);

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  /// "bytes 0-9/100".
  std::string content_range(std::uint64_t size) const;
};

/// Whether a Range counts beside an If-Range: it must hold the object's strong ETag, or its
/// modification date exactly. Else the whole object is asked for.
bool range_counts(const std::optional<std::string>& if_range, const objects::ObjectInfo& object);

/// The part of an object of `size` bytes that a Range header asks for; nothing when the header is
/// to be ignored (absent, of another unit, broken, or of several ranges); 416 when no byte is in
/// it.
aws::Outcome<std::optional<ByteRange>> parse_range(const std::optional<std::string>& header,
                                                   std::uint64_t size);

/// The part that partNumber=N asks for.
struct SelectedPart {
  ByteRange range;
  std::string checksum;  // of the part, in bytes; empty when none is known
};
aws::Outcome<SelectedPart> select_part(const objects::OpenObject& object, std::int32_t part_number);

}  // namespace tunesmith::services::s3
