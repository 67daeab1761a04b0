// SPDX-License-Identifier: Apache-2.0
#include "console/static_files.h"

#include "base/strings.h"
#include "console/assets.h"
#include "console/responses.h"

namespace tunesmith::console {
namespace {

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const Asset* find(std::string_view path) {
  for (const auto& asset : assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

/// Whether a list header has `wanted` as an element ("gzip, deflate;q=0.5"). An element with
/// quality 0 does not count.
bool lists(std::string_view header, std::string_view wanted) {
  for (const auto element : split(header, ',')) {
    const auto parts = split(element, ';');
    if (!iequals(trim(parts[0]), wanted)) continue;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto parameter = trim(parts[i]);
      if (parameter.starts_with("q=") && parse_double(parameter.substr(2)).value_or(1) <= 0)
        return false;
    }
    return true;
  }
  return false;
}

http::Response plain(int status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  add_security_headers(response, "default-src 'none'; frame-ancestors 'none'");
  response.body = std::string(text);
  return response;
}

}  // namespace

http::Response serve_page(const http::Request& request, std::string_view path) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = plain(405, "The console's page is read with GET.\n");
    response.headers.set("Allow", "GET, HEAD");
    return response;
  }
  const Asset* asset = find(path);
  if (asset == nullptr) {
    if (path.starts_with("assets/")) return plain(404, "There is no such file.\n");
    asset = find("index.html");
  }
  if (asset == nullptr) return plain(404, "There is no such file.\n");

  http::Response response;
  response.headers.set("Content-Type", std::string(asset->content_type));
  response.headers.set("ETag", std::string(asset->etag));
  response.headers.set("Vary", "Accept-Encoding");
  // The names under assets/ change with their content.
  response.headers.set("Cache-Control", asset->path.starts_with("assets/")
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache");
  add_security_headers(response, kPagePolicy);
  if (lists(request.headers.get_or("if-none-match", ""), asset->etag)) {
    response.status = 304;
    return response;
  }
  if (!asset->gzip.empty() && lists(request.headers.get_or("accept-encoding", ""), "gzip")) {
    response.headers.set("Content-Encoding", "gzip");
    response.body = std::string(asset->gzip);
  } else {
    response.body = std::string(asset->content);
  }
  return response;
}

}  // namespace tunesmith::console
