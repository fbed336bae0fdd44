"""How loud a lesson is, ten values a second, for the speech bar: read once from its media."""

from __future__ import annotations

from pathlib import Path

from courses.errors import MediaError
from pipeline.peaks import peaks_of
from pipeline.review.models import Lesson
from transcription.media import decode


def keep_peaks(lesson: Lesson) -> bytes:
    """Return the peaks of a lesson, read from its media where nobody did so far; for the worker.

    Empty where its media cannot be read: a speech bar is no reason to stop anybody's work.
    """
    if not lesson.peaks:
        try:
            made = peaks_of(decode(Path(lesson.media), level=False))
        except MediaError:
            return b""
        Lesson.objects.filter(pk=lesson.pk).update(peaks=made)
        lesson.peaks = made
    return bytes(lesson.peaks)


def kept_peaks(lesson: Lesson) -> bytes:
    """Return the peaks that the worker kept, empty before that: media is not opened here."""
    return bytes(lesson.peaks)
