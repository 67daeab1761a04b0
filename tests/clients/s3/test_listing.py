# SPDX-License-Identifier: Apache-2.0
"""Listings through boto3's clients, paginators and resources."""
import boto3
import pytest

KEYS = ["a", "b/1", "b/2 +%", "c/d/e", "c/ü", "z<&>"]


@pytest.fixture
def filled(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


def test_all_keys_come_in_the_order_of_their_bytes(s3, filled):
    listed = s3.list_objects_v2(Bucket=filled)
    assert [o["Key"] for o in listed["Contents"]] == KEYS
    assert listed["KeyCount"] == len(KEYS)
    assert listed["Contents"][0]["Size"] == 1


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
def test_pages_with_a_delimiter_miss_nothing(s3, filled, operation, page_size):
    keys, prefixes = [], []
    pages = s3.get_paginator(operation).paginate(
        Bucket=filled, Delimiter="/", PaginationConfig={"PageSize": page_size})
    for page in pages:
        keys += [o["Key"] for o in page.get("Contents", [])]
        prefixes += [p["Prefix"] for p in page.get("CommonPrefixes", [])]
    assert keys == ["a", "z<&>"]
    assert prefixes == ["b/", "c/"]


def test_a_prefix_narrows(s3, filled):
    page = s3.list_objects_v2(Bucket=filled, Prefix="c/", Delimiter="/")
    assert [o["Key"] for o in page["Contents"]] == ["c/ü"]
    assert [p["Prefix"] for p in page["CommonPrefixes"]] == ["c/d/"]
    assert page["Prefix"] == "c/"


def test_the_resource_filters(server, filled):
    environment = server.env()
    resource = boto3.resource(
        "s3", endpoint_url=server.url, region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"])
    assert [o.key for o in resource.Bucket(filled).objects.filter(Prefix="b/")] == ["b/1", "b/2 +%"]
    resource.Bucket(filled).objects.all().delete()
    assert list(resource.Bucket(filled).objects.all()) == []


def test_control_characters_in_keys_survive(s3, bucket):
    keys = ["a\x01b", "tab\t", "line\n"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert sorted(o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]) == sorted(keys)
