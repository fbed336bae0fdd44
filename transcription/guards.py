"""Doubts about what was heard: loops, speech without words, the wrong language.

Pure functions over words and times; what to do about a doubt is `transcription.listening`'s.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from courses.nouns import Word

# Whisper's own threshold for text that is too repetitive (openai/whisper transcribe.py).
_LOOPING_COMPRESSION = 2.4
_LOOPING_REPEATS = 4
_LONGEST_PHRASE = 8
_WORDS_PER_SECOND = 1.0
_LEAST_SPEECH_MS = 3000
_HOLE_MS = 1200
# Words are timed to about a quarter of a second (benchmarks/transcription.md).
_REACH_MS = 400

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """How far the words of a window can be trusted; smaller is better, compared in order.

    loops: the text repeats itself. missing: ms of speech in stretches without any word.
    hole: where the longest such stretch starts, in ms of the media.
    """

    loops: bool = False
    missing: int = 0
    hole: int = 0

    def __bool__(self) -> bool:
        return self.loops or self.missing > 0


def doubt(words: Sequence[Word], speech: Spans) -> Doubt:
    """Return what is wrong with `words` heard over the spans of `speech` (ms of the media)."""
    holes = _holes(words, speech)
    missing = sum(end - start for start, end in holes)
    spoken = sum(end - start for start, end in speech)
    if not holes and spoken >= _LEAST_SPEECH_MS and len(words) < _WORDS_PER_SECOND * spoken / 1000:
        return Doubt(is_looping(words), spoken - len(words) * 1000, speech[0][0])
    hole = max(holes, key=lambda span: span[1] - span[0], default=(0, 0))[0]
    return Doubt(is_looping(words), missing, hole)


def is_looping(words: Sequence[Word]) -> bool:
    """Return whether a phrase of up to eight words is said four times in a row, or nearly so."""
    texts = [word.text.strip(".,!?…").casefold() for word in words]
    joined = " ".join(texts).encode()
    if len(joined) > 80 and len(joined) / len(zlib.compress(joined)) > _LOOPING_COMPRESSION:
        return True
    return any(_repeats(texts, length) for length in range(1, _LONGEST_PHRASE + 1))


def _repeats(texts: list[str], length: int) -> bool:
    run = 0
    for at in range(length, len(texts)):
        run = run + 1 if texts[at] == texts[at - length] else 0
        if run >= length * (_LOOPING_REPEATS - 1) + (length == 1):
            return True
    return False


def _holes(words: Sequence[Word], speech: Spans) -> list[tuple[int, int]]:
    """Return the stretches of at least 1.2 s of speech in which no word was heard."""
    holes = []
    for start, end in _joined(speech):
        at = start
        for word in words:
            if word.end + _REACH_MS <= at or word.start - _REACH_MS >= end:
                continue
            if word.start - _REACH_MS - at >= _HOLE_MS:
                holes.append((at, word.start - _REACH_MS))
            at = max(at, word.end + _REACH_MS)
        if end - at >= _HOLE_MS:
            holes.append((at, end))
    return holes


def _joined(speech: Spans) -> list[tuple[int, int]]:
    """Return the spans with those less than half a second apart made one."""
    joined: list[tuple[int, int]] = []
    for start, end in speech:
        if joined and start - joined[-1][1] < 500:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
