"""Remembers how fast work went on this machine, so that estimates rest on what was measured.

The driver tells of every finished call; sums are kept in memory and written every half minute, one
statement a kind of work. A number that could not be written is written later: it never stops a run.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.backlog.fitting import Sums, fit
from pipeline.backlog.nouns import Stage
from pipeline.backlog.speeds import Speed

if TYPE_CHECKING:
    from pipeline.backlog.nouns import Work
    from pipeline.backlog.steps import Settled
    from pipeline.executors import Outcome

EVERY = 30.0  # seconds between two writings
_TERMS = re.compile(r"\|glossary:[^|]*")
_LONGEST = 400  # characters of a signature that are kept; the terms of a lesson are none of them

GIVING, KEEPING = 0.003, 0.004
"""Seconds of the driver an item, while a worker waits for it and after: benchmarks/capacity.md."""

Kind = tuple[Stage, str, str]
"""Stage, language, and the engine's Signature."""


def this_host() -> str:
    """Return what this machine calls itself."""
    return socket.gethostname()


class Learning:
    """Adds up what finished calls took. A worker's first call of a kind is kept apart: it loads
    a model, or the terms of a language.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._sums: dict[Kind, Sums] = {}
        self._met: set[tuple[str, Kind]] = set()
        self._written = time.monotonic()

    def note(self, work: Work, settled: Settled, outcome: Outcome) -> None:
        """Count one call that ended well; what was there already says nothing and is left out."""
        ended = settled.ended
        if not ended.reused and settled.units:
            kind = (work.stage, work.language, ended.signature)
            self.add(kind, outcome, settled.units, settled.written, ended.cost)
        if time.monotonic() - self._written > EVERY:
            self._try_to_flush()

    def add(
        self, kind: Kind, outcome: Outcome, units: float, written: int = 0, cost: float = 0.0
    ) -> None:
        """Count one call of a kind, over `units`, which left `written` bytes and cost `cost`."""
        stage, language, signature = kind
        key = (stage, language, _TERMS.sub("", signature)[:_LONGEST])
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = Sums()
        if (outcome.worker, key) in self._met:
            sums.add(units, outcome.seconds)
        else:
            self._met.add((outcome.worker, key))
            sums.add_start(units, outcome.seconds)
        sums.written += written
        sums.cost += cost
        sums.peak = max(sums.peak, outcome.peak)

    def _try_to_flush(self) -> None:
        from django.db import DatabaseError, InterfaceError

        try:
            self.flush()
        except (DatabaseError, InterfaceError):
            self._written = time.monotonic()  # what is not written stays, until the next time

    def flush(self) -> None:
        """Write what was added up since the last time. Raises Django's database errors."""
        for kind in list(self._sums):
            keep(self._host, {kind: self._sums[kind]})
            del self._sums[kind]
        self._written = time.monotonic()


def keep(host: str, sums: Mapping[Kind, Sums]) -> None:
    """Add sums to what is known of a machine. Raises Django's database errors."""
    from django.db import transaction
    from django.db.models import F
    from django.db.models.functions import Greatest

    from pipeline.backlog.models import Rate

    for (stage, language, signature), one in sums.items():
        facts = _facts(one)
        key = {"host": host, "stage": int(stage), "language": language, "signature": signature}
        added: dict[str, Any] = {name: F(name) + value for name, value in facts.items()}
        added["peak"] = Greatest(F("peak"), one.peak)
        with transaction.atomic():
            if not Rate.objects.filter(**key).update(**added):
                Rate.objects.create(**key, **facts, peak=one.peak)


def _facts(sums: Sums) -> dict[str, float]:
    facts = asdict(sums)
    del facts["peak"]
    return facts


def speeds(host: str) -> list[Speed]:
    """Return the speeds that were measured on a machine, one a stage, language and Signature."""
    from pipeline.backlog.models import Rate

    found = []
    for row in Rate.objects.filter(host=host).order_by("stage", "language", "signature"):
        sums = Sums(**{name: getattr(row, name) for name in Sums.__dataclass_fields__})
        if speed := fit(Stage(row.stage), row.language, row.signature, sums):
            found.append(speed)
    return found
