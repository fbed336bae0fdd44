"""Cuts a stream of sound into windows of at most 30 s that hold speech and little else.

Whisper hears 30 s at a time. A window is made of pieces of the media, each a stretch of speech
with a little silence around it; long pauses are left out, so nothing is there to hallucinate
over. Only a minute or two of sound is held. Not for finding speech; that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from courses.timing import clamp

Sound = npt.NDArray[np.float32]
Span = tuple[int, int]

RATE = 16_000
WINDOW = 30 * RATE
_PAD = RATE * 2 // 5
_CHUNK = 40 * RATE
# The detector's last word on a span needs the pause after it.
_HOLD = RATE * 3 // 2


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of the media, `start` to `end`, with speech from `speech_start` to `speech_end`.

    All in samples at 16 kHz from the start of the media; `sound` has ``end - start`` samples.
    """

    start: int
    end: int
    speech_start: int
    speech_end: int
    sound: Sound

    @property
    def span(self) -> Span:
        """Return start and end, in ms of the media."""
        return _to_ms(self.start), _to_ms(self.end)

    @property
    def speech(self) -> Span:
        """Return the span of speech, in ms of the media."""
        return _to_ms(self.speech_start), _to_ms(self.speech_end)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Pieces in order, together at most 30 s long: what the model hears at once."""

    pieces: tuple[Piece, ...]

    @property
    def sound(self) -> Sound:
        """Return the pieces' sound, one after the other."""
        return np.concatenate([piece.sound for piece in self.pieces])

    @property
    def speech(self) -> list[Span]:
        """Return the spans of speech, in ms of the media."""
        return [piece.speech for piece in self.pieces]

    @property
    def start(self) -> int:
        """Return the start in ms of the media."""
        return _to_ms(self.pieces[0].start)

    @property
    def end(self) -> int:
        """Return the end in ms of the media."""
        return _to_ms(self.pieces[-1].end)

    def locate(self, time: int) -> tuple[Piece, int]:
        """Return the piece heard at `time` and what to add to reach media time, all in ms."""
        before = 0
        for piece in self.pieces:
            length = _to_ms(piece.end - piece.start)
            if time < before + length or piece is self.pieces[-1]:
                break
            before += length
        return piece, _to_ms(piece.start) - before

    def split(self, near: int) -> tuple[Window, Window] | None:
        """Return two windows cut at the pause nearest to `near` (ms), None when there is none."""
        if len(self.pieces) < 2:
            return None
        cuts = range(1, len(self.pieces))
        cut = min(cuts, key=lambda at: abs(_to_ms(self.pieces[at].start) - near))
        return Window(self.pieces[:cut]), Window(self.pieces[cut:])


def cut_windows(
    blocks: Iterable[Sound], find_speech: Callable[[Sound], list[Span]]
) -> Iterator[Window]:
    """Yield the windows of `blocks` in order; none when nobody speaks.

    `find_speech` returns the spans of speech of a sound of at most about two minutes, none
    longer than 29.2 s.
    """
    pieces: list[Piece] = []
    for piece in _cut_pieces(blocks, find_speech):
        if pieces and sum(p.end - p.start for p in pieces) + piece.end - piece.start > WINDOW:
            yield Window(tuple(pieces))
            pieces = []
        pieces.append(piece)
    if pieces:
        yield Window(tuple(pieces))


def _cut_pieces(
    blocks: Iterable[Sound], find_speech: Callable[[Sound], list[Span]]
) -> Iterator[Piece]:
    origin, held = 0, np.zeros(0, np.float32)
    for chunk, is_last in _gather(blocks):
        sound = np.concatenate([held, chunk])
        spans = find_speech(sound)
        settled = len(sound) if is_last else len(sound) - _HOLD
        done = [span for span in spans if span[1] <= settled]
        rest = spans[len(done) :]
        padded = _pad(spans, len(sound))[: len(done)]
        for (start, end), (speech_start, speech_end) in zip(padded, done, strict=True):
            piece = Piece(start, end, speech_start, speech_end, sound[start:end].copy())
            yield _moved(piece, origin)
        keep = (rest[0][0] if rest else len(sound)) - _HOLD
        keep = clamp(keep, padded[-1][1] if padded else 0, len(sound))
        origin, held = origin + keep, sound[keep:]


def _gather(blocks: Iterable[Sound]) -> Iterator[tuple[Sound, bool]]:
    """Yield the blocks joined into chunks of about 40 s, and whether it is the last."""
    parts: list[Sound] = []
    size = 0
    for block in blocks:
        if size >= _CHUNK:
            yield np.concatenate(parts), False
            parts, size = [], 0
        parts.append(block)
        size += len(block)
    if parts:
        yield np.concatenate(parts), True


def _pad(spans: list[Span], length: int) -> list[Span]:
    """Return `spans` grown by 0.4 s on both sides, where neighbours meet half way."""
    padded = []
    for index, (start, end) in enumerate(spans):
        before = start - spans[index - 1][1] if index else 2 * start
        after = spans[index + 1][0] - end if index + 1 < len(spans) else 2 * (length - end)
        padded.append((start - min(_PAD, before // 2), end + min(_PAD, after // 2)))
    return padded


def _moved(piece: Piece, by: int) -> Piece:
    return replace(
        piece,
        start=piece.start + by,
        end=piece.end + by,
        speech_start=piece.speech_start + by,
        speech_end=piece.speech_end + by,
    )


def _to_ms(samples: int) -> int:
    return samples * 1000 // RATE
