"""Approvals of many lines at once, with the sample that a person looked at before."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.review.models.lines import Track
from pipeline.review.models.people import User


class BulkState(models.TextChoices):
    """How a bulk approval ended."""

    OPEN = "open", _("sample being judged")
    APPROVED = "approved", _("rest approved")
    REFUSED = "refused", _("refused: too many of the sample failed")
    OVERTAKEN = "changed", _("not finished: lines changed meanwhile")


class BulkApproval(models.Model):
    """A random sample of a track's verified-clean lines, and what followed from it.

    `rate` is the percent that was sampled, `bar` the percent of the sample that may fail, `seed`
    what the sample was drawn with. `lines` is line key -> version of all lines that qualified,
    `sample` a list of {line, version, accepted}, accepted null until somebody looked. `approved`
    lines came of it, `left_out` had changed by then.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="bulk_approvals")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    rate = models.PositiveIntegerField()
    bar = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    lines = models.JSONField(default=dict)
    sample = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.OPEN)
    approved = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)
    decided = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["track", "by"], condition=models.Q(state="open"), name="one_open_sample"
            )
        ]
