// SPDX-License-Identifier: Apache-2.0
#include "cli/server_client.h"

#include "aws/sigv4/sign.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "base/strings.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <pugixml.hpp>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the program

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

Error service_error(const http::ClientResponse& response, const std::string& what) {
  boost::system::error_code ec;
  const json::value body = json::parse(response.body, ec);
  if (!ec && body.is_object() && body.as_object().contains("__type")) {
    const auto& object = body.as_object();
    const auto text = [&](const char* key) {
      const auto* value = object.if_contains(key);
      return value != nullptr && value->is_string() ? std::string(value->as_string())
                                                    : std::string();
    };
    return {response.status == 404 ? ErrorKind::kNotFound : ErrorKind::kInvalid,
            text("__type") + ": " + text("message")};
  }
  pugi::xml_document document;  // S3's and IAM's errors
  if (document.load_string(response.body.c_str())) {
    const pugi::xml_node error = document.select_node("//Error").node();
    if (error)
      return {ErrorKind::kInvalid,
              fmt::format("{}: {}", error.child_value("Code"), error.child_value("Message"))};
  }
  return {ErrorKind::kInternal, fmt::format("{}: HTTP status {}: {}", what, response.status,
                                            response.body.substr(0, 300))};
}

}  // namespace

Result<std::unique_ptr<ServerClient>> ServerClient::connect(const std::filesystem::path& data_dir,
                                                            bool may_start) {
  std::unique_ptr<ServerClient> client(new ServerClient(data_dir));
  if (client->find() && client->is_up()) return client;
  if (!may_start) {
    return Error(ErrorKind::kNotFound,
                 fmt::format("no server runs on {}: start one with 'tunesmith serve --data-dir {}'",
                             data_dir.string(), data_dir.string()));
  }
  TUNESMITH_TRY_VOID(client->start_server());
  TUNESMITH_TRY_VOID(client->find());
  return client;
}

ServerClient::~ServerClient() {
  if (server_pid_ <= 0) return;
  ::kill(server_pid_, SIGTERM);
  ::waitpid(server_pid_, nullptr, 0);
}

Result<void> ServerClient::find() {
  TUNESMITH_TRY(const auto environment,
                app::client_environment(directory_, app::Reach::kDirect, ""));
  for (const auto& [name, value] : environment.set) {
    if (name == "AWS_ENDPOINT_URL") url_ = value;
    if (name == "AWS_ACCESS_KEY_ID") access_key_id_ = value;
    if (name == "AWS_SECRET_ACCESS_KEY") secret_access_key_ = value;
  }
  host_ = url_.substr(url_.find("//") + 2);
  const auto colon = host_.rfind(':');
  const auto port = parse_int(host_.substr(colon + 1));
  if (!port) return Error(ErrorKind::kCorrupt, "the server's address is broken: " + url_);
  http::ClientAddress address;
  address.host = host_.substr(0, colon);
  address.port = static_cast<std::uint16_t>(*port);
  client_ = std::make_unique<http::Client>(std::move(address));
  return {};
}

bool ServerClient::is_up() {
  http::ClientRequest request;
  request.headers.add("Host", host_);
  return client_->send(request).has_value();
}

Result<void> ServerClient::start_server() {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
  const FileDescriptor reading(pipe_ends[0]);
  FileDescriptor writing(pipe_ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
  const std::string log = (directory_.root().string() + ".log");
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  // A Ctrl-C at the terminal is for the command, which then ends the server.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::array<std::string, 4> arguments = {"tunesmith", "serve", "--data-dir",
                                          directory_.root().string()};
  std::array<char*, 5> argv = {arguments[0].data(), arguments[1].data(), arguments[2].data(),
                               arguments[3].data(), nullptr};
  const int failed =
      ::posix_spawn(&server_pid_, "/proc/self/exe", &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  writing.reset();
  if (failed != 0) {
    server_pid_ = 0;
    return Error::from_errno(failed, "start a server");
  }
  std::string said;
  std::array<char, 256> buffer{};
  for (;;) {
    const ssize_t n = ::read(reading.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Error(ErrorKind::kInternal, "the server did not start; its log is " + log);
    said.append(buffer.data(), static_cast<std::size_t>(n));
    if (said.find('\n') != std::string::npos) return {};
  }
}

Result<http::ClientResponse> ServerClient::send(http::ClientRequest request,
                                                const std::string& service,
                                                const std::string& payload_hash) {
  request.headers.set("Host", host_);
  aws::sigv4::SigningTarget where;
  where.service = service;
  aws::sigv4::sign_request(request.method, request.target, request.headers, payload_hash,
                           {access_key_id_, secret_access_key_}, where, SystemClock().now());
  return client_->send(request);
}

Result<json::value> ServerClient::sagemaker(const std::string& operation,
                                            const json::value& input) {
  http::ClientRequest request;
  request.method = "POST";
  request.body = json::serialize(input);
  request.headers.add("Content-Type", "application/x-amz-json-1.1");
  request.headers.add("X-Amz-Target", "SageMaker." + operation);
  const std::string hash = aws::sigv4::payload_hash(request.body);
  TUNESMITH_TRY(const auto response, send(std::move(request), "sagemaker", hash));
  if (response.status != 200) return service_error(response, operation);
  auto body = parse_json(response.body.empty() ? "{}" : response.body);
  if (!body || !body->is_object())
    return Error(ErrorKind::kCorrupt, operation + ": the answer is no JSON object");
  return body;
}

Result<json::array> ServerClient::sagemaker_list(const std::string& operation, json::object input,
                                                 const std::string& list) {
  json::array all;
  for (;;) {
    TUNESMITH_TRY(json::value page, sagemaker(operation, input));
    auto& object = page.as_object();
    if (auto* entries = object.if_contains(list)) {
      for (auto& entry : entries->as_array()) all.push_back(std::move(entry));
    }
    const auto* next = object.if_contains("NextToken");
    if (next == nullptr) return all;
    input["NextToken"] = *next;
  }
}

Result<std::string> ServerClient::iam(
    const std::string& action, const std::vector<std::pair<std::string, std::string>>& parameters) {
  http::ClientRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = "Action=" + action + "&Version=2010-05-08";
  for (const auto& [name, value] : parameters)
    request.body += "&" + uri_encode(name) + "=" + uri_encode(value);
  const std::string hash = aws::sigv4::payload_hash(request.body);
  TUNESMITH_TRY(auto response, send(std::move(request), "iam", hash));
  if (response.status != 200) return service_error(response, action);
  return std::move(response.body);
}

Result<void> ServerClient::create_bucket(const std::string& bucket) {
  http::ClientRequest request;
  request.method = "PUT";
  request.target = "/" + bucket;
  TUNESMITH_TRY(const auto response, send(std::move(request), "s3", aws::sigv4::payload_hash("")));
  if (response.status != 200) return service_error(response, "create bucket " + bucket);
  return {};
}

Result<void> ServerClient::put_file(const std::string& bucket, const std::string& key,
                                    const std::filesystem::path& file) {
  FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened) return Error::from_errno(errno, "open " + file.string());
  std::error_code ec;
  const auto size = std::filesystem::file_size(file, ec);
  if (ec) return Error::from_errno(ec.value(), "size of " + file.string());
  http::FileReader reader(std::move(opened));
  http::ClientRequest request;
  request.method = "PUT";
  request.target = "/" + bucket + "/" + uri_encode(key, true);
  request.stream = &reader;
  request.stream_length = size;
  TUNESMITH_TRY(const auto response, send(std::move(request), "s3", "UNSIGNED-PAYLOAD"));
  if (response.status != 200) return service_error(response, "upload " + file.string());
  return {};
}

}  // namespace tunesmith::cli
