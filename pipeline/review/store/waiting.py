"""What waits for a person: the sections of their queue, counted by the database.

Only reads. Each section is short: what matters most is first, and the rest is a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pipeline.review.models import (
    Job,
    JobState,
    Lesson,
    Line,
    LineState,
    Mention,
    TermProposal,
    Track,
    TrackState,
    TranscriptState,
    User,
)
from pipeline.review.permissions import (
    Action,
    languages_of,
    may,
    visible_courses,
    visible_tracks,
)
from pipeline.review.store import sampling

SHOWN = 20
"""Rows of a section on the first page."""
_DECIDED = (TranscriptState.APPROVED, TranscriptState.WAIVED)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of work: `total` things wait, `rows` are those that matter most."""

    name: str
    title: str | Promise
    total: int
    rows: list[Any] = field(default_factory=list)


def sections(user: User, most: int = SHOWN, only: str = "") -> Iterator[Section]:
    """Yield what waits for `user`, most urgent first; empty sections are left out."""
    for name, title, find in _SECTIONS:
        if only and name != only:
            continue
        found = find(user)
        if found is None:
            continue
        total = found.count()
        if total:
            yield Section(name, title, total, list(found[:most]))


Found = QuerySet[Any] | None
"""The rows of a section in order; None where the person has no such work at all."""


def _settled(user: User) -> QuerySet[Track]:
    """Return the tracks whose lines `user` may approve now."""
    rows = visible_tracks(user).filter(language__in=languages_of(user))
    return rows.filter(lesson__transcript__in=_DECIDED).select_related("lesson__course")


def _returned(user: User) -> Found:
    """Return tracks with returned lines, those with lines of the person's own first."""
    if not languages_of(user):
        return None
    back = Q(lines__state=LineState.RETURNED, lines__sentence__retired=False)
    rows = _settled(user).annotate(
        count=Count("lines", filter=back),
        own=Count("lines", filter=back & Q(lines__author=user)),
    )
    holding = Line.objects.filter(state=LineState.RETURNED).values("track")
    return rows.filter(pk__in=holding, count__gt=0).order_by("-own", "-count", "pk")


def _mentions(user: User) -> Found:
    rows = Mention.objects.filter(user=user, seen__isnull=True, comment__resolved_by__isnull=True)
    rows = rows.filter(comment__line__track__in=visible_tracks(user))
    about = "comment__line__track__lesson__course"
    return rows.select_related(about, "comment__author").order_by("comment__created")


def _transcripts(user: User) -> Found:
    if not may(user, Action.APPROVE_TRANSCRIPT):
        return None
    rows = Lesson.objects.filter(course__in=visible_courses(user))
    rows = rows.filter(transcript=TranscriptState.IN_REVIEW).select_related("course")
    return rows.order_by("course__created", "course", "position")


def _tracks(user: User) -> Found:
    """Return tracks to review: one's own, then begun ones, then those with most risky lines."""
    if not languages_of(user):
        return None
    rows = _settled(user).filter(state=TrackState.IN_REVIEW, total__gt=F("approved"))
    first = Case(
        When(reviewer=user, then=Value(0)),
        When(approved__gt=0, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.annotate(first=first, left=F("total") - F("approved")).order_by(
        "first", "-errors", "-risky", "lesson__course__created", "pk"
    )


def _second_person(user: User) -> Found:
    """Return tracks with lines that somebody else edited."""
    if not languages_of(user):
        return None
    edited = Line.objects.filter(state=LineState.EDITED, sentence__retired=False)
    others = Q(lines__state=LineState.EDITED, lines__sentence__retired=False)
    rows = _settled(user).filter(pk__in=edited.exclude(author=user).values("track"))
    counted = rows.annotate(count=Count("lines", filter=others & ~Q(lines__author=user)))
    return counted.order_by("-count", "pk")


def _second_looks(user: User) -> Found:
    if not languages_of(user):
        return None
    rows = sampling.waiting(user).order_by().values("line__track__language")
    return rows.annotate(count=Count("pk")).order_by("-count")


def _ready(user: User) -> Found:
    if not may(user, Action.PUBLISH):
        return None
    rows = visible_tracks(user).filter(state=TrackState.REVIEWED, lesson__transcript__in=_DECIDED)
    return rows.select_related("lesson__course").order_by("errors", "updated", "pk")


def _proposals(user: User) -> Found:
    if not may(user, Action.DECIDE_TERM):
        return None
    rows = TermProposal.objects.filter(accepted__isnull=True).order_by().values("language")
    return rows.annotate(count=Count("pk")).order_by("-count", "language")


def _failed(user: User) -> Found:
    if not may(user, Action.OPERATE):
        return None
    rows = Job.objects.filter(state=JobState.FAILED).select_related("course", "lesson")
    return rows.order_by("-finished")


_SECTIONS: tuple[tuple[str, str | Promise, Callable[[User], Found]], ...] = (
    ("failed", _("Work that failed"), _failed),
    ("mentions", _("You were called"), _mentions),
    ("returned", _("Returned lines"), _returned),
    ("transcripts", _("Transcripts to review"), _transcripts),
    ("second_person", _("Edited by others, waiting for a second person"), _second_person),
    ("tracks", _("To review"), _tracks),
    ("second_looks", _("Second looks"), _second_looks),
    ("ready", _("Ready to publish"), _ready),
    ("proposals", _("Proposed terms"), _proposals),
)
