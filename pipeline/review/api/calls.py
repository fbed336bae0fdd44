"""The calls of the API, version 1."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Status

from courses.errors import ConflictError, ForbiddenError, KarmavaniError, ReviewError
from pipeline.package_folder import MANIFEST
from pipeline.review.api.access import Key, caller
from pipeline.review.api.shapes import (
    Announcement,
    CourseFull,
    CourseIn,
    CourseOut,
    Problem,
    ReleaseOut,
    UploadState,
)
from pipeline.review.models import Course, Release, Upload, User
from pipeline.review.permissions import visible_courses, visible_tracks
from pipeline.review.store import uploads
from pipeline.review.store.handing_in import Submission, hand_in
from pipeline.review.store.tokens import Scope
from pipeline.review.store.uploads import Announced
from pipeline.review.views.publishing import packed, release_of

PAGE = 100
_REFUSALS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem}

api = NinjaAPI(
    title="karmavani",
    version="1",
    description="Hand in courses, follow them, fetch what was published.",
    docs_url=None,  # its page would load scripts from elsewhere
    auth=Key(),
    urls_namespace="api",
)
calls = Router()


@api.exception_handler(KarmavaniError)
def refuse(request: HttpRequest, error: KarmavaniError) -> HttpResponse:
    """Answer an error of ours with what it says."""
    status = 403 if isinstance(error, ForbiddenError) else 400
    status = 409 if isinstance(error, ConflictError) else status
    told = {"error": error.message, "advice": error.advice}
    return api.create_response(request, told, status=status)


@api.exception_handler(ObjectDoesNotExist)
def missing(request: HttpRequest, error: ObjectDoesNotExist) -> HttpResponse:
    """Answer for a row that is not there, or that the caller may not see."""
    return api.create_response(request, {"error": "Not found.", "advice": ""}, status=404)


@api.exception_handler(DataError)
@api.exception_handler(OverflowError)
@api.exception_handler(UnicodeEncodeError)
def unfit(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer numbers and letters that no column can hold."""
    told = {"error": "A value is not one that can be kept.", "advice": ""}
    return api.create_response(request, told, status=400)


@calls.post("/uploads", response={201: UploadState, **_REFUSALS}, operation_id="begin_upload")
def begin_upload(request: HttpRequest, file: Announcement) -> Status[dict[str, Any]]:
    """Announce a file; the answer says from which byte on it is wanted."""
    user = caller(request, Scope.SUBMIT)
    begun = uploads.begin(user, Announced(file.name, file.size, file.sha256))
    return Status(201, _upload(begun))


@calls.get("/uploads/{key}", response={200: UploadState, **_REFUSALS}, operation_id="get_upload")
def get_upload(request: HttpRequest, key: uuid.UUID) -> dict[str, Any]:
    """Say where an upload stands."""
    return _upload(uploads.look(caller(request, Scope.SUBMIT), key))


@calls.put("/uploads/{key}", response={200: UploadState, **_REFUSALS}, operation_id="put_piece")
def put_piece(request: HttpRequest, key: uuid.UUID, offset: int) -> dict[str, Any]:
    """Take the next piece: the raw body, at most 16 MiB, that begins at byte `offset`."""
    user = caller(request, Scope.SUBMIT)
    return _upload(uploads.receive(user, key, offset, request.body))


@calls.post("/courses", response={201: CourseOut, **_REFUSALS}, operation_id="hand_in_course")
def hand_in_course(request: HttpRequest, course: CourseIn) -> Status[dict[str, Any]]:
    """Hand in a course of finished uploads; its work begins at once."""
    user = caller(request, Scope.SUBMIT)
    said = course.dict() | {"uploads": tuple(course.uploads), "targets": tuple(course.targets)}
    return Status(201, _course(hand_in(user, Submission(**said))))


@calls.get("/courses", response=list[CourseOut], operation_id="list_courses")
def list_courses(request: HttpRequest, after: str = "") -> list[dict[str, Any]]:
    """List courses by id, a hundred at a time; `after` is the last id of the page before."""
    rows = visible_courses(caller(request, Scope.READ)).filter(slug__gt=after)
    return [_course(row) for row in rows.order_by("slug")[:PAGE]]


@calls.get("/courses/{slug}", response={200: CourseFull, **_REFUSALS}, operation_id="get_course")
def get_course(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Say how far a course is, lesson by lesson and language by language."""
    user = caller(request, Scope.READ)
    row = visible_courses(user).get(slug=slug)
    return _course(row) | {"lessons": _lessons(user, row), "jobs": _jobs(row)}


@calls.get("/releases", response=list[ReleaseOut], operation_id="list_releases")
def list_releases(request: HttpRequest, course: str = "", after: int = 0) -> list[dict[str, Any]]:
    """List published packages by id, a hundred at a time, withdrawn ones too."""
    rows = Release.objects.filter(track__in=visible_tracks(caller(request, Scope.FETCH)))
    if course:
        rows = rows.filter(track__lesson__course__slug=course)
    chosen = rows.filter(pk__gt=after).select_related("track__lesson__course").order_by("pk")
    return [_release(row) for row in chosen[:PAGE]]


@calls.get("/releases/{key}", response={200: ReleaseOut, **_REFUSALS}, operation_id="get_release")
def get_release(request: HttpRequest, key: int) -> dict[str, Any]:
    """Describe a published package and its files."""
    row = release_of(caller(request, Scope.FETCH), key)
    raw = (Path(settings.SITE.published) / row.folder / MANIFEST).read_bytes()
    return _release(row) | {"files": json.loads(raw)["files"]}


@calls.get("/releases/{key}/package.zip", operation_id="get_package")
def get_package(request: HttpRequest, key: int) -> HttpResponse:
    """Hand out a published package as a .zip; a withdrawn one is refused."""
    row = release_of(caller(request, Scope.FETCH), key)
    if row.withdrawn_at is not None:
        raise ReviewError(f"It is withdrawn: {row.withdrawn_reason}", "Fetch a newer version.")
    return HttpResponse(packed(row), content_type="application/zip")


def _upload(row: Upload) -> dict[str, Any]:
    finished = row.finished is not None
    return {
        "id": row.pk,
        "name": row.name,
        "size": row.size,
        "received": row.received,
        "finished": finished,
    }


def _course(row: Course) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("title", "ministry", "partner", "created")}
    return {"id": row.slug, **facts}


def _lessons(user: User, row: Course) -> list[dict[str, Any]]:
    tracks: dict[int, list[dict[str, Any]]] = {}
    for track in visible_tracks(user).filter(lesson__course=row):
        names = ("language", "state", "version", "total", "approved", "errors", "warnings")
        found = {name: getattr(track, name) for name in names}
        tracks.setdefault(track.lesson_id, []).append(found)
    return [
        {
            "id": lesson.slug,
            "title": lesson.title,
            "language": lesson.language,
            "transcript": lesson.transcript,
            "duration_ms": lesson.duration,
            "tracks": tracks.get(lesson.pk, []),
        }
        for lesson in row.lessons.all()
    ]


def _jobs(row: Course) -> list[dict[str, Any]]:
    names = ("kind", "state", "stage", "fraction", "message")
    found = row.jobs.select_related("lesson").order_by("-created")[:PAGE]
    return [
        {"lesson": job.lesson.slug if job.lesson else ""}
        | {name: getattr(job, name) for name in names}
        for job in found
    ]


def _release(row: Release) -> dict[str, Any]:
    track = row.track
    return {
        "id": row.pk,
        "course": track.lesson.course.slug,
        "lesson": track.lesson.slug,
        "language": track.language,
        "version": row.version,
        "created": row.created,
        "manifest_sha256": row.manifest,
        "note": row.note,
        "withdrawn": row.withdrawn_at,
        "withdrawn_reason": row.withdrawn_reason,
    }


api.add_router("", calls)
