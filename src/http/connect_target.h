// SPDX-License-Identifier: Apache-2.0
//
// Who may have a tunnel, and where it may lead. Pure functions over text and addresses.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::http {

/// "host:port" of a CONNECT request, or of a proxy's URL.
struct ConnectTarget {
  std::string host;  // lower case, without the brackets of an IPv6 address
  std::uint16_t port = 0;
};
std::optional<ConnectTarget> parse_connect_target(std::string_view text);

/// "http://[user:password@]host:port[/]" of an upstream proxy.
struct UpstreamProxy {
  ConnectTarget target;
  std::string authorization;  // value of Proxy-Authorization; empty: none
};
std::optional<UpstreamProxy> parse_upstream(std::string_view url);

/// Whether a Proxy-Authorization value (Basic) carries `token` as its password. Never for an empty
/// token.
bool carries_token(std::string_view proxy_authorization, std::string_view token);

/// Names that lead to this machine or to a cloud's metadata, whatever they resolve to.
bool is_forbidden_name(std::string_view host);
/// Loopback, link-local (the metadata address of clouds is one), multicast, unspecified, and IPv6
/// forms that hold such an IPv4 address.
bool is_forbidden_address(const sockaddr& address);

}  // namespace tunesmith::http
