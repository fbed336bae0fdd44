"""The page in which a language of a lesson is reviewed; what it does goes through `editor_*`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.languages import Profile, find_language, find_writing
from pipeline.review.models import Lesson, LineState, Track, TranscriptState, User
from pipeline.review.permissions import Action, may, visible_tracks
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.editor_media import media_type
from pipeline.review.views.editor_words import WORDS, reason_words
from pipeline.review.views.session import person


@require_safe
def editor(request: HttpRequest, course: str, lesson: str, language: str) -> HttpResponse:
    """Show the editor of a lesson in a language."""
    tracks = visible_tracks(person(request)).select_related("lesson__course")
    track = get_object_or_404(
        tracks, lesson__course__slug=course, lesson__slug=lesson, language=language
    )
    shown = {
        "track": track,
        "lesson": track.lesson,
        "course": track.lesson.course,
        "language": find_language(track.language),
        "writing": find_writing(track.language),
        "kind": media_type(track.lesson).partition("/")[0],
        "settled": is_settled(track.lesson),
        "config": _config(person(request), track),
        "modules": modules(),
        "whole": track.findings.filter(line__isnull=True, waived_by__isnull=True),
    }
    return render(request, "review/editor.html", shown)


@cache
def modules() -> tuple[str, ...]:
    """Return the addresses of the editor's scripts, which a browser then fetches all at once."""
    folder = Path(__file__).parents[1] / "static" / "review" / "editor"
    return tuple(static(f"review/editor/{path.name}") for path in sorted(folder.glob("*.js")))


def _config(user: User, track: Track) -> dict[str, Any]:
    """Return what the page's script has to know."""
    lesson, language = track.lesson, track.language
    return common_config(user, lesson, language) | {
        "scope": "track",
        "track": track.pk,
        "source": writing_facts(lesson.language),
        "may": {
            "edit": may(user, Action.EDIT, language),
            "approve": may(user, Action.APPROVE, language),
            "comment": may(user, Action.COMMENT),
            "propose": may(user, Action.PROPOSE_TERM),
        },
        "states": {str(value): str(label) for value, label in LineState.choices},
        "reasons": reason_words(),
        "paths": {
            "lines": f"tracks/{track.pk}/lines",
            "news": f"tracks/{track.pk}/news",
            "work": f"tracks/{track.pk}/work",
            "cues": f"tracks/{track.pk}/cues",
            "propose": reverse("review:propose_term"),
        },
    }


def common_config(user: User, lesson: Lesson, language: str) -> dict[str, Any]:
    """Return what the scripts of both editors have to know; texts are texts, never markup."""
    return {
        "person": {"id": user.pk, "name": user.name},
        "lesson": lesson.pk,
        "target": writing_facts(language),
        "profile": profile_facts(find_language(language).profile),
        "duration": lesson.duration,
        "root": reverse("review:editor-peaks", args=[lesson.pk]).partition("lessons/")[0],
        "login": reverse("review:login"),
        "settled": is_settled(lesson),
        "words": {key: str(text) for key, text in WORDS.items()},
        "reasons": {},
        "interface": get_language() or "en",
    }


def is_settled(lesson: Lesson) -> bool:
    """Return whether the transcript is approved or its review waived."""
    return lesson.transcript in (TranscriptState.APPROVED, TranscriptState.WAIVED)


def writing_facts(code: str) -> dict[str, str]:
    """Return what a browser has to know of a language or writing."""
    writing = find_writing(code)
    return {
        "code": writing.code,
        "base": writing.code.partition("_")[0],
        "lang": writing.bcp47,
        "dir": writing.direction,
        "script": writing.script,
        "name": language_name(code),
    }


def profile_facts(profile: Profile) -> dict[str, Any]:
    """Return the limits of subtitles; times in ms, speeds in clusters a second."""
    return {
        "width": profile.width,
        "lines": profile.lines,
        "shortest": profile.shortest,
        "longest": profile.longest,
        "gap": profile.gap,
        "target": profile.target_cps,
        "hard": profile.hard_cps,
    }


ADDRESSES: list[URLPattern] = [
    path("c/<slug:course>/<slug:lesson>/<slug:language>/", editor, name="editor"),
]
