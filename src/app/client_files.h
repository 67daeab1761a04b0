// SPDX-License-Identifier: Apache-2.0
//
// What a client's environment points at: the bundle of certificates it is to trust and the
// sagemaker SDK's configuration, both in the data directory; and the environment itself.
#pragma once

#include "app/data_directory.h"
#include "base/result.h"

#include <string>
#include <utility>
#include <vector>

namespace tunesmith::app {

/// The system's certificates with ours, and the SDK's configuration override.
Result<void> write_client_files(const DataDirectory& directory, const std::string& ca_pem);

struct ClientEnvironment {
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<std::string> unset;  // what would send a client elsewhere
};

/// How clients are to reach the server.
enum class Reach {
  kProxy,   // this machine's plain address, which is the proxy for AWS's names too
  kDirect,  // this machine's plain address
  kPublic,  // the TLS address, from anywhere
};

/// What `tunesmith env` prints. `no_proxy_already`: the caller's own NO_PROXY, kept.
/// kNotFound when no server has been started on this directory, or none with TLS.
Result<ClientEnvironment> client_environment(const DataDirectory& directory, Reach reach,
                                             const std::string& no_proxy_already);

}  // namespace tunesmith::app
