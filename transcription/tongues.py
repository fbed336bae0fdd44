"""Which language is spoken, and whether it is the declared one.

A lecture may open with a prayer or a song in another language, so the sound is asked every two
minutes, and window after window while most answers are another language than declared; only a
majority of confident answers is a flip. What a model can do is declared
with the model and not decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from courses.errors import LanguageError
from courses.findings import make
from courses.nouns import Finding
from transcription.base import TranscriberOptions
from transcription.windows import RATE, Window

Identify = Callable[[npt.NDArray[np.float32]], dict[str, float]]

_CONFIDENT = 0.6
# Under three seconds of speech Whisper guesses (its language token needs a few words).
_LEAST_SPEECH = 3 * RATE
_ASK_EVERY_MS = 120_000
# So many answers are enough to believe in a flip; a prayer is shorter than six minutes.
_ENOUGH = 12


def refuse_unknown(language: str, options: TranscriberOptions) -> None:
    """Raise LanguageError when the model cannot really do `language`."""
    if language not in options.languages:
        known = ", ".join(sorted(options.languages))
        raise LanguageError(
            f"The model {options.name} cannot transcribe {language!r} (it can: {known}).",
            "Hand in captions of the lesson, or fetch a larger model that can do it, for example "
            "`karmavani models fetch whisper-large-v3-turbo`.",
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    language: str
    probability: float
    start: int
    end: int


@dataclass(slots=True)
class LanguageLog:
    """What language each asked window sounded like, against `declared`."""

    declared: str
    _answers: list[_Answer] = field(default_factory=list)

    def note(self, window: Window, identify: Identify) -> None:
        """Ask which language `window` is in, unless too little is said or it is known."""
        spoken = sum(p.speech_end - p.speech_start for p in window.pieces)
        recent = self._answers and window.start < self._answers[-1].end + _ASK_EVERY_MS
        doubtful = self.is_flipped and len(self._answers) < _ENOUGH
        if spoken < _LEAST_SPEECH or (recent and not doubtful):
            return
        odds = identify(window.sound)
        language = max(odds, key=odds.__getitem__, default=self.declared)
        answer = _Answer(language, odds.get(language, 0.0), window.start, window.end)
        self._answers.append(answer)

    @property
    def is_flipped(self) -> bool:
        """Return whether most of the sound is confidently in another language."""
        return 2 * len(self._others()) > len(self._answers)

    @property
    def language(self) -> str:
        """Return the language that was recognised: the declared one unless flipped."""
        if not self.is_flipped:
            return self.declared
        names = [answer.language for answer in self._others()]
        return max(sorted(set(names)), key=names.count)

    def findings(self) -> list[Finding]:
        """Return what a person should know about the language."""
        if not self._answers:
            said = "Too little is said to tell the language; the declared one is trusted."
            return [make("language-unknown", said)]
        others = self._others()
        if self.is_flipped:
            return [self._mismatch([one for one in others if one.language == self.language])]
        return [self._mixed(one) for one in others]

    def _others(self) -> list[_Answer]:
        return [
            answer
            for answer in self._answers
            if answer.language != self.declared and answer.probability >= _CONFIDENT
        ]

    def _mismatch(self, answers: list[_Answer]) -> Finding:
        probability = sum(answer.probability for answer in answers) / len(answers)
        said = (
            f"The lesson is declared as {self.declared!r} but sounds like {self.language!r} "
            f"(probability {probability:.2f}). Nothing was transcribed: correct the declared "
            "language, or hand in captions."
        )
        start, end = answers[0].start, answers[-1].end
        return make("language-mismatch", said, span=(start, end))

    def _mixed(self, answer: _Answer) -> Finding:
        said = (
            f"This part sounds like {answer.language!r} (probability {answer.probability:.2f}), "
            f"not {self.declared!r}; listen and correct."
        )
        return make("language-mixed", said, span=(answer.start, answer.end))
