"""A package on disk: a folder of files with a manifest, written whole or not at all.

A package is made beside its place and moved there in one step. One that holds the result of the
same inputs is left alone. One that a person changed by hand is never overwritten: it is kept
beside the new one as ``<language>.kept-1``. What is in the files is decided in `packaging`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from courses.errors import StoreError

MANIFEST = "manifest.json"
FORMAT = "karmavani-package/1"
TIMESTAMP = "created"  # the one field of a manifest that differs between two equal runs


@dataclass(frozen=True, slots=True)
class Handout:
    """A package as the run reports it: where it is, whether it is new, what is in it.

    `changed`: a person changed its files, and it is left as it is. `kept`: where such a package
    went, because a new one had to take its place. `terms`: the counts of the adherence report.
    """

    folder: Path
    fresh: bool
    errors: int = 0
    warnings: int = 0
    changed: bool = False
    kept: Path | None = None
    terms: dict[str, Any] | None = None

    @property
    def note(self) -> str:
        """Return what a person is told about it."""
        if self.changed:
            return "changed by hand, left as it is"
        if not self.fresh:
            return "up to date"
        errors = f"{self.errors} error{'s' * (self.errors != 1)}"
        warnings = f"{self.warnings} warning{'s' * (self.warnings != 1)}"
        note = f"written, {errors} and {warnings} to look at"
        return f"{note}; your changed files are in {self.kept}" if self.kept else note


def find_package(folder: Path, inputs: str) -> Handout | None:
    """Return the package made from exactly `inputs` (a hash) if `folder` is one, else None."""
    with _translated(folder):
        manifest = _read_manifest(folder)
        if manifest is None or manifest.get("inputs") != inputs:
            return None
        counts = manifest.get("counts", {})
        return Handout(
            folder,
            fresh=False,
            errors=counts.get("errors", 0),
            warnings=counts.get("warnings", 0),
            changed=not _intact(folder, manifest),
            terms=manifest.get("terms"),
        )


def inputs_at(folder: Path) -> str:
    """Return what the package in `folder` was made from, a hash; "" where there is none.

    One that a person changed by hand is as good as it was made: it is left as it is. Raises
    StoreError.
    """
    with _translated(folder):
        manifest = _read_manifest(folder)
        return str(manifest.get("inputs", "")) if manifest else ""


def contents_of(
    inputs: str, files: Mapping[str, str], facts: Mapping[str, Any]
) -> dict[str, bytes]:
    """Return what is in a package of `files` (name -> text): name -> bytes, manifest included."""
    contents = {name: text.encode() for name, text in files.items()}
    hashes = {name: _sha256(data) for name, data in sorted(contents.items())}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = {"format": FORMAT, "inputs": inputs, **facts, "files": hashes, TIMESTAMP: now}
    contents[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    return contents


def write_package(folder: Path, contents: Mapping[str, bytes]) -> Path | None:
    """Write what `contents_of` gave as the package `folder`.

    Returns where an older package went that a person had changed, None where there was none.
    Raises StoreError when the disk is full or the folder cannot be written; the package that
    was there is then still there.
    """
    with _translated(folder):
        there = _read_manifest(folder)
        touched = folder.exists() and not (there and _intact(folder, there))
        kept = _free_name(folder) if touched else None
        _replace(folder, contents, kept)
    return kept


def sweep(course_folder: Path) -> None:
    """Remove what a killed run left half-made; call it while no other run writes there."""
    for leftover in course_folder.glob("*/.making-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for old in course_folder.glob("*/.old-*"):
        place = old.parent / old.name.removeprefix(".old-")
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            with _translated(place):
                old.rename(place)


def _replace(folder: Path, contents: Mapping[str, bytes], kept: Path | None) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        making.chmod(0o755)
        for name, data in contents.items():
            with (making / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        old = folder.parent / f".old-{folder.name}"
        if folder.exists():
            folder.rename(kept or old)
        making.rename(folder)
        if old.exists():
            shutil.rmtree(old)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and isinstance(manifest.get("files"), dict)
    return manifest if is_ours else None


def _intact(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Return whether the files are byte for byte what the manifest says was written."""
    expected = manifest["files"]
    # Desktops drop hidden files of their own, such as .DS_Store.
    present = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return present - {MANIFEST} == set(expected) and all(
        _sha256((folder / name).read_bytes()) == digest for name, digest in expected.items()
    )


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The package {folder} cannot be written: {error.strerror or error}.",
            "Free some disk space or choose another folder with --out, then run it again.",
        ) from error


def _free_name(folder: Path) -> Path:
    number = 1
    while (name := folder.with_name(f"{folder.name}.kept-{number}")).exists():
        number += 1
    return name


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
