// SPDX-License-Identifier: Apache-2.0
//
// Where a server listens: for its clients (a plain address, or a TLS one beside a plain one for
// this machine alone), and for its runners. Ports are kept over restarts.
#pragma once

#include "app/application.h"
#include "app/data_directory.h"
#include "http/server.h"

#include <functional>
#include <memory>
#include <string>

namespace tunesmith::app {

struct Listening {
  std::unique_ptr<http::Server> server;
  std::string endpoint;         // "127.0.0.1:41234", plain
  std::string public_endpoint;  // "tuner.example:8443" through TLS; empty without
};

/// Starts to answer: `clients` on TCP, `runners` on the data directory's socket; both outlive the
/// result. Writes what the commands and clients on this machine read of it. `on_refused` is told of
/// each CONNECT without the proxy's token.
Result<Listening> listen(const ServeOptions& options, const DataDirectory& directory,
                         http::Handler& clients, http::Handler& runners,
                         std::function<void(const http::Request&)> on_refused);

}  // namespace tunesmith::app
