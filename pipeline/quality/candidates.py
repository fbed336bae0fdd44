"""Where outputs to be measured come from: an engine that translates now, or a finished file.

Every candidate bears the Signature of how it was made, so that no score is ever without it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from courses.nouns import Signature
from pipeline import engines
from pipeline.engines import TranslatorSpec
from pipeline.lines import CHUNK
from pipeline.protecting import terms_mark, translate_keeping_terms
from pipeline.quality.pairing import Pairing
from pipeline.weighing import Asked
from translators.base import NEED_NO_MODEL, Draft, Translator, refuse_unsupported
from translators.wrappers import take_usage


@dataclass(frozen=True, slots=True)
class Candidate:
    """Outputs to be measured, one Draft a sentence; `seconds` is None for finished texts."""

    name: str
    signature: Signature
    drafts: tuple[Draft, ...]
    seconds: float | None = None

    @property
    def texts(self) -> list[str]:
        """Return the outputs; a hole is an empty text."""
        return [" ".join((draft.text or "").split()) for draft in self.drafts]


def translate(
    engine: Translator,
    asked: Sequence[Asked],
    pairing: Pairing,
    progress: Callable[[float], None] = lambda done: None,
) -> Candidate:
    """Return what `engine` makes of the sentences, as the flow asks it, with their terms.

    Timed without the loading of its model, and not at all when drafts came from a cache. Raises
    LanguageError before any work when it cannot do these languages.
    """
    refuse_unsupported(engine, pairing.source, pairing.target)
    if asked and engine.signature.engine not in NEED_NO_MODEL:
        translate_keeping_terms(engine, asked[:1], pairing.source, pairing.target)
    take_usage(engine)
    began = time.monotonic()
    drafts: list[Draft] = []
    for start in range(0, len(asked), CHUNK):
        progress(start / len(asked))
        chunk = asked[start : start + CHUNK]
        drafts += translate_keeping_terms(engine, chunk, pairing.source, pairing.target)
    seconds = None if take_usage(engine).cached else time.monotonic() - began
    signature = replace(engine.signature, glossary=_glossary(asked))
    return Candidate(signature.engine, signature, tuple(drafts), seconds)


def refuse(spec: TranslatorSpec, pairing: Pairing) -> None:
    """Raise LanguageError unless the engine of `spec` can do these languages; loads no model."""
    refuse_unsupported(engines.translator(spec), pairing.source, pairing.target)


def by_engine(
    spec: TranslatorSpec,
    asked: Sequence[Asked],
    pairing: Pairing,
    progress: Callable[[float], None] = lambda done: None,
) -> Candidate:
    """Return what the engine of `spec` makes of the sentences."""
    return translate(engines.translator(spec), asked, pairing, progress)


def from_file(name: str, texts: Sequence[str]) -> Candidate:
    """Return finished texts as a candidate; its signature is the hash of the texts."""
    content = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
    drafts = tuple(
        Draft(text) if text else Draft(None, None, "The file has no text.") for text in texts
    )
    return Candidate(name, Signature("file", name, content), drafts)


def _glossary(asked: Sequence[Asked]) -> str:
    """Return what names the terms of all sentences, 12 hex digits; "" when there are none."""
    if not any(one.hits for one in asked):
        return ""
    return hashlib.sha256(repr([terms_mark(one) for one in asked]).encode()).hexdigest()[:12]
