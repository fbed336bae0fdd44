"""How long people work on a lesson in a language, and who is there now."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pipeline.review.models import Effort, Track, User

MOST_SECONDS = 120
"""Seconds that one report may add; the editor sends one several times a minute."""

HERE = timedelta(seconds=50)
"""Who reported within this time is still there."""


@transaction.atomic
def work(user: User, track: Track, seconds: int, line: int = 0) -> None:
    """Add seconds of work, and note that `user` has the line with the key `line` open."""
    added = max(0, min(seconds, MOST_SECONDS))
    now = timezone.now()
    row, made = Effort.objects.get_or_create(
        track=track,
        user=user,
        day=timezone.localdate(),
        defaults={"seconds": added, "at_line": line},
    )
    if not made:
        rows = Effort.objects.filter(pk=row.pk)
        rows.update(seconds=F("seconds") + added, seen=now, at_line=line)


def leave(user: User, track: Track) -> None:
    """Note that `user` has closed the editor."""
    Effort.objects.filter(track=track, user=user).update(seen=timezone.now() - HERE)


def others_here(user: User, track: Track) -> list[tuple[str, int]]:
    """Return name and open line of the other people who have the track open, by name."""
    rows = track.efforts.filter(seen__gt=timezone.now() - HERE).exclude(user=user)
    return sorted(set(rows.values_list("user__name", "at_line")))
