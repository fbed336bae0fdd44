"""A language goes out as a file, and comes back with a report."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.errors import ReviewError, UsageError
from pipeline.exchange_import import Verdict
from pipeline.review.permissions import Action, require
from pipeline.review.store import roundtrip
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.publishing import track_of
from pipeline.review.views.session import person


@require_GET
def export(
    request: HttpRequest, course: str, lesson: str, language: str, form: str
) -> HttpResponse:
    """Hand out a track as XLIFF 2.1, XLIFF 1.2 or a review sheet."""
    user = person(request)
    track = track_of(user, course, lesson, language)
    name, data = roundtrip.export(user, track, form)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, course: str, lesson: str, language: str) -> HttpResponse:
    """Take a file that came back, and say what became of every line."""
    user = person(request)
    track = track_of(user, course, lesson, language)
    require(user, Action.IMPORT, language)
    outcome, error = None, ""
    if request.method == "POST":
        try:
            outcome = roundtrip.take_in(user, track.pk, _file(request), "skip" in request.POST)
        except UsageError as problem:
            error = str(problem)
    told = (
        [one for one in outcome.judgements if one.verdict is not Verdict.UNCHANGED]
        if outcome
        else []
    )
    shown = {
        "track": track,
        "lesson": track.lesson,
        "name": language_name(language),
        "formats": roundtrip.FORMATS,
        "outcome": outcome,
        "counts": outcome.counts() if outcome else {},
        "told": told,
        "error": error,
    }
    failed = error or (outcome is not None and not outcome.kept)
    return render(request, "review/import.html", shown, status=400 if failed else 200)


def _file(request: HttpRequest) -> tuple[str, bytes]:
    sent = request.FILES.get("file")
    if sent is None or sent.size is None or sent.name is None:
        raise ReviewError(_("No file was chosen."), _("Choose the file that came back."))
    if sent.size > roundtrip.MOST_BYTES:
        raise ReviewError(_("The file is too long."))
    return sent.name, sent.read()


_TRACK = "c/<slug:course>/<slug:lesson>/<str:language>/"
ADDRESSES: list[URLPattern] = [
    path(f"{_TRACK}export/<slug:form>/", export, name="export"),
    path(f"{_TRACK}import/", take_in, name="import"),
]
