"""What comes in and goes out: uploads, work in the background, tokens and webhooks."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.review.models.courses import Course, Lesson
from pipeline.review.models.people import User


class JobState(models.TextChoices):
    """Where a piece of background work stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Job(models.Model):
    """Work that no page waits for: transcribing, drafting, sending.

    `beat` is when its worker last said that it lives; one that fell silent is taken up again.
    """

    kind = models.CharField(max_length=20)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="jobs")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, related_name="jobs")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default="waiting")
    stage = models.CharField(max_length=120, blank=True, default="")
    fraction = models.FloatField(default=0.0)
    message = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "created"])]


class Upload(models.Model):
    """A file on its way in, piece by piece; `received` of `size` bytes are on the disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="uploads")
    created = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A key to the API; only its sha256 is kept. `scopes`: list of names of `review.api`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(default=timezone.now)
    used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)


class Webhook(models.Model):
    """An address of a contributor's system that is told of events; bodies are signed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64)
    events = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)


class Delivery(models.Model):
    """One event for one webhook, tried until it is taken or given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=60)
    body = models.JSONField()
    attempts = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(default=timezone.now, db_index=True)
    delivered = models.DateTimeField(null=True)
    failed = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")
