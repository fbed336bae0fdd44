"""What must be true of an XML file before a parser may see it whole, and how much it may hold.

Entity declarations are refused, whatever they declare: no TBX file needs one, and with them a
small file can fill the memory or name other files. A DOCTYPE is allowed and never loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from courses.errors import UsageError
from courses.xml_prolog import read_prolog
from glossaries.rows import open_bytes

BLOCK = 1 << 16
MOST_PROLOG = 1 << 20  # bytes before the first element
MOST_ENTRY = 32 << 20  # bytes of one entry


def root_of(path: Path) -> str:
    """Return the name of the root element, without its prefix, having read only as far as it.

    Raises UsageError for entity declarations, and for a beginning that is no XML.
    """
    with open_bytes(path) as file:
        try:
            prolog = read_prolog(_blocks(path, file))
        except ValueError as error:
            raise UsageError(
                f"{path} cannot be read as XML: {error}.", "Save it anew as XML in UTF-8."
            ) from error
    if prolog.entity:
        raise UsageError(
            f"{path} declares the XML entity {prolog.entity!r}, which is refused: entities can fill"
            " the memory or read other files.",
            "Write the text itself in place of the entity.",
        )
    return prolog.root


def _blocks(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
        if file.tell() > MOST_PROLOG:
            raise UsageError(f"{path} has no element in its first {MOST_PROLOG:,} bytes.")


class MeteredFile:
    """A binary file that refuses to go on when one entry of it is longer than MOST_ENTRY."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file, self._since = path, file, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes; raises UsageError when the entry has no end in sight."""
        data = self._file.read(size)
        self._since += len(data)
        if self._since > MOST_ENTRY:
            raise UsageError(
                f"{self._path} holds an entry of more than {MOST_ENTRY:,} bytes.",
                "A concept is a few lines; the file is damaged or made to do harm.",
            )
        return data

    def entry_ends(self) -> None:
        """Note that an entry ended: what comes now belongs to the next."""
        self._since = 0
