"""The video or sound of a lesson for the player, in pieces, and how loud it is.

A browser asks for ranges. An answer never holds more than `PIECE` bytes, so that a paused video
keeps no worker of the server busy; the browser asks for the rest when it needs it (RFC 9110,
15.3.7).
"""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from pipeline.peaks import A_SECOND
from pipeline.review.models import Lesson
from pipeline.review.store import peaks
from pipeline.review.views.editor_json import answers, lesson_of, said
from pipeline.review.views.problems import not_found

PIECE = 4 << 20  # bytes
TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/mp4",
    ".mkv": "video/webm",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
}
"""Suffix -> media type; nothing else is ever sent."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def media_type(lesson: Lesson) -> str:
    """Return the media type of a lesson's file, empty where browsers do not play it."""
    return TYPES.get(Path(lesson.media).suffix.lower(), "")


@require_safe
def media(request: HttpRequest, lesson: int) -> HttpResponseBase:
    """Send the media of a lesson, or the range of it that was asked for."""
    try:
        row = lesson_of(request, lesson)
    except Lesson.DoesNotExist:
        return not_found(request)
    file = Path(row.media)
    if not media_type(row) or not file.is_file():
        return not_found(request)
    answer = _piece(request, file)
    answer["Content-Type"] = media_type(row)
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, max-age=3600"
    answer["Content-Disposition"] = "inline"
    return answer


def _piece(request: HttpRequest, file: Path) -> HttpResponseBase:
    facts = file.stat()
    mark = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    wanted = _wanted(request, facts.st_size, mark)
    if wanted is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{facts.st_size}"
        return refused
    start, stop, whole = wanted
    answer = FileResponse(_Slice(file.open("rb"), start, stop), status=200 if whole else 206)
    answer["Content-Length"] = str(stop - start)
    answer["ETag"] = mark
    answer["Last-Modified"] = http_date(facts.st_mtime)
    if not whole:
        answer["Content-Range"] = f"bytes {start}-{stop - 1}/{facts.st_size}"
    return answer


def _wanted(request: HttpRequest, size: int, mark: str) -> tuple[int, int, bool] | None:
    """Return first byte, last byte + 1, and whether all is sent; None for a range outside."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    kept = request.headers.get("If-Range", mark) == mark
    if not found or not kept or found[0] == "bytes=-":
        return 0, size, True
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start = int(found[1])
        stop = min(size, int(found[2]) + 1) if found[2] else size
    if start >= stop:
        return None
    return start, min(stop, start + PIECE), False


class _Slice:
    """The bytes of an open file from `start` up to `stop`, to be read once."""

    def __init__(self, file: BinaryIO, start: int, stop: int) -> None:
        file.seek(start)
        self._file, self._left = file, stop - start

    def read(self, size: int) -> bytes:
        """Return at most `size` of the bytes that are left."""
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        return block

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@answers("GET")
def loudness(request: HttpRequest, lesson: int) -> HttpResponse:
    """Return how loud a lesson is, for the speech bar: base64 of ten values a second."""
    found = peaks.kept_peaks(lesson_of(request, lesson))
    return said(peaks=b64encode(found).decode("ascii"), a_second=A_SECOND)


ADDRESSES: list[URLPattern] = [
    path("edit/lessons/<int:lesson>/media", media, name="editor-media"),
    path("edit/lessons/<int:lesson>/peaks", loudness, name="editor-peaks"),
]
