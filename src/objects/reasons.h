// SPDX-License-Identifier: Apache-2.0
//
// The values of Error::reason that the object store uses, beside those of store/object_index.h.
#pragma once

#include "store/object_index.h"

#include <string_view>

namespace tunesmith::objects::reason {

using namespace store::reason;  // NOLINT(google-build-using-namespace): the same family of names

inline constexpr std::string_view kInvalidBucketName = "invalid_bucket_name";
inline constexpr std::string_view kInvalidKey = "invalid_key";
inline constexpr std::string_view kKeyTooLong = "key_too_long";
inline constexpr std::string_view kTooLarge = "too_large";
inline constexpr std::string_view kInvalidPartNumber = "invalid_part_number";
inline constexpr std::string_view kInvalidPart = "invalid_part";
inline constexpr std::string_view kPartOrder = "part_order";
inline constexpr std::string_view kPartTooSmall = "part_too_small";
inline constexpr std::string_view kNoParts = "no_parts";
inline constexpr std::string_view kBadChecksum = "bad_checksum";
inline constexpr std::string_view kChecksumType = "checksum_type";
inline constexpr std::string_view kSizeMismatch = "size_mismatch";

}  // namespace tunesmith::objects::reason
