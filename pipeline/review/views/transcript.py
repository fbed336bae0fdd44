"""The page in which the source is corrected and approved, and its endpoints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from courses.errors import ConflictError, ForbiddenError, ReviewError
from courses.languages import find_language, find_writing
from pipeline.review.models import Lesson, Sentence, TranscriptState, User
from pipeline.review.permissions import Action, may, visible_courses
from pipeline.review.store import transcript as store
from pipeline.review.views.editor import common_config, is_settled, modules, writing_facts
from pipeline.review.views.editor_json import Body, answers, lesson_of, refuse, said, sent
from pipeline.review.views.editor_media import media_type
from pipeline.review.views.editor_rows import moment
from pipeline.review.views.problems import problem
from pipeline.review.views.session import person
from pipeline.review.views.transcript_rows import row_of, rows_of

_OVERLAP = timedelta(seconds=10)


class Save(Body):
    """A text and the version it was made from."""

    text: str
    version: int


def _lesson(request: HttpRequest, course: str, lesson: str) -> Lesson:
    lessons = Lesson.objects.filter(course__in=visible_courses(person(request)))
    return get_object_or_404(
        lessons.select_related("course", "transcript_by"), course__slug=course, slug=lesson
    )


@require_safe
def transcript(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Show the transcript of a lesson."""
    row = _lesson(request, course, lesson)
    shown = {
        "lesson": row,
        "course": row.course,
        "language": find_language(row.language),
        "writing": find_writing(row.language),
        "kind": media_type(row).partition("/")[0],
        "settled": is_settled(row),
        "changed": store.changed_since(row),
        "waiting": row.transcript == TranscriptState.WAITING,
        "may_approve": may(person(request), Action.APPROVE_TRANSCRIPT),
        "config": _config(person(request), row),
        "modules": modules(),
    }
    return render(request, "review/transcript.html", shown)


def _config(user: User, lesson: Lesson) -> dict[str, Any]:
    """Return what the page's script has to know: the lines are the sentences themselves."""
    return common_config(user, lesson, lesson.language) | {
        "scope": "transcript",
        "source": writing_facts(lesson.language),
        "may": {
            "edit": may(user, Action.EDIT_TRANSCRIPT),
            "approve": False,
            "comment": False,
        },
        "states": {"draft": _("as heard"), "edited": _("edited")},
        "paths": {
            "lines": f"lessons/{lesson.pk}/sentences",
            "news": f"lessons/{lesson.pk}/sentence-news",
        },
    }


@gzip_page
@answers("GET")
def sentences(request: HttpRequest, lesson: int) -> HttpResponse:
    """Return all sentences of a lesson, with what is doubtful in them."""
    now, row = timezone.now(), lesson_of(request, lesson)
    rows = rows_of(row.sentences.filter(retired=False), row.language, person(request))
    return said(rows=rows, counts=_counts(row), now=now.isoformat())


@gzip_page
@answers("GET")
def news(request: HttpRequest, lesson: int) -> HttpResponse:
    """Return the sentences that changed since a moment."""
    now, row = timezone.now(), lesson_of(request, lesson)
    since = moment(request.GET.get("since", "")) - _OVERLAP
    changed = row.sentences.filter(retired=False, texts__created__gt=since).distinct()
    rows = rows_of(changed, row.language, person(request))
    return said(rows=rows, counts=_counts(row), here=[], now=now.isoformat())


def _counts(lesson: Lesson) -> dict[str, Any]:
    live = lesson.sentences.filter(retired=False)
    done = live if is_settled(lesson) else live.filter(edited_by__isnull=False)
    return {
        "total": live.count(),
        "approved": done.count(),
        "errors": 0,
        "warnings": 0,
        "state": lesson.transcript,
        "label": lesson.get_transcript_display(),
    }


def _sentence(request: HttpRequest, pk: int) -> Sentence:
    lessons = Lesson.objects.filter(course__in=visible_courses(person(request)))
    rows = Sentence.objects.filter(lesson__in=lessons, retired=False)
    return rows.select_related("lesson", "edited_by").get(pk=pk)


@answers("POST")
def save(request: HttpRequest, sentence: int) -> HttpResponse:
    """Save a sentence; its line in every language becomes stale."""
    what, row = sent(request, Save), _sentence(request, sentence)
    try:
        store.save_sentence(person(request), row.pk, what.text, what.version)
    except ConflictError as error:
        told = row_of(_sentence(request, sentence), person(request))
        return refuse(409, error.message, error.advice, row=told)
    now = _sentence(request, sentence)
    return said(row=row_of(now, person(request)), counts=_counts(now.lesson))


@answers("GET")
def history(request: HttpRequest, sentence: int) -> HttpResponse:
    """Return the texts that a sentence had, newest first."""
    row = _sentence(request, sentence)
    texts = [
        {
            "version": one.version,
            "text": one.text,
            "origin": _("edit") if one.author else _("recognised"),
            "by": one.author.name if one.author else _("machine"),
            "at": one.created,
        }
        for one in row.texts.select_related("author").order_by("-version")
    ]
    return said(texts=texts, sources=[])


@require_POST
def approve(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Approve the transcript, or waive its review where a reason is sent."""
    row = _lesson(request, course, lesson)
    try:
        if "reason" in request.POST:
            store.waive_transcript(person(request), row.pk, request.POST["reason"])
        else:
            store.approve_transcript(person(request), row.pk)
    except ForbiddenError as error:
        return problem(request, 403, error.message, error.advice)
    except ReviewError as error:
        messages.error(request, str(error))
    return redirect("review:transcript", course, lesson)


ADDRESSES: list[URLPattern] = [
    path("c/<slug:course>/<slug:lesson>/transcript/", transcript, name="transcript"),
    path("c/<slug:course>/<slug:lesson>/transcript/approve/", approve, name="transcript-approve"),
    path("edit/lessons/<int:lesson>/sentences", sentences, name="transcript-sentences"),
    path("edit/lessons/<int:lesson>/sentence-news", news, name="transcript-news"),
    path("edit/sentences/<int:sentence>/save", save, name="transcript-save"),
    path("edit/sentences/<int:sentence>/history", history, name="transcript-history"),
]
