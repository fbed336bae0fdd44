"""Engines as picklable descriptions: made cheap in the driver, loaded once in each worker."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from courses.errors import ModelError
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
_both = False


def keep_both() -> None:
    """Keep a transcriber and a translator loaded in this process from now on.

    For workers that do both kinds of work in turn, and would load a model for every item; those
    of one course translate after they have transcribed, and need one model at a time.
    """
    global _both
    _both = True


def transcriber(spec: TranscriberSpec) -> Transcriber:
    """Return this process's engine for `spec`; its model stays loaded between lessons.

    Raises ModelError when its model is not on this machine.
    """
    key = repr(spec)
    if key not in _transcribers:
        _refuse_missing(spec.options.name, [spec.options.model])
        _transcribers.clear()  # one model at a time: a worker's memory stays bounded
        _transcribers[key] = make_transcriber(spec.engine, spec.options)
    return _transcribers[key]


def translator(spec: TranslatorSpec) -> Translator:
    """Return this process's engine for `spec`; its model stays loaded between batches.

    Raises ModelError when its model is not on this machine.
    """
    key = repr(spec)
    if key not in _translators:
        _refuse_missing(spec.options.name, spec.options.folders.values())
        _translators.clear()
        if not _both:
            _transcribers.clear()  # translation follows transcription: give its memory back
        _translators[key] = _wrapped(make_translator(spec.engine, spec.options), spec)
    return _translators[key]


def _refuse_missing(model: str, folders: Iterable[Path]) -> None:
    """Raise ModelError unless the folders of `model` are on this machine, whichever it is."""
    for folder in folders:
        if not folder.exists():
            raise ModelError(
                f"The model {model} is not at {folder} on {platform.node()}.",
                f"Run this on that machine: karmavani models fetch {model}",
            )


def _wrapped(engine: Translator, spec: TranslatorSpec) -> Translator:
    """Return the engine counted, asked again where that can help, and cached if `spec` says so."""
    made: Translator = Counted(engine, spec.prices)
    if spec.drafts:
        made = Cached(made, DraftCache(spec.drafts))
    return made if engine.repeatable else Retrying(made)
