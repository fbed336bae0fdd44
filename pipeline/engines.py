"""Engines as picklable descriptions: made cheap in the driver, loaded once in each worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from transcription.base import Transcriber, TranscriberOptions, make_transcriber
from translators.base import Translator, TranslatorOptions, make_translator
from translators.draft_cache import DraftCache
from translators.wrappers import Cached, Counted, Prices, Retrying


@dataclass(frozen=True, slots=True)
class TranscriberSpec:
    """Which transcriber to run and how."""

    engine: str
    options: TranscriberOptions


@dataclass(frozen=True, slots=True)
class TranslatorSpec:
    """Which translator to run and how; `drafts` is the file of a cache of drafts, None for none."""

    engine: str
    options: TranslatorOptions
    drafts: Path | None = None
    prices: Prices = field(default_factory=Prices)


_transcribers: dict[str, Transcriber] = {}
_translators: dict[str, Translator] = {}


def transcriber(spec: TranscriberSpec) -> Transcriber:
    """Return this process's engine for `spec`; its model stays loaded between lessons."""
    key = repr(spec)
    if key not in _transcribers:
        _transcribers.clear()  # one model at a time: a worker's memory stays bounded
        _transcribers[key] = make_transcriber(spec.engine, spec.options)
    return _transcribers[key]


def translator(spec: TranslatorSpec) -> Translator:
    """Return this process's engine for `spec`; its model stays loaded between batches."""
    key = repr(spec)
    if key not in _translators:
        _translators.clear()
        _transcribers.clear()  # translation follows transcription: give its memory back
        _translators[key] = _wrapped(make_translator(spec.engine, spec.options), spec)
    return _translators[key]


def _wrapped(engine: Translator, spec: TranslatorSpec) -> Translator:
    """Return the engine counted, asked again where that can help, and cached if `spec` says so."""
    made: Translator = Counted(engine, spec.prices)
    if spec.drafts:
        made = Cached(made, DraftCache(spec.drafts))
    return made if engine.repeatable else Retrying(made)
