// SPDX-License-Identifier: Apache-2.0
//
// The server's side of roundtrip.py: reads requests as lines of JSON, answers each by the AWS
// handler, with operations that return what the line says, and reports what the operation was
// given. Values are written with the API's own member names, times in milliseconds, blobs in
// base64, whatever the protocol.
#include "aws/aws_handler.h"
#include "aws/shape.h"
#include "aws/stream.h"
#include "aws/testing.h"
#include "base/strings.h"

#include "tunesmith/api/iam/operations.h"
#include "tunesmith/api/s3/operations.h"
#include "tunesmith/api/sagemaker/operations.h"
#include "tunesmith/api/sts/operations.h"

#include <boost/json.hpp>

#include <iostream>
#include <string>
#include <utility>

namespace tunesmith::aws {
namespace {

namespace json = boost::json;

json::value dump(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case ShapeKind::kString:
      return json::value(*static_cast<const std::string*>(value));
    case ShapeKind::kInteger:
      return *static_cast<const std::int32_t*>(value);
    case ShapeKind::kLong:
      return *static_cast<const std::int64_t*>(value);
    case ShapeKind::kDouble:
      return *static_cast<const double*>(value);
    case ShapeKind::kBoolean:
      return *static_cast<const bool*>(value);
    case ShapeKind::kTimestamp:
      return to_millis(*static_cast<const Timestamp*>(value));
    case ShapeKind::kBlob:
      return json::value(to_base64(*static_cast<const std::string*>(value)));
    case ShapeKind::kInputStream: {
      const auto text = http::read_all(*static_cast<const InputStream*>(value)->reader, 1U << 20U);
      return json::value(to_base64(text.value_or(std::string())));
    }
    case ShapeKind::kOutputStream:
      return nullptr;
    case ShapeKind::kStructure: {
      json::object object;
      for (const Member& member : shape.members) {
        if (const void* slot = member.access.get(value))
          object[member.name] = dump(*member.shape, slot);
      }
      return object;
    }
    case ShapeKind::kList: {
      json::array array;
      for (std::size_t i = 0; i < shape.list.size(value); ++i) {
        array.push_back(dump(*shape.element, shape.list.at(value, i)));
      }
      return array;
    }
    case ShapeKind::kMap: {
      std::pair<const Shape&, json::object> state{*shape.element, {}};
      shape.map.for_each(value, &state,
                         [](void* context, const std::string& key, const void* entry) {
                           auto& to = *static_cast<std::pair<const Shape&, json::object>*>(context);
                           to.second[key] = dump(to.first, entry);
                         });
      return std::move(state.second);
    }
  }
  return nullptr;
}

std::string text_of(const json::value& value) {
  return std::string(std::string_view(value.as_string()));
}

void load(const json::value& from, const Shape& shape, void* into) {
  switch (shape.kind) {
    case ShapeKind::kString:
      *static_cast<std::string*>(into) = text_of(from);
      return;
    case ShapeKind::kInteger:
      *static_cast<std::int32_t*>(into) = from.to_number<std::int32_t>();
      return;
    case ShapeKind::kLong:
      *static_cast<std::int64_t*>(into) = from.to_number<std::int64_t>();
      return;
    case ShapeKind::kDouble:
      *static_cast<double*>(into) = from.to_number<double>();
      return;
    case ShapeKind::kBoolean:
      *static_cast<bool*>(into) = from.as_bool();
      return;
    case ShapeKind::kTimestamp:
      *static_cast<Timestamp*>(into) = from_millis(from.to_number<std::int64_t>());
      return;
    case ShapeKind::kBlob:
      *static_cast<std::string*>(into) = from_base64(text_of(from)).value();
      return;
    case ShapeKind::kInputStream:
      return;
    case ShapeKind::kOutputStream:
      static_cast<OutputStream*>(into)->content = from_base64(text_of(from)).value();
      return;
    case ShapeKind::kStructure:
      for (const Member& member : shape.members) {
        if (const json::value* found = from.as_object().if_contains(member.name)) {
          load(*found, *member.shape, member.access.emplace(into));
        }
      }
      return;
    case ShapeKind::kList:
      for (const json::value& element : from.as_array()) {
        load(element, *shape.element, shape.list.append(into));
      }
      return;
    case ShapeKind::kMap:
      for (const auto& entry : from.as_object()) {
        load(entry.value(), *shape.element, shape.map.emplace(into, std::string(entry.key())));
      }
      return;
  }
}

json::value given_input;
json::value wanted_output;

template <class Op>
void echo(OperationTable& table) {
  table.add<Op>([](RequestContext&, typename Op::Input& input) -> Outcome<typename Op::Output> {
    const OperationDescriptor& descriptor = Op::descriptor();
    if (descriptor.input != nullptr) given_input = dump(*descriptor.input, &input);
    typename Op::Output output{};
    if (descriptor.output != nullptr) load(wanted_output, *descriptor.output, &output);
    return output;
  });
}

template <class... Ops>
void echo_all(OperationTable& table) {
  (echo<Ops>(table), ...);
}

// Every operation of codegen/operations.toml in the protocols that are tried here.
void add_operations(OperationTable& table) {
  namespace iam = api::iam;
  namespace s3 = api::s3;
  namespace sagemaker = api::sagemaker;
  namespace sts = api::sts;
  echo_all<sagemaker::AddTags, sagemaker::CreateEndpoint, sagemaker::CreateEndpointConfig,
           sagemaker::CreateHyperParameterTuningJob, sagemaker::CreateModel,
           sagemaker::CreateTrainingJob, sagemaker::CreateTransformJob, sagemaker::DeleteEndpoint,
           sagemaker::DeleteEndpointConfig, sagemaker::DeleteHyperParameterTuningJob,
           sagemaker::DeleteModel, sagemaker::DeleteTags, sagemaker::DeleteTrainingJob,
           sagemaker::DescribeEndpoint, sagemaker::DescribeEndpointConfig,
           sagemaker::DescribeHyperParameterTuningJob, sagemaker::DescribeModel,
           sagemaker::DescribeTrainingJob, sagemaker::DescribeTransformJob,
           sagemaker::DescribeTrialComponent, sagemaker::ListEndpointConfigs,
           sagemaker::ListEndpoints, sagemaker::ListHyperParameterTuningJobs, sagemaker::ListModels,
           sagemaker::ListTags, sagemaker::ListTrainingJobs,
           sagemaker::ListTrainingJobsForHyperParameterTuningJob, sagemaker::ListTransformJobs,
           sagemaker::ListTrialComponents, sagemaker::Search,
           sagemaker::StopHyperParameterTuningJob, sagemaker::StopTrainingJob,
           sagemaker::StopTransformJob, sagemaker::UpdateEndpoint,
           sagemaker::UpdateEndpointWeightsAndCapacities, sagemaker::UpdateTrainingJob>(table);
  echo_all<sts::AssumeRole, sts::GetCallerIdentity, iam::AddUserToGroup, iam::AttachGroupPolicy,
           iam::CreateGroup, iam::DeleteGroup, iam::DeleteGroupPolicy,
           iam::DeleteRolePermissionsBoundary, iam::DeleteUserPermissionsBoundary,
           iam::DetachGroupPolicy, iam::GetGroup, iam::GetGroupPolicy,
           iam::ListAttachedGroupPolicies, iam::ListGroupPolicies, iam::ListGroups,
           iam::ListGroupsForUser, iam::PutGroupPolicy, iam::PutRolePermissionsBoundary,
           iam::PutUserPermissionsBoundary, iam::RemoveUserFromGroup, iam::AttachRolePolicy,
           iam::AttachUserPolicy, iam::CreateAccessKey, iam::CreatePolicy, iam::CreateRole,
           iam::CreateUser, iam::DeleteAccessKey, iam::DeletePolicy, iam::DeleteRole,
           iam::DeleteRolePolicy, iam::DeleteUser, iam::DeleteUserPolicy, iam::DetachRolePolicy,
           iam::DetachUserPolicy, iam::GetPolicy, iam::GetPolicyVersion, iam::GetRole,
           iam::GetRolePolicy, iam::GetUser, iam::GetUserPolicy, iam::ListAccessKeys,
           iam::ListAttachedRolePolicies, iam::ListAttachedUserPolicies, iam::ListPolicies,
           iam::ListRolePolicies, iam::ListRoles, iam::ListUserPolicies, iam::ListUsers,
           iam::PutRolePolicy, iam::PutUserPolicy, iam::SimulatePrincipalPolicy,
           iam::UpdateAccessKey, iam::UpdateAssumeRolePolicy>(table);
  echo_all<s3::AbortMultipartUpload, s3::CompleteMultipartUpload, s3::CopyObject, s3::CreateBucket,
           s3::CreateMultipartUpload, s3::DeleteBucket, s3::DeleteObject, s3::DeleteObjectTagging,
           s3::DeleteObjects, s3::GetBucketLocation, s3::GetBucketVersioning, s3::GetObject,
           s3::GetObjectAttributes, s3::GetObjectTagging, s3::HeadBucket, s3::HeadObject,
           s3::ListBuckets, s3::ListMultipartUploads, s3::ListObjectVersions, s3::ListObjects,
           s3::ListObjectsV2, s3::ListParts, s3::PutObject, s3::PutObjectTagging, s3::UploadPart,
           s3::UploadPartCopy>(table);
}

int serve() {
  OperationTable table;
  add_operations(table);
  testing::BelievingAuthenticator authenticator;
  AwsHandler handler(
      {&api::sagemaker::service(), &api::sts::service(), &api::iam::service(), &api::s3::service()},
      table, authenticator);
  std::string line;
  while (std::getline(std::cin, line)) {
    const json::value question = json::parse(line);
    std::vector<std::pair<std::string, std::string>> headers;
    for (const json::value& header : question.at("headers").as_array()) {
      headers.emplace_back(text_of(header.at(0)), text_of(header.at(1)));
    }
    testing::TestRequest request(text_of(question.at("method")), text_of(question.at("target")),
                                 std::move(headers),
                                 from_base64(text_of(question.at("body"))).value());
    given_input = nullptr;
    wanted_output = question.at("output");
    const http::Response response = handler.handle(request.request);
    json::array fields;
    for (const auto& [name, value] : response.headers.entries()) fields.push_back({name, value});
    const json::object answer{{"input", given_input},
                              {"status", response.status},
                              {"headers", std::move(fields)},
                              {"length", response.content_length.value_or(0)},
                              {"body", to_base64(testing::body_text(response))}};
    std::cout << json::serialize(answer) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace tunesmith::aws

int main() { return tunesmith::aws::serve(); }
