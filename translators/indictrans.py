"""IndicTrans2 of AI4Bharat: the 22 scheduled languages and English, on CTranslate2.

Three directions, each a model of its own: English to Indian, Indian to English, Indian to Indian
languages. The models read and write every Brahmic script but Meetei Mayek as Devanagari, take
tokens apart from marks, and two tags in front: the source's and the target's.

Folder: model.bin with its vocabularies, ``vocab/model.SRC`` and ``vocab/model.TGT``, as AI4Bharat's
own CTranslate2 packages have it. Source: the paper (Gala et al. 2023) and AI4Bharat's inference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from courses.languages import WRITINGS, find_writing
from courses.script import to_ascii_digits
from translators.ctranslate import CTranslate, Reading
from translators.english_tokens import spread, tighten
from translators.entities import has_all, hide, put_back, to_stand_ins
from translators.indic_text import for_indictrans, from_indictrans
from translators.pieces import Pieces

_STRAIGHT = str.maketrans({**dict.fromkeys("„“”«»", '"'), **dict.fromkeys("´‘‚’`", "'"),
                           "–": "-", "—": " - ", "…": "...", "\xa0": " ", "\r": " "})  # fmt: skip
_QUOTED_STOP = re.compile(r'"([,.]+)')
_SPACED = re.compile(r"(?<=[(\[])\s+|\s+(?=[)\],;:?!])|(?<=\d)\s+(?=%)")


class _Wording:
    longest = 255  # of 256 positions; the end mark is put there by the model's configuration

    def __init__(self, folder: Path) -> None:
        self._source = Pieces(folder / "vocab" / "model.SRC")
        self._target = Pieces(folder / "vocab" / "model.TGT")

    def prefix(self, target: str) -> list[str]:
        return []

    def read(self, text: str, source: str, target: str, bare: bool) -> Reading:
        hidden, entities = hide(text)
        tags = [find_writing(code).in22 for code in (source, target)]
        pieces = self._source.cut(prepare(text if bare else hidden, source))
        return Reading([*tags, *pieces], entities, bare)

    def write(self, pieces: Sequence[str], reading: Reading, target: str) -> str | None:
        hidden = () if reading.bare else reading.entities
        text = put_back(finish(self._target.join(pieces), target, len(hidden)), hidden)
        return text if text is not None and has_all(text, reading.entities) else None


class IndicTrans2(CTranslate):
    """Translates in the direction of its model; the registry knows which languages those are."""

    engine = "indictrans2"
    can_read = can_write = frozenset(WRITINGS)
    wording = _Wording


def prepare(text: str, source: str) -> str:
    """Return `text`, placeholders in it, as the model reads it; without tags."""
    straight = " ".join(to_ascii_digits(text).translate(_STRAIGHT).split())
    straight = _QUOTED_STOP.sub(r'\1"', _SPACED.sub("", straight))
    return spread(straight) if source == "en" else for_indictrans(straight, source)


def finish(text: str, target: str, count: int) -> str:
    """Return what the model wrote as people write it, its `count` placeholders as stand-ins."""
    text = to_stand_ins(text, count)
    return tighten(text) if target == "en" else from_indictrans(text, target)
