"""The Transcriber protocol, its contract and the registry.

To add an engine: write one file with a class that keeps the contract below, put a line into
`TRANSCRIBERS`, and add it to the fixture of tests/integration/test_transcriber_contract.py.

The contract, held by those tests for every engine:
- words come in time order, inside the media, with no empty text and no surrounding spaces;
- silence, noise and music give no words;
- a language the model cannot do is refused with LanguageError before any sound is decoded;
- a detected language that differs from the declared one is an ERROR finding, never a guess;
- nothing is fetched: the model is a local folder handed in by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from courses.errors import UsageError
from courses.nouns import Signature, Transcript

REVISION = "1"
"""Of our own code: raised with every change that makes any engine, or captions, give other words,
and with every change of the form of `courses.nouns.Transcript`. Older results are then made anew.
"""

Progress = Callable[[float], None]
"""Called with the fraction done, 0..1, never less than the time before."""


@dataclass(frozen=True, slots=True)
class TranscriberOptions:
    """How to run an engine; arrives once, at construction.

    model: folder of the model's files. languages: codes that the model can really do.
    name, revision: of the model, for the Signature. threads: CPU threads of this worker.
    beam: beams of the decoder. batch: windows decoded together. device: "cpu" or "cuda".
    """

    model: Path
    name: str
    revision: str
    languages: frozenset[str]
    threads: int = 1
    beam: int = 2
    batch: int = 4
    device: str = "cpu"


class Transcriber(Protocol):
    """Turns the sound of one media file into timed words."""

    @property
    def signature(self) -> Signature:
        """Return engine, model and options; known before any model is loaded."""
        ...

    def transcribe(
        self,
        media: Path,
        language: str,
        hotwords: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Transcript:
        """Return the words heard in `media`, declared to be spoken in `language`.

        `hotwords` are words and phrases likely to occur, most important first; the engine takes
        as many as its model has room for. Raises MediaError, LanguageError, EngineError.
        """
        ...


TRANSCRIBERS: dict[str, str] = {
    "faster-whisper": "transcription.whisper_ct2:WhisperCT2",
    "openai-whisper": "transcription.openai_whisper:OpenAIWhisper",
}
"""Engine name -> ``module:class``; the class takes one TranscriberOptions."""


def make_transcriber(engine: str, options: TranscriberOptions) -> Transcriber:
    """Return the engine called `engine`; loads its module, not yet its model."""
    if engine not in TRANSCRIBERS:
        known = ", ".join(TRANSCRIBERS)
        raise UsageError(
            f"There is no transcription engine {engine!r}.", f"Known engines: {known}."
        )
    module, _, name = TRANSCRIBERS[engine].partition(":")
    made: Transcriber = getattr(import_module(module), name)(options)
    return made
