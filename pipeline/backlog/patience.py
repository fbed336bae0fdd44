"""Waits for a database that restarts and for room on a disk: what was computed is not lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from courses.errors import StoreError

T = TypeVar("T")
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0  # seconds


class Patience:
    """Calls again what failed for want of a database or of space, for at most `most` seconds."""

    def __init__(self, most: float, say: Callable[[str], None]) -> None:
        self._most, self._say = most, say
        self.was_needed = False  # since somebody last set it back

    def __call__(self, function: Callable[[], T]) -> T:
        """Return what `function` returns; it must be safe to call again.

        Raises StoreError when it still fails after `most` seconds.
        """
        began, wait, told = time.monotonic(), FIRST_WAIT, False
        while True:
            try:
                found = function()
            except (OperationalError, InterfaceError, StoreError) as error:
                said, self.was_needed = in_words(error), True
                connection.close()  # the next call opens another
                if time.monotonic() - began + wait > self._most:
                    raise said from error
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


def in_words(error: Exception) -> StoreError:
    """Return an error of the database or the disk as one of ours, which says what to do."""
    if isinstance(error, StoreError):
        return error
    said = " ".join(str(error).split()) or type(error).__name__
    return StoreError(
        f"The backlog's database does not answer: {said}.",
        "Bring it back, or free space on its disk, and run the same command again.",
    )
