"""A folder in the cache is built once and whole."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from translators.built_once import RECEIPT, build_once, is_whole


def test_many_ask_and_one_builds(tmp_path: Path) -> None:
    built: list[Path] = []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "deep").mkdir()
        (folder / "deep/model.bin").write_bytes(b"weights")

    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: build_once(tmp_path / "made", build), range(8)))
    assert folders == {tmp_path / "made"}
    assert len(built) == 1
    assert is_whole(tmp_path / "made")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "made.lock"]


def test_a_file_that_lost_bytes_or_is_gone_makes_it_not_whole(tmp_path: Path) -> None:
    def build(folder: Path) -> None:
        (folder / "model.bin").write_bytes(b"weights")

    folder = build_once(tmp_path / "made", build)
    (folder / "model.bin").write_bytes(b"weight")
    assert not is_whole(folder)
    assert is_whole(build_once(folder, build))
    (folder / "model.bin").unlink()
    assert not is_whole(folder)
    (folder / RECEIPT).write_text("{")
    assert not is_whole(folder)


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from translators.built_once import build_once

def die(folder):
    (folder / "model.bin").write_bytes(b"half")
    os._exit(9)

build_once(Path(sys.argv[1]), die)
"""
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path / "made")], check=False)
    assert died.returncode == 9
    assert any(tmp_path.glob("made*/**/model.bin"))
    (tmp_path / "made.other").mkdir()
    build_once(tmp_path / "made", lambda folder: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "made.lock", "made.other"]


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def build(folder: Path) -> None:
        (folder / "model.bin").write_bytes(b"half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        build_once(tmp_path / "made", build)
    assert not (tmp_path / "made").exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
