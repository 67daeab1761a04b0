# SPDX-License-Identifier: Apache-2.0
"""Objects through boto3."""
import datetime
import hashlib
import urllib.error
import urllib.request
import uuid

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError


def error(call):
    """Code and status of the error that `call` raises."""
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_object_comes_back_with_its_headers_and_metadata(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="a b/ü+.csv", Body=b"1,2\n", ContentType="text/csv",
                        CacheControl="no-cache", Metadata={"origin": "test"}, Tagging="k=v")
    assert put["ETag"] == '"%s"' % hashlib.md5(b"1,2\n").hexdigest()
    got = s3.get_object(Bucket=bucket, Key="a b/ü+.csv")
    assert got["Body"].read() == b"1,2\n"
    assert got["ContentType"] == "text/csv"
    assert got["CacheControl"] == "no-cache"
    assert got["Metadata"] == {"origin": "test"}
    assert got["TagCount"] == 1
    assert got["ETag"] == put["ETag"]
    age = datetime.datetime.now(datetime.timezone.utc) - got["LastModified"]
    assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=1)
    head = s3.head_object(Bucket=bucket, Key="a b/ü+.csv")
    assert head["ContentLength"] == 4
    assert head["Metadata"] == {"origin": "test"}


def test_an_answer_carries_the_headers_that_keep_a_browser_from_running_it(s3, bucket):
    s3.put_object(Bucket=bucket, Key="page.html", Body=b"<script>", ContentType="text/html")
    headers = s3.get_object(Bucket=bucket, Key="page.html")["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_checksum_is_kept_and_checked_by_the_client(s3, bucket, algorithm):
    s3.put_object(Bucket=bucket, Key="k", Body=b"content", ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == b"content"
    assert got["Checksum" + algorithm]
    assert got["ChecksumType"] == "FULL_OBJECT"


def test_an_empty_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert s3.get_object(Bucket=bucket, Key="empty")["Body"].read() == b""


def test_ranges(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert got["Body"].read() == b"234"
    assert got["ContentRange"] == "bytes 2-4/10"
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=-3")["Body"].read() == b"789"
    assert error(lambda: s3.get_object(Bucket=bucket, Key="k", Range="bytes=10-")) == ("InvalidRange", 416)
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=10-")
    assert refused.value.response["ResponseMetadata"]["HTTPHeaders"]["content-range"] == "bytes */10"


def test_conditional_reads_and_writes(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")
    assert error(lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"y", IfNoneMatch="*")) == (
        "PreconditionFailed", 412)
    for read in (s3.get_object, s3.head_object):
        with pytest.raises(ClientError) as unchanged:
            read(Bucket=bucket, Key="k", IfNoneMatch=put["ETag"])
        answer = unchanged.value.response["ResponseMetadata"]
        assert answer["HTTPStatusCode"] == 304
        assert answer["HTTPHeaders"]["etag"] == put["ETag"]
        assert "last-modified" in answer["HTTPHeaders"]
    assert error(lambda: s3.get_object(Bucket=bucket, Key="k", IfMatch='"0"')) == ("PreconditionFailed", 412)
    assert error(lambda: s3.head_object(Bucket=bucket, Key="k", IfMatch='"0"'))[1] == 412
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=put["ETag"])["Body"].read() == b"x"


def test_what_is_missing_is_named(s3, bucket):
    assert error(lambda: s3.get_object(Bucket=bucket, Key="none")) == ("NoSuchKey", 404)
    assert error(lambda: s3.head_object(Bucket=bucket, Key="none")) == ("404", 404)
    assert error(lambda: s3.head_bucket(Bucket="no-such-bucket")) == ("404", 404)
    assert error(lambda: s3.list_objects_v2(Bucket="no-such-bucket")) == ("NoSuchBucket", 404)
    assert s3.delete_object(Bucket=bucket, Key="none")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_another_owner_is_refused(s3, bucket):
    s3.head_bucket(Bucket=bucket, ExpectedBucketOwner="123456789012")
    assert error(lambda: s3.head_bucket(Bucket=bucket, ExpectedBucketOwner="999999999999"))[1] == 403


def test_a_wrong_md5_is_a_bad_digest(s3, bucket):
    assert error(lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"x",
                                       ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")) == ("BadDigest", 400)
    assert error(lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="A")) == (
        "InvalidDigest", 400)


def test_copies(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b+ü", Body=b"content", Metadata={"m": "1"})
    copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a b+ü"})
    assert copied["CopyObjectResult"]["ETag"]
    assert s3.get_object(Bucket=bucket, Key="copy")["Metadata"] == {"m": "1"}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "copy"},
                   MetadataDirective="REPLACE", Metadata={"n": "2"})
    got = s3.get_object(Bucket=bucket, Key="copy")
    assert got["Body"].read() == b"content"
    assert got["Metadata"] == {"n": "2"}


def test_many_are_deleted_at_once(s3, bucket):
    keys = [f"k{i}<&>\r\"" for i in range(30)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": k} for k in keys]})
    assert len(answer["Deleted"]) == 30
    assert "Errors" not in answer
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_deletion_whose_document_was_changed_on_the_way_deletes_nothing(s3, bucket):
    s3.put_object(Bucket=bucket, Key="kept", Body=b"x")
    for header, value in (("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="), ("x-amz-checksum-crc32", "AAAAAA==")):
        def stated(request, **_):
            del request.headers[header]  # setting one adds it to what is there
            request.headers[header] = value
        s3.meta.events.register("before-sign.s3.DeleteObjects", stated)
        try:
            with pytest.raises(ClientError) as refused:
                s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "kept"}]})
        finally:
            s3.meta.events.unregister("before-sign.s3.DeleteObjects", stated)
        assert refused.value.response["Error"]["Code"] == "BadDigest"
    assert s3.head_object(Bucket=bucket, Key="kept")["ContentLength"] == 1


def test_tags(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []


def test_attributes(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"content", ChecksumAlgorithm="SHA256")
    got = s3.get_object_attributes(Bucket=bucket, Key="k",
                                   ObjectAttributes=["ETag", "Checksum", "ObjectSize", "StorageClass"])
    assert got["ObjectSize"] == 7
    assert got["StorageClass"] == "STANDARD"
    assert got["Checksum"]["ChecksumSHA256"]


@pytest.mark.parametrize("signature", ["s3", "s3v4"])
def test_presigned_addresses_need_no_credentials(connect, bucket, signature):
    s3 = connect(signature_version=signature)
    to_put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "a b"})
    request = urllib.request.Request(to_put, data=b"content", method="PUT", headers={"Content-Type": ""})
    assert urllib.request.urlopen(request).status == 200
    to_get = s3.generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "a b", "ResponseContentType": "text/x"})
    with urllib.request.urlopen(to_get) as answer:
        assert answer.read() == b"content"
        assert answer.headers["Content-Type"] == "text/x"


def test_a_presigned_address_carries_the_metadata_of_its_object(connect, bucket):
    s3 = connect(signature_version="s3")
    to_put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k", "Metadata": {"venue": "1 2"}})
    request = urllib.request.Request(to_put, data=b"content", method="PUT", headers={"Content-Type": ""})
    assert urllib.request.urlopen(request).status == 200
    assert connect().head_object(Bucket=bucket, Key="k")["Metadata"] == {"venue": "1 2"}


def test_buckets(s3):
    name = f"test-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    s3.create_bucket(Bucket=name)
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    assert name in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    assert error(lambda: s3.delete_bucket(Bucket=name)) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)
    other = f"test-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3.get_bucket_location(Bucket=other)["LocationConstraint"] == "eu-west-1"
    assert error(lambda: s3.create_bucket(
        Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})) == (
            "BucketAlreadyOwnedByYou", 409)


def signed(s3, method, address, body=b"", **headers):
    """The answer to a request that boto3 has no call for."""
    request = AWSRequest(method, s3.meta.endpoint_url + address, headers, body)
    S3SigV4Auth(s3._request_signer._credentials, "s3", "us-east-1").add_auth(request)
    asked = urllib.request.Request(request.url, body or None, dict(request.headers), method=method)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def test_a_sub_resource_that_a_method_does_not_have_is_refused_and_nothing_is_done(s3, bucket):
    assert signed(s3, "DELETE", f"/{bucket}?acl=")[0] == 405
    s3.head_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"kept")
    assert signed(s3, "DELETE", f"/{bucket}/k?uploads=")[0] == 405
    for query in ("uploads=", "partNumber=1", "policy="):
        status, answer = signed(s3, "PUT", f"/{bucket}/k?{query}", b"other")
        assert status == 405 and b"<Code>MethodNotAllowed</Code>" in answer
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"kept"


def test_a_range_counts_only_for_the_object_that_if_range_names(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["ETag"]
    asked = {"Range": "bytes=2-4"}
    assert signed(s3, "GET", f"/{bucket}/k", **asked, **{"If-Range": etag}) == (206, b"234")
    assert signed(s3, "GET", f"/{bucket}/k", **asked, **{"If-Range": '"other"'}) == (200, b"0123456789")


def test_the_source_of_a_copy_may_be_encoded_whole(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"content")
    assert signed(s3, "PUT", f"/{bucket}/copy", **{"x-amz-copy-source": f"{bucket}%2Fa%2Fb"})[0] == 200
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"content"
    assert signed(s3, "PUT", f"/{bucket}/copy", **{"x-amz-copy-source": bucket})[0] == 400


def test_a_key_that_xml_can_not_hold_does_not_spoil_a_listing(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a\ufffeb", Body=b"")
    answer = signed(s3, "GET", f"/{bucket}?list-type=2")[1].decode()
    assert "<Key>a\ufffdb</Key>" in answer


def test_an_upload_by_a_form_is_refused_by_name(s3, bucket):
    form = s3.generate_presigned_post(bucket, "k")
    request = urllib.request.Request(form["url"], b"--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)
    assert refused.value.code == 501 and b"PostObject" in refused.value.read()
