// SPDX-License-Identifier: Apache-2.0
#include "app/front_handler.h"

#include "console/console_handler.h"

#include "health/health_handler.h"

namespace tunesmith::app {
namespace {

bool is_console(const http::Request& request) {
  // Through the proxy a request is for an AWS host: there the path is a bucket's or an operation's.
  return !request.intercepted && console::ConsoleHandler::owns(request.path());
}

bool is_health(const http::Request& request) {
  return !request.intercepted && health::HealthHandler::owns(request);
}

bool is_visitor(const http::Request& request) {
  return !request.intercepted && request.method == "GET" && request.target == "/" &&
         !request.headers.has("Authorization") && !request.headers.has("X-Amz-Target");
}

}  // namespace

http::Response FrontHandler::handle(http::Request& request) {
  http::Response response = answer(request);
  // Who came through TLS once is not to come without (RFC 6797).
  if (request.tls && !request.intercepted) {
    response.headers.set("Strict-Transport-Security", "max-age=31536000");
  }
  return response;
}

http::Response FrontHandler::answer(http::Request& request) {
  if (is_console(request)) return console_.handle(request);
  if (is_health(request)) return health_.handle(request);
  if (is_visitor(request)) {
    http::Response response;
    response.status = 302;
    response.headers.add("Location", "/_console/");
    return response;
  }
  return aws_.handle(request);
}

bool FrontHandler::is_quick(const http::Request& request) const {
  if (is_console(request)) return console_.is_quick(request);
  if (is_health(request)) return health_.is_quick(request);
  return is_visitor(request) || aws_.is_quick(request);
}

}  // namespace tunesmith::app
