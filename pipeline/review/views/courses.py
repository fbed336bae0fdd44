"""The list of courses, and one course: its lessons in every language at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from pipeline.review.models import Course, Lesson, Track, User
from pipeline.review.permissions import Action, may, visible_courses, visible_tracks
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.session import person

PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson with its track in each language of the course, None where it has none."""

    lesson: Lesson
    tracks: tuple[Track | None, ...]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """List the courses that the person may see, newest first."""
    user = person(request)
    wanted = {key: request.GET.get(key, "").strip()[:200] for key in ("q", "ministry", "partner")}
    rows = _filtered(visible_courses(user), wanted).annotate(size=Count("lessons"))
    page = Paginator(rows.order_by("-created"), PAGE).get_page(request.GET.get("page"))
    known = visible_courses(user)
    shown = {
        "page": page,
        "wanted": wanted,
        "ministries": _names(known, "ministry"),
        "partners": _names(known, "partner"),
        "may_hand_in": may(user, Action.HAND_IN),
        "may_invite": may(user, Action.MANAGE_PEOPLE),
    }
    return render(request, "review/home.html", shown)


def _filtered(rows: QuerySet[Course], wanted: dict[str, str]) -> QuerySet[Course]:
    if said := wanted["q"]:
        rows = rows.filter(Q(title__icontains=said) | Q(slug__icontains=said))
    for key in ("ministry", "partner"):
        if wanted[key]:
            rows = rows.filter(**{key: wanted[key]})
    return rows


def _names(rows: QuerySet[Course], field: str) -> list[str]:
    named = rows.exclude(**{field: ""}).order_by(field)
    return list(named.values_list(field, flat=True).distinct()[:PAGE])


@require_GET
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show a course: each lesson's transcript, and where it stands in each language."""
    user = person(request)
    row = visible_courses(user).select_related("contributor").get(slug=course)
    return render(request, "review/course.html", {"course": row} | grid(user, row))


def grid(user: User, row: Course) -> dict[str, Any]:
    """Return what the table of a course's lessons and languages shows to `user`."""
    tracks = list(visible_tracks(user).filter(lesson__course=row))
    codes = sorted({track.language for track in tracks})
    return {
        "languages": [(code, language_name(code)) for code in codes],
        "rows": _rows(row.lessons.all(), tracks, codes),
    }


def _rows(lessons: Iterable[Lesson], tracks: Iterable[Track], codes: list[str]) -> list[Row]:
    by_place = {(track.lesson_id, track.language): track for track in tracks}
    return [
        Row(lesson, tuple(by_place.get((lesson.pk, code)) for code in codes)) for lesson in lessons
    ]


ADDRESSES: list[URLPattern] = [
    path("", home, name="home"),
    path("c/<slug:course>/", course, name="course"),
]
