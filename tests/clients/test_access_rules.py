# SPDX-License-Identifier: Apache-2.0
"""Which rights single operations need, and which condition keys they have values for, through boto3."""
import contextlib
import copy
import json
import sqlite3
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from test_access import ACCOUNT, code, iam, policy, statement, trust, user  # noqa: F401 (fixtures)
from harness import wait_for
from tuning_requests import OBJECTIVE, RANGES, ROLE, config, definition, finished, trials_of, tune

LARGE = "ml.p3.16xlarge"
DENIED = "AccessDenied"
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


def test_no_trial_is_launched_for_a_role_that_does_not_trust_sagemaker_any_more(iam, bucket):
    name, client = new_name(), boto3.client("sagemaker")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(statement("s3:*", "*")))
    job = tune(client, config(500, 1), {**definition(bucket, num_round="200"), "RoleArn": role})
    wait_for(lambda: trials_of(client, job), 30, "a first trial")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
    refused = wait_for(lambda: [t for t in trials_of(client, job) if t["TrainingJobStatus"] == "Failed"], 60, "a refused trial")
    assert refused[0]["FailureReason"].startswith(f"ClientError: Could not assume role {name}: ")
    client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=job)
    assert finished(client, job)["HyperParameterTuningJobStatus"] == "Stopped"


def test_the_tags_of_an_object_and_of_a_request_are_conditions(user, bucket):
    s3, own = user.client("s3"), boto3.client("s3")
    for key, tags in (("mine", "team=blue"), ("theirs", "team=red"), ("none", "")):
        own.put_object(Bucket=bucket, Key=key, Body=b"x", Tagging=tags)
    user.may(statement(["s3:GetObject", "s3:GetObjectTagging"], Condition={"StringEquals": {"s3:ExistingObjectTag/team": "blue"}}),
             statement(["s3:PutObject", "s3:PutObjectTagging"], Condition={
                 "StringEquals": {"s3:RequestObjectTag/team": "blue"},
                 "ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["team", "stage"]}}))
    for call in (s3.get_object, s3.head_object, s3.get_object_tagging):
        assert code(call, Bucket=bucket, Key="mine") is None
        assert code(call, Bucket=bucket, Key="theirs") in (DENIED, "403")
        assert code(call, Bucket=bucket, Key="none") in (DENIED, "403")
    assert code(s3.put_object, Bucket=bucket, Key="new", Body=b"", Tagging="team=blue&stage=1") is None
    for tags in ("team=red", "stage=1", "team=blue&other=1", ""):
        assert code(s3.put_object, Bucket=bucket, Key="new", Body=b"", Tagging=tags) == DENIED
    put = lambda **tags: code(s3.put_object_tagging, Bucket=bucket, Key="theirs", Tagging={
        "TagSet": [{"Key": k, "Value": v} for k, v in tags.items()]})
    assert put(team="red") == DENIED and put(team="blue", other="1") == DENIED and put(team="blue") is None
    assert code(s3.get_object, Bucket=bucket, Key="theirs") is None
    copy = dict(Bucket=bucket, Key="copy", CopySource=f"{bucket}/mine", Tagging="team=blue")
    assert code(s3.copy_object, **copy) == DENIED  # the header is not what the copy is tagged with
    assert code(s3.copy_object, TaggingDirective="REPLACE", **copy) is None


def test_trust_is_in_who_had_the_name_when_it_was_given(iam, user):
    sts, name = user.client("sts"), new_name()
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": user.arn}))["Role"]["Arn"]
    shown = lambda: iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]
    assume = lambda client: code(client.assume_role, RoleArn=arn, RoleSessionName="session")
    assert shown() == user.arn and assume(sts) is None
    old = iam.get_user(UserName=user.name)["User"]["UserId"]
    iam.delete_access_key(UserName=user.name, AccessKeyId=user.key_id)
    iam.delete_user(UserName=user.name)
    assert shown() == old
    iam.create_user(UserName=user.name)
    key = iam.create_access_key(UserName=user.name)["AccessKey"]
    again = boto3.client("sts", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    assert shown() == old and assume(again) == DENIED
    assert [r for r in iam.list_roles()["Roles"] if r["RoleName"] == name][0]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] == old
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust({"AWS": [user.arn, ACCOUNT]}))
    assert shown() == [user.arn, ACCOUNT] and assume(again) is None


def test_trust_in_a_session_and_in_a_role_is_in_that_role(iam, user):
    middle, end = new_name(), new_name()
    trusted = trust({"AWS": user.arn})
    role = iam.create_role(RoleName=middle, Path="/m/", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    session_arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{middle}/s1"
    target = iam.create_role(RoleName=end, AssumeRolePolicyDocument=trust({"AWS": session_arn}))["Role"]["Arn"]
    assert iam.get_role(RoleName=end)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] == session_arn

    def through(session):
        c = user.client("sts").assume_role(RoleArn=role, RoleSessionName=session)["Credentials"]
        sts = boto3.client("sts", aws_access_key_id=c["AccessKeyId"], aws_secret_access_key=c["SecretAccessKey"],
                           aws_session_token=c["SessionToken"])
        return code(sts.assume_role, RoleArn=target, RoleSessionName="se")

    assert through("s1") is None and through("t1") == DENIED
    iam.update_assume_role_policy(RoleName=end, PolicyDocument=trust({"AWS": role}))
    assert through("t1") is None
    iam.delete_role(RoleName=middle)
    iam.create_role(RoleName=middle, Path="/m/", AssumeRolePolicyDocument=trusted)
    assert through("t1") == DENIED


def test_trust_in_nobody_is_refused(iam, user):
    name = new_name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    for principal in (user.arn + "x", user.arn.replace("user/", "user/path/"), user.arn.replace("user/", "role/"),
                      f"arn:aws:iam::{ACCOUNT}:user/*", f"arn:aws:iam::{ACCOUNT}:group/g", f"arn:aws:sts::{ACCOUNT}:assumed-role/none/s",
                      user.name, "AIDAAAAAAAAAAAAAAAAAA"):
        for call, arguments in ((iam.create_role, {"RoleName": new_name(), "AssumeRolePolicyDocument": trust({"AWS": [user.arn, principal]})}),
                                (iam.update_assume_role_policy, {"RoleName": name, "PolicyDocument": trust({"AWS": principal})})):
            with pytest.raises(ClientError, match="Invalid principal in policy") as refused:
                call(**arguments)
            assert refused.value.response["Error"]["Code"] == MALFORMED
    for principal in ("*", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::999999999999:user/elsewhere"):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust({"AWS": principal}))
        assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] == principal


def test_a_trust_policy_of_an_older_version_is_pinned_at_the_start(iam, user, server):
    here, gone = new_name(), new_name()
    for role in (here, gone):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    server.stop()
    with contextlib.closing(sqlite3.connect(server.data_dir / "tunesmith.db")) as database, database:
        for role, arn in ((here, user.arn), (gone, user.arn + "-gone")):
            database.execute("UPDATE principals SET trust_policy = ? WHERE name = ?", (trust({"AWS": arn}), role))
    server.start()
    shown = lambda role: iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"]
    assert shown(here) == user.arn and shown(gone).startswith("AIDA")
    assert code(user.client("sts").assume_role, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{here}", RoleSessionName="se") is None
