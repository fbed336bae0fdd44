"""The Translator protocol, its contract and the registry.

To add an engine: write one file with a class that keeps the contract below, put a line into
`TRANSLATORS`, and add it to the fixture of tests/integration/test_translator_contract.py.

The contract, held by those tests for every engine:
- as many drafts as requests, in the same order;
- a sentence that fails is a hole (`text` None and a `problem`), never a blank or an exception;
- an unsupported language is refused with LanguageError before any work;
- nothing is fetched: models are local folders handed in by the caller. Only remote engines
  talk to the network, and not in offline mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from courses.errors import LanguageError, UsageError
from courses.nouns import Signature


@dataclass(frozen=True, slots=True)
class Request:
    """One source sentence and the glossary terms found in it, as (source, target) pairs.

    `begin`: what the translation is to begin with; only for engines that go on from a beginning.
    """

    text: str
    hints: tuple[tuple[str, str], ...] = ()
    begin: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine made of one request.

    `text` is None for a hole, and `problem` then says why in one sentence. `confidence` is the
    engine's own score in 0..1 (mean token probability), None where there is none. `notes`: what
    was done to the model's text afterwards, one sentence each.
    """

    text: str | None
    confidence: float | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a remote engine is and how to call it. Never a key: keys come from the environment.

    url: address of the server, empty for the engine's own. model: what the server knows the model
    by (chat) or the pipeline (bhashini), empty for the engine's own. batch: sentences in one call,
    0 for the engine's own number. timeout: seconds to wait for an answer. interval: seconds
    between the starts of two calls of this worker, at least.
    """

    url: str = ""
    model: str = ""
    batch: int = 0
    timeout: float = 60.0
    interval: float = 0.0


@dataclass(frozen=True, slots=True)
class TranslatorOptions:
    """How to run an engine; arrives once, at construction.

    folders: part name -> local folder, as the model registry fetched them. cache: where the
    engine may keep what it builds from them. name, revision: for the Signature. threads: CPU
    threads of this worker. offline: no network call may be made. remote: for remote engines.
    reads, writes: language codes that the registry knows of this model; empty is all of its kind.
    device: "cpu" or "cuda", for the engines on CTranslate2.
    """

    folders: dict[str, Path]
    cache: Path
    name: str = ""
    revision: str = ""
    threads: int = 1
    offline: bool = False
    remote: Remote = field(default_factory=Remote)
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    device: str = "cpu"


class Translator(Protocol):
    """Turns sentences of the source language into sentences of one target language."""

    @property
    def signature(self) -> Signature:
        """Return engine, model and options; known before any model is loaded."""
        ...

    @property
    def sources(self) -> frozenset[str]:
        """Return the codes of the languages it can really read."""
        ...

    @property
    def targets(self) -> frozenset[str]:
        """Return the codes of the languages it can really write."""
        ...

    @property
    def understands_hints(self) -> bool:
        """Return whether `Request.hints` reach the model; if not, terms must be protected."""
        ...

    @property
    def goes_on(self) -> bool:
        """Return whether `Request.begin` reaches the model; its draft then begins with it."""
        ...

    @property
    def repeatable(self) -> bool:
        """Return whether a request always gives the same draft; if not, holes are tried again."""
        ...

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order. Raises LanguageError, ModelError."""
        ...


@runtime_checkable
class CountsTokens(Protocol):
    """An engine that is told how many tokens its work took."""

    def take_tokens(self) -> tuple[int, int]:
        """Return the tokens read and written since this was last asked."""
        ...


@runtime_checkable
class KnowsPlaces(Protocol):
    """An engine that goes on, and can tell cheaply where in a draft it would say something."""

    def chances(
        self, request: Request, wordings: Sequence[str], target: str
    ) -> list[tuple[float, ...]]:
        """Return, a wording, how likely it comes before each word of `request.begin`, and last.

        Natural logarithms; to be compared within one wording only.
        """
        ...


TRANSLATORS: dict[str, str] = {
    "starter": "translators.starter:Starter",
    "indictrans2": "translators.indictrans:IndicTrans2",
    "nllb": "translators.nllb:Nllb",
    "opus-mt": "translators.opus:OpusMT",
    "bhashini": "translators.bhashini:Bhashini",
    "chat": "translators.chat:Chat",
    "echo": "translators.echo:Echo",
}
"""Engine name -> ``module:class``; the class takes one TranslatorOptions."""

NEED_NO_MODEL = frozenset({"bhashini", "chat", "echo"})
"""Engines that work without a model of the registry."""


REMOTE = frozenset({"bhashini", "chat"})
"""Engines that send text to a server; each call costs money or patience."""


def make_translator(engine: str, options: TranslatorOptions) -> Translator:
    """Return the engine called `engine`; loads its module, not yet its model."""
    if engine not in TRANSLATORS:
        known = ", ".join(TRANSLATORS)
        raise UsageError(f"There is no translation engine {engine!r}.", f"Known engines: {known}.")
    module, _, name = TRANSLATORS[engine].partition(":")
    made: Translator = getattr(import_module(module), name)(options)
    return made


def refuse_unsupported(translator: Translator, source: str, target: str) -> None:
    """Raise LanguageError unless `translator` can do `source` to `target`."""
    engine = translator.signature.engine
    if source not in translator.sources:
        raise LanguageError(f"The engine {engine} cannot read {source!r}.")
    if target not in translator.targets:
        able = ", ".join(sorted(translator.targets))
        raise LanguageError(f"The engine {engine} cannot write {target!r}; it can write {able}.")
