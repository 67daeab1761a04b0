# SPDX-License-Identifier: Apache-2.0
"""Groups and permissions boundaries: what they add to a user's rights and what they take, through boto3."""
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

from test_access import ACCOUNT, bucket, code, iam, policy, statement, trust, user  # noqa: F401 (fixtures)


@pytest.fixture
def group(iam):
    name = "group-" + uuid.uuid4().hex[:8]
    made = iam.create_group(GroupName=name, Path="/team/")["Group"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/team/{name}" and made["GroupId"].startswith("AGPA")
    return name


def test_a_group_lets_its_members_do_what_its_policies_allow(iam, user, group):
    s3 = user.client("s3")
    arn = iam.create_policy(PolicyName="p-" + group, PolicyDocument=policy(statement("s3:CreateBucket")))["Policy"]["Arn"]
    iam.put_group_policy(GroupName=group, PolicyName="list", PolicyDocument=policy(statement("s3:ListAllMyBuckets")))
    iam.attach_group_policy(GroupName=group, PolicyArn=arn)
    assert code(s3.list_buckets) == "AccessDenied"
    iam.add_user_to_group(GroupName=group, UserName=user.name)
    assert code(s3.list_buckets) is None
    assert code(s3.create_bucket, Bucket=group) is None
    # A member's own denial goes before a group's permission, and the other way round.
    user.may(statement("s3:ListAllMyBuckets", effect="Deny"))
    assert code(s3.list_buckets) == "AccessDenied"
    user.may(statement("s3:*"))
    iam.put_group_policy(GroupName=group, PolicyName="list", PolicyDocument=policy(statement("s3:ListAllMyBuckets", effect="Deny")))
    with pytest.raises(ClientError, match="explicit deny in an identity-based policy"):
        s3.list_buckets()
    iam.delete_group_policy(GroupName=group, PolicyName="list")
    iam.delete_user_policy(UserName=user.name, PolicyName="test")
    # Each way of taking it away holds from the next request on.
    assert code(s3.create_bucket, Bucket=group + "-2") is None
    iam.detach_group_policy(GroupName=group, PolicyArn=arn)
    assert code(s3.create_bucket, Bucket=group + "-3") == "AccessDenied"
    iam.attach_group_policy(GroupName=group, PolicyArn=arn)
    assert code(s3.create_bucket, Bucket=group + "-3") is None
    iam.remove_user_from_group(GroupName=group, UserName=user.name)
    assert code(s3.create_bucket, Bucket=group + "-4") == "AccessDenied"


def test_groups_are_listed_and_kept_by_what_they_hold(iam, user, group):
    assert code(iam.create_group, GroupName=group.upper()) == "EntityAlreadyExists"
    iam.add_user_to_group(GroupName=group, UserName=user.name)
    assert code(iam.add_user_to_group, GroupName=group, UserName=user.name) is None
    assert code(iam.add_user_to_group, GroupName=group, UserName="nobody") == "NoSuchEntity"
    assert code(iam.add_user_to_group, GroupName="nothing", UserName=user.name) == "NoSuchEntity"
    shown = iam.get_group(GroupName=group)
    assert shown["Group"]["GroupName"] == group and [u["UserName"] for u in shown["Users"]] == [user.name]
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName=user.name)["Groups"]] == [group]
    assert group in [g["GroupName"] for page in iam.get_paginator("list_groups").paginate(PathPrefix="/team/") for g in page["Groups"]]
    assert group not in [g["GroupName"] for g in iam.list_groups(PathPrefix="/other/")["Groups"]]
    assert code(iam.delete_user, UserName=user.name) == "DeleteConflict"
    assert code(iam.delete_group, GroupName=group) == "DeleteConflict"
    iam.remove_user_from_group(GroupName=group, UserName=user.name)
    assert code(iam.remove_user_from_group, GroupName=group, UserName=user.name) == "NoSuchEntity"
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.attach_group_policy(GroupName=group, PolicyArn=read_only)
    assert [p["PolicyArn"] for p in iam.list_attached_group_policies(GroupName=group)["AttachedPolicies"]] == [read_only]
    assert code(iam.delete_group, GroupName=group) == "DeleteConflict"
    iam.detach_group_policy(GroupName=group, PolicyArn=read_only)
    iam.put_group_policy(GroupName=group, PolicyName="p", PolicyDocument=policy(statement("s3:*")))
    assert iam.list_group_policies(GroupName=group)["PolicyNames"] == ["p"]
    assert iam.get_group_policy(GroupName=group, PolicyName="p")["PolicyDocument"]["Statement"][0]["Action"] == "s3:*"
    iam.delete_group_policy(GroupName=group, PolicyName="p")
    iam.delete_group(GroupName=group)
    assert code(iam.get_group, GroupName=group) == "NoSuchEntity"


def test_a_user_may_do_nothing_beyond_the_boundary(iam, user, bucket):
    s3 = user.client("s3")
    arn = iam.create_policy(PolicyName="b-" + user.name, PolicyDocument=policy(
        statement("s3:*"), statement("s3:DeleteObject", effect="Deny")))["Policy"]["Arn"]
    user.may(statement("*"))
    assert code(user.client("iam").list_users) is None
    iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=arn)
    assert iam.get_user(UserName=user.name)["User"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"") is None
    with pytest.raises(ClientError, match="no permissions boundary allows the iam:ListUsers action"):
        user.client("iam").list_users()
    with pytest.raises(ClientError, match="explicit deny in a permissions boundary"):
        s3.delete_object(Bucket=bucket, Key="k")
    answer = iam.simulate_principal_policy(PolicySourceArn=user.arn, ActionNames=["s3:PutObject", "s3:DeleteObject", "iam:ListUsers"])
    assert [r["EvalDecision"] for r in answer["EvaluationResults"]] == ["allowed", "explicitDeny", "implicitDeny"]
    # A boundary alone allows nothing.
    user.may(statement("iam:*"))
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"") == "AccessDenied"
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.delete_user_permissions_boundary(UserName=user.name)
    assert "PermissionsBoundary" not in iam.get_user(UserName=user.name)["User"]
    assert code(user.client("iam").list_users) is None
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(ClientError, match="Scope ARN: .* does not exist or is not attachable"):
        iam.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=arn)


def test_a_session_stays_within_the_boundary_of_its_role(iam, bucket):
    name = "role-" + uuid.uuid4().hex[:8]
    boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": "*"}), PermissionsBoundary=boundary)["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert iam.get_role(RoleName=name)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    s3 = boto3.client("s3", aws_access_key_id=given["AccessKeyId"], aws_secret_access_key=given["SecretAccessKey"],
                      aws_session_token=given["SessionToken"])
    assert code(s3.list_objects_v2, Bucket=bucket) is None
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"") == "AccessDenied"
    iam.delete_role_permissions_boundary(RoleName=name)
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"") is None
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"") == "AccessDenied"


def test_who_may_make_users_can_be_held_to_a_boundary_for_them(iam, user):
    boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    user.may(statement(["iam:CreateUser", "iam:PutUserPolicy"], Condition={"StringEquals": {"iam:PermissionsBoundary": boundary}}))
    delegate, name = user.client("iam"), "made-" + uuid.uuid4().hex[:8]
    assert code(delegate.create_user, UserName=name) == "AccessDenied"
    assert code(delegate.create_user, UserName=name, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess") == "AccessDenied"
    assert code(delegate.create_user, UserName=name, PermissionsBoundary=boundary) is None
    # Of what is there already, it is the boundary in place that counts.
    rights = dict(PolicyName="p", PolicyDocument=policy(statement("*")))
    assert code(delegate.put_user_policy, UserName=name, **rights) is None
    assert code(delegate.put_user_policy, UserName=user.name, **rights) == "AccessDenied"


def test_the_command_line_removes_a_member_of_groups(server, iam, user, group):
    import subprocess
    from harness import PROGRAM
    iam.add_user_to_group(GroupName=group, UserName=user.name)
    subprocess.run([PROGRAM, "user", "remove", "--data-dir", str(server.data_dir), user.name], check=True)
    assert iam.get_group(GroupName=group)["Users"] == []
