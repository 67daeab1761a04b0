# SPDX-License-Identifier: Apache-2.0
"""s3fs, and pandas over it. Runs in an environment of its own: tools/requirements/s3fs.txt."""
import pytest
import s3fs


@pytest.fixture
def options(server):
    environment = server.env()
    return {"key": environment["AWS_ACCESS_KEY_ID"], "secret": environment["AWS_SECRET_ACCESS_KEY"],
            "client_kwargs": {"endpoint_url": server.url, "region_name": "us-east-1"}}


@pytest.fixture
def files(options):
    return s3fs.S3FileSystem(**options, skip_instance_cache=True)


def test_files_and_folders(files, bucket):
    with files.open(f"{bucket}/d/a.txt", "w") as file:
        file.write("hello")
    with files.open(f"{bucket}/d/e/b.bin", "wb") as file:
        file.write(b"x" * (12 << 20))
    assert files.ls(f"{bucket}/d", detail=False) == [f"{bucket}/d/a.txt", f"{bucket}/d/e"]
    assert files.find(bucket) == [f"{bucket}/d/a.txt", f"{bucket}/d/e/b.bin"]
    assert files.info(f"{bucket}/d/e/b.bin")["size"] == 12 << 20
    assert files.exists(f"{bucket}/d") and not files.exists(f"{bucket}/x")
    with files.open(f"{bucket}/d/e/b.bin", "rb") as file:
        file.seek((12 << 20) - 3)
        assert file.read() == b"xxx"
    files.mv(f"{bucket}/d/a.txt", f"{bucket}/moved.txt")
    assert files.cat(f"{bucket}/moved.txt") == b"hello"
    files.rm(f"{bucket}/d", recursive=True)
    files.invalidate_cache()
    assert files.ls(bucket, detail=False) == [f"{bucket}/moved.txt"]


def test_a_missing_file_is_not_found(files, bucket):
    with pytest.raises(FileNotFoundError):
        files.open(f"{bucket}/none", "rb").read()


def test_pandas_reads_and_writes(bucket, options):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    frame.to_csv(f"s3://{bucket}/frame.csv", index=False, storage_options=options)
    back = pandas.read_csv(f"s3://{bucket}/frame.csv", storage_options=options)
    assert back.equals(frame)
