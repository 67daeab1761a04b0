// SPDX-License-Identifier: Apache-2.0
//
// Who asks, from where, for which region: what an operation knows of its request beside its input.
#pragma once

#include <string>

namespace tunesmith::aws {

/// The caller, as the signature showed.
struct Identity {
  std::string account;  // "123456789012"
  std::string arn;      // "arn:aws:sts::123456789012:assumed-role/TunesmithExecutionRole/root"
  std::string user_id;  // "AROA...:root"
  std::string access_key_id;
};

struct RequestContext {
  std::string request_id;  // UUID, also in the answer's x-amzn-RequestId
  std::string region;      // of the credential scope; state is kept by region
  std::string service;  // signing name of the scope: "sagemaker", "s3", ...; empty: bound to none
  Identity identity;
  std::string host;  // Host header: S3's Location elements
  bool tls = false;
};

}  // namespace tunesmith::aws
