"""Cuts a long English sentence into clauses, for a small model that loses its way in long ones.

A last resort: clauses that are translated one by one keep their numbers, but their order and the
grammar between them stay English. Not for segments: see transcription.segments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from courses.languages import find_writing

LONG = 18
"""Words of a sentence that is worth cutting."""
SHORTEST = 6
"""Words that a clause must have on each side of a cut."""

_CUT = re.compile(
    r"(?<=[,;:])\s+|(?<!\band)(?<!\bbut)(?<!\bor)\s+(?=(?:when|who|which|where|because|since|after|unless)\s)"
)


def clauses(text: str) -> list[str]:
    """Return the clauses of `text` in order, cut into the most equal halves; often one."""
    size = len(text.split())
    places = [found.end() for found in _CUT.finditer(text)]
    cuts = [(abs(size - 2 * len(text[:at].split())), at) for at in places if _fits(text, at)]
    if size < LONG or not cuts:
        return [text]
    at = min(cuts)[1]
    return [*clauses(text[:at].strip()), *clauses(text[at:].strip())]


def _fits(text: str, at: int) -> bool:
    return min(len(text[:at].split()), len(text[at:].split())) >= SHORTEST


def joined(texts: Sequence[str], target: str) -> str:
    """Return translated clauses as one sentence: only the last keeps its full stop."""
    stop = find_writing(target).sentence_ends[0]
    return " ".join([*(text.rstrip(f" {stop}.") for text in texts[:-1]), texts[-1]])
