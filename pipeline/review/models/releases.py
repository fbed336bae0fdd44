"""What was published, by whom, and whether it still holds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from pipeline.review.models.lines import Track
from pipeline.review.models.people import User


class Release(models.Model):
    """One published package: `folder` relative to the site's published folder.

    `manifest` is the sha256 of its manifest.json in hex. `withdrawn_at` null: it holds.
    """

    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="releases")
    version = models.PositiveIntegerField()
    folder = models.CharField(max_length=300)
    manifest = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="releases")
    created = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["track", "-version"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["track", "version"], name="one_release_a_version")
        ]
