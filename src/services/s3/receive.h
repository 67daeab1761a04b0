// SPDX-License-Identifier: Apache-2.0
//
// Takes in the body of PutObject and UploadPart: streams it into the store and holds it against the
// digests that the client stated in headers or, after an aws-chunked body, in trailing fields.
#pragma once

#include "aws/stream.h"
#include "objects/object_store.h"
#include "services/s3/convert.h"

#include <memory>
#include <optional>
#include <string>

namespace tunesmith::services::s3 {

struct Received {
  std::unique_ptr<objects::StagedContent> content;
  // The checksum that the client stated or announced; it is right.
  std::optional<objects::ChecksumAlgorithm> checksum;
};

struct ReceiveOptions {
  std::optional<std::string> content_md5{};
  std::optional<std::string> sdk_algorithm{};  // x-amz-sdk-checksum-algorithm
  std::optional<objects::Checksum> stated{};   // from headers
  // Computed in any case; without it, CRC64NVME when the client states none, as S3 does.
  std::optional<objects::ChecksumAlgorithm> always{};
};

aws::Outcome<Received> receive(objects::ObjectStore& store, aws::InputStream& body,
                               const ReceiveOptions& options, const Subject& subject);

/// The options that a request's own members give.
template <class T>
aws::Outcome<ReceiveOptions> receive_options(const T& request) {
  ReceiveOptions options;
  options.content_md5 = request.content_md5;
  options.sdk_algorithm = request.checksum_algorithm;
  TUNESMITH_TRY(options.stated, stated_checksum(request));
  return options;
}

}  // namespace tunesmith::services::s3
