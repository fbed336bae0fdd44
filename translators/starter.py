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
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from courses.errors import ModelError
from courses.loops import loops
from courses.nouns import Signature
from courses.quantities.repair import repaired_number
from translators.base import Draft, Request, TranslatorOptions, refuse_unsupported
from translators.clauses import in_clauses, joined
from translators.decoding import Asked, Written, decode, go_on
from translators.devices import device_mark
from translators.hint_use import unused
from translators.indic_text import from_devanagari, to_devanagari
from translators.number_words import to_digits, wrong_numbers
from translators.starter_build import FORMAT, TOKENIZER, Recipe, ensure_built
from translators.starter_ct2 import Generator
from translators.starter_prompt import HINT_LIMIT, LANGUAGES, VIA_DEVANAGARI, one_line, prompt
from translators.starter_tokens import BOS, Tokens
from translators.written_text import foreign_words, without_noise

BASE_FILE = "gemma-3-270m-q4_k_m.gguf"
ADAPTER_FILE = "adapter.safetensors"

BEAM = 2
"""Against greedy: 1 to 2 chrF++ more for twice the time on courses; 4 beams gain no more."""

_REVISION = "10"  # of what is done here with the model's output


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokens: Tokens
    model: Generator


class Starter:
    """Translates English sentences; loads its model at the first call. Not thread-safe."""

    sources = frozenset({"en"})
    targets = frozenset(LANGUAGES)
    understands_hints = True
    goes_on = True
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
        mark = device_mark(self._options.device)
        return Signature("starter", name, f"{content}.{FORMAT}.{_REVISION}{mark}")

    @cached_property
    def _loaded(self) -> _Loaded:
        recipe = Recipe(self._file("base", BASE_FILE), self._file("adapter", ADAPTER_FILE))
        folder = ensure_built(recipe, self._options.cache)
        generator = Generator(folder, self._options.threads, device=self._options.device)
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

    def chances(
        self, request: Request, wordings: Sequence[str], target: str
    ) -> list[tuple[float, ...]]:
        """Return what the model thinks of each wording, by its first piece; one run of the model.

        Most of the time the first piece tells it, and one run a place is saved.
        """
        tokens = self._loaded.tokens
        (asked,) = self._asked([request], target)
        words = _in_model_script(request.begin, target).split()
        begun = tokens.encode(
            ["".join(f" {word}" for word in words[:n]) for n in range(len(words) + 1)]
        )
        firsts = [
            ids[0]
            for ids in tokens.encode([f" {_in_model_script(one, target)}" for one in wordings])
        ]
        found = self._loaded.model.chances([*asked.pieces, *tokens.pieces(begun[-1])], firsts)
        rows = [found[len(asked.pieces) + len(ids) - 1] for ids in begun]
        return [tuple(float(row[number]) for row in rows) for number in range(len(firsts))]

    def _translate(self, batch: Sequence[Request], target: str) -> list[Draft]:
        """Return drafts of texts with letters: whole, in clauses where that failed, repaired.

        One that is to begin in a certain way is written once, and is as good as it comes.
        """
        made: dict[int, Draft] = {}
        for write, begun in ((self._write_repaired, False), (self._go_on, True)):
            some = [number for number, one in enumerate(batch) if bool(one.begin) is begun]
            if some:
                drafts = write([batch[number] for number in some], target)
                made.update(zip(some, drafts, strict=True))
        return [
            _with_right_number(request.text, made[number], target)
            for number, request in enumerate(batch)
        ]

    def _write_repaired(self, batch: Sequence[Request], target: str) -> list[Draft]:
        made = self._write(batch, target)
        faulty = [n for n, draft in enumerate(made) if _faults(batch[n], draft.text, target)]
        for number in faulty:
            made[number] = self._in_clauses(batch[number], made[number], target)
        return made

    def _write(self, batch: Sequence[Request], target: str) -> list[Draft]:
        def faults(number: int, written: Written) -> int:
            return _faults(batch[number], self._text(written, target), target)

        asked = self._asked(batch, target)
        found = decode(self._loaded.model, asked, faults, BEAM)
        return [self._draft(written, target) for written in found]

    def _go_on(self, batch: Sequence[Request], target: str) -> list[Draft]:
        """Return drafts that begin as asked; their confidence is that of the whole text."""
        tokens, model = self._loaded.tokens, self._loaded.model
        asked = self._asked(batch, target)
        begun = tokens.encode([" " + _in_model_script(one.begin, target) for one in batch])
        prompts = [
            replace(one, pieces=[*one.pieces, *tokens.pieces(ids)])
            for one, ids in zip(asked, begun, strict=True)
        ]
        drafts = []
        for one, ids, rest in zip(asked, begun, go_on(model, prompts), strict=True):
            whole = replace(rest, ids=[*ids, *rest.ids])
            if whole.ended:
                score = model.score(one.pieces, tokens.pieces(whole.ids))
                whole = replace(whole, score=score)
            drafts.append(self._draft(whole, target))
        return drafts

    def _asked(self, batch: Sequence[Request], target: str) -> list[Asked]:
        tokens = self._loaded.tokens
        texts = [to_digits(one_line(_in_model_script(request.text, target))) for request in batch]
        hints = [_hints(request, target) for request in batch]
        asking = [prompt(text, target, given) for text, given in zip(texts, hints, strict=True)]
        prompts, sources = tokens.encode(asking), tokens.encode(texts)
        return [
            Asked([BOS, *tokens.pieces(ids)], len(source))
            for ids, source in zip(prompts, sources, strict=True)
        ]

    def _in_clauses(self, request: Request, whole: Draft, target: str) -> Draft:
        """Return a draft made clause by clause where it has fewer faults than the `whole` one."""
        parts = in_clauses(replace(request, text=one_line(request.text)))
        if len(parts) == 1:
            return whole
        made = self._write(parts, target)
        if any(draft.text is None for draft in made):
            return whole
        text = joined([draft.text or "" for draft in made], target)
        if _faults(request, text, target) >= _faults(request, whole.text, target):
            return whole
        return Draft(text, min(draft.confidence or 0.0 for draft in made))

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


def _faults(request: Request, text: str | None, target: str) -> int:
    """Return how many faults of a draft show to who does not know the language."""
    if text is None:
        return 1000
    wrong = 2 * wrong_numbers(request.text, text, target) + foreign_words(text, target)
    return wrong + unused(request.hints[:HINT_LIMIT], text) + 5 * loops(text)


def _with_right_number(source: str, draft: Draft, target: str) -> Draft:
    """Return `draft` with its one wrong number put right, and a note; as it is when unsure."""
    repaired = repaired_number(source, draft.text, target) if draft.text else None
    if repaired is None:
        return draft
    text, note = repaired
    return replace(draft, text=text, notes=(*draft.notes, note))


def _in_model_script(text: str, target: str) -> str:
    """Return `text` with words of the target language, if it has some, as the model writes them."""
    if text.isascii() or target not in VIA_DEVANAGARI:
        return text
    return to_devanagari(text, target)


def _hints(request: Request, target: str) -> list[tuple[str, str]]:
    """Return the request's hints in the script that the model writes."""
    if target not in VIA_DEVANAGARI:
        return list(request.hints)
    return [(term, to_devanagari(form, target)) for term, form in request.hints]


def _copied(text: str) -> Draft:
    """Return a text without letters as it is: numbers and marks need no translation."""
    if one_line(text):
        return Draft(text, 1.0)
    return Draft(None, None, "There is nothing to translate.")
