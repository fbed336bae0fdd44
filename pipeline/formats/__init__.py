"""The formats that a package is written in, each one module with the same verbs.

A new format: a module here with `SUFFIX` and ``write(document) -> str`` as in `Format`, one row in
`FORMATS`, and a round-trip test against a parser that is not ours. Readers will be ``read``.
Nothing here touches the disk; text is encoded as UTF-8 without a byte order mark.
"""

from __future__ import annotations

from typing import Protocol

from pipeline.formats import subrip, transcript, webvtt
from pipeline.formats.document import Document, Sentence

__all__ = ["FORMATS", "REVISION", "Document", "Format", "Sentence"]

REVISION = "2"
"""Raised with every change that makes a writer give other text for the same document."""


class Format(Protocol):
    """A module of this package; `SUFFIX` with its point, the same on every machine."""

    SUFFIX: str

    def write(self, document: Document) -> str:
        """Return the whole file; the same document always gives the same text."""
        ...


FORMATS: dict[str, Format] = {
    "webvtt": webvtt,
    "subrip": subrip,
    "transcript": transcript,
}
"""Name -> module."""
