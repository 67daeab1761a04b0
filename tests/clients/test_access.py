# SPDX-License-Identifier: Apache-2.0
"""Users, keys, policies, roles: who may do what, through boto3."""
import json
import os
import socket
import stat
import uuid

import boto3
import pytest
import requests
from botocore.exceptions import ClientError, WaiterError

ACCOUNT = "123456789012"


def statement(action, resource="*", effect="Allow", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}]})


def code(call, *args, **kwargs):
    """The code of the error that a call ends in; None when it succeeds."""
    try:
        call(*args, **kwargs)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


@pytest.fixture
def iam(aws):
    return boto3.client("iam")


class User:
    def __init__(self, iam):
        self.iam = iam
        self.name = "user-" + uuid.uuid4().hex[:8]
        self.arn = iam.create_user(UserName=self.name)["User"]["Arn"]
        key = iam.create_access_key(UserName=self.name)["AccessKey"]
        self.key_id, self.secret = key["AccessKeyId"], key["SecretAccessKey"]

    def client(self, service):
        return boto3.client(service, aws_access_key_id=self.key_id, aws_secret_access_key=self.secret)

    def may(self, *statements):
        self.iam.put_user_policy(UserName=self.name, PolicyName="test", PolicyDocument=policy(*statements))


@pytest.fixture
def user(iam):
    return User(iam)


@pytest.fixture
def bucket(aws):
    name = "b-" + uuid.uuid4().hex[:8]
    boto3.client("s3").create_bucket(Bucket=name)
    return name


def test_a_new_user_is_known_and_may_do_nothing(user):
    assert user.client("sts").get_caller_identity()["Arn"] == user.arn == f"arn:aws:iam::{ACCOUNT}:user/{user.name}"
    with pytest.raises(ClientError) as denied:
        user.client("s3").list_buckets()
    assert denied.value.response["Error"]["Code"] == "AccessDenied"
    assert denied.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError) as denied:
        user.client("sagemaker").list_training_jobs()
    error = denied.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert error["Message"] == (f"User: {user.arn} is not authorized to perform: sagemaker:ListTrainingJobs on resource: * "
                                "because no identity-based policy allows the sagemaker:ListTrainingJobs action")
    assert code(user.client("iam").list_users) == "AccessDenied"
    assert code(user.client("iam").create_access_key) == "AccessDenied"


def test_a_policy_opens_a_prefix_and_a_denial_closes_it(user, bucket):
    s3 = user.client("s3")
    user.may(statement(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/home/${{aws:username}}/*"),
             statement("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition={"StringLike": {"s3:prefix": "home/*"}}))
    mine, other = f"home/{user.name}/k", "home/other/k"
    s3.put_object(Bucket=bucket, Key=mine, Body=b"x")
    assert code(s3.put_object, Bucket=bucket, Key=other, Body=b"x") == "AccessDenied"
    assert code(s3.put_object, Bucket=bucket, Key="home/../home/x", Body=b"x") == "AccessDenied"
    assert s3.get_object(Bucket=bucket, Key=mine)["Body"].read() == b"x"
    assert s3.list_objects_v2(Bucket=bucket, Prefix="home/")["KeyCount"] == 1
    assert code(s3.list_objects_v2, Bucket=bucket) == "AccessDenied"
    assert code(s3.delete_object, Bucket=bucket, Key=mine) == "AccessDenied"
    user.may(statement("s3:*"), statement("s3:*", f"arn:aws:s3:::{bucket}/*", effect="Deny"))
    with pytest.raises(ClientError, match="explicit deny"):
        s3.get_object(Bucket=bucket, Key=mine)


def test_what_touches_several_objects_needs_a_right_to_each(server, user, bucket):
    owner, s3 = boto3.client("s3"), user.client("s3")
    for key in ("a/1", "b/1"):
        owner.put_object(Bucket=bucket, Key=key, Body=b"x")
    user.may(statement("s3:*", f"arn:aws:s3:::{bucket}/a/*"))
    assert code(s3.copy_object, Bucket=bucket, Key="a/2", CopySource=f"{bucket}/b/1") == "AccessDenied"
    assert code(s3.copy_object, Bucket=bucket, Key="a/2", CopySource=f"{bucket}/a/1") is None
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a/1"}, {"Key": "b/1"}]})
    line = json.loads((server.data_dir / "audit.log").read_text().splitlines()[-1])
    assert (line["operation"], line["status"], line["errorCode"]) == ("DeleteObjects", 200, "AccessDenied")
    assert [d["Key"] for d in answer["Deleted"]] == ["a/1"]
    assert [(e["Key"], e["Code"]) for e in answer["Errors"]] == [("b/1", "AccessDenied")]
    assert code(owner.head_object, Bucket=bucket, Key="b/1") is None


def test_presigned_addresses_carry_the_rights_of_their_signer(user, bucket):
    import urllib.error
    import urllib.request
    boto3.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    url = user.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    with pytest.raises(urllib.error.HTTPError) as denied:
        urllib.request.urlopen(url)
    assert denied.value.code == 403
    user.may(statement("s3:GetObject"))
    assert urllib.request.urlopen(url).read() == b"x"


def test_keys_are_two_and_can_be_switched_off_and_deleted(iam, user):
    second = iam.create_access_key(UserName=user.name)["AccessKey"]
    assert code(iam.create_access_key, UserName=user.name) == "LimitExceeded"
    sts = user.client("sts")
    iam.update_access_key(UserName=user.name, AccessKeyId=user.key_id, Status="Inactive")
    assert code(sts.get_caller_identity) == "InvalidClientTokenId"
    statuses = {k["AccessKeyId"]: k["Status"] for k in iam.list_access_keys(UserName=user.name)["AccessKeyMetadata"]}
    assert statuses == {user.key_id: "Inactive", second["AccessKeyId"]: "Active"}
    iam.update_access_key(UserName=user.name, AccessKeyId=user.key_id, Status="Active")
    assert code(sts.get_caller_identity) is None
    assert code(iam.delete_user, UserName=user.name) == "DeleteConflict"
    for key in (user.key_id, second["AccessKeyId"]):
        iam.delete_access_key(UserName=user.name, AccessKeyId=key)
    assert code(sts.get_caller_identity) == "InvalidClientTokenId"
    iam.delete_user(UserName=user.name)
    assert code(iam.get_user, UserName=user.name) == "NoSuchEntity"


def test_managed_policies_are_attached_listed_and_detached(iam, user):
    arn = iam.create_policy(PolicyName="p-" + user.name, PolicyDocument=policy(statement("s3:ListAllMyBuckets")))["Policy"]["Arn"]
    s3 = user.client("s3")
    iam.attach_user_policy(UserName=user.name, PolicyArn=arn)
    assert code(s3.list_buckets) is None
    assert [p["PolicyArn"] for p in iam.list_attached_user_policies(UserName=user.name)["AttachedPolicies"]] == [arn]
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]["Statement"]
    iam.detach_user_policy(UserName=user.name, PolicyArn=arn)
    assert code(s3.list_buckets) == "AccessDenied"
    iam.delete_policy(PolicyArn=arn)
    assert code(iam.attach_user_policy, UserName=user.name, PolicyArn=arn) == "NoSuchEntity"
    iam.attach_user_policy(UserName=user.name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert code(s3.list_buckets) is None and code(user.client("iam").list_users) is None
    names = [p["PolicyName"] for page in iam.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 3})
             for p in page["Policies"]]
    assert "AmazonSageMakerFullAccess" in names and len(names) == len(set(names))


@pytest.mark.parametrize("document", ["{", policy(), policy({"Effect": "Allow", "Action": "*"}),
                                      policy(statement("s3:GetObject", Condition={"StringIs": {"a": "b"}}))])
def test_a_document_that_is_no_policy_is_refused(iam, user, document):
    assert code(iam.put_user_policy, UserName=user.name, PolicyName="x", PolicyDocument=document) == "MalformedPolicyDocument"
    assert iam.list_user_policies(UserName=user.name)["PolicyNames"] == []


def test_a_role_is_assumed_by_whom_it_trusts(iam, user, bucket):
    name = "role-" + uuid.uuid4().hex[:8]
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(statement("s3:*")))
    sts = user.client("sts")
    assert code(sts.assume_role, RoleArn=arn, RoleSessionName="session") == "AccessDenied"
    # By name, with an external id.
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(
        {"AWS": user.arn}, Condition={"StringEquals": {"sts:ExternalId": "secret"}}))
    assert code(sts.assume_role, RoleArn=arn, RoleSessionName="session") == "AccessDenied"
    assert code(sts.assume_role, RoleArn=arn, RoleSessionName="session", ExternalId="secret") is None
    # By the account: then the user's own policies have to allow it.
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    assert code(sts.assume_role, RoleArn=arn, RoleSessionName="session") == "AccessDenied"
    user.may(statement("sts:AssumeRole", arn))
    given = sts.assume_role(RoleArn=arn, RoleSessionName="session", Policy=policy(statement("s3:ListAllMyBuckets")))["Credentials"]

    def session(service, credentials):
        return boto3.client(service, aws_access_key_id=credentials["AccessKeyId"],
                            aws_secret_access_key=credentials["SecretAccessKey"], aws_session_token=credentials["SessionToken"])

    narrow = session("s3", given)
    assert code(narrow.list_buckets) is None
    assert code(narrow.put_object, Bucket=bucket, Key="k", Body=b"") == "AccessDenied"
    assert code(session("iam", given).list_users) == "AccessDenied"
    long = policy(*[statement("s3:GetObject", f"arn:aws:s3:::bucket-{i}/*") for i in range(40)])
    assert code(sts.assume_role, RoleArn=arn, RoleSessionName="session", Policy=long) == "ValidationError"
    # Trust in the role reaches a session as far as the session's own policy does.
    other = iam.create_role(RoleName=name + "-other", AssumeRolePolicyDocument=trust({"AWS": arn}))["Role"]["Arn"]
    assert code(session("sts", given).assume_role, RoleArn=other, RoleSessionName="session") == "AccessDenied"
    able = sts.assume_role(RoleArn=arn, RoleSessionName="session", Policy=policy(statement("sts:AssumeRole", other)))["Credentials"]
    assert code(session("sts", able).assume_role, RoleArn=other, RoleSessionName="session") is None
    # As far as the role's boundary does; and what is denied to the account is denied to all of it.
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    bounded = session("sts", sts.assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"])
    assert code(bounded.assume_role, RoleArn=other, RoleSessionName="session") == "AccessDenied"
    iam.delete_role_permissions_boundary(RoleName=name)
    assert code(bounded.assume_role, RoleArn=other, RoleSessionName="session") is None
    both = json.loads(trust({"AWS": arn}))
    both["Statement"].append({"Effect": "Deny", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    iam.update_assume_role_policy(RoleName=name + "-other", PolicyDocument=json.dumps(both))
    assert code(bounded.assume_role, RoleArn=other, RoleSessionName="session") == "AccessDenied"
    wide = session("s3", sts.assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"])
    assert code(wide.put_object, Bucket=bucket, Key="k", Body=b"") is None
    # Neither outlives the role, not even when another gets its name.
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": "*"}))
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert code(wide.list_buckets) == "AccessDenied"


def test_a_job_needs_the_right_to_pass_its_role_and_to_its_instance_type(user):
    sagemaker = user.client("sagemaker")
    name = "job-" + uuid.uuid4().hex[:8]
    request = dict(
        TrainingJobName=name, AlgorithmSpecification={"TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "TrainingInputMode": "File"},
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/TunesmithExecutionRole", OutputDataConfig={"S3OutputPath": "s3://none/o"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60})
    user.may(statement("sagemaker:CreateTrainingJob", f"arn:aws:sagemaker:*:{ACCOUNT}:training-job/job-*",
                       Condition={"StringEquals": {"sagemaker:InstanceTypes": "ml.m5.large"}}))
    with pytest.raises(ClientError, match="iam:PassRole on resource: .*TunesmithExecutionRole"):
        sagemaker.create_training_job(**request)
    user.iam.attach_user_policy(UserName=user.name, PolicyArn="arn:aws:iam::aws:policy/AmazonSageMakerFullAccess")
    with pytest.raises(ClientError, match="num_round"):  # allowed: the request itself is incomplete
        sagemaker.create_training_job(**request)
    user.may(statement("sagemaker:*", effect="Deny", Condition={"StringEquals": {"sagemaker:InstanceTypes": "ml.m5.large"}}))
    assert code(sagemaker.create_training_job, **request) == "AccessDeniedException"
    assert code(sagemaker.describe_training_job, TrainingJobName=name) == "ValidationException"


def test_policies_are_simulated(iam, user):
    user.may(statement("s3:GetObject", "arn:aws:s3:::b/*"), statement("s3:DeleteObject", effect="Deny"))
    answer = iam.simulate_principal_policy(PolicySourceArn=user.arn, ActionNames=["s3:GetObject", "s3:DeleteObject", "s3:PutObject"],
                                           ResourceArns=["arn:aws:s3:::b/k"])
    assert [r["EvalDecision"] for r in answer["EvaluationResults"]] == ["allowed", "explicitDeny", "implicitDeny"]
    owner = iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:role/TunesmithExecutionRole",
                                          ActionNames=["sagemaker:CreateTrainingJob"])
    assert owner["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_the_audit_log_says_who_did_what(server, user):
    s3, name = user.client("s3"), "audited-" + uuid.uuid4().hex[:8]
    code(s3.create_bucket, Bucket=name)
    boto3.client("s3").create_bucket(Bucket=name)
    boto3.client("s3").list_buckets()
    code(boto3.client("sts", aws_access_key_id="AKIANOTTHERE", aws_secret_access_key="x").get_caller_identity)
    path = server.data_dir / "audit.log"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    text = path.read_text()
    assert user.secret not in text
    lines = [json.loads(line) for line in text.splitlines()][-3:]
    assert [(line["operation"], line["status"], line.get("errorCode")) for line in lines[:2]] == [
        ("CreateBucket", 403, "AccessDenied"), ("CreateBucket", 200, None)]
    assert lines[0]["user"] == user.arn and lines[0]["accessKeyId"] == user.key_id
    assert lines[0]["source"].startswith("127.0.0.1:") and "Boto3" in lines[0]["userAgent"]
    assert lines[2]["status"] == 403 and lines[2]["errorCode"] == "InvalidClientTokenId" and "user" not in lines[2]
    # What names a key has not shown to have it.
    assert lines[2]["claimedAccessKeyId"] == "AKIANOTTHERE" and "accessKeyId" not in lines[2]


def test_the_audit_log_has_refusals_of_the_proxy_and_of_the_metrics(server, aws):
    with socket.create_connection(server.url.removeprefix("http://").split(":")) as tcp:
        tcp.sendall(b"CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: sts.amazonaws.com:443\r\nUser-Agent: pip\r\n\r\n")
        assert tcp.recv(1000).startswith(b"HTTP/1.1 407")
    assert requests.get(server.url + "/metrics", headers={"Host": "tuner.example"}, proxies={"http": ""}).status_code == 401
    lines = [json.loads(line) for line in (server.data_dir / "audit.log").read_text().splitlines()][-2:]
    assert [(line["service"], line["operation"], line["status"]) for line in lines] == [
        ("proxy", "CONNECT sts.amazonaws.com:443", 407), ("metrics", "GET /metrics", 401)]
    assert lines[0]["userAgent"] == "pip" and lines[0]["source"].startswith("127.0.0.1:")


def test_who_may_not_list_a_bucket_does_not_learn_which_keys_it_lacks(user, bucket):
    s3, own = user.client("s3"), boto3.client("s3")
    user.may(statement("s3:*Object*"))
    calls = [(s3.get_object, {}), (s3.head_object, {}), (s3.get_object_tagging, {}),
             (s3.get_object_attributes, {"ObjectAttributes": ["ETag"]}), (s3.delete_object_tagging, {}),
             (s3.put_object_tagging, {"Tagging": {"TagSet": []}})]
    for call, more in calls:
        assert code(call, Bucket=bucket, Key="absent", **more) in ("AccessDenied", "403")
    assert code(s3.copy_object, Bucket=bucket, Key="to", CopySource=f"{bucket}/absent") == "AccessDenied"
    own.put_object(Bucket=bucket, Key="present", Body=b"x")
    assert code(s3.get_object, Bucket=bucket, Key="present") is None
    user.may(statement("s3:*Object*"), statement("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    for call, more in calls:
        assert code(call, Bucket=bucket, Key="absent", **more) in ("NoSuchKey", "404")
    assert code(s3.copy_object, Bucket=bucket, Key="to", CopySource=f"{bucket}/absent") == "NoSuchKey"


def test_a_marker_that_no_list_gave_is_refused(iam, user):
    for call, arguments in [(iam.list_users, {}), (iam.list_roles, {}), (iam.list_groups, {}), (iam.list_policies, {}),
                            (iam.list_access_keys, {"UserName": user.name}), (iam.list_user_policies, {"UserName": user.name}),
                            (iam.list_attached_user_policies, {"UserName": user.name}),
                            (iam.list_groups_for_user, {"UserName": user.name}),
                            (iam.simulate_principal_policy, {"PolicySourceArn": user.arn, "ActionNames": ["s3:GetObject"]})]:
        for marker in ("garbage", user.name, "Z2FyYmFnZQ=="):
            assert code(call, Marker=marker, **arguments) == "ValidationError", call


def test_a_list_goes_on_where_it_was_when_that_user_is_gone(iam):
    names = [f"page-{uuid.uuid4().hex[:8]}" for _ in range(3)]
    path = f"/{uuid.uuid4().hex}/"
    for name in names:
        iam.create_user(UserName=name, Path=path)
    first = iam.list_users(PathPrefix=path, MaxItems=2)
    names.sort()
    assert [u["UserName"] for u in first["Users"]] == names[:2] and first["IsTruncated"]
    iam.delete_user(UserName=names[1])
    rest = iam.list_users(PathPrefix=path, Marker=first["Marker"])
    assert [u["UserName"] for u in rest["Users"]] == names[2:] and not rest["IsTruncated"]


def test_keys_and_rights_survive_a_restart(server, user):
    user.may(statement("s3:ListAllMyBuckets"))
    server.kill()
    server.start()
    assert code(user.client("s3").list_buckets) is None
    assert code(user.client("iam").list_users) == "AccessDenied"


def job_request(bucket, name, role, **members):
    return dict(
        TrainingJobName=name, AlgorithmSpecification={"TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", "TrainingInputMode": "File"},
        RoleArn=role, OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"},
        InputDataConfig=[{"ChannelName": "train", "ContentType": "csv", "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/in"}}}],
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60}, HyperParameters={"num_round": "2"}) | members


def ended(sagemaker, job):
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job, WaiterConfig={"Delay": 1})
    return sagemaker.describe_training_job(TrainingJobName=job)


def test_what_a_job_stores_is_judged_by_its_key(iam, bucket):
    s3, sagemaker, name = boto3.client("s3"), boto3.client("sagemaker"), "keys-" + uuid.uuid4().hex[:8]
    s3.put_object(Bucket=bucket, Key="in/train.csv", Body=b"".join(b"%d,%d\n" % (i % 2, i) for i in range(200)))
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]

    def may_put(*keys):
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(
            statement("s3:ListBucket", f"arn:aws:s3:::{bucket}"), statement("s3:GetObject", f"arn:aws:s3:::{bucket}/in/*"),
            *[statement("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}") for key in keys]))

    # The right to what another job puts out is none to this one's, and its own is enough.
    may_put("out/job/*")
    with pytest.raises(ClientError, match=f"s3:PutObject on resource: arn:aws:s3:::{bucket}/out/{name}-1/output/model.tar.gz"):
        sagemaker.create_training_job(**job_request(bucket, name + "-1", role))
    may_put(f"out/{name}-*")
    sagemaker.create_training_job(**job_request(bucket, name + "-1", role))
    assert ended(sagemaker, name + "-1")["TrainingJobStatus"] == "Completed"
    # The first checkpoint may be stored, the second may not: the job ends and says which.
    may_put(f"out/{name}-*", "ck/xgboost-checkpoint.0")
    sagemaker.create_training_job(**job_request(bucket, name + "-2", role, CheckpointConfig={"S3Uri": f"s3://{bucket}/ck"}))
    with pytest.raises(WaiterError):
        ended(sagemaker, name + "-2")
    job = sagemaker.describe_training_job(TrainingJobName=name + "-2")
    assert job["TrainingJobStatus"] == "Failed"
    assert f"s3:PutObject on resource: arn:aws:s3:::{bucket}/ck/xgboost-checkpoint.1" in job["FailureReason"]
    assert "ck/xgboost-checkpoint.1" not in [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="ck").get("Contents", [])]


def test_a_job_has_the_rights_of_its_role(iam, user, bucket):
    owner, name = boto3.client("s3"), "role-" + uuid.uuid4().hex[:8]
    owner.put_object(Bucket=bucket, Key="in/train.csv", Body=b"".join(b"%d,%d\n" % (i % 2, i) for i in range(200)))
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Service": "sagemaker.amazonaws.com"}))["Role"]["Arn"]
    sagemaker = user.client("sagemaker")
    user.may(statement(["sagemaker:*", "iam:PassRole"]))

    def create(job, role_arn=role):
        sagemaker.create_training_job(**job_request(bucket, job, role_arn))

    job = "job-" + uuid.uuid4().hex[:8]
    with pytest.raises(ClientError, match=f"role {name} is not authorized to perform: s3:ListBucket"):
        create(job)
    read = [statement("s3:ListBucket", f"arn:aws:s3:::{bucket}"), statement("s3:GetObject", f"arn:aws:s3:::{bucket}/in/*")]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*read))
    with pytest.raises(ClientError, match=f"s3:PutObject on resource: arn:aws:s3:::{bucket}/out"):
        create(job)
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(
        *read, statement("s3:PutObject", f"arn:aws:s3:::{bucket}/out/*")))
    create(job)
    assert ended(sagemaker, job)["TrainingJobStatus"] == "Completed"
    # A role that is not here would have the owner's rights: only the owner may name one.
    with pytest.raises(ClientError, match="Could not assume role"):
        create("job-x", f"arn:aws:iam::{ACCOUNT}:role/nobody")


def test_the_command_line_makes_and_removes_users(server, iam):
    import subprocess
    from harness import PROGRAM

    def run(*arguments, good=True):
        done = subprocess.run([PROGRAM, "user", arguments[0], "--data-dir", str(server.data_dir), *arguments[1:]],
                              capture_output=True, text=True)
        assert (done.returncode == 0) is good, done.stderr
        return done.stdout if good else done.stderr

    name = "cli-" + uuid.uuid4().hex[:8]
    exports = dict(line.removeprefix("export ").split("=", 1) for line in run("add", name, "--policy", "AmazonS3ReadOnlyAccess").splitlines()
                   if line.startswith("export "))
    s3 = boto3.client("s3", aws_access_key_id=exports["AWS_ACCESS_KEY_ID"], aws_secret_access_key=exports["AWS_SECRET_ACCESS_KEY"],
                      endpoint_url=exports["AWS_ENDPOINT_URL"])
    assert code(s3.list_buckets) is None and code(s3.create_bucket, Bucket=name) == "AccessDenied"
    assert "EntityAlreadyExists" in run("add", name, good=False)
    # What fails leaves nobody behind.
    other = name + "-b"
    assert "NoSuchEntity" in run("add", other, "--policy", "AmazonS3ReadOnlyAccess", "--policy", "NoSuchPolicy", good=False)
    assert code(iam.get_user, UserName=other) == "NoSuchEntity"
    run("add-key", name)
    listed = run("list")
    assert name in listed and "AmazonS3ReadOnlyAccess" in listed and exports["AWS_ACCESS_KEY_ID"] in listed
    run("remove-key", name, exports["AWS_ACCESS_KEY_ID"])
    assert code(s3.list_buckets) == "InvalidAccessKeyId"
    run("remove", name)
    assert code(iam.get_user, UserName=name) == "NoSuchEntity"
    assert "NoSuchEntity" in run("remove", name, good=False)
