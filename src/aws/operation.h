// SPDX-License-Identifier: Apache-2.0
//
// Descriptors of operations and services, generated as constants. An operation is a tag type
//
//   struct CreateTrainingJob { using Input = ...; using Output = ...; static const
//   OperationDescriptor& descriptor(); };
//
// of tunesmith::api::<service>, which operation_table.h binds to a function.
#pragma once

#include "aws/shape.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tunesmith::aws {

/// Stands for the input or output that an operation does not have.
struct NoInput {};
struct NoOutput {};

enum class Protocol : std::uint8_t { kJson, kRestJson, kRestXml, kQuery, kCbor };

/// An error that the model declares.
struct ErrorDescriptor {
  std::string_view code;
  int status;
};

/// A permission that an operation needs. Both may hold members of its input in braces: see
/// codegen/access.toml.
struct AccessRule {
  std::string_view action;    // "s3:GetObject"
  std::string_view resource;  // "arn:aws:s3:::{Bucket}/{Key}"
};

/// A condition key that an operation's input has a value for.
struct ConditionKey {
  std::string_view key;    // "s3:prefix"
  std::string_view value;  // "{Prefix}"
};

struct ServiceDescriptor;

struct OperationDescriptor {
  std::string_view name;
  const ServiceDescriptor* service;
  std::string_view http_method;
  std::string_view uri;  // "/{Bucket}/{Key+}?uploads"
  int success_status = 200;
  const Shape* input = nullptr;       // null: none
  const Shape* output = nullptr;      // null: none
  std::string_view result_wrapper{};  // query: "GetCallerIdentityResult"
  std::string_view root_name{};  // rest-xml: root element of the answer, when not the output's name
  bool checked_body = false;  // digests of the document stand in headers (protocol/body_digest.h)
  bool unwrapped = false;     // rest-xml: the single output member is the root element itself
  std::span<const ErrorDescriptor> errors{};
  std::span<const AccessRule> access{};
  std::span<const ConditionKey> condition_keys{};
};

/// Any operation of the model; `descriptor` is null when Tunesmith does not implement it.
struct KnownOperation {
  std::string_view name;
  const OperationDescriptor* descriptor;
  // Of REST services only: what routes to it.
  std::string_view http_method{};
  std::string_view uri{};
  std::string_view required{};  // "?uploadId ?partNumber x-amz-copy-source"
};

struct ServiceDescriptor {
  std::string_view name;          // "sagemaker"
  std::string_view id;            // "SageMaker": for people
  std::string_view signing_name;  // of the credential scope
  Protocol protocol;
  bool also_query = false;           // beside JSON, the older clients' query protocol
  bool also_cbor = false;            // and the newer ones' RPC v2 CBOR
  std::string_view target_prefix{};  // X-Amz-Target: "SageMaker"
  std::string_view json_version{};   // "1.1"
  std::string_view api_version{};    // "2017-07-24"
  std::string_view xml_namespace{};
  std::size_t max_document = 0;  // bytes of a body that is read whole; 0: the handler's limit
  bool check_enums = true;       // false: the operations answer unknown enum values themselves
  std::span<const OperationDescriptor* const> operations;  // implemented, by name
  std::span<const KnownOperation> known_operations;        // all, by name
};

}  // namespace tunesmith::aws
