"""The coverage matrix: every course in every language, a page of courses at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from pipeline.review.models import Course, TrackState
from pipeline.review.permissions import Action, require, visible_courses, visible_tracks
from pipeline.review.store import coverage
from pipeline.review.store.coverage import Cell, Wanted
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.session import person
from pipeline.review.views.spreadsheet import csv_answer, wants_csv

PAGE = 40
_HEAD = (
    *("course", "title", "ministry", "partner", "language"),
    *("state", "lessons", "lines", "approved", "errors"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A course with its cell in each language shown, None where it has none."""

    course: Course
    cells: tuple[Cell | None, ...]


@require_GET
def matrix(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Show the courses that are asked for by language, or all of them as CSV."""
    user = person(request)
    require(user, Action.SEE)
    wanted = _wanted(request)
    tracks = visible_tracks(user)
    courses = coverage.chosen(visible_courses(user), tracks, wanted)
    narrowed = any((wanted.title, wanted.ministry, wanted.partner))
    of_these = tracks.filter(lesson__course__in=courses) if narrowed else tracks
    if wants_csv(request):
        return csv_answer("coverage", _HEAD, coverage.flat(coverage.among(of_these, wanted)))
    totals = coverage.totals(coverage.among(of_these, wanted))
    page = Paginator(courses.order_by("title", "pk"), PAGE).get_page(request.GET.get("page"))
    codes = sorted(totals, key=language_name)
    shown = {
        "wanted": wanted,
        "asked": _asked(request),
        "states": TrackState.choices,
        "known": _known(visible_courses(user)),
        "languages": codes,
        "all_languages": sorted(coverage.totals(tracks), key=language_name)
        if wanted.language
        else codes,
        "totals": [(code, _row(totals[code])) for code in codes],
        "page": page,
        "rows": _rows(page, coverage.cells(page, tracks, wanted.language), codes),
    }
    return render(request, "review/dash/matrix.html", shown)


def _wanted(request: HttpRequest) -> Wanted:
    names = asdict(Wanted())
    return Wanted(**{name: request.GET.get(name, "").strip()[:200] for name in names})


def _asked(request: HttpRequest) -> str:
    asked = request.GET.copy()
    for name in ("page", "as"):
        asked.pop(name, None)
    return asked.urlencode()


def _known(courses: QuerySet[Course]) -> dict[str, list[str]]:
    return {
        name: list(
            courses.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
        )
        for name in ("ministry", "partner")
    }


def _row(states: dict[str, int]) -> list[tuple[str, int]]:
    return [*((state, states.get(state, 0)) for state in TrackState), ("", sum(states.values()))]


def _rows(
    courses: Iterable[Course], found: dict[int, dict[str, Cell]], codes: list[str]
) -> list[Row]:
    return [
        Row(course, tuple(found.get(course.pk, {}).get(code) for code in codes))
        for course in courses
    ]


ADDRESSES: list[URLPattern] = [path("coverage/", matrix, name="matrix")]
