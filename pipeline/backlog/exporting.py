"""Hands finished packages out: copies them to a folder or an object store, and lists them there.

    TO/<course>/<lesson>/<language>/...  manifest.json comes last: without it a package is not whole
    TO/<course>/index.json               the packages of one course, with the hash of every file
    TO/index.json                        the courses, with the hash of their index; the last of all

One index a course, because 2,400 courses in 22 languages are half a million packages. What is in a
package is decided in `pipeline.packaging`; nothing is made here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from courses.errors import StoreError, UsageError
from pipeline.backlog.addresses import is_inside, join
from pipeline.backlog.storage import Storage
from pipeline.package_folder import MANIFEST

INDEX = "index.json"
FORMAT = "karmavani-export/1"
AT_ONCE = 8  # packages on their way; a store answers slowly, but many at a time
_KINDS = {
    ".vtt": "text/vtt; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}

Named = tuple[str, str, str]
"""A package by its course, lesson and language."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export. index: address of the list of courses.

    written, unchanged: packages. refused: those left out, each with the reason.
    """

    index: str
    written: int
    unchanged: int
    refused: tuple[tuple[Named, str], ...]

    def facts(self) -> dict[str, Any]:
        """Return it as data."""
        keys = ("course", "lesson", "language", "reason")
        refused = [dict(zip(keys, (*named, why), strict=True)) for named, why in self.refused]
        counts = {"written": self.written, "unchanged": self.unchanged}
        return {"index": self.index, **counts, "refused": refused}

    def in_words(self) -> str:
        """Return it for people."""
        packages = f"{self.written} package{'s' * (self.written != 1)}"
        lines = [f"{packages} copied, {self.unchanged} there already: {self.index}"]
        lines += [f"left out: {'/'.join(named)}: {why}" for named, why in self.refused]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Found:
    """A package as it is on the disk: all its files, and what is said of it in the index."""

    named: Named
    files: Mapping[str, bytes]
    manifest: bytes
    entry: Mapping[str, Any]


@dataclass(slots=True)
class _Sum:
    written: int = 0
    unchanged: int = 0
    refused: list[tuple[Named, str]] = field(default_factory=list)


def export(
    out: Path,
    to: str,
    packages: Iterable[Named],
    storage: Storage,
    changed: bool = False,
    say: Callable[[str], None] | None = None,
) -> Exported:
    """Copy `packages` from the output folder `out` to `to`, as far as they are not there yet.

    packages: one course after the other. changed: hand out also what people changed by hand; its
    manifest then says so and holds the new hashes. say: is told of each course that is done.
    Raises UsageError for a place that cannot be, StoreError when it cannot be written; what was
    copied until then stays, and the next export goes on from it.
    """
    _check_apart(out, storage.place(to))
    total = _Sum()
    courses = {}
    for course, named in groupby(packages, itemgetter(0)):
        done = _Course(storage, join(to, _plain(course)), out / course)
        before = total.written
        courses[course] = done.export(list(named), changed, total)
        if say and total.written > before:
            say(f"{course}: {total.written - before} packages")
    index = join(to, INDEX)
    listed = {one["course"]: one for one in _read(storage, index, "courses")} | courses
    _write_list(storage, index, "courses", [listed[key] for key in sorted(listed)])
    return Exported(index, total.written, total.unchanged, tuple(total.refused))


class _Course:
    """One course where it goes to: `address` is its folder there, `folder` the one in OUT."""

    def __init__(self, storage: Storage, address: str, folder: Path) -> None:
        self.storage = storage
        self.address = address
        self.folder = folder
        self.index = join(address, INDEX)
        self.there = storage.sizes(address)
        self.listed = {_place(one): one for one in self._trusted()}

    def export(self, packages: list[Named], changed: bool, total: _Sum) -> dict[str, Any]:
        """Copy the packages, then their index; return what the list of courses says of it."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            work = partial(self._export_one, changed=changed)
            for named, entry, reason in pool.map(work, packages):
                if entry is None:
                    total.refused.append((named, reason))
                    continue
                total.written += reason == ""
                total.unchanged += reason != ""
                self.listed[_place(entry)] = entry
        rows = [self.listed[key] for key in sorted(self.listed)]
        sha256 = _write_list(self.storage, self.index, "packages", rows)
        return {"course": self.folder.name, "packages": len(rows), "sha256": sha256}

    def _trusted(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the index that is there, of packages that are whole there."""
        for row in _read(self.storage, self.index, "packages") if INDEX in self.there else ():
            if f"{_place(row)}/{MANIFEST}" in self.there and isinstance(row["files"], dict):
                yield row

    def _export_one(self, named: Named, changed: bool) -> tuple[Named, Any, str]:
        """Return the row of the index, and why nothing had to be done; no row: why not."""
        _, lesson, language = map(_plain, named)
        found = _find(self.folder / lesson / language, named, changed)
        if isinstance(found, str):
            return named, None, found
        if self._is_there(found):
            return named, found.entry, "unchanged"
        self._send(found)
        return named, found.entry, ""

    def _is_there(self, found: _Found) -> bool:
        place = _place(found.entry)
        if self.listed.get(place) != found.entry:
            return False
        sizes = {name: len(data) for name, data in found.files.items()}
        sizes[MANIFEST] = len(found.manifest)
        return all(self.there.get(f"{place}/{name}") == size for name, size in sizes.items())

    def _send(self, found: _Found) -> None:
        place = _place(found.entry)
        if f"{place}/{MANIFEST}" in self.there:  # nobody may read the old list of the new files
            self.storage.remove(join(self.address, f"{place}/{MANIFEST}"))
        for name, data in found.files.items():
            self._put(f"{place}/{name}", data, found.entry["files"][name])
        for name in self.listed.get(place, {}).get("files", {}):
            if name not in found.files and is_inside(name):
                self.storage.remove(join(self.address, f"{place}/{name}"))
        self._put(f"{place}/{MANIFEST}", found.manifest, _sha256(found.manifest))

    def _put(self, name: str, data: bytes, sha256: str) -> None:
        address = join(self.address, name)
        may_be_same = self.there.get(name) == len(data) and not name.endswith(f"/{MANIFEST}")
        if may_be_same and self.storage.noted(address) == sha256:
            return
        self.storage.write(address, data, sha256, _KINDS.get(Path(name).suffix, ""))


def _find(folder: Path, named: Named, changed: bool) -> _Found | str:
    """Return the package in `folder`, or why it is not handed out."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        written = dict(manifest["files"])
        # Desktops drop hidden files of their own, such as .DS_Store.
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
        files = {path.name: path.read_bytes() for path in sorted(paths) if _is_own(path)}
    except FileNotFoundError:
        return "there is no package"
    except (ValueError, TypeError, KeyError):
        return f"its {MANIFEST} is damaged"
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read: {error.strerror}.") from error
    raw = files.pop(MANIFEST)
    hashes = {name: _sha256(data) for name, data in files.items()}
    entry = {
        **dict(zip(("course", "lesson", "language"), named, strict=True)),
        "label": manifest.get("label", ""),
        "inputs": manifest.get("inputs", ""),
        "files": hashes,
    }
    if hashes != written:
        names = sorted(
            name for name in hashes.keys() | written.keys() if hashes.get(name) != written.get(name)
        )
        if not changed:
            return f"changed by hand or damaged: {', '.join(names)}"
        manifest |= {"files": hashes, "changed_by_hand": names}
        raw = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
        entry["changed_by_hand"] = names
    return _Found(named, files, raw, {**entry, "manifest": _sha256(raw)})


def _is_own(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()  # a link may lead anywhere


def _read(storage: Storage, address: str, what: str) -> list[dict[str, Any]]:
    """Return the rows of an index, none where there is none or it is damaged: it is made anew."""
    if not storage.exists(address):
        return []
    try:
        content = json.loads(b"".join(storage.blocks(address)))
        rows = content[what] if content["format"] == FORMAT else []
        keys = {"course"} if what == "courses" else {"lesson", "language", "files"}
        return [row for row in rows if isinstance(row, dict) and keys <= row.keys()]
    except (ValueError, TypeError, KeyError):
        return []


def _write_list(storage: Storage, address: str, what: str, rows: list[Any]) -> str:
    """Write an index unless it is there already, and return its sha256."""
    text = json.dumps({"format": FORMAT, what: rows}, ensure_ascii=False, indent=1) + "\n"
    data = text.encode()
    sha256 = _sha256(data)
    if storage.size(address) != len(data) or storage.noted(address) != sha256:
        storage.write(address, data, sha256, _KINDS[".json"])
    return sha256


def _place(entry: Mapping[str, Any]) -> str:
    return f"{entry['lesson']}/{entry['language']}"


def _plain(name: str) -> str:
    if not is_inside(name) or "/" in name:
        raise UsageError(f"{name!r} is no name of a course, lesson or language.")
    return name


def _check_apart(out: Path, place: object) -> None:
    if isinstance(place, Path) and place.resolve().is_relative_to(out.resolve()):
        raise UsageError(
            f"{place} is in the output folder itself.", "Name another folder, or an address."
        )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
