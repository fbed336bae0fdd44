"""The dead letters of the backlog, put together by their reason.

Reads the latest failures by their own index, whatever else is in the queue. What differs only in a
file, a name or a number is one kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models.functions import Left

from pipeline.backlog import remembering
from pipeline.backlog.hiding import without_secrets
from pipeline.backlog.models import Item
from pipeline.backlog.nouns import State

LATEST = 1000  # failures that are put together
EXAMPLES = 3  # items that are shown of one kind
_LENGTH = remembering.LONGEST


@dataclass(slots=True)
class KindOfFailure:
    """Failures with one kind of reason. items: the latest first; shown: some, with their lesson."""

    error: str
    kind: str
    reason: str
    items: list[int] = field(default_factory=list)
    shown: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Failures:
    """The latest failures. groups: error -> its kinds, the most frequent first."""

    count: int = 0
    groups: dict[str, list[KindOfFailure]] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Return whether these are all there are."""
        return self.count < LATEST


def failures() -> Failures:
    """Return the latest dead letters by error and kind of reason."""
    kinds: dict[tuple[str, str], KindOfFailure] = {}
    rows = _latest()
    for item, error, reason in rows:
        key = (error, kind_of(reason))
        kind = kinds.setdefault(key, KindOfFailure(*key, without_secrets(reason)))
        kind.items.append(item)
    _show_some(kinds.values())
    found = Failures(len(rows))
    for kind in sorted(kinds.values(), key=lambda one: -len(one.items)):
        found.groups.setdefault(kind.error, []).append(kind)
    return found


def members(error: str, kind: str) -> list[int]:
    """Return the latest failed items of one kind."""
    return [item for item, name, reason in _latest() if (name, kind_of(reason)) == (error, kind)]


@lru_cache(maxsize=4096)
def kind_of(reason: str) -> str:
    """Return the kind of a reason; remembered, because a page asks the same again."""
    return remembering.kind_of(reason)


def _latest() -> list[tuple[int, str, str]]:
    rows = Item.objects.filter(state=State.FAILED).order_by("-finished")
    return list(rows.values_list("pk", "error", Left("reason", _LENGTH))[:LATEST])


def _show_some(kinds: Iterable[KindOfFailure]) -> None:
    """Fill in the rows that are shown, all of them with one question."""
    wanted = {item for kind in kinds for item in kind.items[:EXAMPLES]}
    rows = Item.objects.select_related("course", "lesson").defer("reason", "note").in_bulk(wanted)
    for kind in kinds:
        kind.shown = [rows[item] for item in kind.items[:EXAMPLES] if item in rows]
