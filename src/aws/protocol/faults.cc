// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/faults.h"

#include <string_view>
#include <utility>

namespace tunesmith::aws {
namespace {

struct Row {
  Fault fault;
  // Codes by protocol: json, rest-json, rest-xml (S3), query.
  std::string_view json;
  std::string_view rest_json;
  std::string_view rest_xml;
  std::string_view query;
  int status;
  int rest_xml_status;
  std::string_view message;
};

constexpr Row kRows[] = {
    {Fault::kMalformed, "SerializationException", "SerializationException", "MalformedXML",
     "MalformedInput", 400, 400,
     "The XML you provided was not well-formed or did not validate against our published schema"},
    {Fault::kInvalid, "ValidationException", "ValidationException", "InvalidArgument",
     "ValidationError", 400, 400, "Invalid argument"},
    {Fault::kBadArgument, "SerializationException", "SerializationException", "InvalidArgument",
     "MalformedInput", 400, 400, "Invalid argument"},
    {Fault::kTooLarge, "RequestEntityTooLargeException", "RequestEntityTooLargeException",
     "MaxMessageLengthExceeded", "RequestEntityTooLarge", 413, 400, "Your request was too big."},
    {Fault::kBodyLost, "RequestTimeoutException", "RequestTimeoutException", "IncompleteBody",
     "RequestTimeout", 400, 400, "The request body did not arrive whole"},
    {Fault::kUnknownOperation, "UnknownOperationException", "UnknownOperationException",
     "NotImplemented", "InvalidAction", 400, 501, "Tunesmith does not implement this operation"},
    {Fault::kNotAllowed, "UnknownOperationException", "UnknownOperationException",
     "MethodNotAllowed", "InvalidAction", 400, 405,
     "The specified method is not allowed against this resource."},
    {Fault::kInternal, "InternalFailure", "InternalFailure", "InternalError", "InternalFailure",
     500, 500, "We encountered an internal error. Please try again."},
};

}  // namespace

ApiError fault(Protocol protocol, Fault fault, std::string message) {
  for (const Row& row : kRows) {
    if (row.fault != fault) continue;
    ApiError error;
    error.message = message.empty() ? std::string(row.message) : std::move(message);
    error.status = row.status;
    switch (protocol) {
      case Protocol::kJson:
      case Protocol::kCbor:
        error.code = row.json;
        break;
      case Protocol::kRestJson:
        error.code = row.rest_json;
        break;
      case Protocol::kRestXml:
        error.code = row.rest_xml;
        error.status = row.rest_xml_status;
        break;
      case Protocol::kQuery:
        error.code = row.query;
        break;
    }
    return error;
  }
  return ApiError{.code = "InternalFailure", .message = std::move(message), .status = 500};
}

}  // namespace tunesmith::aws
