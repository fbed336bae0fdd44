"""Builds a model folder in the cache once, whole or not at all, however many processes ask.

One builds under a lock, into a folder of its own that is renamed when it is whole; a receipt of
the sizes tells a damaged build, which is made again. Not for fetching and not for what is built.
"""

from __future__ import annotations

import json
import shutil
import tempfile
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
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as work:
        whole = Path(work) / "model"
        whole.mkdir()
        build(whole)
        sizes = {
            path.relative_to(whole).as_posix(): path.stat().st_size
            for path in sorted(whole.rglob("*"))
            if path.is_file()
        }
        (whole / RECEIPT).write_text(json.dumps(sizes, indent=1), encoding="utf-8")
        whole.rename(folder)
