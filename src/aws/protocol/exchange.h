// SPDX-License-Identifier: Apache-2.0
//
// One request on its way through the AWS handler: what the handler has found out before the codec
// reads the input. Lives on the handler's stack; one thread.
#pragma once

#include "aws/authenticator.h"
#include "aws/operation.h"
#include "aws/operation_table.h"
#include "http/message.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::aws {

/// Decoded names and values, in the order received.
using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Exchange {
  http::Request& request;
  std::string request_id;
  std::chrono::steady_clock::time_point received{};  // when the handler began with it
  Protocol protocol = Protocol::kRestXml;
  const ServiceDescriptor* service = nullptr;  // null when no known service was meant
  std::size_t max_document = 0;                // bytes of a body that is read whole
  Authenticated authenticated{};               // set once the signature is right
  Parameters labels{};                         // REST: parts of the path
  Parameters query{};                          // REST: the query string
  Parameters form{};                           // query protocol: the parameters
};

/// The whole body, at most `max_document` bytes.
Outcome<std::string> read_document(Exchange& exchange);

/// The codec of `exchange.protocol`. `exchange` must outlive it.
std::unique_ptr<Codec> make_codec(Exchange& exchange);
// What make_codec chooses among, each in the file of its name.
std::unique_ptr<Codec> make_json_codec(Exchange& exchange);
std::unique_ptr<Codec> make_rest_json_codec(Exchange& exchange);
std::unique_ptr<Codec> make_rest_xml_codec(Exchange& exchange);
std::unique_ptr<Codec> make_query_codec(Exchange& exchange);
std::unique_ptr<Codec> make_cbor_codec(Exchange& exchange);

/// Of a service that also speaks the query protocol: the header that tells clients the query
/// protocol's code of an error, whatever protocol it was asked in.
void add_query_error(const Exchange& exchange, const ApiError& error, http::Response& answer);

}  // namespace tunesmith::aws
