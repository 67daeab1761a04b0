// SPDX-License-Identifier: Apache-2.0
#include "services/s3/errors.h"

#include "base/log.h"
#include "objects/reasons.h"

#include <array>

namespace tunesmith::services::s3 {
namespace {

namespace reason = objects::reason;

struct Row {
  std::string_view reason;
  std::string_view code;
  int status;
  std::string_view message;
};

constexpr std::string_view kMalformedXmlText =
    "The XML you provided was not well-formed or did not validate against our published schema";
constexpr std::string_view kInvalidPartText =
    "One or more of the specified parts could not be found.  The part may not have been uploaded, "
    "or the "
    "specified entity tag may not match the part's entity tag.";
constexpr std::string_view kPreconditionText =
    "At least one of the pre-conditions you specified did not hold";

// Empty message: the domain's own is shown.
constexpr std::array kRows = {
    Row{reason::kNoSuchBucket, "NoSuchBucket", 404, "The specified bucket does not exist"},
    Row{reason::kNoSuchKey, "NoSuchKey", 404, "The specified key does not exist."},
    Row{reason::kNoSuchUpload, "NoSuchUpload", 404,
        "The specified upload does not exist. The upload ID may be invalid, or the "
        "upload may have "
        "been aborted or completed."},
    Row{reason::kBucketExists, "BucketAlreadyOwnedByYou", 409,
        "Your previous request to create the named bucket succeeded and you already own it."},
    Row{reason::kBucketNotEmpty, "BucketNotEmpty", 409,
        "The bucket you tried to delete is not empty"},
    Row{reason::kPrecondition, "PreconditionFailed", 412, kPreconditionText},
    Row{reason::kPartsChanged, "InvalidPart", 400, kInvalidPartText},
    Row{reason::kInvalidBucketName, "InvalidBucketName", 400, "The specified bucket is not valid."},
    Row{reason::kInvalidKey, "InvalidURI", 400, "Couldn't parse the specified URI."},
    Row{reason::kKeyTooLong, "KeyTooLongError", 400, "Your key is too long"},
    Row{reason::kTooLarge, "EntityTooLarge", 400,
        "Your proposed upload exceeds the maximum allowed size"},
    Row{reason::kInvalidPartNumber, "InvalidArgument", 400,
        "Part number must be an integer between 1 and 10000, inclusive"},
    Row{reason::kInvalidPart, "InvalidPart", 400, kInvalidPartText},
    Row{reason::kPartOrder, "InvalidPartOrder", 400,
        "The list of parts was not in ascending order. Parts must be ordered by part number."},
    Row{reason::kPartTooSmall, "EntityTooSmall", 400,
        "Your proposed upload is smaller than the minimum allowed size"},
    Row{reason::kNoParts, "MalformedXML", 400, kMalformedXmlText},
    Row{reason::kBadChecksum, "BadDigest", 400,
        "The checksum you specified did not match the calculated checksum."},
    Row{reason::kChecksumType, "InvalidRequest", 400, ""},
    Row{reason::kSizeMismatch, "IncompleteBody", 400,
        "You did not provide the number of bytes specified by the Content-Length HTTP header"},
};

void add_details(aws::ApiError& error, const Subject& subject) {
  if (error.code == "NoSuchKey") {
    error.details.emplace_back("Key", subject.key);
  } else if (error.code == "NoSuchUpload" || error.code == "InvalidPart" ||
             error.code == "InvalidPartOrder") {
    error.details.emplace_back("UploadId", subject.upload_id);
  } else if (error.code == "NoSuchBucket" || error.code == "InvalidBucketName" ||
             error.code == "BucketAlreadyOwnedByYou" || error.code == "BucketNotEmpty") {
    error.details.emplace_back("BucketName", subject.bucket);
  } else if (error.code == "KeyTooLongError") {
    error.details.emplace_back("Size", std::to_string(subject.key.size()));
    error.details.emplace_back("MaxSizeAllowed", "1024");
  }
}

aws::ApiError by_kind(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kUnavailable:
      return {"ServiceUnavailable", "Service is unable to handle request.", 503};
    case ErrorKind::kLimitExceeded:
      return {"InsufficientStorage", error.message, 507};
    case ErrorKind::kDenied:
      return {"AccessDenied", "Access Denied", 403};
    case ErrorKind::kInvalid:
      return {"InvalidRequest", error.message, 400};
    default:
      break;
  }
  log::error("s3: {}: {}", to_string(error.kind), error.message);
  return {"InternalError", "We encountered an internal error. Please try again.", 500};
}

}  // namespace

aws::ApiError to_api_error(const Error& error, const Subject& subject) {
  for (const Row& row : kRows) {
    if (row.reason != error.reason) continue;
    aws::ApiError result{std::string(row.code),
                         row.message.empty() ? error.message : std::string(row.message),
                         row.status};
    add_details(result, subject);
    return result;
  }
  return by_kind(error);
}

aws::ApiError invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return {"InvalidArgument",
          std::move(message),
          400,
          {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}}};
}

aws::ApiError invalid_request(std::string message) {
  return {"InvalidRequest", std::move(message), 400};
}

aws::ApiError not_implemented(std::string_view header) {
  return {"NotImplemented",
          "A header you provided implies functionality that is not implemented",
          501,
          {{"Header", std::string(header)}}};
}

aws::ApiError malformed_xml() { return {"MalformedXML", std::string(kMalformedXmlText), 400}; }

aws::ApiError precondition_failed(std::string_view condition) {
  return {"PreconditionFailed",
          std::string(kPreconditionText),
          412,
          {{"Condition", std::string(condition)}}};
}

aws::ApiError bad_digest(std::string message) { return {"BadDigest", std::move(message), 400}; }

}  // namespace tunesmith::services::s3
