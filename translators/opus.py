"""OPUS-MT of the University of Helsinki: small models of one language pair or family.

For the Marian architecture with one SentencePiece model a side. What a model can read and write
is not in its files, so the registry says it. A model of many target languages wants a tag in
front, ``>>hin<<``; which tags it has is in its vocabulary.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from courses.errors import LanguageError, ModelError
from courses.languages import find_writing
from translators.ctranslate import END, CTranslate, Reading
from translators.pieces import Pieces

VOCABULARIES = ("shared_vocabulary.json", "source_vocabulary.json")
_OTHER_NAMES = {"or": ("ori",), "ne": ("nep",)}


class _Wording:
    longest = 512

    def __init__(self, folder: Path) -> None:
        self._source = Pieces(folder / "source.spm")
        self._target = Pieces(folder / "target.spm")
        self._tags = frozenset(piece for piece in _vocabulary(folder) if piece.startswith(">>"))

    def prefix(self, target: str) -> list[str]:
        return []

    def read(self, text: str, source: str, target: str, bare: bool) -> Reading:
        return Reading([*self._tag(target), *self._source.cut(text), END])

    def write(self, pieces: Sequence[str], reading: Reading, target: str) -> str | None:
        return self._target.join(pieces)

    def _tag(self, target: str) -> list[str]:
        if not self._tags:
            return []
        for name in _names(target):
            if f">>{name}<<" in self._tags:
                return [f">>{name}<<"]
        raise LanguageError(f"This OPUS-MT model has no tag for {target!r}, so it cannot write it.")


class OpusMT(CTranslate):
    """Translates the pairs that the registry names for its model."""

    engine = "opus-mt"
    can_read = can_write = frozenset()
    wording = _Wording


def _names(code: str) -> Iterator[str]:
    """Yield how OPUS-MT may call a language, as ``pan_Guru`` or ``hin``."""
    writing = find_writing(code)
    language, _, script = writing.in22.partition("_")
    for name in (language, *_OTHER_NAMES.get(writing.code, ())):
        yield f"{name}_{script}"
        yield name


def _vocabulary(folder: Path) -> list[Any]:
    for name in VOCABULARIES:
        try:
            pieces: list[Any] = json.loads((folder / name).read_text(encoding="utf-8"))
        except OSError:
            continue
        except ValueError as error:
            raise ModelError(f"{folder / name} is no vocabulary: {error}.") from error
        return pieces
    message = f"The translation model in {folder} has no vocabulary."
    raise ModelError(message, "Fetch it again: karmavani models fetch NAME.")
