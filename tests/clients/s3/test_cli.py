# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI's high-level commands."""
import os
import urllib.request
import uuid


def test_the_s3_commands(cli, tmp_path):
    bucket = f"s3://cli-{uuid.uuid4().hex[:12]}"
    cli("s3", "mb", bucket)
    assert bucket.removeprefix("s3://") in cli("s3", "ls").stdout

    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "b c.txt").write_text("b")
    (folder / "large.bin").write_bytes(os.urandom(20 << 20))
    cli("s3", "cp", folder, f"{bucket}/in", "--recursive")
    assert "PRE sub/" in cli("s3", "ls", f"{bucket}/in/").stdout
    assert len(cli("s3", "ls", bucket, "--recursive").stdout.splitlines()) == 3

    assert cli("s3", "sync", folder, f"{bucket}/in").stdout == ""
    (folder / "new.txt").write_text("new")
    (folder / "a.txt").unlink()
    printed = cli("s3", "sync", folder, f"{bucket}/in", "--delete").stdout
    assert "new.txt" in printed and "delete:" in printed and "large.bin" not in printed

    back = tmp_path / "back"
    cli("s3", "sync", f"{bucket}/in", back)
    assert (back / "large.bin").read_bytes() == (folder / "large.bin").read_bytes()
    assert (back / "sub" / "b c.txt").read_text() == "b"

    cli("s3", "cp", f"{bucket}/in/large.bin", f"{bucket}/copy.bin")
    cli("s3", "mv", f"{bucket}/copy.bin", f"{bucket}/moved.bin")
    assert "copy.bin" not in cli("s3", "ls", f"{bucket}/").stdout

    url = cli("s3", "presign", f"{bucket}/in/new.txt").stdout.strip()
    assert urllib.request.urlopen(url).read() == b"new"

    assert cli("s3", "rb", bucket, check=False).returncode != 0
    cli("s3", "rm", bucket, "--recursive")
    cli("s3", "rb", bucket)


def test_a_stream_goes_through_standard_output(cli, tmp_path):
    bucket = f"cli-{uuid.uuid4().hex[:12]}"
    cli("s3api", "create-bucket", "--bucket", bucket)
    file = tmp_path / "f"
    file.write_text("content")
    cli("s3api", "put-object", "--bucket", bucket, "--key", "k", "--body", file)
    assert cli("s3", "cp", f"s3://{bucket}/k", "-").stdout == "content"
    assert cli("s3api", "head-object", "--bucket", bucket, "--key", "none", check=False).returncode != 0
