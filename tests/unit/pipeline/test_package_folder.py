"""Packages on disk: whole or not at all, and a person's work is never overwritten."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from courses.errors import StoreError
from pipeline.package_folder import (
    MANIFEST,
    contents_of,
    find_package,
    sweep,
    write_package,
)


def put(folder: Path, inputs: str, files: dict[str, str], facts: dict[str, Any]) -> Path | None:
    """Write a package of texts."""
    return write_package(folder, contents_of(inputs, files, facts))


def holds(folder: Path, inputs: str) -> bool:
    found = find_package(folder, inputs)
    return found is not None and not found.changed


def test_the_manifest_has_the_hash_of_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "course" / "lesson" / "hi"
    put(folder, "inputs-1", {"a.txt": "नमस्ते", "b.txt": ""}, {"label": "draft"})
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["files"] == {
        "a.txt": hashlib.sha256("नमस्ते".encode()).hexdigest(),
        "b.txt": hashlib.sha256(b"").hexdigest(),
    }
    assert (manifest["label"], manifest["inputs"]) == ("draft", "inputs-1")
    assert holds(folder, "inputs-1")
    assert not holds(folder, "inputs-2")


def test_an_untouched_package_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "hi"
    put(folder, "1", {"old.txt": "old"}, {})
    assert put(folder, "2", {"new.txt": "new"}, {}) is None
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "new.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hi"]


@pytest.mark.parametrize("change", ["edit", "add", "remove", "no manifest"])
def test_a_package_that_a_person_changed_is_kept_beside_the_new_one(
    tmp_path: Path, change: str
) -> None:
    folder = tmp_path / "hi"
    put(folder, "1", {"a.txt": "machine", "b.txt": "machine"}, {})
    match change:
        case "edit":
            (folder / "a.txt").write_text("person")
        case "add":
            (folder / "notes.txt").write_text("person")
        case "remove":
            (folder / "b.txt").unlink()
        case "no manifest":
            (folder / MANIFEST).unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert not holds(folder, "1")
    kept = put(folder, "2", {"a.txt": "machine", "b.txt": "machine"}, {})
    assert kept == tmp_path / "hi.kept-1"
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert holds(folder, "2")


def test_a_changed_package_of_the_same_inputs_is_found_and_said_to_be_changed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "hi"
    put(folder, "1", {"a.txt": "machine"}, {"counts": {"errors": 2, "warnings": 1}})
    found = find_package(folder, "1")
    assert found is not None
    assert (found.fresh, found.changed, found.errors, found.warnings) == (False, False, 2, 1)
    (folder / ".DS_Store").write_text("a desktop's own file is no change")
    assert holds(folder, "1")
    (folder / "a.txt").write_text("person")
    found = find_package(folder, "1")
    assert found is not None
    assert found.note == "changed by hand, left as it is"


def test_a_manifest_that_is_none_of_ours_is_no_package(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"inputs": "1", "files": ["a.txt"]}')
    assert find_package(tmp_path, "1") is None


def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson"
    put(lesson / "hi", "1", {"a.txt": "a"}, {})
    put(lesson / "ta", "1", {"a.txt": "a"}, {})
    (lesson / ".making-x").mkdir()
    (lesson / ".making-x" / "half.txt").write_text("ha")
    (lesson / "ta").rename(lesson / ".old-ta")  # killed between the two renames
    sweep(tmp_path)
    assert sorted(path.name for path in lesson.iterdir()) == ["hi", "ta"]
    assert holds(lesson / "ta", "1")


def test_a_full_disk_is_our_error_and_the_old_package_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "hi"
    put(folder, "1", {"a.txt": "old"}, {})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        put(folder, "2", {"a.txt": "new"}, {})
    assert holds(folder, "1")
    assert [path.name for path in tmp_path.iterdir()] == ["hi"]
