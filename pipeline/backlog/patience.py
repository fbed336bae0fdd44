"""Waits for a database that restarts and for room on a disk: what was computed is not lost.

What cannot be written although the disk takes files is the fault of one item, and nobody waits.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from courses.errors import StoreError

T = TypeVar("T")
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0  # seconds
PROBE = 8 << 20  # bytes: more than a package, so that a disk that takes them is not full


class PatienceError(StoreError):
    """The database or the disk did not come back: the run ends, and nothing is lost."""


class Patience:
    """Calls again what failed for want of a database or of space, for at most `most` seconds.

    folder: where results are kept; None for none.
    """

    def __init__(self, most: float, say: Callable[[str], None], folder: Path | None = None) -> None:
        self._most, self._say, self._folder = most, say, folder
        self.was_needed = False  # since somebody last set it back

    def __call__(self, function: Callable[[], T]) -> T:
        """Return what `function` returns; it must be safe to call again.

        Raises PatienceError when it still fails after `most` seconds, and StoreError at once when
        the disk takes other files.
        """
        began, wait, told = time.monotonic(), FIRST_WAIT, False
        while True:
            try:
                found = function()
            except (OperationalError, InterfaceError, StoreError) as error:
                if isinstance(error, StoreError) and self._folder and takes_files(self._folder):
                    raise
                said = in_words(error)
                if not isinstance(error, StoreError):
                    self.was_needed = True
                    connection.close()  # the next call opens another
                if time.monotonic() - began + wait > self._most:
                    raise PatienceError(said.message, said.advice) from error
                if not told:
                    self._say(f"Waiting, nothing is lost: {said}")
                    told = True
                time.sleep(wait)
                wait = min(LONGEST_WAIT, wait * 2)
            except DatabaseError as error:
                raise in_words(error) from error
            else:
                if told:
                    self._say("Going on.")
                return found


def takes_files(folder: Path) -> bool:
    """Return whether the disk of `folder` takes a file of PROBE bytes; nothing stays."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\1" * PROBE)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def in_words(error: Exception) -> StoreError:
    """Return an error of the database or the disk as one of ours, which says what to do."""
    if isinstance(error, StoreError):
        return error
    said = " ".join(str(error).split()) or type(error).__name__
    if not isinstance(error, OperationalError | InterfaceError):
        return StoreError(
            f"The backlog's database refuses this: {said}.",
            "It is there, and what is in it is kept. This should not happen: please report it.",
        )
    return StoreError(
        f"The backlog's database does not answer: {said}.",
        "Bring it back, or free space on its disk, and run the same command again.",
    )
