// SPDX-License-Identifier: Apache-2.0
//
// Who asks, from where, for which region: what an operation knows of its request beside its input.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace tunesmith::aws {

class Authorizer;

/// What decides what a caller may do.
enum class CallerKind {
  kOwner,  // holds a key of the data directory: everything
  kUser,   // the policies of a user
  kRole,   // the policies of a role
};

/// The caller, as the signature showed.
struct Identity {
  std::string account;  // "123456789012"
  std::string arn;      // "arn:aws:sts::123456789012:assumed-role/TunesmithExecutionRole/root"
  std::string user_id;  // "AROA...:root"
  std::string access_key_id;
  CallerKind kind = CallerKind::kRole;
  std::string name;  // of the user or role
  // The policy that a session was given with AssumeRole, which narrows the role's; null: none.
  std::shared_ptr<const std::string> session_policy;
};

struct RequestContext {
  std::string request_id;  // UUID, also in the answer's x-amzn-RequestId
  std::string region;      // of the credential scope; state is kept by region
  std::string service;  // signing name of the scope: "sagemaker", "s3", ...; empty: bound to none
  Identity identity;
  std::string host;  // Host header: S3's Location elements
  bool tls = false;
  std::string peer;                                  // "127.0.0.1:53210"
  std::string user_agent;                            // as the client calls itself
  std::chrono::steady_clock::time_point received{};  // when the handler began with it
  // Decides what the caller may do; null (in tests only): everything. Outlives the request.
  const Authorizer* authorizer = nullptr;
  // The key that a request whose signature was refused named: not proven to be the caller's.
  std::string claimed_access_key_id;
  // The code of the error that the request was answered with, once it is known.
  std::string error_code;
};

}  // namespace tunesmith::aws
