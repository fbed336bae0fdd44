"""A real S3 server on loopback, with a bucket `courses`; and the fixture of `bench`."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.backlog.bench import bench  # noqa: F401 - for all tests here

BUCKET = "courses"


@dataclass
class ObjectStore:
    """The server: its URL, and a client of another make than ours."""

    server: Any
    url: str
    client: Any

    def put(self, key: str, content: bytes) -> None:
        """Put an object into the bucket."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def keys(self) -> list[str]:
        """Return the keys of all objects."""
        found = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [one["Key"] for one in found]

    def reset(self, what: str, body: bytes = b"") -> None:
        """Ask the server itself for something: `reset` empties it, `reset-auth` makes it strict."""
        kind = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(f"{self.url}/moto-api/{what}", body, kind)
        urllib.request.urlopen(request).close()

    def stop(self) -> None:
        """End the server; what is under way is cut off."""
        self.client.close()
        if self.server._thread.is_alive():
            self.server.stop()
            self.server._server.server_close()


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIATESTONLY",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


def _start() -> ObjectStore:
    boto3 = pytest.importorskip("boto3")
    moto_server = pytest.importorskip("moto.server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto_server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = (ENVIRONMENT["AWS_ACCESS_KEY_ID"], ENVIRONMENT["AWS_SECRET_ACCESS_KEY"])
    named = dict(zip(("aws_access_key_id", "aws_secret_access_key"), keys, strict=True))
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **named)
    return ObjectStore(server, url, client)


def _name(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """Let the environment name the server, and empty it: all of one process share their objects."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": store.url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    store.reset("reset")
    store.client.create_bucket(Bucket=BUCKET)
    return store


@pytest.fixture(scope="session")
def running_s3() -> Iterator[ObjectStore]:
    """Start one server for all tests; it takes half a second to end."""
    store = _start()
    yield store
    store.stop()


@pytest.fixture
def s3(running_s3: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """Return the server, empty, with the environment naming it."""
    return _name(running_s3, monkeypatch)


@pytest.fixture
def mortal_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """Return a server that the test may stop, which nobody has spoken to before."""
    store = _name(_start(), monkeypatch)
    yield store
    store.stop()
