"""Says every ten seconds that a run is alive, whatever its driver waits for meanwhile.

A driver may be silent for long: it waits for a disk, fetches a model, or works itself. A run that
nobody hears of is taken for dead, and another one takes up its work.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection
from django.utils import timezone

from pipeline.backlog.models import Run

EVERY = 10.0  # seconds between two beats
_END = 5.0  # seconds to wait for a last one, that hangs on a database that does not answer


@contextmanager
def beating(run: int, every: float = EVERY) -> Iterator[None]:
    """Write the beat of a run (its row) until the end of the `with`, or of the process.

    A beat that cannot be written, because the database is busy or gone, is left out.
    """
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(run, every, over), name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_END)


def _beat(run: int, every: float, over: threading.Event) -> None:
    # Django gives each thread a connection of its own.
    try:
        while not over.wait(every):
            try:
                Run.objects.filter(pk=run, ended__isnull=True).update(beat=timezone.now())
            except Error:
                connection.close()  # the next beat opens another
    finally:
        connection.close()
