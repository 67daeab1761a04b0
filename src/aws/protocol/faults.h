// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong before or beside an operation, and how each protocol names it. The errors that
// operations return are modelled by their services; these are not.
#pragma once

#include "aws/api_error.h"
#include "aws/operation.h"

#include <string>

namespace tunesmith::aws {

enum class Fault {
  kMalformed,         // the body is not a document of the protocol
  kInvalid,           // a constraint of the model is violated
  kBadArgument,       // a header, query parameter or label has the wrong type
  kTooLarge,          // a document longer than we read
  kBodyLost,          // the peer stopped sending
  kUnknownOperation,  // no such operation, or one that Tunesmith does not implement
  kNotAllowed,        // no operation has that method and path
  kInternal,          // ours
};

/// `message` empty: the usual text of the fault.
ApiError fault(Protocol protocol, Fault fault, std::string message = {});

}  // namespace tunesmith::aws
