# SPDX-License-Identifier: Apache-2.0
"""Sessions of the console over restarts of the real server."""
import configparser
import json
import urllib.error
import urllib.request

from harness import start_server


def call(server, method, path, cookie="", body=None):
    """Status, document, cookie of an answer."""
    headers = {"X-Tunesmith-Console": "1", "Content-Type": "application/json", "Cookie": cookie}
    request = urllib.request.Request(server.url + "/_console/api/" + path, method=method, headers=headers,
                                     data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer), (answer.headers["Set-Cookie"] or "").split(";")[0]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), ""


def sign_in(server):
    keys = configparser.ConfigParser()
    keys.read(server.data_dir / "credentials")
    key = keys["default"]
    status, _, cookie = call(server, "POST", "session", body={
        "access_key_id": key["aws_access_key_id"], "secret_access_key": key["aws_secret_access_key"]})
    assert status == 200
    return cookie


def test_a_session_goes_on_over_a_crash_and_one_that_was_signed_out_does_not():
    with start_server() as server:
        kept, left = sign_in(server), sign_in(server)
        assert call(server, "DELETE", "session", left)[0] == 200
        server.kill()
        server.start()
        assert call(server, "GET", "tuning-jobs", kept)[0] == 200
        assert call(server, "GET", "tuning-jobs", left)[0] == 401
        assert call(server, "GET", "tuning-jobs")[0] == 401


def test_the_console_uploads_nothing_below_the_disks_reserve():
    with start_server("--disk-reserve", "1000TB") as server:
        status, refused, _ = call(server, "PUT", "objects/bucket/k", sign_in(server), body={})
        assert status == 507 and "reserve" in refused["error"]["message"]
