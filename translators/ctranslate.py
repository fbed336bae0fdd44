"""Runs encoder-decoder translation models on CTranslate2: what IndicTrans2, NLLB and OPUS-MT share.

A kind of model says how its text becomes pieces and comes back (`Wording`); everything else is
here: batches by length, limits, a second try where a text loops or has faults, holes. Not for
fetching or converting models (pipeline/model_convert.py). Among these engines the only file that
knows `ctranslate2`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol

from courses.errors import EngineError, ModelError
from courses.nouns import Signature
from translators.base import Draft, Request, TranslatorOptions, refuse_unsupported
from translators.decoding import Asked, Search, Written, decode
from translators.devices import COMPUTE, device_mark, refuse_missing
from translators.entities import has_words
from translators.number_words import wrong_numbers
from translators.written_text import foreign_words, without_noise

END = "</s>"
"""The end mark, the same in all three kinds of model."""

BEAM = 4
"""IndicTrans2's authors use 5, OPUS-MT's 4 to 6, NLLB's 4."""

_REVISION = "5"  # of what is done here and in the wordings with the model's output


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as its model reads it.

    pieces: all that goes into the encoder, tags and end mark included. entities: what must stand
    in the translation as it is. bare: they stand in the pieces too, not hidden by placeholders.
    """

    pieces: list[str]
    entities: tuple[str, ...] = ()
    bare: bool = False


class Wording(Protocol):
    """How one kind of model wants its text; made once, with the model's files loaded."""

    longest: int
    """Pieces that encoder and decoder have positions for."""

    def __init__(self, folder: Path) -> None:
        """Load what is needed of the model's folder; raises ModelError."""
        ...

    def prefix(self, target: str) -> list[str]:
        """Return the pieces that every translation into `target` begins with."""
        ...

    def read(self, text: str, source: str, target: str, bare: bool) -> Reading:
        """Return `text` for the model; `bare` hides nothing behind placeholders."""
        ...

    def write(self, pieces: Sequence[str], reading: Reading, target: str) -> str | None:
        """Return the text of `pieces`; None when an entity got lost or came twice."""
        ...


class Model:
    """A loaded CTranslate2 translator; one call at a time, on `threads` threads."""

    def __init__(self, folder: Path, threads: int, compute: str = "", device: str = "cpu") -> None:
        """Load the model; raises ModelError when it cannot be read.

        compute: CTranslate2's name of the numbers; empty for those of the device.
        """
        import ctranslate2

        refuse_missing(ctranslate2, device)
        compute = compute or COMPUTE[device]
        try:
            self._translator = ctranslate2.Translator(
                str(folder), device=device, compute_type=compute, intra_threads=threads
            )
        except (RuntimeError, ValueError) as error:
            message = f"The translation model cannot be read: {folder} ({error})."
            raise ModelError(message, "Fetch it again: karmavani models fetch NAME.") from error

    def generate(
        self, prompts: Sequence[Sequence[str]], prefix: Sequence[str], search: Search
    ) -> list[Any]:
        """Return CTranslate2's result for each prompt. Raises EngineError."""
        try:
            found: list[Any] = self._translator.translate_batch(
                [list(prompt) for prompt in prompts],
                target_prefix=[list(prefix)] * len(prompts) if prefix else None,
                beam_size=search.beam,
                num_hypotheses=search.choices,
                no_repeat_ngram_size=search.no_repeat,
                repetition_penalty=search.penalty,
                max_decoding_length=search.longest,
                max_input_length=0,  # its default cuts long input silently
                disable_unk=True,
                return_scores=True,
                return_end_token=True,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"The translation model failed: {error}.") from error
        return found


class Bound:
    """A model bound to one target language; numbers the pieces that it writes."""

    def __init__(self, model: Model, prefix: Sequence[str], longest: int) -> None:
        self._model, self._prefix = model, list(prefix)
        self._longest = longest
        self._numbers: dict[str, int] = {}
        self._pieces: list[str] = []

    def generate(self, prompts: Sequence[Sequence[str]], search: Search) -> list[list[Written]]:
        """Translate every prompt, given as pieces; best text first."""
        longest = min(search.longest, self._longest - len(self._prefix) - 1)
        search = replace(search, longest=longest)
        results = self._model.generate(prompts, self._prefix, search)
        return [
            [self._written(*pair) for pair in zip(result.hypotheses, result.scores, strict=True)]
            for result in results
        ]

    def pieces(self, written: Written) -> list[str]:
        """Return the pieces of a text."""
        return [self._pieces[number] for number in written.ids]

    def _written(self, pieces: list[str], score: float) -> Written:
        ended = bool(pieces) and pieces[-1] == END
        given = len(self._prefix)
        own = pieces[given : len(pieces) - ended]
        # CTranslate2 takes the mean over the given pieces too, which count nothing.
        score *= len(pieces) / max(1, len(pieces) - given)
        return Written([self._number(piece) for piece in own], score, ended)

    def _number(self, piece: str) -> int:
        if piece not in self._numbers:
            self._numbers[piece] = len(self._pieces)
            self._pieces.append(piece)
        return self._numbers[piece]


class CTranslate:
    """An engine over one CTranslate2 model; loads it at the first call. Not thread-safe.

    A kind of model is a subclass that names itself, its languages and its `Wording`.
    """

    engine: ClassVar[str]
    can_read: ClassVar[frozenset[str]]
    can_write: ClassVar[frozenset[str]]
    wording: ClassVar[type[Wording]]
    understands_hints = False
    goes_on = False
    repeatable = True

    def __init__(self, options: TranslatorOptions) -> None:
        self._options = options
        self.sources = options.reads or self.can_read
        self.targets = options.writes or self.can_write

    @property
    def signature(self) -> Signature:
        """Name engine, model and revision; known before the model is loaded."""
        revision = f"{self._options.revision}.beam{BEAM}.{_REVISION}".lstrip(".")
        mark = device_mark(self._options.device)
        return Signature(self.engine, self._options.name, revision + mark)

    @cached_property
    def _folder(self) -> Path:
        folder = self._options.folders.get("model")
        if folder is None:
            raise ModelError(f"The engine {self.engine} was not told the folder of its model.")
        return folder

    @cached_property
    def _wording(self) -> Wording:
        return type(self).wording(self._folder)

    @cached_property
    def _model(self) -> Model:
        return Model(self._folder, self._options.threads, device=self._options.device)

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order. Raises LanguageError, ModelError, EngineError."""
        refuse_unsupported(self, source, target)
        texts = dict.fromkeys(one.text for one in batch)
        work = [text for text in texts if has_words(text)]
        made = dict(zip(work, self._drafts(work, source, target), strict=True)) if work else {}
        return [made.get(one.text) or _copied(one.text) for one in batch]

    def _drafts(self, texts: list[str], source: str, target: str) -> list[Draft]:
        drafts = self._attempt(texts, source, target, bare=False)
        lost = [number for number, draft in enumerate(drafts) if draft is None]
        if lost:
            again = self._attempt([texts[n] for n in lost], source, target, bare=True)
            for number, draft in zip(lost, again, strict=True):
                drafts[number] = draft
        return [draft or Draft(None, None, _LOST) for draft in drafts]

    def _attempt(
        self, texts: list[str], source: str, target: str, bare: bool
    ) -> list[Draft | None]:
        """Return one draft a text, None where an entity of the text is not in its translation."""
        wording = self._wording
        language = target if source == "en" else ""  # number words are compared with English only
        readings = [wording.read(text, source, target, bare) for text in texts]
        fitting = [n for n, one in enumerate(readings) if len(one.pieces) <= wording.longest]
        model = Bound(self._model, wording.prefix(target), wording.longest)
        asked = [Asked(readings[n].pieces, len(readings[n].pieces)) for n in fitting]

        def text_of(number: int, written: Written) -> str | None:
            text = wording.write(model.pieces(written), readings[fitting[number]], target)
            return None if text is None else without_noise(text)

        def faults(number: int, written: Written) -> int:
            text = text_of(number, written)
            if not text:
                return 1000
            wrong = wrong_numbers(texts[fitting[number]], text, language)
            return 2 * wrong + foreign_words(text, target)

        drafts: list[Draft | None] = [_too_long(one, wording.longest) for one in readings]
        for number, written in enumerate(decode(model, asked, faults, BEAM)):
            drafts[fitting[number]] = _draft(written, text_of(number, written))
        return drafts


_LOST = "The model lost a number, a name with @ or #, or an address of this sentence."


def _draft(written: Written, text: str | None) -> Draft | None:
    if not written.ended:
        return Draft(None, None, "The model lost itself in repetitions on this sentence.")
    if text is None:
        return None
    if not text:
        return Draft(None, None, "The model found no translation of this sentence.")
    return Draft(text, math.exp(min(0.0, written.score)))


def _too_long(reading: Reading, longest: int) -> Draft:
    return Draft(
        None,
        None,
        f"The sentence is too long for the model ({len(reading.pieces)} pieces, it takes"
        f" {longest}). Make two sentences of it.",
    )


def _copied(text: str) -> Draft:
    """Return a text without words as it is: numbers, marks, addresses need no translation."""
    return Draft(text, 1.0) if text.strip() else Draft(None, None, "There is no text to translate.")
