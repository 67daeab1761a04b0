#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays botocore's clients against the protocols: random input of every implemented operation is written by
botocore and read by ours; random output is written by ours and read by botocore. Whatever one side sent the
other must have got.

    tests/protocol/roundtrip.py build/tests/protocol/protocol_probe .deps/botocore [rounds] [seed]

Exits with 77 (skipped) where botocore's own dependencies are not installed.
"""
import base64
import datetime
import io
import json
import pathlib
import random
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "codegen"))
sys.path.insert(0, sys.argv[2])

import model_loader  # noqa: E402

try:
    import botocore.session
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

# Members that botocore's S3 client computes, rewrites or interprets itself.
NOT_SENT = re.compile(
    r"SSECustomer|SSEKMS|EncodingType|ContentMD5|Checksum|ContentLength|CopySourceSSE|^Expires$|^ResponseExpires$")
NOT_ANSWERED = re.compile(r"EncodingType|^Expires$|ContentLength|^Body$|ContentRange|ContentEncoding|ResponseMetadata")
TEXTS = ["a", "some text", "ä ö ü", "<&>\"'", "100%+1", "日本", "a/b//c", "x=y&z", "tab\there"]


class Maker:
    """Random values of a shape."""

    def __init__(self, rng: random.Random, service: str, answering: bool):
        self.rng, self.service, self.answering = rng, service, answering

    def structure(self, shape, depth=0):
        value = {}
        skip = NOT_ANSWERED if self.answering else NOT_SENT
        names = list(shape.members)
        union = getattr(shape, "is_tagged_union", False)
        if union:
            names = [self.rng.choice(names)]
        for name in names:
            member = shape.members[name]
            if self.service == "s3" and skip.search(name):
                continue
            required = union or name in shape.required_members
            if not required and (depth > 6 or self.rng.random() < 0.5):
                continue
            location = member.serialization.get("location")
            made = self.value(member, depth + 1, location)
            if made is None:
                if required:
                    return None
                continue
            value[name] = made
        if not value and names and depth > 0 and self.service in ("iam", "sts"):
            return self.structure(shape, depth)  # a form has no way to write an empty structure
        return value

    def value(self, shape, depth, location=None):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            return self.list(shape, depth, location)
        if kind == "map":
            return self.map(shape, depth, location)
        if kind in ("integer", "long"):
            low = int(shape.metadata.get("min", -5))
            return self.rng.randint(low, min(int(shape.metadata.get("max", low + 1000)), 2**31 - 1))
        if kind in ("float", "double"):
            low, high = float(shape.metadata.get("min", -2)), float(shape.metadata.get("max", 1e6))
            return self.rng.choice([x for x in (0.5, -1.25, 3.0, 1e-7, 123456.789) if low <= x <= high] or [low])
        if kind == "boolean":
            return self.rng.random() < 0.5
        if kind == "timestamp":
            ms = self.rng.randint(0, 2 * 10**12)
            whole = location in ("header", "querystring") or shape.serialization.get("timestampFormat")
            ms -= ms % 1000 if whole or not self.answering else 0
            return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
        if kind == "blob":
            return bytes(self.rng.randrange(256) for _ in range(self.rng.randrange(1, 20)))
        return self.text(shape, location)

    def list(self, shape, depth, location):
        low = int(shape.metadata.get("min", 0))
        if location == "header" or (shape.serialization.get("flattened") or self.service in ("iam", "sts")):
            low = max(low, 1)  # these have no way to write an empty list
        size = self.rng.randint(low, min(int(shape.metadata.get("max", low + 3)), low + 3))
        made = [self.value(shape.member, depth, location) for _ in range(size)]
        return None if any(entry is None for entry in made) else made

    def map(self, shape, depth, location):
        if location == "headers":
            return {key: f"v{number}" for number, key in enumerate(self.rng.sample(["color", "a-b", "x1"], 2))}
        made = {}
        for _ in range(self.rng.randint(int(shape.metadata.get("min", 0)), 3)):
            key, value = self.text(shape.key), self.value(shape.value, depth)
            if key is None or value is None:
                return None
            made[key] = value
        return made

    def text(self, shape, location=None):
        if getattr(shape, "enum", None):
            return self.rng.choice(shape.enum)
        if shape.name == "policyDocumentType" and self.answering:
            return "%7B%7D"
        low, high = int(shape.metadata.get("min", 0)), int(shape.metadata.get("max", 1000))
        if "pattern" in shape.metadata and not self.answering:
            return from_pattern(shape.metadata["pattern"], low, high, self.rng)
        if self.service == "s3" and shape.name == "BucketName":
            return "some-bucket"
        if self.service == "s3" and shape.name == "CopySource":
            return "bucket/some%20key"
        choices = ["plain", "two words", "1"] if location in ("header", "headers") else TEXTS
        text = self.rng.choice(choices)
        while len(text) < max(low, 1):
            text += "x" + text
        text = text[:high]
        return text.strip() or "x" if location in ("header", "uri") else text


def from_pattern(pattern, low, high, rng):
    """A string that the pattern matches, or None: enough of a generator for the models' patterns."""
    for java, python in (("\\p{L}", "a-zA-Z"), ("\\p{Z}", " "), ("\\p{N}", "0-9")):
        pattern = pattern.replace(java, python)
    try:
        from re import _parser as parser
        tree = parser.parse(pattern)
        matcher = re.compile(pattern)
    except (re.error, ImportError):
        return None

    def one(node):
        op, argument = str(node[0]), node[1]
        if op == "LITERAL":
            return chr(argument)
        if op == "NOT_LITERAL":
            return "b" if argument == ord("a") else "a"
        if op == "ANY":
            return rng.choice("ab1")
        if op == "IN":
            return pick(argument)
        if op == "BRANCH":
            return many(rng.choice(argument[1]))
        if op == "SUBPATTERN":
            return many(argument[-1])
        if op in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            return "".join(many(inner) for _ in range(rng.randint(least, min(int(most), max(least + 2, low + 5)))))
        return ""

    def pick(items):
        allowed = []
        negated = str(items[0][0]) == "NEGATE"
        for item in items:
            op = str(item[0])
            if op == "LITERAL":
                allowed.append(chr(item[1]))
            elif op == "RANGE":
                allowed += [chr(code) for code in range(item[1][0], min(item[1][1], 0x7E) + 1)]
            elif op == "CATEGORY":
                allowed += list({"CATEGORY_DIGIT": "0123", "CATEGORY_WORD": "ab_1", "CATEGORY_NOT_SPACE": "ab1",
                                 "CATEGORY_SPACE": " ", "CATEGORY_NOT_DIGIT": "ab", "CATEGORY_NOT_WORD": "-"}[str(item[1])])
        if negated:
            return rng.choice([c for c in "abcXYZ019-" if c not in allowed] or ["a"])
        return rng.choice([c for c in allowed if c.isprintable()] or [allowed[0]])

    def many(nodes):
        return "".join(one(node) for node in nodes)

    for _ in range(200):
        text = many(tree)
        if low <= len(text) <= high and matcher.fullmatch(text):
            return text
    return None


def plain(value):
    """A value as the probe writes it."""
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def differences(wanted, got, path=""):
    """What `got` lacks or has different; it may have more."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [line for key, value in wanted.items()
                for line in (differences(value, got[key], f"{path}.{key}") if key in got
                             else [f"{path}.{key}: missing, wanted {value!r}"])]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [line for index, (a, b) in enumerate(zip(wanted, got))
                for line in differences(a, b, f"{path}[{index}]")]
    return [] if wanted == got else [f"{path}: wanted {wanted!r}, got {got!r}"]


class Probe:
    """The probe as botocore's network."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.output, self.answer = {}, None

    def send(self, request, **_):
        url = urllib.parse.urlsplit(request.url)
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        if isinstance(body, str):
            body = body.encode()
        text = lambda value: value.decode("latin-1") if isinstance(value, bytes) else str(value)
        question = {
            "method": request.method,
            "target": url.path + ("?" + url.query if url.query else ""),
            "headers": [[name, text(value)] for name, value in request.headers.items()],
            "body": base64.b64encode(bytes(body)).decode(),
            "output": self.output,
        }
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        self.answer = json.loads(self.process.stdout.readline())
        raw = io.BytesIO(base64.b64decode(self.answer["body"]))
        raw.stream = lambda *args, **kwargs: iter([raw.getvalue()])
        return AWSResponse(request.url, self.answer["status"], dict(self.answer["headers"]), raw)


def main():
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 30
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    probe = Probe(sys.argv[1])
    session = botocore.session.Session()
    failures, calls, skipped = [], 0, []
    for name, config in model_loader.load_config(ROOT / "codegen" / "operations.toml").items():
        if name not in ("sagemaker", "sts", "iam", "s3"):
            continue  # the probe speaks for one service of each protocol
        client = session.create_client(
            name, region_name="us-east-1", endpoint_url="http://127.0.0.1:1", aws_access_key_id="AKID",
            aws_secret_access_key="secret", config=Config(retries={"max_attempts": 0}))
        client.meta.events.register("before-send", probe.send)
        for operation in config.operations:
            if operation == "Search":
                continue  # most members of its records are left out (keep_members)
            if operation in ("GetGroupPolicy", "GetPolicyVersion", "GetRolePolicy", "GetUserPolicy"):
                continue  # botocore turns their documents into objects
            model = client.meta.service_model.operation_model(operation)
            method = getattr(client, botocore.xform_name(operation))
            done = 0
            for _ in range(rounds):
                given = Maker(rng, name, False).structure(model.input_shape) if model.input_shape else {}
                wanted = Maker(rng, name, True).structure(model.output_shape) if model.output_shape else {}
                if given is None or wanted is None:
                    continue
                done += 1
                probe.output, probe.answer = plain(wanted), None
                try:
                    got = method(**given)
                except Exception as error:  # every failure is a finding
                    failures.append(f"{name}.{operation}: {type(error).__name__} {error}\n    {given}")
                    continue
                calls += 1
                for key, value in list(wanted.items()):
                    if "AssumeRolePolicyDocument" in json.dumps(plain(value)):
                        got = json.loads(json.dumps(plain(got)).replace('"AssumeRolePolicyDocument": {}', '"AssumeRolePolicyDocument": "%7B%7D"'))
                for side, lines in (("input", differences(plain(given), probe.answer["input"])),
                                    ("output", differences(plain(wanted), plain(got)))):
                    failures += [f"{name}.{operation} {side}{line}" for line in lines]
            if done == 0:
                skipped.append(f"{name}.{operation}")
    probe.process.stdin.close()
    probe.process.wait()
    for failure in failures[:40]:
        print(failure)
    print(f"{calls} calls, {len(failures)} differences" + (f", no values for {skipped}" if skipped else ""))
    return 1 if failures or skipped else 0


if __name__ == "__main__":
    sys.exit(main())
