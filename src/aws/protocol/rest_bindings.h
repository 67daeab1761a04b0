// SPDX-License-Identifier: Apache-2.0
//
// The members of REST operations that live outside of the body: headers, query string, path and
// status. Shared by REST-XML and REST-JSON. Thread safe (no state).
#pragma once

#include "aws/operation.h"
#include "aws/protocol/exchange.h"
#include "aws/validate.h"

#include <optional>

namespace tunesmith::aws {

/// Reads them into `input` and checks them. An error when one is of the wrong type.
Outcome<void> decode_bindings(const Exchange& exchange, const OperationDescriptor& operation,
                              void* input, Validator& validator);

/// Writes them to an answer's headers and status. A Content-Range makes it 206 Partial Content.
/// Content-Length is not a header here: the body gives it, or `response.content_length` for HEAD.
void encode_bindings(const OperationDescriptor& operation, const void* output,
                     http::Response& response);

/// The member that is the whole body; null when the body members together are.
const Member* payload_member(const Shape* shape);
/// Whether any member lives in the body.
bool has_body_members(const Shape& shape);

/// Gives the operation the request's body as a stream.
void decode_stream(Exchange& exchange, const Member& member, void* input);
/// Sends a stream (or a raw blob or string) as the body.
void encode_raw_payload(const Member& member, void* output, http::Response& response);

}  // namespace tunesmith::aws
