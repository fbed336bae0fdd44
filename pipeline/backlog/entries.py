"""What a folder or a store says of its files, in our words. Names are never trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.backlog.addresses import Remote, is_inside


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder. size: bytes, 0 of a folder."""

    name: str
    is_folder: bool
    size: int = 0


def entries_of(folder: Path) -> Iterator[Entry]:
    """Yield what is in a folder of this machine; raises OSError."""
    for path in folder.iterdir():
        is_folder = path.is_dir()
        yield Entry(path.name, is_folder, 0 if is_folder else path.lstat().st_size)


def entries_in(folder: Remote, found: list[dict[str, Any]]) -> Iterator[Entry]:
    """Yield what fsspec found in `folder`, without names that could lead out of it."""
    above = folder.path.strip("/") + "/"
    for one in found:
        whole = str(one["name"]).removeprefix("/")
        whole = whole.removesuffix("/") if one.get("type") == "directory" else whole
        name = whole.removeprefix(above)
        if whole.startswith(above) and "/" not in name and is_inside(name):
            is_folder = one.get("type") == "directory"
            yield Entry(name, is_folder, 0 if is_folder else int(one.get("size") or 0))


def tag_of(found: dict[str, Any]) -> str:
    """Return what tells two states of an object apart, a hash of its facts where it has no tag."""
    if tag := str(found.get("ETag") or found.get("etag") or "").strip('"'):
        return tag[:48]
    facts = sorted((key, str(value)) for key, value in found.items() if key != "atime")
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
