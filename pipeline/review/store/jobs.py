"""The queue of background work: pages put jobs in, the worker takes them out.

A job is claimed in one transaction, says that it lives while it runs, and is taken up again when
its worker fell silent. What it did by then is in the work store, so nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from pipeline.review.audit import record
from pipeline.review.models import Job, JobState, Lesson, User
from pipeline.review.store import webhooks

TRANSCRIBE, DRAFT, TERMS = "transcribe", "draft", "terms"
SILENT = timedelta(seconds=60)
"""After so long without a word from its worker, a running job is waiting again."""
MOST_ATTEMPTS = 3
"""A job that ended its worker so often is failed: it would end the next one too."""


@transaction.atomic
def add_transcribe(lesson: Lesson, languages: Sequence[str], by: User | None) -> Job:
    """Queue the transcription of a lesson, and its drafts in `languages` after it."""
    return _add(TRANSCRIBE, lesson, languages, by)


@transaction.atomic
def add_draft(lesson: Lesson, languages: Sequence[str], by: User | None) -> Job:
    """Queue drafts of a lesson in `languages` (target codes)."""
    return _add(DRAFT, lesson, languages, by)


def add_terms(proposal: int, by: User | None) -> Job:
    """Queue the check of the lines that an accepted term proposal touches."""
    return Job.objects.create(kind=TERMS, payload={"proposal": proposal}, by=by)


def _add(kind: str, lesson: Lesson, languages: Sequence[str], by: User | None) -> Job:
    """Return the waiting job of that kind, its languages joined, or a new one."""
    waiting = Job.objects.select_for_update(of=("self",), no_key=True).filter(
        kind=kind, lesson=lesson, state=JobState.WAITING
    )
    if job := waiting.first():
        job.payload["languages"] = sorted({*job.payload["languages"], *languages})
        job.save(update_fields=["payload"])
        return job
    payload = {"languages": sorted(set(languages))}
    return Job.objects.create(
        kind=kind, course_id=lesson.course_id, lesson=lesson, payload=payload, by=by
    )


@transaction.atomic
def claim() -> Job | None:
    """Return the oldest job that waits, now running; None where there is none."""
    _take_up_silent()
    waiting = Job.objects.select_for_update(skip_locked=True).filter(state=JobState.WAITING)
    job = waiting.order_by("created", "pk").first()
    if job is None:
        return None
    job.state, job.attempts = JobState.RUNNING, job.attempts + 1
    job.started = job.beat = timezone.now()
    job.fraction, job.message = 0.0, ""
    job.save()
    return job


def _take_up_silent() -> None:
    silent = Job.objects.filter(state=JobState.RUNNING).filter(
        Q(beat__lt=timezone.now() - SILENT) | Q(beat__isnull=True)
    )
    silent.filter(attempts__lt=MOST_ATTEMPTS).update(state=JobState.WAITING)
    silent.update(
        state=JobState.FAILED,
        finished=timezone.now(),
        message=f"It ended its worker {MOST_ATTEMPTS} times.",
    )


def beat(pk: int, stage: str | None = None, fraction: float | None = None) -> None:
    """Say that a running job lives, and how far it is (0..1)."""
    said: dict[str, object] = {"beat": timezone.now()}
    if stage is not None:
        said["stage"] = stage[:120]
    if fraction is not None:
        said["fraction"] = fraction
    Job.objects.filter(pk=pk, state=JobState.RUNNING).update(**said)


@transaction.atomic
def finish(job: Job, failure: str = "", note: str = "") -> None:
    """Close a job: done, or failed with what a person should know."""
    if job.course and job.lesson and (failure or job.kind == DRAFT):
        event = webhooks.Event.FAILED if failure else webhooks.Event.DRAFTED
        facts = {"lesson": job.lesson.slug, "languages": job.payload.get("languages", [])}
        webhooks.announce(event, job.course, facts | ({"reason": failure} if failure else {}))
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED if failure else JobState.DONE,
        message=failure or note,
        fraction=job.fraction if failure else 1.0,
        finished=timezone.now(),
    )


@transaction.atomic
def retry(user: User, pk: int) -> Job:
    """Put a failed job back into the queue; raises ReviewError for one that has not failed."""
    job = Job.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if job.state != JobState.FAILED:
        raise ReviewError(_("Only a failed job is tried again."), _("Wait until it ends."))
    job.state, job.attempts, job.message, job.finished = JobState.WAITING, 0, "", None
    job.save()
    record(user, "retry job", job, kind=job.kind)
    return job
