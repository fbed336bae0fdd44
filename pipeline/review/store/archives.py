"""Unpacks a course that was handed in as a .zip: only what a course holds, and never too much."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from courses.errors import ReviewError
from pipeline.course_input import CAPTIONS_SUFFIXES, COURSE_FILE, MEDIA_SUFFIXES
from pipeline.review.store.uploads import check_name

MOST_FILES = 500
MOST_BYTES = 20 << 30
MOST_RATIO = 200
"""Bytes out of one byte in: media hardly shrink, text shrinks ten times."""
_BLOCK = 1 << 20
_SMALL = 1 << 20  # below this a ratio says nothing


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a course into the empty `folder`; its course.toml lies at the top, or one below.

    Raises ReviewError for anything that is no course: other files, paths that lead out, links,
    encrypted entries, more than MOST_FILES, or more bytes than the archive says or may hold.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [one for one in opened.infolist() if not one.is_dir()]
            base = _base(entries)
            for entry in entries:
                _check(entry)
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise ReviewError(f"The archive holds more than {MOST_BYTES >> 30} GiB.")
            for entry in entries:
                if (place := _place(entry, base)) is not None:
                    _extract(opened, entry, folder / place)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
        raise ReviewError(f"The archive cannot be read: {error}.", "Make it anew.") from error


def _base(entries: list[zipfile.ZipInfo]) -> PurePosixPath:
    if len(entries) > MOST_FILES:
        raise ReviewError(f"The archive holds more than {MOST_FILES} files.")
    found = [PurePosixPath(one.filename) for one in entries]
    tops = [one.parent for one in found if one.name == COURSE_FILE and len(one.parts) <= 2]
    if len(tops) != 1:
        raise ReviewError(
            f"The archive has no {COURSE_FILE} at its top.",
            "docs/courses.md shows how to write it.",
        )
    return tops[0]


def _check(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or len(path.parts) > 6:
        raise ReviewError(f"The path {entry.filename!r} is not taken.")
    if entry.flag_bits & 1:
        raise ReviewError(f"{entry.filename!r} is encrypted.")
    mode = entry.external_attr >> 16
    if mode & 0o170000 not in (0, 0o100000):
        raise ReviewError(f"{entry.filename!r} is no plain file.")
    if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
        raise ReviewError(f"{entry.filename!r} grows too much when it is unpacked.")


def _place(entry: zipfile.ZipInfo, base: PurePosixPath) -> PurePosixPath | None:
    """Return the path of an entry inside the course, None for what a course does not need."""
    path = PurePosixPath(entry.filename)
    if base not in path.parents:
        return None
    inside = path.relative_to(base)
    suffix = inside.suffix.lower()
    if inside == PurePosixPath(COURSE_FILE):
        return inside
    if suffix in (*MEDIA_SUFFIXES, *CAPTIONS_SUFFIXES):
        for part in inside.parts[:-1]:
            check_name(part + suffix)
        check_name(inside.name)
        return inside
    return None


def _extract(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> None:
    """Write one entry; an entry that is longer than it says is refused while it is written."""
    place.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with opened.open(entry) as source, place.open("xb") as target:
        while block := source.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise ReviewError(f"{entry.filename!r} is longer than it says.")
            target.write(block)
