"""What was handed in, and what is said in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.review.models.base import Appended
from pipeline.review.models.people import User


class TranscriptState(models.TextChoices):
    """Where the transcript of a lesson stands; translations are reviewed after it."""

    WAITING = "waiting", _("not transcribed yet")
    IN_REVIEW = "in-review", _("to be reviewed")
    APPROVED = "approved", _("approved")
    WAIVED = "waived", _("review waived")


class Course(models.Model):
    """A course; `slug` is its id in folders and addresses."""

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True, default="")
    competencies = models.JSONField(default=list)
    ministry = models.CharField(_("ministry or state"), max_length=200, blank=True, default="")
    partner = models.CharField(_("partner"), max_length=200, blank=True, default="")
    contributor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="courses"
    )
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """One video or sound file.

    `media` and `captions` are absolute paths, captions empty where there are none. `duration` is
    in ms. `heard` is how it was transcribed: language, signature, findings. `peaks` are loudness
    0..255, ten a second, for the speech bar.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    slug = models.SlugField(max_length=64)
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12)
    domain = models.CharField(max_length=64, blank=True, default="")
    media = models.CharField(max_length=1000)
    captions = models.CharField(max_length=1000, blank=True, default="")
    duration = models.PositiveIntegerField(default=0)
    heard = models.JSONField(default=dict)
    peaks = models.BinaryField(default=b"")
    transcript = models.CharField(
        max_length=12, choices=TranscriptState.choices, default=TranscriptState.WAITING
    )
    transcript_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    transcript_at = models.DateTimeField(null=True)
    transcript_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["course", "position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["course", "slug"], name="one_lesson_a_slug")
        ]

    def __str__(self) -> str:
        return self.title


class Sentence(models.Model):
    """One spoken sentence (the noun Segment); `key` is its id, which follows its text.

    `version` counts edits. `retired`: it is in the lesson no more, its history is kept.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="sentences")
    key = models.CharField(max_length=16)
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    words = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["lesson", "position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["lesson", "key"], name="one_sentence_a_key")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["lesson", "position"])]


class SentenceText(Appended):
    """What a sentence said at one version; `author` is null for the recogniser."""

    sentence = models.ForeignKey(Sentence, on_delete=models.PROTECT, related_name="texts")
    version = models.PositiveIntegerField()
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["version"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["sentence", "version"], name="one_text_a_version")
        ]
