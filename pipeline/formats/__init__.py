"""The formats that a package is written in, each one module with the same verbs.

A new format: a module here with `SUFFIX`, ``write(document) -> str`` and ``read(data, name)`` as in
`Format`, one row in `FORMATS`, and a round-trip test against a parser that is not ours. Writing
what was read from what was written gives the same text again. Nothing here touches the disk; text
is encoded as UTF-8 without a byte order mark.
"""

from __future__ import annotations

from typing import Protocol

from pipeline.formats import cue_data, reading_page, subrip, transcript, ttml, webvtt
from pipeline.formats.document import Document, Reading, Sentence, Skipped

__all__ = ["FORMATS", "REVISION", "Document", "Format", "Reading", "Sentence", "Skipped"]

REVISION = "3"
"""Raised with every change that makes a writer give other text for the same document."""


class Format(Protocol):
    """A module of this package; `SUFFIX` with its point, the same on every machine."""

    SUFFIX: str

    def write(self, document: Document) -> str:
        """Return the whole file; the same document always gives the same text."""
        ...

    def read(self, data: bytes, name: str) -> Reading:
        """Return what the format holds of a document; `name` of the file is for messages.

        Raises CaptionsError for what is no file of this format, or not safe to read.
        """
        ...


FORMATS: dict[str, Format] = {
    "webvtt": webvtt,
    "subrip": subrip,
    "transcript": transcript,
    "html": reading_page,
    "ttml": ttml,
    "json": cue_data,
}
"""Name -> module."""
