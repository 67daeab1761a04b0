// SPDX-License-Identifier: Apache-2.0
#include "app/client_files.h"

#include "aws/identity/credential_file.h"
#include "base/strings.h"
#include "http/tls_authority.h"

#include <fmt/core.h>

namespace tunesmith::app {
namespace {

namespace fs = std::filesystem;

// Telemetry would call out to the network at every decorated call; the SDK's tests of versions too.
constexpr std::string_view kSdkConfig =
    "SchemaVersion: '1.0'\n"
    "SageMaker:\n"
    "  PythonSDK:\n"
    "    Modules:\n"
    "      TelemetryOptOut: true\n";

Result<void> write_when_changed(const fs::path& path, const std::string& content) {
  const auto now = read_file(path);
  if (now && *now == content) return {};
  return write_file_durably(path, content, 0600);
}

}  // namespace

Result<void> write_client_files(const DataDirectory& directory, const std::string& ca_pem) {
  std::string bundle = http::system_certificates().value_or("");  // a machine may have none
  if (!bundle.empty() && bundle.back() != '\n') bundle += '\n';
  bundle += ca_pem;
  TUNESMITH_TRY_VOID(write_when_changed(directory.ca_bundle(), bundle));
  return write_when_changed(directory.sdk_config(), std::string(kSdkConfig));
}

Result<ClientEnvironment> client_environment(const DataDirectory& directory, Reach reach,
                                             const std::string& no_proxy_already) {
  const auto endpoint = directory.endpoint();
  const auto credentials = read_file(directory.credentials(), 65536);
  if (!endpoint || !credentials) {
    return Error(
        ErrorKind::kNotFound,
        fmt::format("no server has been started on {}: run 'tunesmith serve --data-dir {}' first",
                    directory.root().string(), directory.root().string()));
  }
  const auto keys = aws::identity::parse_credential_file(*credentials);
  if (keys.empty()) {
    return Error(ErrorKind::kCorrupt, directory.credentials().string() + " holds no access key");
  }
  const fs::path root = fs::absolute(directory.root());
  const DataDirectory absolute(root);
  ClientEnvironment out;
  out.set = {{"AWS_ENDPOINT_URL", "http://" + *endpoint},
             {"AWS_ACCESS_KEY_ID", keys.front().access_key_id},
             {"AWS_SECRET_ACCESS_KEY", keys.front().secret_access_key},
             {"AWS_DEFAULT_REGION", "us-east-1"},
             {"AWS_REGION", "us-east-1"},
             {"SAGEMAKER_USER_CONFIG_OVERRIDE", absolute.sdk_config().string()}};
  out.unset = {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"};
  if (reach == Reach::kDirect) return out;
  if (reach == Reach::kPublic) {
    const auto address = directory.public_endpoint();
    if (!address) {
      return Error(ErrorKind::kNotFound,
                   "the server was started without TLS: 'tunesmith serve --tls'");
    }
    out.set.front().second = "https://" + *address;
    out.set.emplace_back("AWS_CA_BUNDLE", absolute.ca_bundle().string());
    return out;
  }
  TUNESMITH_TRY(const std::string token, directory.secret("proxy-token"));
  const std::string proxy = fmt::format("http://tunesmith:{}@{}", token, *endpoint);
  std::string direct = "127.0.0.1,localhost,::1";
  if (!no_proxy_already.empty() && no_proxy_already != direct) {
    // Evaluating the output twice must not make it grow.
    direct = no_proxy_already.find(direct) == std::string::npos ? no_proxy_already + "," + direct
                                                                : no_proxy_already;
  }
  for (const char* name : {"HTTPS_PROXY", "https_proxy"}) out.set.emplace_back(name, proxy);
  for (const char* name : {"NO_PROXY", "no_proxy"}) out.set.emplace_back(name, direct);
  out.set.emplace_back("AWS_CA_BUNDLE", absolute.ca_bundle().string());
  return out;
}

}  // namespace tunesmith::app
