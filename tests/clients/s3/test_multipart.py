# SPDX-License-Identifier: Apache-2.0
"""Large objects through boto3: the managed transfers and the operations under them."""
import hashlib
import os

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

MIB = 1 << 20


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of 100 MB and its digest."""
    path = tmp_path_factory.mktemp("large") / "large.bin"
    content = os.urandom(MIB) * 100
    path.write_bytes(content[:-17])
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_large_file_goes_up_and_comes_down(s3, bucket, large, tmp_path):
    path, digest = large
    s3.upload_file(str(path), bucket, "large")
    head = s3.head_object(Bucket=bucket, Key="large", ChecksumMode="ENABLED")
    assert head["ContentLength"] == path.stat().st_size
    assert head["ETag"].endswith('-13"')
    s3.download_file(bucket, "large", str(tmp_path / "back"))
    assert hashlib.sha256((tmp_path / "back").read_bytes()).hexdigest() == digest
    whole = s3.get_object(Bucket=bucket, Key="large")["Body"].read()
    assert hashlib.sha256(whole).hexdigest() == digest
    assert s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []


def test_a_large_object_is_copied_in_parts(s3, bucket, large):
    path, digest = large
    s3.upload_file(str(path), bucket, "large")
    s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "copy",
            Config=TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=32 * MIB))
    whole = s3.get_object(Bucket=bucket, Key="copy")["Body"].read()
    assert hashlib.sha256(whole).hexdigest() == digest


def test_parts_in_any_order(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ContentType="a/b",
                                        ChecksumAlgorithm="SHA256")["UploadId"]
    parts = {}
    for number in (3, 1, 2):
        body = bytes([number]) * (5 * MIB if number < 3 else 10)
        answer = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=body,
                                ChecksumAlgorithm="SHA256")
        parts[number] = {"ETag": answer["ETag"], "PartNumber": number,
                         "ChecksumSHA256": answer["ChecksumSHA256"]}
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [p["PartNumber"] for p in listed] == [1, 2, 3]
    done = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload,
                                        MultipartUpload={"Parts": [parts[n] for n in (1, 2, 3)]})
    assert done["ChecksumSHA256"].endswith("-3")
    got = s3.get_object(Bucket=bucket, Key="k", PartNumber=3)
    assert got["Body"].read() == b"\3" * 10
    assert got["PartsCount"] == 3
    assert got["ContentType"] == "a/b"
    across = s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={5 * MIB - 1}-{5 * MIB}")
    assert across["Body"].read() == b"\1\2"


def test_a_full_object_checksum_is_checked_by_the_client(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32",
                                        ChecksumType="FULL_OBJECT")["UploadId"]
    parts = []
    for number in (1, 2):
        answer = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=number,
                                Body=os.urandom(5 * MIB), ChecksumAlgorithm="CRC32")
        parts.append({"ETag": answer["ETag"], "PartNumber": number, "ChecksumCRC32": answer["ChecksumCRC32"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload,
                                 MultipartUpload={"Parts": parts})
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["ChecksumType"] == "FULL_OBJECT"
    assert len(got["Body"].read()) == 10 * MIB


def test_an_aborted_upload_is_gone(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    with pytest.raises(ClientError) as caught:
        s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert caught.value.response["Error"]["Code"] == "NoSuchUpload"


def test_a_wrong_list_of_parts_is_refused(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    tags = [s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=n, Body=b"x")["ETag"]
            for n in (1, 2)]

    def complete(*parts):
        with pytest.raises(ClientError) as caught:
            s3.complete_multipart_upload(
                Bucket=bucket, Key="k", UploadId=upload,
                MultipartUpload={"Parts": [{"PartNumber": n, "ETag": t} for n, t in parts]})
        return caught.value.response["Error"]["Code"]

    assert complete((2, tags[1]), (1, tags[0])) == "InvalidPartOrder"
    assert complete((1, tags[0]), (2, tags[1])) == "EntityTooSmall"
    assert complete((1, '"0"')) == "InvalidPart"
    assert complete((3, tags[0])) == "InvalidPart"
