"""Builds a model folder in the cache once, whole or not at all, however many processes ask.

One builds under a lock, into a folder beside it that is renamed when it is whole; what a killed
process left there is removed by the next. A receipt of the sizes tells a damaged build, which is
made again. Not for fetching and not for what is built.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

RECEIPT = "built.json"


def build_once(folder: Path, build: Callable[[Path], None]) -> Path:
    """Return `folder`, filled by ``build(empty folder)`` when it is not there and whole.

    Raises OSError when the disk refuses, and what `build` raises.
    """
    from filelock import FileLock

    if is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f"{folder.name}.lock"):
        if not is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
            _build_beside(folder, build)
    return folder


def is_whole(folder: Path) -> bool:
    """Return whether `folder` was built to its end and every file still has its size."""
    try:
        sizes = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _build_beside(folder: Path, build: Callable[[Path], None]) -> None:
    """Build under a name that the lock gives to one process alone, then rename."""
    work = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        build(work)
        sizes = {
            path.relative_to(work).as_posix(): path.stat().st_size
            for path in sorted(work.rglob("*"))
            if path.is_file()
        }
        (work / RECEIPT).write_text(json.dumps(sizes, indent=1), encoding="utf-8")
        work.rename(folder)
    except BaseException:  # Ctrl-C too: gigabytes must not stay
        shutil.rmtree(work, ignore_errors=True)
        raise
