// SPDX-License-Identifier: Apache-2.0
#include "access/managed_policies.h"

namespace tunesmith::access {
namespace {

constexpr ManagedPolicy kPolicies[] = {
    {"AdministratorAccess", "/", "Everything.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"},
    {"AmazonS3FullAccess", "/", "All buckets and objects.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})"},
    {"AmazonS3ReadOnlyAccess", "/", "Reads all buckets and objects.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}]})"},
    {"AmazonSageMakerFullAccess", "/",
     "All of SageMaker and its logs and metrics; buckets and objects with sagemaker in their "
     "names.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["sagemaker:*","logs:*","cloudwatch:*"],"Resource":"*"},
{"Effect":"Allow","Action":["iam:GetRole","iam:ListRoles","s3:CreateBucket","s3:GetBucketLocation","s3:ListBucket","s3:ListAllMyBuckets"],"Resource":"*"},
{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:AbortMultipartUpload"],
 "Resource":["arn:aws:s3:::*SageMaker*","arn:aws:s3:::*Sagemaker*","arn:aws:s3:::*sagemaker*"]},
{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/*AmazonSageMaker*"},
{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/*",
 "Condition":{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}}]})"},
    {"AmazonSageMakerReadOnly", "/", "Reads all of SageMaker, its logs and metrics.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["sagemaker:Describe*","sagemaker:List*","sagemaker:Search","logs:Describe*","logs:Get*","logs:Filter*","cloudwatch:Get*","cloudwatch:List*"],"Resource":"*"}]})"},
    {"CloudWatchLogsReadOnlyAccess", "/", "Reads all logs.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["logs:Describe*","logs:Get*","logs:List*","logs:FilterLogEvents"],"Resource":"*"}]})"},
    {"IAMFullAccess", "/", "Users, keys, roles and policies.",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]})"},
    {"IAMReadOnlyAccess", "/", "Reads users, keys, roles and policies.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:Simulate*"],"Resource":"*"}]})"},
    {"PowerUserAccess", "/", "Everything but users, keys, roles and policies.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},
{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}]})"},
    {"ReadOnlyAccess", "/", "Reads everything.",
     R"({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["sagemaker:Describe*","sagemaker:List*","sagemaker:Search","s3:Get*","s3:List*","logs:Describe*","logs:Get*","logs:FilterLogEvents","cloudwatch:Get*","cloudwatch:List*","iam:Get*","iam:List*","sts:Get*"],"Resource":"*"}]})"},
};

constexpr std::string_view kArnPrefix = "arn:aws:iam::aws:policy";

}  // namespace

std::span<const ManagedPolicy> managed_policies() { return kPolicies; }

const ManagedPolicy* find_managed_policy(std::string_view arn) {
  if (!arn.starts_with(kArnPrefix)) return nullptr;
  arn.remove_prefix(kArnPrefix.size());
  for (const ManagedPolicy& policy : kPolicies) {
    if (arn.starts_with(policy.path) && arn.substr(policy.path.size()) == policy.name)
      return &policy;
  }
  return nullptr;
}

}  // namespace tunesmith::access
