"""The audit log: who did what to what, when, and from where. Rows are never changed."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

from pipeline.review.models import AuditEntry, User

address: ContextVar[str | None] = ContextVar("address", default=None)
"""The address that the request being answered came from; set by the middleware."""


def record(who: User | None, what: str, about: Model | str, **detail: Any) -> None:
    """Add an entry; call it in the transaction of the change that it tells of.

    `about` is a row or a word. Never pass secrets, passwords or tokens in `detail`.
    """
    _entry(who, what, about, detail).save()


def record_each(who: User | None, what: str, rows: Iterable[Model], **detail: Any) -> None:
    """Add an entry about each of many rows, with the same detail."""
    entries = [_entry(who, what, row, detail) for row in rows]
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def _entry(who: User | None, what: str, about: Model | str, detail: dict[str, Any]) -> AuditEntry:
    named = about if isinstance(about, str) else f"{about._meta.model_name}:{about.pk}"
    return AuditEntry(
        who=who,
        name=who.name if who else "karmavani",
        what=what,
        about=named,
        detail=detail,
        address=address.get(),
    )
