"""The background worker of the site: transcribes and drafts what was handed in.

One a site: `prepare` locks the work folder. It uses the same stages as `karmavani localise`, and
the same work store, so a job that was stopped goes on where it was.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import close_old_connections, connection

from courses.errors import KarmavaniError, ReviewError
from courses.nouns import Course as CourseNoun
from pipeline.drafting import draft
from pipeline.kit import Kit, Summary
from pipeline.prepare import abilities, prepare
from pipeline.progress import QuietReporter, Row
from pipeline.review.models import Job, Lesson
from pipeline.review.site_config import site_config
from pipeline.review.store import intake, jobs, peaks, term_changes, uploads
from pipeline.review.store.nouns import to_heard, to_lesson
from pipeline.review.store.proposals import site_folder
from pipeline.review.telling import send_due
from pipeline.targets import Targets, choose_targets
from pipeline.terminology import find_terms
from pipeline.transcribing import Heard, transcribe

IDLE = 1.0  # seconds between two looks at an empty queue
BEAT = 5.0  # seconds between two signs of life
TELL = 2.0  # seconds between two looks for webhooks
SWEEP = 3600.0  # seconds between two sweeps of uploads that nobody went on with
log = logging.getLogger("karmavani.review.worker")


def main() -> None:
    """Work until the process is told to stop."""
    threading.Thread(target=_tell, daemon=True).start()
    swept = 0.0
    while True:
        close_old_connections()
        if time.monotonic() - swept > SWEEP or not swept:
            swept = time.monotonic()
            uploads.sweep()
        if not work_once():
            time.sleep(IDLE)


def _tell() -> None:
    """Send webhooks from a thread of their own: a slow receiver holds up no lesson."""
    while True:
        close_old_connections()
        try:
            send_due()
        except Exception:  # the next round tries again; what was not settled is still due
            log.exception("webhooks")
        time.sleep(TELL)


def work_once() -> bool:
    """Do one waiting job, if any; returns whether. A failure closes the job, not the worker."""
    job = jobs.claim()
    if job is None:
        return False
    try:
        with _living(job.pk):
            note = _DO[job.kind](job)
    except KarmavaniError as error:
        jobs.finish(job, failure=_without_folders(str(error)))
    except Exception as error:
        # Whatever it is, the queue goes on, and the job says that it failed and why.
        log.exception("job %s failed", job.pk)
        said = f"An error of the program ({type(error).__name__}); it is in the site's log."
        jobs.finish(job, failure=said)
    else:
        jobs.finish(job, note=note)
    return True


def _without_folders(message: str) -> str:
    """Return a message without the folders of this machine: contributors read it."""
    data = settings.SITE.data
    return message.replace(f"{data.resolve()}/", "").replace(f"{data}/", "")


@contextmanager
def _living(pk: int) -> Iterator[None]:
    """Say every few seconds that the job lives, from a thread: models load without a word."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(BEAT):
            jobs.beat(pk)
        connection.close()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


class _Told(QuietReporter):
    """Writes how far a job is into its row, at most once a second."""

    def __init__(self, pk: int) -> None:
        self._pk, self._last = pk, 0.0

    def update(self, row: Row, fraction: float) -> None:
        if time.monotonic() - self._last >= 1.0:
            self._last = time.monotonic()
            jobs.beat(self._pk, str(row), fraction)

    def finish(self, row: Row, note: str) -> None:
        jobs.beat(self._pk, f"{row}: {note}", 1.0)


@contextmanager
def _tools(job: Job, lesson: Lesson) -> Iterator[tuple[Kit, Targets, Summary]]:
    """Yield what a job needs; what cannot be done at all is refused before a model is fetched."""
    wanted = lesson.course
    config = site_config(tuple(job.payload["languages"]))
    course = CourseNoun(wanted.slug, wanted.title, (to_lesson(lesson),))
    targets = choose_targets(config, course, abilities(config))
    with prepare(config, course, _Told(job.pk), site_folder()) as kit:
        yield kit, targets, Summary()


def _lesson(job: Job) -> Lesson:
    if job.lesson is None:
        raise ReviewError("The lesson is gone.")
    return job.lesson


def _transcribe(job: Job) -> str:
    lesson = _lesson(job)
    with _tools(job, lesson) as (kit, _, summary):
        heard = list(transcribe([to_lesson(lesson)], kit, summary))
    _raise_failures(summary)
    intake.keep_transcript(lesson, heard[0])
    # Here and nowhere else: no web process opens media that somebody handed in.
    peaks.keep_peaks(lesson)
    jobs.add_draft(lesson, job.payload["languages"], job.by)
    return f"{len(heard[0].segments)} sentences"


def _draft(job: Job) -> str:
    lesson = _lesson(job)
    heard = to_heard(lesson)
    with _tools(job, lesson) as (kit, targets, summary):
        made = 0
        for one, target, translations in draft([heard], targets, kit, summary):
            hits = find_terms(one, target, kit.terms)
            if target != lesson.language:  # what is spoken follows the transcript: `spoken`
                intake.keep_drafts(lesson, target, translations, hits)
            made += 1
    _raise_failures(summary)
    if _keys(to_heard(lesson)) != _keys(heard):  # somebody corrected it meanwhile
        jobs.add_draft(lesson, job.payload["languages"], job.by)
    return f"{made} languages"


def _keys(heard: Heard) -> list[str]:
    return [segment.id for segment in heard.segments]


def _raise_failures(summary: Summary) -> None:
    if summary.failures:
        raise KarmavaniError(" ".join(failure["message"] for failure in summary.failures))


def _terms(job: Job) -> str:
    return f"{term_changes.follow(job.payload['proposal'])} lines"


_DO = {jobs.TRANSCRIBE: _transcribe, jobs.DRAFT: _draft, jobs.TERMS: _terms}
"""Kind of job -> what does it; returns a note for people."""
