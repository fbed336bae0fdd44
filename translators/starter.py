"""The starter: the embedded default translator, English to 13 Indian languages, offline.

Gemma 3 270M with adapters of our own (models/starter/, recipe in training/) on CTranslate2, int8.
Not for other source languages, and not for legal text without a reviewer. The model is built in
the cache at first use, from local files only.

`folders` of its options: ``base``, the folder of the fetched base model, and ``adapter``, the
folder with adapter.safetensors.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from courses.errors import ModelError
from courses.languages import find_writing
from courses.nouns import Signature
from courses.script import script_of
from translators.base import Draft, Request, TranslatorOptions, refuse_unsupported
from translators.indic_text import from_devanagari, to_devanagari
from translators.number_words import to_digits, wrong_numbers
from translators.starter_build import FORMAT, TOKENIZER, Recipe, ensure_built
from translators.starter_ct2 import Generator, Written
from translators.starter_decode import Asked, decode
from translators.starter_prompt import LANGUAGES, VIA_DEVANAGARI, one_line, prompt
from translators.starter_tokens import BOS, Tokens

BASE_FILE = "gemma-3-270m-q4_k_m.gguf"
ADAPTER_FILE = "adapter.safetensors"


# The model now and then writes dozens in a row; one joiner or non-joiner can mean something.
_EXTRA_INVISIBLE = re.compile("[\u200b\ufeff]+|([\u200c\u200d])[\u200b-\u200d]+")
_REVISION = "2"  # of what is done here with the model's output


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokens: Tokens
    model: Generator


class Starter:
    """Translates English sentences; loads its model at the first call. Not thread-safe."""

    sources = frozenset({"en"})
    targets = frozenset(LANGUAGES)
    understands_hints = True
    repeatable = True

    def __init__(self, options: TranslatorOptions) -> None:
        self._options = options

    @cached_property
    def signature(self) -> Signature:
        """Name engine, base and the adapter's content; raises ModelError without an adapter."""
        adapter = self._file("adapter", ADAPTER_FILE)
        try:
            content = hashlib.sha256(adapter.read_bytes()).hexdigest()[:12]
        except OSError as error:
            message = f"The starter's adapter is missing: {adapter}."
            raise ModelError(message, "Install karmavani again.") from error
        name = self._options.name or "gemma-3-270m+adapter"
        return Signature("starter", name, f"{content}.{FORMAT}.{_REVISION}")

    @cached_property
    def _loaded(self) -> _Loaded:
        recipe = Recipe(self._file("base", BASE_FILE), self._file("adapter", ADAPTER_FILE))
        folder = ensure_built(recipe, self._options.cache)
        generator = Generator(folder, self._options.threads)
        return _Loaded(Tokens.load(folder / TOKENIZER), generator)

    def _file(self, part: str, name: str) -> Path:
        folder = self._options.folders.get(part)
        if folder is None:
            raise ModelError(f"The starter was not told the folder of its {part}.")
        return folder / name

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order. Raises LanguageError, ModelError, EngineError."""
        refuse_unsupported(self, source, target)
        drafts: dict[int, Draft] = {}
        work: list[int] = []
        for number, request in enumerate(batch):
            if any(letter.isalpha() for letter in request.text):
                work.append(number)
            else:
                drafts[number] = _copied(request.text)
        if work:
            made = self._translate([batch[number] for number in work], target)
            drafts.update(zip(work, made, strict=True))
        return [drafts[number] for number in range(len(batch))]

    def _translate(self, batch: Sequence[Request], target: str) -> list[Draft]:
        tokens, model = self._loaded.tokens, self._loaded.model
        texts = [to_digits(one_line(request.text)) for request in batch]
        hints = [_hints(request, target) for request in batch]
        asking = [prompt(text, target, given) for text, given in zip(texts, hints, strict=True)]
        prompts, sources = tokens.encode(asking), tokens.encode(texts)
        asked = [
            Asked([BOS, *tokens.pieces(ids)], len(source))
            for ids, source in zip(prompts, sources, strict=True)
        ]

        def faults(number: int, written: Written) -> int:
            text = self._text(written, target)
            return 2 * wrong_numbers(batch[number].text, text) + foreign_words(text, target)

        return [self._draft(written, target) for written in decode(model, asked, faults)]

    def _text(self, written: Written, target: str) -> str:
        text = without_noise(self._loaded.tokens.decode(written.ids))
        return from_devanagari(text, target) if target in VIA_DEVANAGARI else text

    def _draft(self, written: Written, target: str) -> Draft:
        if not written.ended:
            return Draft(None, None, "The starter lost itself in repetitions on this sentence.")
        text = self._text(written, target)
        if not text:
            return Draft(None, None, "The starter found no translation of this sentence.")
        return Draft(text, math.exp(min(0.0, written.score)))


def _hints(request: Request, target: str) -> list[tuple[str, str]]:
    """Return the request's hints in the script that the model writes."""
    if target not in VIA_DEVANAGARI:
        return list(request.hints)
    return [(term, to_devanagari(form, target)) for term, form in request.hints]


def without_noise(text: str) -> str:
    """Return `text` without invisible characters that mean nothing, and no space around it."""
    return _EXTRA_INVISIBLE.sub(r"\1", text).strip()


def foreign_words(text: str, target: str) -> int:
    """Return how many words of `text` have letters neither of the script of `target` nor Latin."""
    own = {find_writing(target).script, "Latn", None}
    strange = {char for char in set(text) if script_of(char) not in own}
    return sum(not strange.isdisjoint(word) for word in text.split())


def _copied(text: str) -> Draft:
    """Return a text without letters as it is: numbers and marks need no translation."""
    if one_line(text):
        return Draft(text, 1.0)
    return Draft(None, None, "There is nothing to translate.")
