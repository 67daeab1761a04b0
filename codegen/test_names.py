#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The naming rules, by example."""
import unittest

import names


class SnakeCase(unittest.TestCase):
    def test_names_of_the_models(self):
        for name, expected in {
            "HyperParameterTuningJobName": "hyper_parameter_tuning_job_name",
            "RoleArn": "role_arn",
            "S3Uri": "s3_uri",
            "S3OutputPath": "s3_output_path",
            "VolumeSizeInGB": "volume_size_in_gb",
            "KmsKeyId": "kms_key_id",
            "SSEKMSKeyId": "ssekms_key_id",
            "ChecksumCRC32C": "checksum_crc32c",
            "ChecksumCRC64NVME": "checksum_crc64nvme",
            "ChecksumSHA256": "checksum_sha256",
            "ETag": "etag",
            "VPCIds": "vpc_ids",
            "RoleARNs": "role_arns",
            "ListObjectsV2Output": "list_objects_v2_output",
            "already_snake": "already_snake",
            "this-is.odd": "this_is_odd",
            "2ndTry": "n2nd_try",
            "---": "unnamed",
        }.items():
            with self.subTest(name):
                self.assertEqual(names.snake_case(name), expected)

    def test_reserved_words_get_an_underscore(self):
        for name in ("Default", "Delete", "Operator", "This", "Namespace", "class"):
            self.assertEqual(names.snake_case(name), name.lower() + "_")


class EnumConstants(unittest.TestCase):
    def test_values_of_the_models(self):
        for value, expected in {
            "InProgress": "kInProgress",
            "FULL_CONTROL": "kFullControl",
            "ml.m4.xlarge": "kMlM4Xlarge",
            "aws:kms": "kAwsKms",
            "us-east-1": "kUsEast1",
            "GZIP": "kGzip",
            "": "kEmpty",
        }.items():
            with self.subTest(value):
                self.assertEqual(names.enum_constant(value), expected)

    def test_duplicates_are_numbered(self):
        self.assertEqual(names.unique(["kRed", "kRed", "kBlue", "kRed"]), ["kRed", "kRed2", "kBlue", "kRed3"])


class CStrings(unittest.TestCase):
    def test_escapes(self):
        self.assertEqual(names.c_string('a"b\\c\n??='), r'"a\"b\\c\012?""?="')
        self.assertEqual(names.c_string("ä"), '"\\303\\244"')


if __name__ == "__main__":
    unittest.main()
