"""Model files on disk: hashes, the stamp of a verified folder, free space, one writer at a time.

A folder is verified whole once and then carries a stamp; on use only sizes, times and the stamp
are looked at, so that starting takes no second. A folder without a fitting stamp, one that was
copied from another machine for instance, is verified whole again. Fetches nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from courses.errors import ModelError, StoreError
from pipeline.model_rows import ModelFile, Source

STAMP = ".verified.json"
LOCK = "lock.json"
_SPARE = 32 << 20  # bytes left free on purpose: the disk is not ours alone


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_problems(folder: Path, files: tuple[ModelFile, ...]) -> list[str]:
    """Return one sentence for each file that is missing or not what it should be; hashes all."""
    return [text for file in files if (text := _problem_of(folder, file))]


def _problem_of(folder: Path, file: ModelFile) -> str:
    path = folder / file.name
    if not path.is_file():
        return f"{file.name} is missing"
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return f"{file.name} has {size:,} bytes, expected {file.size:,}"
    if file.sha256 and (found := sha256_of(path)) != file.sha256:
        return f"{file.name} has sha256 {found}, expected {file.sha256}"
    return ""


def is_verified(folder: Path, files: tuple[ModelFile, ...]) -> bool:
    """Return whether `folder` holds `files`, trusting a stamp that still fits; else hash them."""
    for file in files:
        state = _state(folder / file.name)
        if state is None or file.size not in (None, state[0]):
            return False
    if _read_json(folder / STAMP) == _stamp(folder, files):
        return True
    if find_problems(folder, files):
        return False
    write_stamp(folder, files)
    return True


def write_stamp(folder: Path, files: tuple[ModelFile, ...]) -> None:
    """Write down that `files` were verified; a folder that we may not write gets no stamp."""
    try:
        write_json(folder / STAMP, _stamp(folder, files))
    except PermissionError:
        return  # a shared read-only folder is hashed on every use instead


def _stamp(folder: Path, files: tuple[ModelFile, ...]) -> dict[str, Any]:
    return {file.name: [file.sha256, *(_state(folder / file.name) or ())] for file in files}


def _state(path: Path) -> tuple[int, int] | None:
    """Return size in bytes and time of change in ns, None when there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def pin(source: Source, folder: Path) -> Source:
    """Return `source` with the revision and hashes of its first fetch, if it needs and has them."""
    lock = _read_json(folder / LOCK)
    if source.pinned or not isinstance(lock, dict) or lock.get("repository") != source.repository:
        return source
    files = tuple(ModelFile(name, size, sha256) for name, (size, sha256) in lock["files"].items())
    return replace(source, revision=lock["revision"], files=files)


def write_pin(source: Source, folder: Path, ready: Path) -> Source:
    """Write the hashes of the files in `ready` down as the pin of `source`; return it pinned."""
    files = {
        file.name: [(ready / file.name).stat().st_size, sha256_of(ready / file.name)]
        for file in source.files
    }
    lock = {"repository": source.repository, "revision": source.revision, "files": files}
    write_json(folder / LOCK, lock)
    return pin(source, folder)


def content_of(folder: Path, files: tuple[ModelFile, ...]) -> str:
    """Return a hash of the names and contents of `files` in `folder`, 40 hex digits."""
    listing = "".join(f"{sha256_of(folder / file.name)}  {file.name}\n" for file in files)
    return hashlib.sha256(listing.encode()).hexdigest()[:40]


def write_json(path: Path, value: Any) -> None:
    """Write `value` whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def check_space(folder: Path, needed: int) -> None:
    """Raise StoreError unless the disk of `folder` has `needed` bytes and some to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise StoreError(
            f"No space for the model: {needed + _SPARE:,} bytes are needed in {folder}, "
            f"{free:,} bytes are free.",
            "Free some space, or set KARMAVANI_CACHE to a folder on another disk.",
        )


@contextmanager
def one_writer(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; another process waits here until this one is done or dead."""
    from filelock import FileLock

    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about `folder` into StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The model cache {folder} cannot be used: {error.strerror or error}.",
            "Check space and permissions, or set KARMAVANI_CACHE to another folder.",
        ) from error


def put_in_place(ready: Path, target: Path) -> None:
    """Rename the finished folder `ready` to `target`, on the same disk, replacing what is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = ready.with_name("old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    ready.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def refuse_damaged(folder: Path, files: tuple[ModelFile, ...], origin: str) -> None:
    """Raise ModelError and remove the bad files when `files` came wrong from `origin`."""
    problems = find_problems(folder, files)
    if not problems:
        return
    for file in files:
        if any(text.startswith(f"{file.name} has") for text in problems):
            (folder / file.name).unlink()
    raise ModelError(
        f"What came from {origin} is not the model that was asked for: {'; '.join(problems)}.",
        "It was not kept. Try again; if it stays so, do not use that source.",
    )
