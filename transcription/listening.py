"""From a media file to a transcript, whatever model hears: the flow that engines share.

decode -> windows with speech -> hear them in batches -> hear doubtful ones again -> words in
media time -> findings. An engine hands in a `Recogniser`; loading models is its own affair.
Not for sentences; `transcription.segments` makes them from the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from courses.findings import make
from courses.nouns import Finding, Signature, Transcript, Word
from courses.timing import to_clock
from transcription.base import Progress
from transcription.guards import Doubt, doubt
from transcription.media import RATE, decode, probe
from transcription.tongues import LanguageLog
from transcription.voice import find_speech
from transcription.windows import Window, cut_windows
from transcription.word_times import in_order, to_words

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a model made of one window: words timed in ms of the window's own sound."""

    words: tuple[Word, ...]


class Recogniser(Protocol):
    """One loaded model, for one language and one list of hotwords."""

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        """Return what is said in each sound (mono, 16 kHz, at most 30 s), in order."""
        ...

    def hear_again(self, sound: Sound) -> Heard:
        """Return what is said in `sound`, slower and with guards against loops."""
        ...

    def identify(self, sound: Sound) -> dict[str, float]:
        """Return the probability of each language, by Whisper's codes."""
        ...


@dataclass(slots=True)
class Listener:
    """Hears one media file. `batch`: windows heard together; `signature`: of the engine."""

    recogniser: Recogniser
    signature: Signature
    language: str
    batch: int
    _findings: list[Finding] = field(default_factory=list)

    def listen(self, media: Path, progress: Progress | None) -> Transcript:
        """Return the transcript of `media`; raises MediaError and EngineError."""
        duration = probe(media).duration or 0
        report = progress or (lambda fraction: None)
        report(0.0)
        clock = _Clock()
        log = LanguageLog(self.language)
        words: list[Word] = []
        blocks = clock.count(decode(media, on_damage=self._note_damage))
        for batch in _batches(cut_windows(blocks, find_speech), self.batch):
            for window in batch:
                log.note(window, self.recogniser.identify)
            for window, heard in zip(batch, self._hear(batch), strict=True):
                # In another language there is nothing to hear better, and it would take long.
                words.extend(heard if log.is_flipped else self._settled(window, heard))
            report(min(0.99, batch[-1].end / max(duration, batch[-1].end, 1)))
        self._findings.extend(log.findings())
        report(1.0)
        return self._transcript(words, max(duration, clock.ms), log)

    def _transcript(self, words: list[Word], duration: int, log: LanguageLog) -> Transcript:
        kept = () if log.is_flipped else in_order(words, duration)
        if not kept and not log.is_flipped:
            self._find("no-speech", "No speech was found in the sound.", 0, 0)
        findings = tuple(sorted(self._findings, key=lambda one: (one.start, one.check)))
        return Transcript(kept, log.language, duration, self.signature, findings)

    def _hear(self, windows: Sequence[Window]) -> list[list[Word]]:
        heard = self.recogniser.hear([window.sound for window in windows])
        return [to_words(w, h.words) for w, h in zip(windows, heard, strict=True)]

    def _settled(self, window: Window, words: list[Word]) -> list[Word]:
        """Return the words of `window`, heard again where they are doubtful."""
        best, worst = words, doubt(words, window.speech)
        for attempt in (self._hear_split, self._hear_slowly):
            if not worst:
                break
            other = attempt(window, worst)
            left = doubt(other, window.speech)
            if left < worst:
                best, worst = other, left
        self._note_doubt(window, worst)
        return best

    def _hear_slowly(self, window: Window, _: Doubt) -> list[Word]:
        return to_words(window, self.recogniser.hear_again(window.sound).words)

    def _hear_split(self, window: Window, why: Doubt) -> list[Word]:
        halves = window.split(why.hole)
        if halves is None:
            return []
        return [word for words in self._hear(halves) for word in words]

    def _note_doubt(self, window: Window, left: Doubt) -> None:
        if left.loops:
            said = "The recogniser repeats itself here; listen and correct."
            self._find("asr-loop", said, window.start, window.end)
        if left.missing:
            said = f"{left.missing / 1000:.1f} s of speech have no words here; listen and add them."
            self._find("asr-missing-words", said, window.start, window.end)

    def _note_damage(self, start: int, end: int) -> None:
        said = f"The file is damaged from {to_clock(start)} to {to_clock(end)}; sound is missing."
        self._find("media-damaged", said, start, end)

    def _find(self, check: str, message: str, start: int, end: int) -> None:
        self._findings.append(make(check, message, span=(start, end)))


class _Clock:
    """Counts the sound that flows through."""

    def __init__(self) -> None:
        self._samples = 0

    @property
    def ms(self) -> int:
        return self._samples * 1000 // RATE

    def count(self, blocks: Iterator[Sound]) -> Iterator[Sound]:
        for block in blocks:
            self._samples += len(block)
            yield block


def _batches(windows: Iterator[Window], size: int) -> Iterator[list[Window]]:
    while batch := list(islice(windows, size)):
        yield batch
