// SPDX-License-Identifier: Apache-2.0
#include "aws/aws_handler.h"

#include "aws/protocol/exchange.h"
#include "aws/protocol/faults.h"
#include "aws/protocol/rest_router.h"
#include "base/log.h"
#include "base/random.h"
#include "base/s3_host.h"
#include "base/strings.h"

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tunesmith::aws {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class T>
using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// The service part of a credential "KEY/20261124/us-east-1/sagemaker/aws4_request".
std::string_view scope_service(std::string_view credential) {
  const auto end = credential.rfind('/');
  if (end == std::string_view::npos || end == 0) return {};
  const auto start = credential.rfind('/', end - 1);
  return start == std::string_view::npos ? std::string_view()
                                         : credential.substr(start + 1, end - start - 1);
}

/// What a request says of its signature. Not yet verified.
struct Claim {
  std::string service;        // that it was signed for; empty when it shows none
  std::string access_key_id;  // empty likewise
};

Claim claim_of(std::string_view credential) {
  return {std::string(scope_service(credential)),
          std::string(credential.substr(0, credential.find('/')))};
}

Claim claim_of(const http::Request& request) {
  const std::string_view authorization = request.headers.get_or("authorization", "");
  constexpr std::string_view kCredential = "Credential=";
  if (const auto at = authorization.find(kCredential); at != std::string_view::npos) {
    const std::string_view rest = authorization.substr(at + kCredential.size());
    return claim_of(rest.substr(0, rest.find_first_of(", ")));
  }
  if (request.query().find("X-Amz-Credential=") != std::string_view::npos) {
    const Parameters query = parse_query(request.query());
    if (const auto credential = find_parameter(query, "X-Amz-Credential"))
      return claim_of(*credential);
  }
  // Signature version 2 lives on in presigned S3 URLs only.
  if (request.query().find("AWSAccessKeyId=") != std::string_view::npos) {
    const Parameters query = parse_query(request.query());
    return {"s3", std::string(find_parameter(query, "AWSAccessKeyId").value_or(""))};
  }
  return {};
}

std::string_view host_without_port(std::string_view authority) {
  const auto colon = authority.rfind(':');
  return colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos
             ? authority
             : authority.substr(0, colon);
}

/// The service of a host such as "sts.us-east-1.amazonaws.com": its first label.
std::string_view host_service(std::string_view authority) {
  const std::string_view host = host_without_port(authority);
  return host.ends_with(".amazonaws.com") ? host.substr(0, host.find('.')) : std::string_view();
}

/// The target "Service.Operation" of an RPC v2 CBOR request:
/// "/service/Service/operation/Operation".
std::optional<std::string> cbor_target(const http::Request& request) {
  if (request.headers.get_or("smithy-protocol", "") != "rpc-v2-cbor") return std::nullopt;
  const auto parts = split(request.path(), '/');
  if (parts.size() != 5 || parts[1] != "service" || parts[3] != "operation") return std::nullopt;
  return std::string(parts[2]) + "." + std::string(parts[4]);
}

bool is_form(const http::Request& request) {
  return request.headers.get_or("content-type", "")
      .starts_with("application/x-www-form-urlencoded");
}

/// An upload by an HTML form to S3, whose signature is in the form: no operation of the model.
bool is_form_upload(const http::Request& request) {
  return request.method == "POST" &&
         request.headers.get_or("content-type", "").starts_with("multipart/form-data");
}

}  // namespace

/// Every operation of every service, by what names it in a request. Immutable after construction.
class AwsHandler::Directory {
 public:
  struct Target {
    const ServiceDescriptor* service;
    const KnownOperation* operation;
  };
  struct Rest {
    const ServiceDescriptor* service;
    RestRouter router;
  };

  explicit Directory(const std::vector<const ServiceDescriptor*>& services) {
    for (const ServiceDescriptor* service : services) {
      by_signing_name_[std::string(service->signing_name)].push_back(service);
      if (service->protocol == Protocol::kJson) {
        json_services_[std::string(service->target_prefix)] = service;
      }
      if (service->protocol == Protocol::kRestJson || service->protocol == Protocol::kRestXml) {
        rest_.push_back({.service = service, .router = RestRouter(*service)});
      }
      for (const KnownOperation& operation : service->known_operations) {
        const Target target{.service = service, .operation = &operation};
        if (service->protocol == Protocol::kJson) {
          targets_[std::string(service->target_prefix) + "." + std::string(operation.name)] =
              target;
        }
        if (service->protocol == Protocol::kQuery || service->also_query) {
          actions_[std::string(service->name) + "." + std::string(operation.name)] = target;
        }
      }
    }
  }

  const Target* target(std::string_view header) const { return find(targets_, header); }
  const Target* action(const ServiceDescriptor& service, std::string_view name) const {
    return find(actions_, std::string(service.name) + "." + std::string(name));
  }
  const ServiceDescriptor* json_service(std::string_view prefix) const {
    const auto at = json_services_.find(prefix);
    return at == json_services_.end() ? nullptr : at->second;
  }
  /// The service of a signing name that is not addressed by X-Amz-Target.
  const ServiceDescriptor* untargeted(std::string_view signing_name) const {
    const auto at = by_signing_name_.find(signing_name);
    if (at == by_signing_name_.end()) return nullptr;
    for (const ServiceDescriptor* service : at->second) {
      if (service->protocol != Protocol::kJson) return service;
    }
    return nullptr;
  }
  /// The service of a signing name that forms (the query protocol) go to.
  const ServiceDescriptor* of_forms(std::string_view signing_name) const {
    const auto at = by_signing_name_.find(signing_name);
    if (at == by_signing_name_.end()) return nullptr;
    for (const ServiceDescriptor* service : at->second) {
      if (service->protocol == Protocol::kQuery || service->also_query) return service;
    }
    return nullptr;
  }
  const std::vector<Rest>& rest() const { return rest_; }

 private:
  static const Target* find(const ByText<Target>& map, std::string_view key) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
  }

  ByText<Target> targets_;  // "SageMaker.CreateTrainingJob"
  ByText<Target> actions_;  // "sts.GetCallerIdentity"
  ByText<const ServiceDescriptor*> json_services_;
  ByText<std::vector<const ServiceDescriptor*>> by_signing_name_;
  std::vector<Rest> rest_;
};

namespace {

ApiError not_implemented(const Exchange& exchange, std::string_view operation) {
  const std::string_view service = exchange.service != nullptr ? exchange.service->id : "";
  return fault(exchange.protocol, Fault::kUnknownOperation,
               "Tunesmith does not implement " + std::string(service) +
                   (service.empty() ? "" : ".") + std::string(operation));
}

}  // namespace

AwsHandler::AwsHandler(std::vector<const ServiceDescriptor*> services, const OperationTable& table,
                       Authenticator& authenticator, AwsHandlerOptions options)
    : directory_(std::make_unique<Directory>(services)),
      table_(table),
      authenticator_(authenticator),
      options_(options) {}

AwsHandler::~AwsHandler() = default;

bool AwsHandler::is_quick(const http::Request& request) const {
  const auto header = request.headers.get("x-amz-target");
  if (!header) return false;
  const Directory::Target* target = directory_->target(*header);
  if (target == nullptr || target->operation->descriptor == nullptr) return false;
  const BoundOperation* bound = table_.find(*target->operation->descriptor);
  return bound != nullptr && bound->quick;
}

http::Response AwsHandler::handle(http::Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  Exchange exchange{.request = request,
                    .request_id = random_uuid(),
                    .received = begun,
                    .max_document = options_.max_document};
  const KnownOperation* operation = nullptr;
  http::Response response = answer(exchange, operation);
  if (options_.audit != nullptr) {
    options_.audit->record(
        {.context = exchange.authenticated.context,
         .service =
             exchange.service != nullptr ? exchange.service->signing_name : std::string_view(),
         .operation = operation != nullptr ? operation->name : std::string_view(),
         .status = response.status,
         .elapsed = std::chrono::steady_clock::now() - begun});
  }
  return response;
}

void AwsHandler::find_service(Exchange& exchange) const {
  const http::Request& request = exchange.request;
  if (const auto target_header = request.headers.get("x-amz-target")) {
    const Directory::Target* target = directory_->target(*target_header);
    exchange.protocol = Protocol::kJson;
    exchange.service =
        target != nullptr
            ? target->service
            : directory_->json_service(target_header->substr(0, target_header->find('.')));
    return;
  }
  if (const auto cbor = cbor_target(request)) {
    const ServiceDescriptor* service = directory_->json_service(cbor->substr(0, cbor->find('.')));
    if (service != nullptr && service->also_cbor) {
      exchange.service = service;
      exchange.protocol = Protocol::kCbor;
      return;
    }
  }
  std::string name = claim_of(request).service;
  if (name.empty()) name = host_service(request.authority);
  if (is_form(request)) {
    if (const ServiceDescriptor* service = directory_->of_forms(name)) {
      exchange.service = service;
      exchange.protocol = Protocol::kQuery;
      return;
    }
  }
  exchange.service = directory_->untargeted(name);
  if (exchange.service == nullptr && (name.empty() || bucket_of_s3_host(request.authority)) &&
      !is_form(request)) {
    exchange.service = directory_->untargeted("s3");
  }
  if (exchange.service != nullptr) {
    exchange.protocol = exchange.service->protocol;
  } else {
    exchange.protocol = is_form(request) ? Protocol::kQuery : Protocol::kJson;
  }
}

Outcome<const KnownOperation*> AwsHandler::find_operation(Exchange& exchange) const {
  const http::Request& request = exchange.request;
  if (const auto target_header = request.headers.get("x-amz-target")) {
    if (const Directory::Target* target = directory_->target(*target_header))
      return target->operation;
    const auto dot = target_header->find('.');
    const bool known = exchange.service != nullptr && dot != std::string_view::npos;
    return not_implemented(exchange, known ? target_header->substr(dot + 1) : *target_header);
  }
  if (exchange.service == nullptr) {
    return fault(exchange.protocol, Fault::kUnknownOperation,
                 "Tunesmith does not implement the service '" +
                     exchange.authenticated.context.service + "'");
  }
  if (exchange.protocol == Protocol::kCbor) {
    const std::string target = cbor_target(request).value_or("");
    if (const Directory::Target* found = directory_->target(target)) return found->operation;
    return not_implemented(exchange, target.substr(target.find('.') + 1));
  }
  if (exchange.protocol == Protocol::kQuery) {
    auto text = read_document(exchange);
    if (!text) return std::move(text).error();
    exchange.form = parse_query(request.query());
    for (auto& parameter : parse_query(*text)) exchange.form.push_back(std::move(parameter));
    const auto action = find_parameter(exchange.form, "Action");
    if (!action || action->empty()) {
      return ApiError{.code = "MissingAction",
                      .message = "The request must contain the parameter Action"};
    }
    const Directory::Target* found = directory_->action(*exchange.service, *action);
    if (found == nullptr) return not_implemented(exchange, *action);
    return found->operation;
  }
  exchange.query = parse_query(request.query());
  std::string path(request.path());
  if (exchange.protocol == Protocol::kRestXml) {
    const std::string_view bucket = bucket_of_s3_host(request.authority).value_or("");
    if (!bucket.empty()) path = "/" + std::string(bucket) + path;
  }
  // Services that share a signing name (runtime and metrics of SageMaker) are told apart by path.
  for (const Directory::Rest& rest : directory_->rest()) {
    if (rest.service->signing_name != exchange.service->signing_name) continue;
    auto match = rest.router.route(request.method, path, exchange.query, request.headers);
    if (!match) continue;
    exchange.service = rest.service;
    exchange.labels = std::move(match->labels);
    return match->operation;
  }
  return fault(exchange.protocol, Fault::kNotAllowed);
}

http::Response AwsHandler::answer(Exchange& exchange, const KnownOperation*& operation) const {
  // Which service: enough to choose the protocol, in which even a bad signature must be answered.
  find_service(exchange);
  if (exchange.service != nullptr && exchange.service->max_document != 0)
    exchange.max_document = exchange.service->max_document;
  const std::unique_ptr<Codec> codec = make_codec(exchange);
  RequestContext& context = exchange.authenticated.context;
  const auto refuse = [&](const ApiError& error) {
    context.error_code = error.code;
    return codec->refuse(error);
  };

  if (exchange.protocol == Protocol::kRestXml && is_form_upload(exchange.request))
    return refuse(not_implemented(exchange, "PostObject"));
  try {
    auto authenticated = authenticator_.authenticate(exchange.request, exchange.request_id);
    if (!authenticated) {
      context.request_id = exchange.request_id;
      context.peer = exchange.request.peer;
      context.user_agent = exchange.request.headers.get_or("user-agent", "");
      context.claimed_access_key_id = claim_of(exchange.request).access_key_id;
      return refuse(authenticated.error());
    }
    exchange.authenticated = std::move(*authenticated);
    context.authorizer = options_.authorizer;
    context.received = exchange.received;
    if (exchange.service != nullptr && !context.service.empty() &&
        context.service != exchange.service->signing_name) {
      // The signature is right, but for another service: AWS refuses it so that a request signed
      // for one cannot be sent to another.
      return refuse(ApiError{.code = "InvalidSignatureException",
                             .message = "Credential should be scoped to correct service: '" +
                                        std::string(exchange.service->signing_name) + "'.",
                             .status = 403});
    }

    const auto found = find_operation(exchange);
    if (!found) return refuse(found.error());
    operation = *found;
    const BoundOperation* bound =
        operation->descriptor != nullptr ? table_.find(*operation->descriptor) : nullptr;
    if (bound == nullptr) return refuse(not_implemented(exchange, operation->name));
    if (options_.admission != nullptr) {
      if (const auto refused = options_.admission->refuse(exchange.protocol, operation->name)) {
        return refuse(*refused);
      }
    }
    return bound->run(context, *codec);
  } catch (const std::exception& error) {
    log::error("request {} of {}: {}", exchange.request_id,
               exchange.service != nullptr ? exchange.service->name : "?", error.what());
    return refuse(fault(exchange.protocol, Fault::kInternal));
  }
}

}  // namespace tunesmith::aws
