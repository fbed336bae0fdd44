"""From a model's word times to media times that can be relied on.

Whisper's words start 60 ms early at the median (against hand labels; shared figures in
benchmarks/transcription.md), hence the shift. At a pause the voice detector knows better: it
finds the onset of true sentences within 5 ms at the median where Whisper is 110 ms early, so the
first and last word beside a pause take its times. Pure; not for finding words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from courses.nouns import Word
from courses.timing import clamp
from transcription.windows import Piece, Window

_LATE_START_MS = 50
_SHORTEST_MS = 20
_SNAP_MS = 400


def to_words(window: Window, heard: Iterable[Word]) -> list[Word]:
    """Return `heard`, timed in the window's own sound, as words in media time.

    Whisper marks a new word by a leading space: ``" 87"``, ``",500"`` is one word. Surrounding
    spaces go, words without text go.
    """
    placed = [_place(window, word) for word in _whole(heard)]
    words: list[Word] = []
    for _, group in groupby(placed, key=lambda pair: id(pair[0])):
        pairs = list(group)
        words.extend(_snapped([word for _, word in pairs], pairs[0][0]))
    return words


def _place(window: Window, word: Word) -> tuple[Piece, Word]:
    """Return `word` in media time, on the side of a left-out pause where its middle is."""
    piece, shift = window.locate((word.start + word.end) // 2)
    low, high = piece.span
    start, end = clamp(word.start + shift, low, high), clamp(word.end + shift, low, high)
    start = min(start + _LATE_START_MS, max(start, end - _SHORTEST_MS))
    return piece, replace(word, start=start, end=end)


def _snapped(words: list[Word], piece: Piece) -> list[Word]:
    """Return the words of one piece with its speech's start and end where they are near."""
    start, end = piece.speech
    first, last = words[0], words[-1]
    if abs(first.start - start) <= _SNAP_MS and start < first.end:
        words[0] = replace(first, start=start)
    last = words[-1]
    if abs(last.end - end) <= _SNAP_MS and last.start < end:
        words[-1] = replace(last, end=end)
    return words


def _whole(heard: Iterable[Word]) -> list[Word]:
    whole: list[Word] = []
    for word in heard:
        text = word.text.strip()
        if whole and text and not word.text[0].isspace():
            first = whole[-1]
            sure = min(first.confidence or 0.0, word.confidence or 0.0)
            whole[-1] = Word(first.text + text, first.start, word.end, sure)
        elif text:
            whole.append(Word(text, word.start, word.end, word.confidence))
    return whole


def in_order(words: Sequence[Word], duration: int) -> tuple[Word, ...]:
    """Return `words` with times inside ``0..duration`` ms, in order and without overlap."""
    ordered: list[Word] = []
    for word in words:
        earliest = ordered[-1].start if ordered else 0
        start = clamp(word.start, min(earliest, duration), duration)
        end = clamp(word.end, start, duration)
        if ordered and ordered[-1].end > start:
            previous = ordered[-1]
            ordered[-1] = Word(previous.text, previous.start, start, previous.confidence)
        ordered.append(Word(word.text, start, end, word.confidence))
    return tuple(ordered)
