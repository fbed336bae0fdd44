"""Fetching models from a hub: the real client against a small server on loopback."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from courses.errors import ModelError
from pipeline.config import Config
from pipeline.models import Registry

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONTENT = {"model.bin": b"weights" * 5_000, "config.json": b"{}"}


@dataclass
class Hub:
    """One repository ``someone/tiny`` with one commit, which its branch main points to."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(CONTENT))
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(send=False)

        def do_GET(self) -> None:
            self.answer(send=True)

        def answer(self, send: bool) -> None:
            hub.asked.append(f"{self.command} {self.path}")
            name = self.path.rpartition("/")[2]
            if self.path == "/api/models/someone/tiny/revision/main":
                body = json.dumps({"id": "someone/tiny", "sha": COMMIT}).encode()
            elif self.path.startswith(f"/someone/tiny/resolve/{COMMIT}/") and name in hub.files:
                body = hub.files[name]
            else:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if send:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield hub
    server.shutdown()
    server.server_close()


def make_registry(folder: Path, revision: str, pinned: bool) -> Registry:
    files = "".join(
        f'{{ name = "{name}", size = {len(data)}, sha256 = "{hashlib.sha256(data).hexdigest()}" }},'
        if pinned
        else f'{{ name = "{name}" }},'
        for name, data in CONTENT.items()
    )
    (folder / "models.toml").write_text(
        f"""
[[model]]
name = "tiny"
task = "transcription"
engines = ["faster-whisper"]
languages = ["en"]
licence = "MIT"
licence_url = "https://example.org"
hashes = "published"
note = ""

[[model.source]]
kind = "hub"
repository = "someone/tiny"
revision = "{revision}"
files = [{files}]
"""
    )
    return Registry.load(Config(cache=folder / "cache"), home=folder)


def test_a_pinned_model_comes_from_its_commit_and_only_its_files(
    hub: Hub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hub.files["danger.py"] = b"raise SystemExit"
    registry = make_registry(tmp_path, COMMIT, pinned=True)
    told: list[tuple[int, int]] = []
    folder = registry.folder("tiny", lambda done, total: told.append((done, total)))
    assert folder == tmp_path / "cache/models/tiny" / COMMIT
    assert {name: (folder / name).read_bytes() for name in CONTENT} == CONTENT
    assert sorted(path.name for path in folder.iterdir()) == [".verified.json", *sorted(CONTENT)]
    assert not any("danger" in line for line in hub.asked)
    assert told[-1] == (35_002, 35_002)
    assert registry.revision("tiny") == COMMIT[:12]
    assert capfd.readouterr() == ("", "")  # the client draws no bars of its own


def test_a_hub_that_gives_other_bytes_than_pinned_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.files["model.bin"] = b"Weights" * 5_000
    registry = make_registry(tmp_path, COMMIT, pinned=True)
    with pytest.raises(ModelError, match=r"came from someone/tiny at 0123.*model\.bin has sha256"):
        registry.folder("tiny")
    assert not list(registry.root.rglob("model.bin"))


def test_a_model_without_hashes_is_not_fetched_unless_trusted(hub: Hub, tmp_path: Path) -> None:
    registry = make_registry(tmp_path, "main", pinned=False)
    with pytest.raises(ModelError, match="models fetch tiny --trust-unpinned"):
        registry.folder("tiny")
    assert hub.asked == []


def test_what_was_trusted_once_is_the_pin_from_then_on(hub: Hub, tmp_path: Path) -> None:
    registry = make_registry(tmp_path, "main", pinned=False)
    folder = replace(registry, trust_unpinned=True).folder("tiny")
    assert folder.name == COMMIT  # the commit, not the branch that moves
    assert registry.folder("tiny") == folder
    assert registry.verify("tiny") == []

    (folder / "model.bin").write_bytes(b"Weights" * 5_000)
    assert "model.bin has sha256" in registry.verify("tiny")[0]
    hub.files["model.bin"] = b"Weights" * 5_000
    with pytest.raises(ModelError, match=r"model\.bin has sha256"):
        replace(registry, trust_unpinned=True).folder("tiny")

    hub.files["model.bin"] = CONTENT["model.bin"]
    assert registry.folder("tiny") == folder
    assert registry.verify("tiny") == []


def test_a_file_that_the_hub_does_not_have_is_said_by_name(hub: Hub, tmp_path: Path) -> None:
    del hub.files["config.json"]
    registry = make_registry(tmp_path, COMMIT, pinned=True)
    with pytest.raises(ModelError, match=r"config\.json"):
        registry.folder("tiny")


def test_a_hub_that_cannot_be_reached_is_a_model_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # the discard port: nobody listens
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # the client waits between its tries
    registry = make_registry(tmp_path, "main", pinned=False)
    with pytest.raises(ModelError, match="someone/tiny at main"):
        replace(registry, trust_unpinned=True).folder("tiny")
