"""How loud a lesson is, ten values a second, for a speech bar. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from transcription.media import RATE, Block

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
