"""Unpacks a course that was handed in as a .zip: only what a course holds, and never too much."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from courses.errors import ReviewError
from pipeline.course_folder import COURSE_FILE
from pipeline.course_input import CAPTIONS_SUFFIXES, MEDIA_SUFFIXES
from pipeline.review.store.uploads import MOST_CAPTIONS, SPARE, check_name

MOST_FILES = 500
MOST_BYTES = 20 << 30
MOST_RATIO = 200
"""Bytes out of one byte in: media hardly shrink, text shrinks ten times."""
MOST_AT_ONCE = 4 << 20
"""Bytes of its list of files: 500 need a tenth of that."""
_BLOCK = 1 << 20
_SMALL = 1 << 20  # below this a ratio says nothing


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a course into the empty `folder`; its course.toml lies at the top, or one below.

    Raises ReviewError for anything that is no course: other files, paths that lead out, links,
    encrypted entries, more than MOST_FILES, or more bytes than the archive says or may hold.
    """
    try:
        raw = archive.open("rb", buffering=0)
        with raw, _Careful(raw) as file, zipfile.ZipFile(file) as opened:
            entries = [one for one in opened.infolist() if not one.is_dir()]
            base = _base(entries)
            for entry in entries:
                _check(entry)
            _check_sum(sum(entry.file_size for entry in entries), archive)
            for entry in entries:
                if (place := _place(entry, base)) is not None:
                    _extract(opened, entry, folder / place)
    except OSError as error:
        raise ReviewError(
            _("The archive cannot be unpacked: %(strerror)s.") % {"strerror": error.strerror}
        ) from error
    except _FAULTS as error:
        raise ReviewError(
            _("The archive cannot be read: %(error)s.") % {"error": error}, _("Make it anew.")
        ) from error


_FAULTS = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, zlib.error),
    *(struct.error, ValueError, OverflowError),
)


class _Careful(io.BufferedReader):
    """A file of which nobody reads a lot at once, as the list of files of a hostile archive."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return at most `size` bytes; raises BadZipFile for too many."""
        wanted = size if size is not None and 0 <= size <= MOST_AT_ONCE else MOST_AT_ONCE + 1
        found = super().read(wanted)
        if len(found) > MOST_AT_ONCE:
            raise zipfile.BadZipFile("its list of files is too long")
        return found


def _check_sum(size: int, archive: Path) -> None:
    """Refuse what all entries together come to: entries may share bytes, so each looks small."""
    if size > MOST_BYTES:
        raise ReviewError(
            _("The archive holds more than %(bytes)s GiB.") % {"bytes": MOST_BYTES >> 30}
        )
    about = archive.stat()
    if size > max(_SMALL, MOST_RATIO * about.st_size):
        raise ReviewError(_("The archive grows too much when it is unpacked."))
    if shutil.disk_usage(archive.parent).free - size < SPARE:
        raise ReviewError(
            _("The server has no room for this archive."), _("Tell an administrator.")
        )


def _base(entries: list[zipfile.ZipInfo]) -> PurePosixPath:
    if len(entries) > MOST_FILES:
        raise ReviewError(_("The archive holds more than %(files)s files.") % {"files": MOST_FILES})
    found = [PurePosixPath(one.filename) for one in entries]
    tops = [one.parent for one in found if one.name == COURSE_FILE and len(one.parts) <= 2]
    if len(tops) != 1:
        raise ReviewError(
            _("The archive has no %(course_file)s at its top.") % {"course_file": COURSE_FILE},
            _("docs/courses.md shows how to write it."),
        )
    return tops[0]


def _check(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or len(path.parts) > 6:
        raise ReviewError(_("The path “%(filename)s” is not taken.") % {"filename": entry.filename})
    if entry.flag_bits & 1:
        raise ReviewError(_("“%(filename)s” is encrypted.") % {"filename": entry.filename})
    mode = entry.external_attr >> 16
    if mode & 0o170000 not in (0, 0o100000):
        raise ReviewError(_("“%(filename)s” is no plain file.") % {"filename": entry.filename})
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReviewError(
            _("“%(filename)s” is packed in a way that is not taken.")
            % {"filename": entry.filename},
            _("Use ZIP."),
        )
    if entry.file_size > _most(path):
        raise ReviewError(
            _("“%(filename)s” is too long for what it is.") % {"filename": entry.filename}
        )
    if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
        raise ReviewError(
            _("“%(filename)s” grows too much when it is unpacked.") % {"filename": entry.filename}
        )


def _most(path: PurePosixPath) -> int:
    """Return how many bytes a file of that kind may have: texts are read whole."""
    if path.name == COURSE_FILE:
        return _SMALL
    return MOST_CAPTIONS if path.suffix.lower() in CAPTIONS_SUFFIXES else MOST_BYTES


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
                raise ReviewError(
                    _("“%(filename)s” is longer than it says.") % {"filename": entry.filename}
                )
            target.write(block)
