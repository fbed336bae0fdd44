"""Publishing a lesson in a language, and what was published: to look at, to fetch, to withdraw."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.languages import find_writing
from pipeline.package_folder import MANIFEST
from pipeline.review.models import Release, SecondLook, Track, User
from pipeline.review.permissions import Action, may, visible_tracks
from pipeline.review.store import publishing
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.session import person

TYPES = {".vtt": "text/vtt", ".srt": "application/x-subrip", ".json": "application/json"}
"""Ending -> media type; everything else goes out as plain text, so that no page of ours runs it."""


def track_of(user: User, course: str, lesson: str, language: str) -> Track:
    """Return a track that `user` may see; raises Track.DoesNotExist for all others."""
    rows = visible_tracks(user).select_related("lesson__course")
    return rows.get(lesson__course__slug=course, lesson__slug=lesson, language=language)


def release_of(user: User, key: int) -> Release:
    """Return a release of a track that `user` may see; raises Release.DoesNotExist."""
    rows = Release.objects.filter(track__in=visible_tracks(user))
    return rows.select_related("track__lesson__course", "by", "withdrawn_by").get(pk=key)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, course: str, lesson: str, language: str) -> HttpResponse:
    """Show what stands against publishing, and publish."""
    user = person(request)
    track = track_of(user, course, lesson, language)
    if request.method == "POST":
        release = publishing.publish(user, track.pk, request.POST.get("note", ""))
        messages.success(request, _("Published as version %d.") % release.version)
        return redirect("review:release", release.pk)
    shown = {
        "track": track,
        "lesson": track.lesson,
        "name": language_name(language),
        "may_publish": may(user, Action.PUBLISH),
        "obstacles": publishing.obstacles(user, track),
        "adherence": publishing.adherence(track),
        "releases": track.releases.select_related("by"),
        "next": track.version + 1,
        "in_bulk": track.lines.filter(sentence__retired=False, approved_in_bulk=True).count(),
        "open_looks": SecondLook.objects.filter(line__track=track, decided=None).count(),
    }
    return render(request, "review/publish.html", shown)


@require_GET
def release(request: HttpRequest, key: int) -> HttpResponse:
    """Show a published package: who approved it, its files, and the video with its subtitles."""
    user = person(request)
    found = release_of(user, key)
    manifest = json.loads((_folder(found) / MANIFEST).read_bytes())
    writing = find_writing(found.track.language)
    vtt = next(name for name in manifest["files"] if name.endswith(".vtt"))
    shown = {
        "release": found,
        "track": found.track,
        "lesson": found.track.lesson,
        "manifest": manifest,
        "name": language_name(found.track.language),
        "tag": writing.bcp47,
        "vtt": vtt,
        "people": sorted({line["approved_by"] for line in manifest["review"]["lines"]}),
        "may_withdraw": may(user, Action.PUBLISH) and found.withdrawn_at is None,
    }
    return render(request, "review/release.html", shown)


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a release for a reason."""
    user = person(request)
    found = release_of(user, key)
    publishing.withdraw(user, found.pk, request.POST.get("reason", ""))
    messages.success(request, _("Version %d is withdrawn.") % found.version)
    return redirect("review:release", found.pk)


@require_GET
def release_file(request: HttpRequest, key: int, name: str) -> FileResponse:
    """Hand out one file of a release that holds."""
    found = _holding(person(request), key)
    files = json.loads((_folder(found) / MANIFEST).read_bytes())["files"]
    if name not in files and name != MANIFEST:
        raise Http404
    kind = TYPES.get(Path(name).suffix, "text/plain")
    response = FileResponse(
        (_folder(found) / name).open("rb"), content_type=f"{kind}; charset=utf-8"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def release_zip(request: HttpRequest, key: int) -> HttpResponse:
    """Hand out a release that holds, as a .zip."""
    found = _holding(person(request), key)
    track = found.track
    name = f"{track.lesson.course.slug}.{track.lesson.slug}.{track.language}.v{found.version}.zip"
    response = HttpResponse(packed(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def packed(found: Release) -> bytes:
    """Return the files of a release as a .zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(_folder(found).iterdir()):
            archive.write(file, file.name)
    return made.getvalue()


def _holding(user: User, key: int) -> Release:
    found = release_of(user, key)
    if found.withdrawn_at is not None:
        raise Http404  # a withdrawn package is handed out to nobody
    return found


def _folder(found: Release) -> Path:
    return Path(settings.SITE.published) / found.folder


_TRACK = "c/<slug:course>/<slug:lesson>/<str:language>/"
ADDRESSES: list[URLPattern] = [
    path(f"{_TRACK}publish/", publish, name="publish"),
    path("releases/<int:key>/", release, name="release"),
    path("releases/<int:key>/withdraw/", withdraw, name="withdraw_release"),
    path("releases/<int:key>/package.zip", release_zip, name="release_zip"),
    path("releases/<int:key>/files/<str:name>", release_file, name="release_file"),
]
