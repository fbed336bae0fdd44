"""How far courses are in which language: counted by the database, a page of courses at a time.

Only reads. `tracks` and `courses` are what a person may see: the numbers are of these alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from pipeline.review.models import Course, Track, TrackState

STATES = tuple(TrackState)
"""From the least to the most that a lesson can be in a language; withdrawn comes last."""
_LEAST_FIRST = (
    TrackState.WITHDRAWN,
    TrackState.DRAFTING,
    TrackState.IN_REVIEW,
    TrackState.REVIEWED,
    TrackState.PUBLISHED,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the matrix is asked for; an empty word is everything."""

    title: str = ""
    ministry: str = ""
    partner: str = ""
    language: str = ""
    state: str = ""


@dataclass(slots=True)
class Cell:
    """A course in one language: lessons by state, lines, open errors."""

    states: dict[str, int] = field(default_factory=dict)
    lines: int = 0
    approved: int = 0
    errors: int = 0

    @property
    def lessons(self) -> int:
        """Return how many lessons are there in the language."""
        return sum(self.states.values())

    @property
    def published(self) -> int:
        """Return how many of them are published."""
        return self.states.get(TrackState.PUBLISHED, 0)

    @property
    def state(self) -> TrackState:
        """Return the state of the lesson that is least far."""
        return next(state for state in _LEAST_FIRST if self.states.get(state))

    @property
    def percent(self) -> int:
        """Return approved lines in percent, rounded down: 100 is all of them."""
        return 100 * self.approved // self.lines if self.lines else 0


def chosen(courses: QuerySet[Course], tracks: QuerySet[Track], wanted: Wanted) -> QuerySet[Course]:
    """Return the courses that are asked for."""
    if wanted.title:
        courses = courses.filter(Q(title__icontains=wanted.title) | Q(slug=wanted.title))
    for name in ("ministry", "partner"):
        if said := getattr(wanted, name):
            courses = courses.filter(**{name: said})
    if wanted.language or wanted.state:
        there = among(tracks, wanted).values("lesson__course")
        courses = courses.filter(pk__in=there)
    return courses


def among(tracks: QuerySet[Track], wanted: Wanted) -> QuerySet[Track]:
    """Return the tracks in the language and state that are asked for."""
    said = {"language": wanted.language, "state": wanted.state}
    return tracks.filter(**{key: value for key, value in said.items() if value})


def cells(
    courses: Iterable[Course], tracks: QuerySet[Track], language: str
) -> dict[int, dict[str, Cell]]:
    """Return course key -> language -> cell, of these courses."""
    found: dict[int, dict[str, Cell]] = {}
    rows = tracks.filter(lesson__course__in=[course.pk for course in courses])
    if language:
        rows = rows.filter(language=language)
    for course, code, state, *counts in _counted(rows, "lesson__course"):
        cell = found.setdefault(course, {}).setdefault(code, Cell())
        _add(cell, state, counts)
    return found


def _counted(rows: QuerySet[Track], *by: str) -> Iterator[tuple[Any, ...]]:
    named = rows.order_by(*by, "language", "state").values_list(*by, "language", "state")
    return named.annotate(
        n=Count("pk"), said=Sum("total"), done=Sum("approved"), wrong=Sum("errors")
    ).iterator(chunk_size=2000)


def _add(cell: Cell, state: str, counts: list[int]) -> None:
    count, lines, approved, errors = counts
    cell.states[state] = cell.states.get(state, 0) + count
    cell.lines, cell.approved = cell.lines + lines, cell.approved + approved
    cell.errors += errors


def totals(tracks: QuerySet[Track]) -> dict[str, dict[str, int]]:
    """Return language -> state -> lessons, by language."""
    found: dict[str, dict[str, int]] = {}
    rows = tracks.order_by("language", "state").values_list("language", "state")
    for language, state, count in rows.annotate(n=Count("pk")):
        found.setdefault(language, {})[state] = count
    return found


def flat(tracks: QuerySet[Track]) -> Iterator[tuple[Any, ...]]:
    """Yield slug, title, ministry, partner, language, state, lessons, lines, approved, errors."""
    about = ("slug", "title", "ministry", "partner")
    yield from _counted(tracks, *(f"lesson__course__{name}" for name in about))
