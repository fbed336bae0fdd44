"""How loud a lesson is, ten values a second, for the speech bar: read once from its media."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from courses.errors import MediaError
from pipeline.review.models import Lesson
from transcription.media import RATE, Block, decode

A_SECOND = 10
"""Values a second."""


def peaks_of(blocks: Iterable[Block]) -> bytes:
    """Return 0..255 for each tenth of a second of sound: its loudest sample, on a root scale.

    The square root lifts quiet speech, so that pauses are seen and not levels.
    """
    step = RATE // A_SECOND
    loudest = [np.abs(piece).max(initial=0.0) for piece in _in_steps(blocks, step)]
    scaled = np.sqrt(np.clip(np.asarray(loudest, dtype=np.float32), 0.0, 1.0)) * 255
    return scaled.astype(np.uint8).tobytes()


def _in_steps(blocks: Iterable[Block], step: int) -> Iterator[Block]:
    rest: Block = np.zeros(0, dtype=np.float32)
    for block in blocks:
        rest = np.concatenate((rest, block))
        whole = len(rest) // step * step
        yield from rest[:whole].reshape(-1, step)
        rest = rest[whole:]
    if len(rest):
        yield rest


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
