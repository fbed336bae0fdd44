"""One lesson: its transcript, and all that can be done with it in each language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from pipeline.review.models import Lesson
from pipeline.review.permissions import Action, may, visible_courses, visible_tracks
from pipeline.review.store.roundtrip import FORMATS
from pipeline.review.views.session import person


@require_GET
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show where a lesson stands in each language."""
    user = person(request)
    lessons = Lesson.objects.filter(course__in=visible_courses(user)).select_related("course")
    row = lessons.get(course__slug=course, slug=lesson)
    tracks = list(visible_tracks(user).filter(lesson=row).order_by("language"))
    shown = {
        "lesson": row,
        "tracks": [
            {
                "track": track,
                "may_approve": may(user, Action.APPROVE, track.language),
                "may_export": may(user, Action.EXPORT, track.language),
                "may_import": may(user, Action.IMPORT, track.language),
            }
            for track in tracks
        ],
        "formats": list(FORMATS),
    }
    return render(request, "review/dash/lesson.html", shown)


ADDRESSES: list[URLPattern] = [
    path("c/<slug:course>/<slug:lesson>/", lesson, name="lesson"),
]
