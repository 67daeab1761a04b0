// SPDX-License-Identifier: Apache-2.0
#include "http/connect_target.h"

#include "base/digest.h"
#include "base/strings.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

namespace tunesmith::http {
namespace {

struct Network {
  std::uint32_t address;
  int bits;
};

// RFC 6890 and the metadata addresses that are not link-local.
constexpr std::array<Network, 7> kForbidden = {{
    {0x00000000, 8},   // "this network": 0.0.0.0 reaches loopback
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local, 169.254.169.254
    {0x646464c8, 32},  // 100.100.100.200, metadata
    {0xc0000000, 24},  // 192.0.0.0/24, metadata
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
}};

bool is_forbidden_v4(std::uint32_t address) {
  for (const Network& network : kForbidden) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - network.bits);
    if ((address & mask) == network.address) return true;
  }
  return false;
}

std::uint32_t v4_at(const std::array<unsigned char, 16>& bytes, std::size_t at) {
  return (static_cast<std::uint32_t>(bytes[at]) << 24U) |
         (static_cast<std::uint32_t>(bytes[at + 1]) << 16U) |
         (static_cast<std::uint32_t>(bytes[at + 2]) << 8U) | bytes[at + 3];
}

bool is_forbidden_v6(const std::array<unsigned char, 16>& bytes) {
  const auto starts_with = [&](std::initializer_list<unsigned char> prefix) {
    return std::memcmp(bytes.data(), std::data(prefix), prefix.size()) == 0;
  };
  constexpr std::array<unsigned char, 12> kZeros{};
  const bool zero_front = std::memcmp(bytes.data(), kZeros.data(), 10) == 0;
  if (zero_front &&
      ((bytes[10] == 0xff && bytes[11] == 0xff) || (bytes[10] == 0 && bytes[11] == 0))) {
    return is_forbidden_v4(v4_at(bytes, 12));  // mapped, compatible, :: and ::1
  }
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80U) return true;  // link-local
  if (bytes[0] == 0xff) return true;                                 // multicast
  if (starts_with({0xfd, 0x00, 0x0e, 0xc2})) return true;            // fd00:ec2::, metadata
  if (starts_with({0x00, 0x64, 0xff, 0x9b})) return is_forbidden_v4(v4_at(bytes, 12));  // NAT64
  if (starts_with({0x20, 0x02})) return is_forbidden_v4(v4_at(bytes, 2));               // 6to4
  return false;
}

}  // namespace

std::optional<ConnectTarget> parse_connect_target(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_int(text.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  while (!host.empty() && host.back() == '.') host.remove_suffix(1);  // fully qualified
  if (host.empty() || host.size() > 253) return std::nullopt;
  for (const char c : host) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == ':';
    if (!plain) return std::nullopt;
  }
  return ConnectTarget{to_lower(host), static_cast<std::uint16_t>(*port)};
}

std::optional<UpstreamProxy> parse_upstream(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (url.substr(0, kScheme.size()) == kScheme) url.remove_prefix(kScheme.size());
  if (url.find("://") != std::string_view::npos) return std::nullopt;
  url = url.substr(0, url.find('/'));
  UpstreamProxy upstream;
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const auto user = uri_decode(url.substr(0, at));
    if (!user) return std::nullopt;
    upstream.authorization = "Basic " + to_base64(*user);
    url.remove_prefix(at + 1);
  }
  auto target = parse_connect_target(url);
  if (!target) target = parse_connect_target(std::string(url) + ":80");
  if (!target) return std::nullopt;
  upstream.target = *std::move(target);
  return upstream;
}

bool carries_token(std::string_view proxy_authorization, std::string_view token) {
  constexpr std::string_view kScheme = "basic ";
  if (token.empty() || proxy_authorization.size() <= kScheme.size() ||
      !iequals(proxy_authorization.substr(0, kScheme.size()), kScheme)) {
    return false;
  }
  const auto pair = from_base64(trim(proxy_authorization.substr(kScheme.size())));
  if (!pair) return false;
  const std::size_t colon = pair->find(':');
  if (colon == std::string::npos) return false;
  return constant_time_equal(std::string_view(*pair).substr(colon + 1), token);
}

bool is_forbidden_name(std::string_view host) {
  const auto is_below = [&](std::string_view domain) {
    return host.size() > domain.size() && host[host.size() - domain.size() - 1] == '.' &&
           iequals(host.substr(host.size() - domain.size()), domain);
  };
  return iequals(host, "localhost") || is_below("localhost") ||
         iequals(host, "metadata.google.internal") || iequals(host, "metadata");
}

bool is_forbidden_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    return is_forbidden_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    std::array<unsigned char, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_forbidden_v6(bytes);
  }
  return true;
}

}  // namespace tunesmith::http
