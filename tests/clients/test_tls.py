# SPDX-License-Identifier: Apache-2.0
"""The TLS address: its own certificate and a given one, what clients of other machines are told, and who is refused."""
import os
import ssl
import subprocess
import urllib.request

import boto3

from harness import PROGRAM, Server, kill_what_outlived, start_server


class TlsServer(Server):
    """Prints the public address first."""

    def start(self):
        self.log = open(self.data_dir.parent / (self.data_dir.name + ".log"), "ab")
        self.process = subprocess.Popen([PROGRAM, "serve", "--data-dir", self.data_dir, *self.arguments],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        first, second = self.process.stdout.readline(), self.process.stdout.readline()
        assert first.startswith("listening on https://"), first
        assert second.startswith("listening on http://127.0.0.1:"), second
        self.public_url, self.url = first.split()[-1], second.split()[-1]


def on(tmp_path, *arguments):
    return TlsServer(tmp_path / "data", *arguments)


def end(server):
    server.stop()
    server.log.close()
    kill_what_outlived(server.data_dir)


def test_clients_reach_the_tls_address_with_what_env_prints(tmp_path, monkeypatch):
    server = on(tmp_path, "--tls", "--tls-name", "localhost")
    try:
        assert server.public_url.startswith("https://localhost:")
        environment = server.env("--public")
        assert environment["AWS_ENDPOINT_URL"] == server.public_url
        assert "HTTPS_PROXY" not in environment or environment["HTTPS_PROXY"] == os.environ.get("HTTPS_PROXY")
        for name in ("AWS_CA_BUNDLE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(name, environment[name])
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
        s3 = boto3.session.Session().client("s3")
        s3.create_bucket(Bucket="sealed")
        body = os.urandom(3_000_000)
        s3.put_object(Bucket="sealed", Key="a", Body=body)
        assert s3.get_object(Bucket="sealed", Key="a")["Body"].read() == body
        # The same server, from this machine, plain.
        plain = boto3.session.Session().client("s3", endpoint_url=server.url)
        assert plain.get_object(Bucket="sealed", Key="a")["Body"].read() == body
        again = server.public_url, server.url
        server.stop()
        server.start()
        assert (server.public_url, server.url) == again, "ports are kept over restarts"
    finally:
        end(server)


def test_who_came_through_tls_is_told_to_come_so_again(tmp_path):
    server = on(tmp_path, "--tls")
    try:
        bundle = server.data_dir / "secrets" / "server.pem"
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=bundle)))
        answer = opener.open(server.public_url + "/_console/")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert opener.open(server.url + "/_console/").headers["Strict-Transport-Security"] is None
    finally:
        end(server)


def test_a_given_certificate_is_shown(tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", tmp_path / "k.pem", "-out", tmp_path / "c.pem", "-days", "2", "-subj", "/CN=mine",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    server = on(tmp_path, "--tls-cert", str(tmp_path / "c.pem"), "--tls-key", str(tmp_path / "k.pem"))
    try:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=tmp_path / "c.pem")))
        assert opener.open(server.public_url + "/healthz").read() == b"ok\n"
    finally:
        end(server)


def test_an_address_that_others_reach_is_refused_without_tls(tmp_path):
    def refused(*arguments):
        return subprocess.run([PROGRAM, "serve", "--data-dir", tmp_path / "d", *arguments],
                              capture_output=True, text=True, timeout=20)
    open_to_all = refused("--listen", "0.0.0.0:0")
    assert open_to_all.returncode == 2 and "--tls" in open_to_all.stderr
    halves = refused("--tls-cert", "x.pem")
    assert halves.returncode == 2 and "go together" in halves.stderr
    wrong = refused("--tls-cert", "/etc/hostname", "--tls-key", "/etc/hostname")
    assert wrong.returncode == 1 and "holds no certificate" in wrong.stderr
    server = on(tmp_path, "--listen", "0.0.0.0:0", "--tls")
    end(server)
    with start_server("--listen", "0.0.0.0:0", "--insecure-listen") as willing:
        assert willing.url.startswith("http://0.0.0.0:")
