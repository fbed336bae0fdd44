"""The tables of the backlog: courses, their lessons, and one row an item of work.

Rows are written by `queue`, `adding` and `control` alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from pipeline.backlog.nouns import Lane, Stage, State

LANES = [(int(lane), lane.label) for lane in Lane]
STAGES = [(int(stage), stage.label) for stage in Stage]
STATES = [(state.value, state.value) for state in State]


class BacklogCourse(models.Model):
    """A course that is to be done. `source` is its folder: a path or an address.

    learners: enrolled. minutes, cost: budgets of worker minutes and of remote cost, null for none;
    spent_*: what was used. stopped: paused or over its budget, so that nothing of it is ready.
    review: hand drafts to the review site.
    """

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True, default="")
    competencies = models.JSONField(default=list)
    source = models.CharField(max_length=1000)
    languages = models.JSONField(default=list)
    lane = models.PositiveSmallIntegerField(choices=LANES, default=int(Lane.NORMAL))
    learners = models.PositiveIntegerField(default=0)
    paused = models.BooleanField(default=False)
    stopped = models.BooleanField(default=False)
    review = models.BooleanField(default=False)
    minutes = models.FloatField(null=True)
    cost = models.FloatField(null=True)
    spent_seconds = models.FloatField(default=0.0)
    spent_cost = models.FloatField(default=0.0)
    added = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.slug


class BacklogLesson(models.Model):
    """A lesson of such a course. `media` and `captions` are paths or addresses.

    mark: what is known of both files without reading them: sizes and times, or tags of the object
    store. sha256, captions_sha256: their content, once read. duration: ms. transcript: what the
    work store knows the transcript by; sentences and characters (code points) are its size.
    """

    course = models.ForeignKey(
        BacklogCourse, on_delete=models.CASCADE, related_name="lessons", db_index=False
    )
    slug = models.SlugField(max_length=64)
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12)
    domain = models.CharField(max_length=64, blank=True, default="")
    media = models.CharField(max_length=1000)
    captions = models.CharField(max_length=1000, blank=True, default="")
    mark = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    captions_sha256 = models.CharField(max_length=64, blank=True, default="")
    duration = models.PositiveBigIntegerField(default=0)
    transcript = models.CharField(max_length=64, blank=True, default="")
    sentences = models.PositiveIntegerField(default=0)
    characters = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["course", "slug"], name="one_backlog_lesson_a_slug")
        ]

    def __str__(self) -> str:
        return self.slug


class Item(models.Model):
    """One stage of one lesson, in one language or in none.

    lane and learners are those of its course, kept here too so that one index says what is next.
    due: when an item that is LATER is tried again. made: what its result was made from, one hash.
    basis: the engine, terms and rules that held when it was done, one hash: see `changes`.
    error, reason: of a failure. seconds, cost: what all its attempts took.
    """

    # Two indexes below begin with these; further ones would only cost writes.
    course = models.ForeignKey(
        BacklogCourse, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    lesson = models.ForeignKey(
        BacklogLesson, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    stage = models.PositiveSmallIntegerField(choices=STAGES)
    language = models.CharField(max_length=12, blank=True, default="")
    state = models.CharField(max_length=8, choices=STATES, default=State.WAITING.value)
    lane = models.PositiveSmallIntegerField(choices=LANES, default=int(Lane.NORMAL))
    learners = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(null=True)
    made = models.CharField(max_length=64, blank=True, default="")
    basis = models.CharField(max_length=64, blank=True, default="")
    error = models.CharField(max_length=60, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    seconds = models.FloatField(default=0.0)
    cost = models.FloatField(default=0.0)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["lesson", "stage", "language"], name="one_item_a_stage_and_language"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            # The order of work. Only what is ready is in it, so picking costs the same however
            # long the queue is; later stages first, so that what was begun is finished.
            models.Index(
                "lane",
                models.F("learners").desc(),
                "course",
                models.F("stage").desc(),
                "id",
                name="backlog_next",
                condition=models.Q(state=State.READY.value),
            ),
            # The same for workers that take one kind of work only, such as those with a GPU.
            models.Index(
                "stage",
                "lane",
                models.F("learners").desc(),
                "course",
                "id",
                name="backlog_next_of_stage",
                condition=models.Q(state=State.READY.value),
            ),
            models.Index(
                fields=["due"], name="backlog_due", condition=models.Q(state=State.LATER.value)
            ),
            models.Index(fields=["course", "state"], name="backlog_course_state"),
            models.Index(
                fields=["id"], name="backlog_running", condition=models.Q(state=State.RUNNING.value)
            ),
            models.Index(
                fields=["finished"],
                name="backlog_failed",
                condition=models.Q(state=State.FAILED.value),
            ),
        ]


ALIVE = timedelta(seconds=60)
"""A run that said nothing for so long is taken for dead."""


class Run(models.Model):
    """One run of a driver. figures: `nouns.Figures` as data, renewed while it runs."""

    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    executor = models.CharField(max_length=200)
    workers = models.PositiveIntegerField(default=0)
    out = models.CharField(max_length=1000)
    started = models.DateTimeField(default=timezone.now)
    beat = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    report = models.JSONField(default=dict)

    @property
    def is_alive(self) -> bool:
        """Return whether it has not ended, and said so lately."""
        return self.ended is None and timezone.now() - self.beat < ALIVE


class Control(models.Model):
    """The one row that says what holds for the whole backlog.

    paused: drivers take nothing up. out: the folder of its results, once a driver has run.
    minutes, cost: budgets over all courses; null for none.
    """

    paused = models.BooleanField(default=False)
    out = models.CharField(max_length=1000, blank=True, default="")
    minutes = models.FloatField(null=True)
    cost = models.FloatField(null=True)


class Rate(models.Model):
    """How fast work went on this machine: sums over finished items of a stage and Signature.

    units: ms of media (READ, TRANSCRIBE), characters of the source (TRANSLATE), sentences
    (PACKAGE, REVIEW). written: bytes that the results take on the disk. peak: bytes of memory of
    the largest worker seen. host: whose speed it is. The sums of squares and products give the
    line seconds = constant + slope x units, and how far items lie off it. start_*: the first calls
    of workers, which load a model; they are in none of the other sums.
    """

    host = models.CharField(max_length=200)
    stage = models.PositiveSmallIntegerField(choices=STAGES)
    language = models.CharField(max_length=12, blank=True, default="")
    signature = models.CharField(max_length=400, blank=True, default="")
    items = models.PositiveIntegerField(default=0)
    units = models.FloatField(default=0.0)
    seconds = models.FloatField(default=0.0)
    units_squared = models.FloatField(default=0.0)
    units_seconds = models.FloatField(default=0.0)
    seconds_squared = models.FloatField(default=0.0)
    starts = models.PositiveIntegerField(default=0)
    start_units = models.FloatField(default=0.0)
    start_seconds = models.FloatField(default=0.0)
    cost = models.FloatField(default=0.0)
    written = models.FloatField(default=0.0)
    peak = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["host", "stage", "language", "signature"], name="one_rate_a_kind"
            )
        ]
