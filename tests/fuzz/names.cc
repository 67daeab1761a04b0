// SPDX-License-Identifier: Apache-2.0
//
// Keys, bucket names and S3 URIs, as sent and percent-encoded.
#include "objects/names.h"

#include "base/strings.h"
#include "objects/s3_uri.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith;  // NOLINT(google-build-using-namespace)
  const std::string_view text = fuzz::text_of(data, size);
  if (objects::check_key(text)) TUNESMITH_CHECK(!text.empty() && text.size() <= 1024);
  if (objects::check_bucket_name(text)) {
    TUNESMITH_CHECK(text.size() >= 3 && text.size() <= 63);
    TUNESMITH_CHECK(text.find_first_of(std::string_view("/\\%\0 ", 5)) == text.npos);
    TUNESMITH_CHECK(text.find("..") == text.npos);
  }
  if (const auto uri = objects::parse_s3_uri(text); uri && text.starts_with("s3://")) {
    TUNESMITH_CHECK("s3://" + uri->bucket + (text.size() > 5 + uri->bucket.size() ? "/" : "") +
                        uri->key ==
                    text);
  }
  if (const auto decoded = uri_decode(text)) {
    TUNESMITH_CHECK(uri_decode(uri_encode(*decoded)) == decoded);
  }
  return 0;
}
