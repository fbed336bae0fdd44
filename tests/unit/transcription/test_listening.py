"""The flow that engines share, with sound and a recogniser of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from courses.nouns import Severity, Signature, Transcript, Word
from transcription import listening
from transcription.listening import Heard, Listener
from transcription.media_files import MediaInfo
from transcription.windows import RATE, Sound

SECONDS = 120
SPEECH = [(2, 12), (13, 23), (40, 50), (52, 60), (70, 90)]


def clear(sound: Sound) -> Heard:
    """Hear three words a second in all of `sound`."""
    step = 333
    words = [Word(f" w{at}", at, at + 300, 0.9) for at in range(0, len(sound) // 16 - step, step)]
    return Heard(tuple(words))


def nothing(sound: Sound) -> Heard:
    return Heard(())


def first_seconds(sound: Sound) -> Heard:
    return Heard(tuple(word for word in clear(sound).words if word.end < 4000))


def loop(sound: Sound) -> Heard:
    return Heard(tuple(Word(" you", word.start, word.end) for word in clear(sound).words))


class Recogniser:
    """Hears as told: `first` in batches, `again` when asked again."""

    def __init__(
        self,
        first: Callable[[Sound], Heard] = clear,
        again: Callable[[Sound], Heard] = clear,
        language: str = "en",
    ) -> None:
        self.first, self.again, self.language = first, again, language
        self.batches: list[int] = []

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        self.batches.append(len(sounds))
        return [self.first(sound) for sound in sounds]

    def hear_again(self, sound: Sound) -> Heard:
        return self.again(sound)

    def identify(self, sound: Sound) -> dict[str, float]:
        return {self.language: 0.97, "en": 0.98 if self.language == "en" else 0.01}


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put two minutes of sound with five stretches of speech in the place of a file."""
    sound = np.zeros(SECONDS * RATE, np.float32)
    for start, end in SPEECH:
        sound[start * RATE : end * RATE] = 1
    path = Path("lesson.mp4")
    info = MediaInfo(path, "mp4", SECONDS * 1000, True, ())

    def decode(_: Path, **__: Any) -> Iterator[Sound]:
        return iter(np.split(sound, SECONDS))

    def find_speech(part: Sound) -> list[tuple[int, int]]:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], part > 0.5, [0]]).astype(np.int8)))
        return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]

    monkeypatch.setattr(listening, "probe", lambda _: info)
    monkeypatch.setattr(listening, "decode", decode)
    monkeypatch.setattr(listening, "find_speech", find_speech)
    return path


def listen(lesson: Path, recogniser: Recogniser, **how: Any) -> Transcript:
    return Listener(recogniser, Signature("fake"), "en", 2).listen(lesson, how.get("progress"))


def checks(transcript: Transcript) -> list[str]:
    return [found.check for found in transcript.findings]


def test_words_lie_where_someone_speaks(lesson: Path) -> None:
    transcript = listen(lesson, Recogniser())
    assert len(transcript.words) > 150
    assert transcript.findings == ()
    assert transcript.duration == SECONDS * 1000
    for word in transcript.words:
        assert any(
            start * 1000 - 400 <= word.start < word.end <= end * 1000 + 400 for start, end in SPEECH
        )


def test_windows_are_heard_in_batches(lesson: Path) -> None:
    recogniser = Recogniser()
    listen(lesson, recogniser)
    assert recogniser.batches == [2, 1]


def test_progress_starts_at_0_ends_at_1_and_never_goes_back(lesson: Path) -> None:
    seen: list[float] = []
    listen(lesson, Recogniser(), progress=seen.append)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert len(seen) == 4


@pytest.mark.parametrize("first", [nothing, first_seconds, loop])
def test_a_doubtful_window_is_heard_again_and_the_better_hearing_kept(
    lesson: Path, first: Callable[[Sound], Heard]
) -> None:
    transcript = listen(lesson, Recogniser(first=first, again=clear))
    assert checks(transcript) == []
    assert len(transcript.words) > 150


def test_what_stays_missing_is_a_finding_with_its_time(lesson: Path) -> None:
    transcript = listen(lesson, Recogniser(first=first_seconds, again=nothing))
    assert transcript.words
    found = [one for one in transcript.findings if one.check == "asr-missing-words"]
    assert found
    for one in found:
        assert one.severity is Severity.WARNING
        assert 0 <= one.start < one.end <= SECONDS * 1000


def test_a_loop_that_stays_is_a_finding(lesson: Path) -> None:
    assert "asr-loop" in checks(listen(lesson, Recogniser(first=loop, again=loop)))


def test_another_language_leaves_no_words_and_an_error(lesson: Path) -> None:
    transcript = listen(lesson, Recogniser(language="hi"))
    assert transcript.words == ()
    assert transcript.language == "hi"
    assert checks(transcript) == ["language-mismatch"]
    assert transcript.findings[0].severity is Severity.ERROR


def test_a_lesson_without_speech_is_empty_with_a_warning(
    lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "find_speech", lambda sound: [])
    transcript = listen(lesson, Recogniser())
    assert transcript.words == ()
    assert "no-speech" in checks(transcript)
