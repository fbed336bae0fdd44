"""NLLB-200 of Meta: 200 languages, every pair of them, on CTranslate2.

For the M2M-100 architecture with one SentencePiece model. Its weights are not for commercial use
(CC-BY-NC-4.0). A source begins with its language's tag, a translation with its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from courses.languages import WRITINGS, find_writing
from translators.ctranslate import END, CTranslate, Reading
from translators.pieces import Pieces

_TAGS = {code: one.flores for code, one in WRITINGS.items() if one.flores}
# NLLB's vocabulary calls Santali by another script than its text really has.
_TAGS["sat"] = "sat_Beng"

FILE = "sentencepiece.bpe.model"


class _Wording:
    longest = 1024

    def __init__(self, folder: Path) -> None:
        self._pieces = Pieces(folder / FILE)

    def prefix(self, target: str) -> list[str]:
        return [_tag(target)]

    def read(self, text: str, source: str, target: str, bare: bool) -> Reading:
        return Reading([_tag(source), *self._pieces.cut(text), END])

    def write(self, pieces: Sequence[str], reading: Reading, target: str) -> str | None:
        return self._pieces.join(pieces)


class Nllb(CTranslate):
    """Translates between any two of the languages that NLLB-200 knows and we have."""

    engine = "nllb"
    can_read = can_write = frozenset(_TAGS)
    wording = _Wording


def _tag(code: str) -> str:
    return _TAGS[find_writing(code).code]
