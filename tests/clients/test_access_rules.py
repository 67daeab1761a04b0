# SPDX-License-Identifier: Apache-2.0
"""Which rights single operations need, and which condition keys they have values for, through boto3."""
import copy
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from test_access import ACCOUNT, code, iam, policy, statement, trust, user  # noqa: F401 (fixtures)
from tuning_requests import OBJECTIVE, RANGES, ROLE, config, definition

LARGE = "ml.p3.16xlarge"
MALFORMED = "MalformedPolicyDocument"


def new_name():
    return "r-" + uuid.uuid4().hex[:8]


def test_a_log_group_is_the_same_by_name_and_by_identifier(aws, user):
    boto3.client("sagemaker").create_training_job(
        TrainingJobName=new_name(), AlgorithmSpecification={"TrainingImage": "x/tunesmith-null:1", "TrainingInputMode": "File"},
        RoleArn=ROLE, OutputDataConfig={"S3OutputPath": "s3://none/o"}, StoppingCondition={"MaxRuntimeInSeconds": 60},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1})
    logs, group = user.client("logs"), "/aws/sagemaker/TrainingJobs"
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}"
    ways = [{"logGroupName": group}] + [{"logGroupIdentifier": i} for i in (group, arn)]
    calls = [(logs.filter_log_events, {}), (logs.describe_log_streams, {}), (logs.get_log_events, {"logStreamName": "x"})]
    denial = statement("logs:*", "arn:aws:logs:*:*:log-group:/aws/sagemaker/*", effect="Deny")
    for way in ways:
        for call, more in calls:
            user.may(statement("logs:*"), denial)
            assert code(call, **way, **more) == "AccessDeniedException"
            user.may(statement("logs:*", arn + ":*"))
            assert code(call, **way, **more) in (None, "ResourceNotFoundException")  # there is no stream x
    user.may(statement("logs:DescribeLogGroups", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*"))
    assert code(logs.describe_log_groups) is None
    assert code(user.client("logs").filter_log_events, logGroupName=group) == "AccessDeniedException"


def without(definition, **more):
    definition = copy.deepcopy(definition)
    definition.pop("ResourceConfig")
    return definition | more


def test_what_a_job_uses_is_known_wherever_the_request_says_it(user, bucket):
    user.may(statement(["sagemaker:*", "iam:PassRole"]),
             statement("sagemaker:Create*", effect="Deny", Condition={"NumericGreaterThan": {"sagemaker:MaxRuntimeInSeconds": "3600"}}),
             statement("sagemaker:Create*", effect="Deny", Condition={"ForAnyValue:StringEquals": {"sagemaker:InstanceTypes": [LARGE]}}))
    sagemaker = user.client("sagemaker")
    good = definition(bucket)
    long = good | {"StoppingCondition": {"MaxRuntimeInSeconds": 86400}}
    one = dict(InstanceType=LARGE, InstanceCount=1, VolumeSizeInGB=10)
    large = [good | {"ResourceConfig": one},
             without(good, ResourceConfig={"VolumeSizeInGB": 1, "InstanceGroups": [
                 {"InstanceType": LARGE, "InstanceCount": 1, "InstanceGroupName": "g"}]}),
             without(good, HyperParameterTuningResourceConfig=one),
             without(good, HyperParameterTuningResourceConfig={"VolumeSizeInGB": 10, "InstanceConfigs": [one]})]

    def tune(**what):
        sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=new_name(), **what)

    def named(name, definition):
        return definition | {"DefinitionName": name, "TuningObjective": OBJECTIVE, "HyperParameterRanges": RANGES}

    several = config(1, 1, strategy="Random")
    for member in ("HyperParameterTuningJobObjective", "ParameterRanges"):
        several.pop(member)
    for bad in [long, *large]:
        assert code(tune, HyperParameterTuningJobConfig=config(1, 1), TrainingJobDefinition=bad) == "AccessDeniedException"
        assert code(tune, HyperParameterTuningJobConfig=several,
                    TrainingJobDefinitions=[named("a", good), named("b", bad)]) == "AccessDeniedException"
    assert code(tune, HyperParameterTuningJobConfig=several, TrainingJobDefinitions=[named("a", good), named("b", good)]) is None
    # A permission must hold for each definition, not for one of them.
    user.may(statement("iam:PassRole"), statement("sagemaker:*", Condition={"NumericLessThan": {"sagemaker:MaxRuntimeInSeconds": "3600"}}))
    assert code(tune, HyperParameterTuningJobConfig=several,
                TrainingJobDefinitions=[named("a", good), named("b", long)]) == "AccessDeniedException"

    user.may(statement("sagemaker:*"), statement("sagemaker:*", effect="Deny", Condition={"StringEquals": {"sagemaker:InstanceTypes": LARGE}}))
    variant = {"VariantName": "v", "ModelName": "none", "InstanceType": LARGE, "InitialInstanceCount": 1}
    assert code(sagemaker.create_endpoint_config, EndpointConfigName=new_name(),
                ProductionVariants=[variant | {"InstanceType": "ml.m5.large", "VariantName": "w"}, variant]) == "AccessDeniedException"
    assert code(sagemaker.create_transform_job, TransformJobName=new_name(), ModelName="none",
                TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/train"}}},
                TransformOutput={"S3OutputPath": f"s3://{bucket}/o"},
                TransformResources={"InstanceType": LARGE, "InstanceCount": 1}) == "AccessDeniedException"


def test_tags_of_objects_need_the_right_to_tag(user, bucket):
    owner, s3 = boto3.client("s3"), user.client("s3")
    owner.put_object(Bucket=bucket, Key="plain", Body=b"x")
    owner.put_object(Bucket=bucket, Key="tagged", Body=b"x", Tagging="a=b")
    user.may(statement("s3:*"), statement("s3:PutObjectTagging", effect="Deny"))
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"") is None
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"", Tagging="a=b") == "AccessDenied"
    assert code(s3.create_multipart_upload, Bucket=bucket, Key="k") is None
    assert code(s3.create_multipart_upload, Bucket=bucket, Key="k", Tagging="a=b") == "AccessDenied"
    plain, tagged = f"{bucket}/plain", f"{bucket}/tagged"
    assert code(s3.copy_object, Bucket=bucket, Key="k", CopySource=plain) is None
    assert code(s3.copy_object, Bucket=bucket, Key="k", CopySource=plain, Tagging="a=b", TaggingDirective="REPLACE") == "AccessDenied"
    assert code(s3.copy_object, Bucket=bucket, Key="k", CopySource=tagged) == "AccessDenied"
    assert code(s3.copy_object, Bucket=bucket, Key="k", CopySource=tagged, TaggingDirective="REPLACE") is None
    user.may(statement("s3:*"), statement("s3:GetObjectTagging", f"arn:aws:s3:::{tagged}", effect="Deny"))
    assert code(s3.copy_object, Bucket=bucket, Key="k", CopySource=tagged) == "AccessDenied"
    user.may(statement("s3:*"))
    assert code(s3.copy_object, Bucket=bucket, Key="k", CopySource=tagged) is None
    assert owner.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize("document", [
    policy(statement("s3:GetObject", Condition=condition)) for condition in (
        {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/33"}}, {"NumericLessThan": {"s3:max-keys": "abc"}},
        {"DateGreaterThan": {"aws:CurrentTime": "tomorrow"}}, {"Bool": {"aws:SecureTransport": "maybe"}})] + [
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"s3:*","Resource":"*"}]}'])
def test_what_cannot_be_meant_is_not_stored(iam, user, document):
    assert code(iam.put_user_policy, UserName=user.name, PolicyName="x", PolicyDocument=document) == MALFORMED
    assert code(iam.create_policy, PolicyName=new_name(), PolicyDocument=document) == MALFORMED
    name = new_name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": "*"}))
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    assert code(boto3.client("sts").assume_role, RoleArn=arn, RoleSessionName="session", Policy=document) == MALFORMED
    twice = trust({"AWS": "*"}).replace('"Effect": "Allow"', '"Effect": "Deny", "Effect": "Allow"')
    assert code(iam.update_assume_role_policy, RoleName=name, PolicyDocument=twice) == MALFORMED
    assert code(iam.create_role, RoleName=new_name(), AssumeRolePolicyDocument=twice) == MALFORMED


def test_policies_before_2012_have_no_variables(iam, user, bucket):
    boto3.client("s3").put_object(Bucket=bucket, Key=user.name, Body=b"x")
    allow = statement("s3:GetObject", f"arn:aws:s3:::{bucket}/${{aws:username}}")
    for version, want in (({"Version": "2008-10-17"}, "AccessDenied"), ({}, "AccessDenied"), ({"Version": "2012-10-17"}, None)):
        iam.put_user_policy(UserName=user.name, PolicyName="p", PolicyDocument=json.dumps(version | {"Statement": [allow]}))
        assert code(user.client("s3").get_object, Bucket=bucket, Key=user.name) == want


def test_a_role_of_a_job_trusts_sagemaker_and_may_list_no_more_than_its_channel(iam, user, bucket):
    name = new_name()
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(
        statement("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition={"StringLike": {"s3:prefix": ["train", "train/*"]}}),
        statement("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), statement("s3:PutObject", f"arn:aws:s3:::{bucket}/output/*")))
    user.may(statement(["sagemaker:*", "iam:PassRole"]))
    given = definition(bucket)

    def create(client, channels):
        client.create_training_job(
            TrainingJobName=new_name(), InputDataConfig=channels, RoleArn=role, HyperParameters=given["StaticHyperParameters"],
            **{member: given[member] for member in ("AlgorithmSpecification", "OutputDataConfig", "ResourceConfig", "StoppingCondition")})

    mine, (train, validation) = user.client("sagemaker"), given["InputDataConfig"]
    elsewhere = {"StringEquals": {"aws:SourceAccount": "210987654321"}}
    for bad in (trust({"AWS": user.arn}), trust({"Service": "ec2.amazonaws.com"}),
                trust({"Service": "sagemaker.amazonaws.com"}, Condition=elsewhere)):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=bad)
        for client in (mine, boto3.client("sagemaker")):
            with pytest.raises(ClientError) as refused:
                create(client, [train])
            error = refused.value.response["Error"]
            assert (error["Code"], error["Message"]) == ("ValidationException", (
                f"Could not assume role {role}. Please ensure that the role exists and allows principal "
                "'sagemaker.amazonaws.com' to assume the role."))
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}, Condition={
        "StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:*"}}))
    with pytest.raises(ClientError, match="s3:ListBucket"):
        create(mine, [train, validation])
    create(mine, [train])
