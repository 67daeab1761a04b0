// SPDX-License-Identifier: Apache-2.0
#include "app/listeners.h"

#include "app/client_files.h"
#include "base/log.h"
#include "base/strings.h"
#include "http/server_certificate.h"
#include "http/tls_authority.h"

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace tunesmith::app {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
// Three quarters of them may wait for slow uploads.
constexpr std::size_t kMaxWorkers = 128;

std::string host_and_port(const std::string& host, std::uint16_t port) {
  const bool bracketed = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", bracketed ? "[" : "", host, bracketed ? "]" : "", port);
}

std::uint16_t port_of(const std::optional<std::string>& endpoint) {
  if (!endpoint) return 0;
  const auto port = parse_int(endpoint->substr(endpoint->rfind(':') + 1));
  return port && *port > 0 && *port < 65536 ? static_cast<std::uint16_t>(*port) : std::uint16_t{0};
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

/// What clients call this server.
std::string public_name(const ServeOptions& options) {
  if (!options.tls_names.empty()) return options.tls_names.front();
  return is_wildcard(options.host) ? machine_name() : options.host;
}

std::vector<std::string> certificate_names(const ServeOptions& options) {
  std::vector<std::string> names = {"localhost", kLoopback, "::1", machine_name()};
  if (!is_wildcard(options.host)) names.push_back(options.host);
  names.insert(names.end(), options.tls_names.begin(), options.tls_names.end());
  return names;
}

/// As many connections as there are descriptors for, less what files and runners need.
std::size_t max_connections() {
  constexpr rlim_t kOthers = 512;
  constexpr rlim_t kMost = 16'384;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  // Many systems start programs with 1,024 for the sake of select(), which nobody here uses.
  limit.rlim_cur = std::min(limit.rlim_max, 2 * kMost);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  return static_cast<std::size_t>(
      std::clamp<rlim_t>(limit.rlim_cur - std::min(limit.rlim_cur, kOthers), 64, kMost));
}

/// Starts with the ports of the last start where none is asked for, and with any when another
/// program has taken them.
Result<std::unique_ptr<http::Server>> start(
    const std::vector<std::uint16_t*>& ports, const std::vector<std::uint16_t>& remembered,
    const std::function<Result<std::unique_ptr<http::Server>>()>& try_ports) {
  std::vector<std::size_t> guessed;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (*ports[i] != 0 || remembered[i] == 0) continue;
    *ports[i] = remembered[i];
    guessed.push_back(i);
  }
  auto server = try_ports();
  if (!server && !guessed.empty() && server.error().kind == ErrorKind::kConflict) {
    log::warning("a port of the last start is taken by another program: choosing a new one");
    for (const std::size_t i : guessed) *ports[i] = 0;
    server = try_ports();
  }
  return server;
}

}  // namespace

Result<Listening> listen(const ServeOptions& options, const DataDirectory& directory,
                         http::Handler& clients, http::Handler& runners,
                         std::function<void(const http::Request&)> on_refused) {
  TUNESMITH_TRY(const std::string proxy_token, directory.secret("proxy-token"));
  TUNESMITH_TRY(auto authority, http::TlsAuthority::load_or_create(directory.secrets()));
  std::string trusted = authority->certificate_pem();

  http::Listener plain{options.tls ? kLoopback : options.host, options.port, {}, &clients, true};
  http::Listener secure{options.host, options.port, {}, &clients, false};
  std::vector<std::uint16_t*> ports = {&plain.port};
  std::vector<std::uint16_t> remembered = {port_of(directory.endpoint())};
  if (options.tls) {
    plain.port = 0;
    ports.push_back(&secure.port);
    remembered.push_back(port_of(directory.public_endpoint()));
    if (options.tls_certificate.empty()) {
      TUNESMITH_TRY(auto own, http::load_or_create_own_certificate(directory.secrets(),
                                                                   certificate_names(options)));
      secure.tls = std::move(own.context);
      trusted += own.pem;
    } else {
      TUNESMITH_TRY(secure.tls,
                    http::load_server_context(options.tls_certificate, options.tls_key));
    }
  }
  const std::size_t connections = max_connections();
  TUNESMITH_TRY(auto server, start(ports, remembered, [&] {
                  http::ServerOptions made;
                  made.max_connections = connections;
                  made.max_workers = kMaxWorkers;
                  made.listeners.push_back(plain);
                  http::Listener socket;
                  socket.unix_path = directory.run_socket();
                  socket.handler = &runners;
                  made.listeners.push_back(socket);
                  if (options.tls) made.listeners.push_back(secure);
                  made.proxy.authority = authority;
                  made.proxy.token = proxy_token;
                  made.proxy.upstream = options.upstream_proxy;
                  made.proxy.on_refused = on_refused;
                  return http::Server::start(std::move(made));
                }));
  Listening result;
  result.endpoint = host_and_port(plain.host, server->port(0));
  if (options.tls) result.public_endpoint = host_and_port(public_name(options), server->port(2));
  result.server = std::move(server);
  TUNESMITH_TRY_VOID(directory.set_endpoint(result.endpoint));
  TUNESMITH_TRY_VOID(directory.set_public_endpoint(result.public_endpoint));
  TUNESMITH_TRY_VOID(write_client_files(directory, trusted));
  return result;
}

}  // namespace tunesmith::app
