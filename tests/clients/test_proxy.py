# SPDX-License-Identifier: Apache-2.0
"""The proxy through which clients come that know amazonaws.com only, and what it does not do."""
import base64
import socket
import ssl
import subprocess
import urllib.parse

import boto3
import botocore.exceptions
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from harness import PROGRAM
from tuning_requests import new_name

STS = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"


@pytest.fixture
def proxy(aws):
    return urllib.parse.urlsplit(aws["HTTPS_PROXY"])


def connect_raw(proxy, target, token=None, version="1.1", more=""):
    """Sends a CONNECT; gives back the socket, the status, and the whole answer up to the end of its head."""
    link = socket.create_connection((proxy.hostname, proxy.port), timeout=60)
    authorization = ""
    if token is not None:
        authorization = "Proxy-Authorization: Basic " + base64.b64encode(f"tunesmith:{token}".encode()).decode() + "\r\n"
    link.sendall(f"CONNECT {target} HTTP/{version}\r\nHost: {target}\r\n{authorization}{more}\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        got = link.recv(4096)
        if not got:
            break
        answer += got
    assert answer, "the connection was closed without an answer"
    return link, int(answer.split()[1]), answer.decode("latin-1")


def signed(url, aws, service="sts"):
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(aws["AWS_ACCESS_KEY_ID"], aws["AWS_SECRET_ACCESS_KEY"]), service, "us-east-1").add_auth(request)
    return dict(request.headers)


def curl(aws, *arguments):
    return subprocess.run(["curl", "-sS", "--max-time", "60", "--cacert", aws["AWS_CA_BUNDLE"], *arguments],
                          env={k: v for k, v in aws.items() if k != "CURL_CA_BUNDLE"}, capture_output=True, text=True)


@pytest.mark.parametrize("target", ["sts.us-east-1.amazonaws.com:443", "example.invalid:443", "127.0.0.1:80"])
@pytest.mark.parametrize("token", [None, "", "wrong", "0" * 64])
def test_without_the_token_there_is_no_proxy(proxy, target, token):
    link, status, answer = connect_raw(proxy, target, token)
    link.close()
    assert status == 407
    assert "proxy-authenticate: basic" in answer.lower()


def test_clients_name_the_refusal_of_a_wrong_token(aws, proxy):
    wrong = f"http://tunesmith:wrong@{proxy.hostname}:{proxy.port}"
    with pytest.raises(requests.exceptions.ProxyError, match="407"):
        requests.get(STS, proxies={"https": wrong}, verify=aws["AWS_CA_BUNDLE"], timeout=60)
    sts = boto3.client("sts", endpoint_url="https://sts.us-east-1.amazonaws.com",
                       config=Config(proxies={"https": wrong}, retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.ProxyConnectionError):
        sts.get_caller_identity()
    done = curl(aws, "--proxy", wrong, STS)
    assert done.returncode != 0 and "407" in done.stderr


@pytest.mark.parametrize("target, statuses", [
    ("no-such-host.invalid:443", {502}),  # RFC 6761: resolves nowhere
    ("pypi.example.invalid:80", {502}),
    ("127.0.0.1:22", {403}),  # this machine is reached without a proxy
    ("localhost:22", {403}),
    ("[::1]:443", {403}),
    ("0.0.0.0:443", {403}),
    ("169.254.169.254:80", {403}),  # metadata of clouds
    ("2130706433:80", {403, 502}),  # 127.0.0.1 as a number
    ("sts.us-east-1.amazonaws.com:22", {502}),
    ("sts.us-east-1.amazonaws.com.example.invalid:443", {502}),
    ("no-port", {400}),
    ("host:0", {400}),
    ("host:99999", {400}),
    ("host:443x", {400}),
    ("a/b:443", {400}),
])
def test_what_can_not_be_reached_is_refused(proxy, target, statuses):
    link, status, answer = connect_raw(proxy, target, proxy.password)
    link.close()
    assert status in statuses, answer


def test_clients_learn_of_an_unreachable_host(aws):
    """They get an error of the proxy, not their own timeout: telemetry and the like must not hold up a notebook."""
    for _ in range(3):
        with pytest.raises(requests.exceptions.ProxyError, match="502"):
            requests.get("https://telemetry.example.invalid/", verify=aws["AWS_CA_BUNDLE"], timeout=300)
    done = curl(aws, "https://telemetry.example.invalid/")
    assert done.returncode != 0 and "502" in done.stderr


def test_an_upstream_proxy_of_another_kind_is_refused_at_the_start(tmp_path):
    done = subprocess.run([PROGRAM, "serve", "--data-dir", tmp_path / "data", "--upstream-proxy", "ftp://user:secret@x"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "--upstream-proxy" in done.stderr and "secret" not in done.stderr


def test_the_server_goes_on_after_many_refusals(aws, proxy):
    for number in range(60):
        link, status, _ = connect_raw(proxy, f"host-{number}.invalid:443", proxy.password)
        link.close()
        assert status in (502, 503)
    assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_requests_and_curl_reach_sts_by_its_name(aws):
    headers = signed(STS, aws)
    answer = requests.get(STS, headers=headers, verify=aws["AWS_CA_BUNDLE"], timeout=60)
    assert answer.status_code == 200
    assert "<Account>123456789012</Account>" in answer.text
    assert ":assumed-role/TunesmithExecutionRole/" in answer.text
    done = curl(aws, *[x for name, value in headers.items() for x in ("-H", f"{name}: {value}")], STS)
    assert done.returncode == 0 and "<Account>123456789012</Account>" in done.stdout, done.stderr


def test_an_unsigned_call_is_told_what_it_lacks(aws):
    unsigned = requests.get(STS, verify=aws["AWS_CA_BUNDLE"], timeout=60)
    assert unsigned.status_code == 403
    assert "<Code>MissingAuthenticationToken</Code>" in unsigned.text


def test_the_certificate_is_good_for_the_name_and_for_nobody_without_the_bundle(aws, proxy):
    for host in ("sts.us-east-1.amazonaws.com", "sts.amazonaws.com", "iam.amazonaws.com", "api.sagemaker.eu-west-1.amazonaws.com",
                 "a-bucket.s3.us-east-1.amazonaws.com", "a.bucket.with.dots.s3.amazonaws.com", "S3.Amazonaws.COM"):
        link, status, answer = connect_raw(proxy, f"{host}:443", proxy.password, version="1.0")
        assert status == 200, answer
        with ssl.create_default_context(cafile=aws["AWS_CA_BUNDLE"]).wrap_socket(link, server_hostname=host) as secure:
            assert secure.version() in ("TLSv1.2", "TLSv1.3")
    with pytest.raises(requests.exceptions.SSLError):
        # The machine's own authorities know nothing of ours.
        requests.get(STS, verify=requests.certs.where(), timeout=60)


def test_other_names_that_look_like_amazon_are_not_served(proxy):
    for host in ("amazonaws.com.invalid", "notamazonaws.com.invalid", "amazonaws.co.invalid"):
        link, status, _ = connect_raw(proxy, f"{host}:443", proxy.password)
        link.close()
        assert status == 502


def test_every_client_without_an_endpoint_comes_here(aws, monkeypatch):
    """As Debian's CLI and other old SDKs do, that know no AWS_ENDPOINT_URL."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    once = Config(retries={"total_max_attempts": 1})
    assert boto3.client("sts", config=once).get_caller_identity()["Account"] == "123456789012"
    assert boto3.client("iam", config=once).get_role(RoleName="TunesmithExecutionRole")["Role"]["RoleName"]
    assert "TrainingJobSummaries" in boto3.client("sagemaker", config=once).list_training_jobs()
    west = boto3.client("sagemaker", region_name="eu-west-1", config=once)
    assert west.meta.endpoint_url == "https://api.sagemaker.eu-west-1.amazonaws.com"
    assert "HyperParameterTuningJobSummaries" in west.list_hyper_parameter_tuning_jobs()


@pytest.mark.parametrize("style", ["virtual", "path"])
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_buckets_by_host_and_by_path(aws, monkeypatch, style, region, tmp_path):
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    s3 = boto3.client("s3", region_name=region, config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": style}))
    bucket = new_name("by-host")
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **where)
    s3.put_object(Bucket=bucket, Key="a/ü?&=+ b#", Body=b"content")
    assert s3.get_object(Bucket=bucket, Key="a/ü?&=+ b#")["Body"].read() == b"content"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="a/")["Contents"]] == ["a/ü?&=+ b#"]
    (tmp_path / "f").write_bytes(b"0123456789abcdef" * 600_000)
    s3.upload_file(str(tmp_path / "f"), bucket, "f")
    s3.download_file(bucket, "f", str(tmp_path / "g"))
    assert (tmp_path / "g").read_bytes() == (tmp_path / "f").read_bytes()
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/ü?&=+ b#"})
    assert (f"//{bucket}.s3." in url) == (style == "virtual")
    assert requests.get(url, verify=aws["AWS_CA_BUNDLE"], timeout=60).content == b"content"
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        s3.head_bucket(Bucket=new_name("none"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_one_tunnel_carries_many_requests(aws):
    with requests.Session() as session:
        for _ in range(20):
            answer = session.get(STS, headers=signed(STS, aws), verify=aws["AWS_CA_BUNDLE"], timeout=60)
            assert answer.status_code == 200


def test_a_tunnel_of_its_own_names_is_no_way_to_another_tunnel(aws, proxy):
    link, status, _ = connect_raw(proxy, "sts.us-east-1.amazonaws.com:443", proxy.password)
    assert status == 200
    context = ssl.create_default_context(cafile=aws["AWS_CA_BUNDLE"])
    with context.wrap_socket(link, server_hostname="sts.us-east-1.amazonaws.com") as secure:
        secure.sendall(b"CONNECT iam.amazonaws.com:443 HTTP/1.1\r\nHost: iam.amazonaws.com:443\r\n\r\n")
        assert secure.recv(4096).split()[1] == b"405"
