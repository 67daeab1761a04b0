# SPDX-License-Identifier: Apache-2.0
"""What policies are judged by when a request names a thing in another way than the policy does, through boto3."""
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from test_access import ACCOUNT, code, iam, policy, statement, trust, user  # noqa: F401 (fixtures)
from tuning_requests import ROLE

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def new_name():
    return "n-" + uuid.uuid4().hex[:8]


def test_what_has_a_path_is_judged_with_it(iam, user):
    boss, role, group = new_name(), new_name(), new_name()
    iam.create_user(UserName=boss, Path="/admins/")
    iam.create_role(RoleName=role, Path="/sub/", AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))
    iam.create_group(GroupName=group, Path="/admins/")
    denied = [f"arn:aws:iam::{ACCOUNT}:{kind}" for kind in ("user/admins/*", "role/sub/*", "group/admins/*", "policy/sub/*")]
    user.may(statement("iam:*"), statement("iam:*", denied, effect="Deny"))
    mine = user.client("iam")
    everything = dict(PolicyName="p", PolicyDocument=policy(statement("*")))
    with pytest.raises(ClientError, match=f"resource: arn:aws:iam::{ACCOUNT}:user/admins/{boss} with an explicit deny"):
        mine.create_access_key(UserName=boss)
    assert code(mine.put_role_policy, RoleName=role, **everything) == "AccessDenied"
    assert code(mine.add_user_to_group, GroupName=group, UserName=user.name) == "AccessDenied"
    # What is to be made, by the path that it is to have.
    assert code(mine.create_user, UserName=new_name(), Path="/admins/") == "AccessDenied"
    assert code(mine.create_role, RoleName=new_name(), Path="/sub/", AssumeRolePolicyDocument=trust({"AWS": "*"})) == "AccessDenied"
    assert code(mine.create_group, GroupName=new_name(), Path="/admins/x/") == "AccessDenied"
    assert code(mine.create_policy, Path="/sub/", **everything | {"PolicyName": new_name()}) == "AccessDenied"
    assert code(mine.create_user, UserName=new_name(), Path="/others/") is None
    # And a permission for a path holds for what is under it, oneself included.
    user.may(statement("iam:*", f"arn:aws:iam::{ACCOUNT}:user/admins/*"))
    assert code(mine.get_user, UserName=boss) is None
    assert code(mine.get_user) == "AccessDenied"
    key = iam.create_access_key(UserName=boss)["AccessKey"]
    iam.put_user_policy(UserName=boss, PolicyName="p", PolicyDocument=policy(
        statement("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/admins/*")))
    theirs = boto3.client("iam", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    assert theirs.get_user()["User"]["UserName"] == boss


def test_the_right_to_pass_a_role_is_judged_with_its_path(iam, user):
    role = new_name()
    arn = iam.create_role(RoleName=role, Path="/sub/", AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]
    user.may(statement(["sagemaker:*", "iam:PassRole"]), statement("iam:PassRole", arn, effect="Deny"))
    for named in (arn, f"arn:aws:iam::{ACCOUNT}:role/{role}", f"arn:aws:iam::{ACCOUNT}:role/sub/{role.upper()}"):
        with pytest.raises(ClientError, match=f"iam:PassRole on resource: {arn} with an explicit deny"):
            user.client("sagemaker").create_model(ModelName=new_name(), ExecutionRoleArn=named)


def test_names_of_another_case_are_the_same_names(iam, user):
    boss, role, group = ("N" + new_name() for _ in range(3))
    iam.create_user(UserName=boss)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))
    iam.create_group(GroupName=group)
    user.may(statement("iam:*"), statement("iam:*", [
        f"arn:aws:iam::{ACCOUNT}:{named}" for named in (f"user/{boss}", f"role/{role}", f"group/{group}")], effect="Deny"))
    mine = user.client("iam")
    for change in (str, str.upper, str.lower):
        assert code(mine.create_access_key, UserName=change(boss)) == "AccessDenied"
        assert code(mine.delete_role, RoleName=change(role)) == "AccessDenied"
        assert code(mine.add_user_to_group, GroupName=change(group), UserName=user.name) == "AccessDenied"


def test_the_arn_of_a_policy_has_a_case(iam, user):
    name = "P" + new_name()
    arn = iam.create_policy(PolicyName=name, PolicyDocument=policy(statement("*")))["Policy"]["Arn"]
    other = arn.replace(name, name.upper())
    user.may(statement("iam:*"), statement("iam:*", effect="Deny", Condition={"ArnEquals": {"iam:PolicyARN": [arn, ADMINISTRATOR]}}),
             statement("iam:*", arn, effect="Deny"))
    mine = user.client("iam")
    assert code(mine.attach_user_policy, UserName=user.name, PolicyArn=arn) == "AccessDenied"
    assert code(mine.attach_user_policy, UserName=user.name, PolicyArn=other) == "NoSuchEntity"
    assert code(mine.attach_user_policy, UserName=user.name, PolicyArn=ADMINISTRATOR.upper()) in ("NoSuchEntity", "ValidationError")
    assert code(mine.get_policy, PolicyArn=other) == "NoSuchEntity"
    assert code(mine.delete_policy, PolicyArn=other) == "NoSuchEntity"
    assert code(mine.put_user_permissions_boundary, UserName=user.name, PermissionsBoundary=other) == "NoSuchEntity"
    iam.attach_user_policy(UserName=user.name, PolicyArn=arn)
    assert code(iam.detach_user_policy, UserName=user.name, PolicyArn=other) == "NoSuchEntity"


def test_names_of_sagemaker_have_no_case(aws, user):
    owner = boto3.client("sagemaker")
    name = "Secret-" + uuid.uuid4().hex[:8]
    owner.create_training_job(
        TrainingJobName=name, AlgorithmSpecification={"TrainingImage": "tunesmith-null", "TrainingInputMode": "File"}, RoleArn=ROLE,
        OutputDataConfig={"S3OutputPath": "s3://none/o"}, StoppingCondition={"MaxRuntimeInSeconds": 60},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1})
    arn = owner.describe_training_job(TrainingJobName=name)["TrainingJobArn"]
    mine = user.client("sagemaker")
    for denied in (arn, arn.replace("secret", "Secret"), arn.replace("secret", "SECRET")):
        user.may(statement("sagemaker:*"), statement("sagemaker:*", denied, effect="Deny"))
        for named in (name, name.lower(), name.upper()):
            assert code(mine.describe_training_job, TrainingJobName=named) == "AccessDeniedException"
            assert code(mine.stop_training_job, TrainingJobName=named) == "AccessDeniedException"
        for named in (arn, arn.replace("secret", "SECRET"), arn.replace("training-job", "Training-Job")):
            assert code(mine.list_tags, ResourceArn=named) == "AccessDeniedException"
            assert code(mine.add_tags, ResourceArn=named, Tags=[{"Key": "a", "Value": "b"}]) == "AccessDeniedException"
            assert code(mine.delete_tags, ResourceArn=named, TagKeys=["a"]) == "AccessDeniedException"
    user.may(statement("sagemaker:DescribeTrainingJob", arn.replace("secret", "Secret")))
    assert code(mine.describe_training_job, TrainingJobName=name) is None
