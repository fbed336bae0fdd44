"""What the API takes and gives, as pydantic models; field by field in the OpenAPI description."""

from __future__ import annotations

import uuid
from datetime import datetime

from ninja import Field, Schema


class Problem(Schema):
    """What went wrong, and what to do next."""

    error: str
    advice: str = ""


class Announcement(Schema):
    """A file that will be sent in pieces."""

    name: str = Field(max_length=255)
    size: int = Field(gt=0, description="bytes")
    sha256: str = Field("", description="hex; empty where it is not known")


class UploadState(Schema):
    """How far a file is."""

    id: uuid.UUID
    name: str
    size: int
    received: int
    finished: bool


class CourseIn(Schema):
    """A course to hand in: finished uploads, or one .zip with a course.toml."""

    title: str = Field("", max_length=300)
    uploads: list[uuid.UUID] = Field(min_length=1, max_length=500)
    targets: list[str] = Field(min_length=1, max_length=40, description="codes, as hi")
    language: str = "en"
    domain: str = ""
    description: str = Field("", max_length=2000)
    ministry: str = Field("", max_length=200)
    partner: str = Field("", max_length=200)


class TrackOut(Schema):
    """A lesson in one language."""

    language: str
    state: str
    version: int
    total: int
    approved: int
    errors: int
    warnings: int


class LessonOut(Schema):
    """A lesson, its transcript and its languages."""

    id: str
    title: str
    language: str
    transcript: str
    duration_ms: int
    tracks: list[TrackOut]


class JobOut(Schema):
    """A piece of background work."""

    lesson: str
    kind: str
    state: str
    stage: str
    fraction: float
    message: str


class CourseOut(Schema):
    """A course in a list."""

    id: str
    title: str
    ministry: str
    partner: str
    created: datetime


class CourseFull(CourseOut):
    """A course with its lessons and work."""

    lessons: list[LessonOut]
    jobs: list[JobOut]


class ReleaseOut(Schema):
    """A published package."""

    id: int
    course: str
    lesson: str
    language: str
    version: int
    created: datetime
    manifest_sha256: str
    note: str
    withdrawn: datetime | None
    withdrawn_reason: str
    files: dict[str, str] = Field({}, description="name -> sha256 in hex; only for one release")
