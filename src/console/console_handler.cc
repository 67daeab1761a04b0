// SPDX-License-Identifier: Apache-2.0
#include "console/console_handler.h"

#include "base/log.h"
#include "base/strings.h"
#include "console/data_api.h"
#include "console/objects_api.h"
#include "console/responses.h"
#include "console/sessions.h"
#include "console/sign_in_limiter.h"
#include "console/static_files.h"

#include <boost/json.hpp>

#include <algorithm>

namespace tunesmith::console {
namespace {

constexpr std::string_view kRoot = "/_console/";
constexpr std::string_view kApi = "/_console/api/";
constexpr std::size_t kMaxSignInBody = 4096;
// A stream that is opened anew is asked anew whether its reader may still see it.
constexpr std::chrono::minutes kStreamLifetime{10};
// A page of another origin can't add this header without this server's consent, which it never
// gets.
constexpr std::string_view kRequestHeader = "x-tunesmith-console";

/// Cookies are shared by all ports of a host: servers on two ports must not sign each other out.
std::string cookie_name(const http::Request& request) {
  std::string name = "tunesmith_session";
  const auto colon = request.authority.rfind(':');
  if (colon != std::string::npos) {
    const auto port = parse_int(std::string_view(request.authority).substr(colon + 1));
    if (port) name += '_' + std::to_string(*port);
  }
  return name;
}

std::string set_cookie(const http::Request& request, std::string_view value,
                       std::chrono::seconds age) {
  std::string field = cookie_name(request);
  field += '=';
  field += value;
  field += "; Path=/_console; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
  if (request.tls) field += "; Secure";
  return field;
}

/// Whether a request that changes something comes from this server's own page.
bool is_from_own_page(const http::Request& request) {
  if (request.headers.get_or(kRequestHeader, "") != "1") return false;
  const auto site = request.headers.get("sec-fetch-site");
  if (site && *site != "same-origin") return false;
  const auto origin = request.headers.get("origin");
  if (!origin) return true;
  std::string own = request.tls ? "https://" : "http://";
  own += request.authority;
  return iequals(*origin, own);
}

/// "127.0.0.1:53210" -> "127.0.0.1"
std::string_view address_of(std::string_view peer) { return peer.substr(0, peer.rfind(':')); }

/// An access key, or a one-time link.
struct SignIn {
  std::string access_key_id, secret_access_key, link;
};

std::optional<SignIn> parse_sign_in(const std::string& body) {
  boost::json::error_code error;
  const auto value = boost::json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& object = value.get_object();
  if (const auto* link = object.if_contains("link"); link != nullptr && link->is_string())
    return SignIn{{}, {}, std::string(link->get_string())};
  const auto* id = object.if_contains("access_key_id");
  const auto* secret = object.if_contains("secret_access_key");
  if (id == nullptr || secret == nullptr || !id->is_string() || !secret->is_string())
    return std::nullopt;
  return SignIn{std::string(id->get_string()), std::string(secret->get_string()), {}};
}

http::Response method_not_allowed(std::string_view allowed) {
  auto response = error_response(405, "method_not_allowed",
                                 "this address answers " + std::string(allowed) + " only");
  response.headers.set("Allow", std::string(allowed));
  return response;
}

http::Response no_such_address() {
  return error_response(404, "not_found", "the console has no such address");
}

}  // namespace

struct ConsoleHandler::State {
  explicit State(ConsoleOptions given)
      : options(std::move(given)),
        sessions(options.session_key, options.clock, options.ended_sessions),
        limiter(options.clock),
        data(options) {
    if (options.objects != nullptr) objects.emplace(*options.objects, options.objects_refusal);
  }

  /// `user` is set once it is known.
  http::Response api(http::Request& request, std::string& user);
  http::Response session(http::Request& request, const std::optional<Session>& session,
                         std::string& user);
  http::Response sign_in(http::Request& request, std::string& user);
  http::Response tuning_jobs(const http::Request& request, const std::vector<std::string>& path,
                             Millis lifetime);
  http::Response training_jobs(const http::Request& request, const std::vector<std::string>& path,
                               Millis lifetime);

  const ConsoleOptions options;
  Sessions sessions;
  SignInLimiter limiter;
  DataApi data;
  std::optional<ObjectsApi> objects;
};

ConsoleHandler::ConsoleHandler(ConsoleOptions options)
    : state_(std::make_unique<State>(std::move(options))) {
  TUNESMITH_CHECK(state_->options.session_key.size() >= 16);
}
// The feed's sources look into this handler's data, and the feed may live longer.
ConsoleHandler::~ConsoleHandler() { state_->options.feed.stop(); }

bool ConsoleHandler::is_quick(const http::Request& request) const {
  return !request.path().starts_with(kApi);
}

http::Response ConsoleHandler::handle(http::Request& request) {
  const auto path = request.path();
  if (path == "/_console") {
    http::Response response;
    response.status = 308;
    response.headers.set("Location", std::string(kRoot));
    return response;
  }
  if (path.starts_with(kApi)) {
    std::string user;
    http::Response response = state_->api(request, user);
    // By "session" a page asks whether anybody is signed in: a no is no refusal.
    const bool refused = response.status == 401 && path.substr(kApi.size()) != "session";
    if ((request.method != "GET" || refused) && state_->options.on_change)
      state_->options.on_change(request, user, response.status);
    return response;
  }
  if (path.starts_with(kRoot)) return serve_page(request, path.substr(kRoot.size()));
  return no_such_address();
}

http::Response ConsoleHandler::State::api(http::Request& request, std::string& user) {
  if (request.method != "GET" && !is_from_own_page(request)) {
    return error_response(403, "denied",
                          "a request that changes something has to come from the console's page");
  }
  std::vector<std::string> path;
  for (const auto part : split(request.path().substr(kApi.size()), '/')) {
    auto decoded = uri_decode(part);
    if (!decoded || decoded->empty()) return no_such_address();
    path.push_back(std::move(*decoded));
  }
  const auto token = cookie(request, cookie_name(request));
  auto signed_in = token ? sessions.verify(*token) : std::nullopt;
  if (signed_in) user = signed_in->user;
  if (signed_in && !signed_in->access_key_id.empty()) {
    // The key may have been revoked since, or its owner's rights.
    const auto owner = options.keys.owner(signed_in->access_key_id);
    if (!owner && owner.error().kind != ErrorKind::kDenied) return error_response(owner.error());
    if (!owner) signed_in.reset();
  }
  if (path.size() == 1 && path[0] == "session") return session(request, signed_in, user);
  if (!signed_in) return error_response(401, "signed_out", "sign in first");

  const Millis lifetime =
      std::min<Millis>(signed_in->expires - options.clock.now(), kStreamLifetime);
  if (path[0] == "tuning-jobs") return tuning_jobs(request, path, lifetime);
  if (path[0] == "objects" && objects) return objects->handle(request, path);
  if (path[0] == "training-jobs") return training_jobs(request, path, lifetime);
  return no_such_address();
}

http::Response ConsoleHandler::State::session(http::Request& request,
                                              const std::optional<Session>& session,
                                              std::string& user) {
  if (request.method == "POST") return sign_in(request, user);
  if (request.method == "GET") {
    return session ? json_response(print_session(*session, options.command, options.data_dir))
                   : error_response(401, "signed_out", "sign in first");
  }
  if (request.method == "DELETE") {
    if (session) {
      // A cookie that somebody else kept must stay out, so say so when that can't be promised.
      const auto ended = sessions.revoke(*session);
      if (!ended) return error_response(ended.error());
    }
    auto response = json_response("{}");
    response.headers.add("Set-Cookie", set_cookie(request, "", std::chrono::seconds(0)));
    return response;
  }
  return method_not_allowed("GET, POST, DELETE");
}

http::Response ConsoleHandler::State::sign_in(http::Request& request, std::string& user) {
  const auto address = address_of(request.peer);
  if (const auto wait = limiter.wait(address)) {
    const auto seconds = std::to_string(wait->count());
    auto response = error_response(429, "too_many_attempts",
                                   "too many failed attempts; try again in " + seconds + " s");
    response.headers.set("Retry-After", seconds);
    return response;
  }
  const auto type = request.headers.get_or("content-type", "");
  if (!iequals(trim(type.substr(0, type.find(';'))), "application/json"))
    return error_response(415, "invalid", "sign-in takes a JSON document");
  const auto body = http::read_all(*request.body, kMaxSignInBody);
  if (!body) return error_response(400, "invalid", body.error().message);
  const auto key = parse_sign_in(*body);
  if (!key) {
    return error_response(400, "invalid",
                          "sign-in takes {\"access_key_id\": ..., \"secret_access_key\": ...} or "
                          "{\"link\": ...}");
  }
  const bool by_link = !key->link.empty();
  const auto known = by_link ? sessions.use_link(key->link)
                             : options.keys.check(key->access_key_id, key->secret_access_key);
  if (!known) {
    if (known.error().kind != ErrorKind::kDenied) return error_response(known.error());
    limiter.failed(address);
    log::warning("console: failed sign-in from {}", address);
    if (by_link) return error_response(401, "wrong_link", known.error().message);
    return error_response(401, "wrong_key", "this access key and secret don't match");
  }
  limiter.succeeded(address);
  user = *known;
  const auto token = sessions.issue(user, key->access_key_id);
  auto response =
      json_response(print_session(*sessions.verify(token), options.command, options.data_dir));
  response.headers.add("Set-Cookie", set_cookie(request, token, Sessions::kLifetime));
  return response;
}

http::Response ConsoleHandler::State::tuning_jobs(const http::Request& request,
                                                  const std::vector<std::string>& path,
                                                  Millis lifetime) {
  if (path.size() == 3 && request.method == "DELETE")
    return data.delete_tuning_job(path[1], path[2]);
  const bool stops = path.size() == 4 && path[3] == "stop";
  if (request.method != (stops ? "POST" : "GET")) return method_not_allowed(stops ? "POST" : "GET");
  if (path.size() == 1) return data.list_tuning_jobs(request);
  if (path.size() == 2 && path[1] == "events") return data.tuning_jobs_events(lifetime);
  if (path.size() == 3) return data.tuning_job(path[1], path[2]);
  if (path.size() != 4) return no_such_address();
  if (stops) return data.stop_tuning_job(path[1], path[2]);
  if (path[3] == "trials") return data.trials(request, path[1], path[2]);
  if (path[3] == "model") return data.model(request, path[1], path[2]);
  if (path[3] == "contour") return data.contour(request, path[1], path[2]);
  if (path[3] == "curves") return data.curves(path[1], path[2]);
  if (path[3] == "request") return data.tuning_job_request(path[1], path[2]);
  if (path[3] == "events") return data.tuning_job_events(path[1], path[2], lifetime);
  return no_such_address();
}

http::Response ConsoleHandler::State::training_jobs(const http::Request& request,
                                                    const std::vector<std::string>& path,
                                                    Millis lifetime) {
  const bool stops = path.size() == 4 && path[3] == "stop";
  if (request.method != (stops ? "POST" : "GET")) return method_not_allowed(stops ? "POST" : "GET");
  if (stops) return data.stop_training_job(path[1], path[2]);
  if (path.size() == 1) return data.list_training_jobs(request);
  if (path.size() == 3) return data.training_job(path[1], path[2]);
  if (path.size() != 4) return no_such_address();
  if (path[3] == "log") return data.training_log(request, path[1], path[2]);
  if (path[3] == "events") return data.training_job_events(path[1], path[2], lifetime);
  return no_such_address();
}

}  // namespace tunesmith::console
