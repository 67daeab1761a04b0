// SPDX-License-Identifier: Apache-2.0
#include "cli/console_client.h"

#include "app/client_files.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "base/strings.h"
#include "cli/terminal.h"
#include "console/sessions.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

Error error_of(const http::ClientResponse& response, const std::string& path) {
  json::error_code ec;
  const json::value body = json::parse(response.body, ec);
  const ErrorKind kind = response.status == 404   ? ErrorKind::kNotFound
                         : response.status == 409 ? ErrorKind::kConflict
                         : response.status == 503 ? ErrorKind::kUnavailable
                                                  : ErrorKind::kInvalid;
  if (!ec && body.is_object()) {
    if (const auto* error = body.as_object().if_contains("error"); error && error->is_object()) {
      const auto* message = error->as_object().if_contains("message");
      if (message != nullptr && message->is_string())
        return {kind, std::string(message->as_string())};
    }
  }
  return {kind, fmt::format("{}: HTTP status {}", path, response.status)};
}

/// The row of a list with exactly this name (names compare without case).
const json::object* named(const json::value& document, const char* list, const std::string& name) {
  for (const auto& row : document.at(list).as_array()) {
    if (iequals(std::string_view(row.at("name").as_string()), name)) return &row.as_object();
  }
  return nullptr;
}

}  // namespace

Result<std::string> one_time_link(const app::DataDirectory& directory) {
  TUNESMITH_TRY(const std::string key, directory.secret("console-sessions"));
  return "#sign-in=" + console::issue_link(key, "owner", SystemClock());
}

Result<std::unique_ptr<ConsoleClient>> ConsoleClient::connect(
    const std::filesystem::path& data_dir) {
  std::unique_ptr<ConsoleClient> client(new ConsoleClient(data_dir));
  TUNESMITH_TRY_VOID(client->reconnect());
  return client;
}

Result<void> ConsoleClient::reconnect() {
  const auto found = find();
  http::ClientRequest probe;
  if (found) probe.headers.add("Host", host_);
  if (!found || !client_->send(probe)) {
    const std::string data_dir = directory_.root().string();
    return Error(ErrorKind::kNotFound,
                 fmt::format("no server runs on {}: start one with 'tunesmith serve --data-dir {}'",
                             data_dir, data_dir));
  }
  return sign_in();
}

ConsoleClient::~ConsoleClient() {
  if (!cookie_.empty()) static_cast<void>(send("DELETE", "session"));
}

Result<void> ConsoleClient::find() {
  TUNESMITH_TRY(const auto environment,
                app::client_environment(directory_, app::Reach::kDirect, ""));
  for (const auto& [name, value] : environment.set) {
    if (name == "AWS_ENDPOINT_URL") url_ = value;
  }
  host_ = url_.substr(url_.find("//") + 2);
  const auto colon = host_.rfind(':');
  const auto port = parse_int(host_.substr(colon + 1));
  if (!port) return Error(ErrorKind::kCorrupt, "the server's address is broken: " + url_);
  http::ClientAddress address;
  address.host = host_.substr(0, colon);
  address.port = static_cast<std::uint16_t>(*port);
  http::ClientOptions options;
  options.max_response_bytes = 1U << 30U;
  client_ = std::make_unique<http::Client>(std::move(address), options);
  return {};
}

Result<void> ConsoleClient::sign_in() {
  TUNESMITH_TRY(const std::string link, one_time_link(directory_));
  const json::object body{{"link", link.substr(link.find('=') + 1)}};
  TUNESMITH_TRY(const auto response, send("POST", "session", json::serialize(body)));
  if (response.status != 200) return error_of(response, "session");
  const std::string_view field = response.headers.get_or("set-cookie", "");
  cookie_ = field.substr(0, field.find(';'));
  return {};
}

Result<http::ClientResponse> ConsoleClient::send(const std::string& method, const std::string& path,
                                                 const std::string& body) {
  http::ClientRequest request;
  request.method = method;
  request.target = "/_console/api/" + path;
  request.headers.add("Host", host_);
  if (!cookie_.empty()) request.headers.add("Cookie", cookie_);
  if (method != "GET") request.headers.add("X-Tunesmith-Console", "1");
  if (!body.empty()) request.headers.add("Content-Type", "application/json");
  request.body = body;
  return client_->send(request);
}

namespace {

json::value printable_value(const json::value& value) {
  if (const auto* text = value.if_string()) return json::string(printable(*text));
  if (const auto* list = value.if_array()) {
    json::array out;
    for (const auto& item : *list) out.push_back(printable_value(item));
    return out;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  json::object out;
  for (const auto& [name, member] : *object) out[printable(name)] = printable_value(member);
  return out;
}

}  // namespace

Result<json::value> ConsoleClient::get(const std::string& path) {
  TUNESMITH_TRY(const std::string text, get_text(path));
  auto document = parse_json(text);
  if (!document || !document->is_object())
    return Error(ErrorKind::kCorrupt, path + ": the answer is no JSON object");
  return printable_value(*document);
}

Result<std::string> ConsoleClient::get_text(const std::string& path) {
  TUNESMITH_TRY(auto response, send("GET", path));
  if (response.status != 200) return error_of(response, path);
  return std::move(response.body);
}

Result<void> ConsoleClient::post(const std::string& path) {
  TUNESMITH_TRY(const auto response, send("POST", path));
  if (response.status != 200) return error_of(response, path);
  return {};
}

std::string FoundJob::path() const {
  return fmt::format("{}/{}/{}", is_tuning ? "tuning-jobs" : "training-jobs", uri_encode(region),
                     uri_encode(name));
}

Result<FoundJob> find_tuning_job(ConsoleClient& console, const std::string& name) {
  TUNESMITH_TRY(const auto page, console.get("tuning-jobs?limit=200&name=" + uri_encode(name)));
  if (const auto* row = named(page, "tuning_jobs", name)) {
    return FoundJob{std::string(row->at("region").as_string()),
                    std::string(row->at("name").as_string()), true};
  }
  return Error(ErrorKind::kNotFound, "there is no tuning job " + name);
}

Result<FoundJob> find_job(ConsoleClient& console, const std::string& name) {
  auto tuning = find_tuning_job(console, name);
  if (tuning || tuning.error().kind != ErrorKind::kNotFound) return tuning;
  TUNESMITH_TRY(const auto page,
                console.get("training-jobs?limit=200&trials=1&name=" + uri_encode(name)));
  if (const auto* row = named(page, "training_jobs", name)) {
    return FoundJob{std::string(row->at("region").as_string()),
                    std::string(row->at("name").as_string()), false};
  }
  return Error(ErrorKind::kNotFound, "there is no tuning or training job " + name);
}

}  // namespace tunesmith::cli
