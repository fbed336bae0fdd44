"""Sentences in a target language, their history, and what people say about them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.review.models.base import Appended
from pipeline.review.models.courses import Lesson, Sentence
from pipeline.review.models.people import User


class TrackState(models.TextChoices):
    """Where a lesson stands in one language."""

    DRAFTING = "drafting", _("drafting")
    IN_REVIEW = "in-review", _("in review")
    REVIEWED = "reviewed", _("reviewed")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class LineState(models.TextChoices):
    """Where one sentence stands in one language."""

    DRAFT = "draft", _("machine draft")
    EDITED = "edited", _("edited")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    STALE = "stale", _("source changed")


class Origin(models.TextChoices):
    """How a revision came about."""

    MACHINE = "machine", _("machine")
    MEMORY = "memory", _("translation memory")
    EDIT = "edit", _("edit")
    REPAIR = "repair", _("accepted repair")
    REPLACE = "replace", _("find and replace")
    RESTORE = "restore", _("restored")
    IMPORT = "import", _("import")


class Verdict(models.TextChoices):
    """What an approval says of the text as the machine wrote it."""

    ACCEPTED = "accepted", _("accepted as drafted")
    MINOR = "minor", _("accepted with minor changes")
    MAJOR = "major", _("accepted with major changes")


class Track(models.Model):
    """A lesson in one language.

    `version` counts published packages. `expected`, `honoured`, `violated`, `waived` are its terms;
    `errors`, `warnings` its open findings; `total` and `approved` its lines, `risky` those that are
    not approved and of high risk, `minor` and `major` the verdicts of those that are: kept with
    every change, so that no page counts lines.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="tracks")
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=TrackState.choices, default="drafting")
    version = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    approved = models.PositiveIntegerField(default=0)
    risky = models.PositiveIntegerField(default=0)
    minor = models.PositiveIntegerField(default=0)
    major = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    honoured = models.PositiveIntegerField(default=0)
    violated = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="tracks")
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["lesson", "language"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["lesson", "language"], name="one_track_a_language")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["language", "state"])]


class Line(models.Model):
    """One sentence in one language, as it stands now; what it was is in its revisions.

    `version` rises with every change of text or state, and a save must name the one it saw.
    `sentence_version` is the version of the sentence that `text` translates. `author` is null for
    machines, `author_name` always says who. `risk` is 0 (nothing known against it) to 1.
    `machine` is the last machine text, for verdicts. `terms` are the hits, `suggestion` what the
    memory or an older version of the sentence had. `layout` is a list of cues with start, end and
    lines where a person set them, empty where the layout is computed.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="lines")
    sentence = models.ForeignKey(Sentence, on_delete=models.CASCADE, related_name="lines")
    state = models.CharField(max_length=12, choices=LineState.choices, default="draft")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    sentence_version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_in_bulk = models.BooleanField(default=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, default="")
    reason = models.CharField(max_length=60, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    risk = models.FloatField(default=0.0)
    confidence = models.FloatField(null=True)
    machine = models.TextField(blank=True, default="")
    signature = models.CharField(max_length=500, blank=True, default="")
    notes = models.JSONField(default=list)
    terms = models.JSONField(default=list)
    suggestion = models.JSONField(null=True)
    layout = models.JSONField(default=list)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["track", "sentence__position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["track", "sentence"], name="one_line_a_sentence")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["track", "state"])]


class Revision(Appended):
    """A text that a line had. `request` is the id that the browser gave the save, if any."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    signature = models.CharField(max_length=500, blank=True, default="")
    request = models.UUIDField(null=True, unique=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["version"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["line", "version"], name="one_revision_a_version")
        ]


class LineFinding(models.Model):
    """An open or waived finding; `line` is null where it is about the lesson or its source.

    A finding is made anew with every check; a waiver is kept as long as the same finding (check
    and message) comes back.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="findings")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, null=True, related_name="findings")
    check_id = models.CharField(max_length=60)
    severity = models.CharField(max_length=8)
    message = models.TextField()
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    repair = models.JSONField(null=True)
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    waived_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["track", "severity"])]


class SecondLook(models.Model):
    """A line of the random sample, judged again by somebody who does not see the first verdict."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="second_looks")
    version = models.PositiveIntegerField()
    first = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")
    created = models.DateTimeField(default=timezone.now)
    decided = models.DateTimeField(null=True)


class Comment(models.Model):
    """What somebody says about a line."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    created = models.DateTimeField(default=timezone.now)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["created"]


class Mention(models.Model):
    """Somebody named in a comment, until they have seen it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mentions")
    seen = models.DateTimeField(null=True)


class TermProposal(models.Model):
    """A wording that somebody asks the terminologists for; `accepted` is null while open."""

    language = models.CharField(max_length=12)
    source = models.CharField(max_length=200)
    target = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True, default="")
    line = models.ForeignKey(Line, on_delete=models.SET_NULL, null=True, related_name="proposals")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposals")
    created = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=500, blank=True, default="")


class Effort(models.Model):
    """Seconds that a person worked on a track on one day, as the editor reported them.

    `seen` is when it last did so, and `at_line` the key of the line that was open then, 0 for none.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="efforts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="efforts")
    day = models.DateField()
    seconds = models.PositiveIntegerField(default=0)
    seen = models.DateTimeField(default=timezone.now)
    at_line = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["track", "user", "day"], name="one_effort_a_day")
        ]
