"""Cuts a long English sentence into clauses, for a small model that loses its way in long ones.

A last resort: clauses that are translated one by one keep their numbers, but their order and the
grammar between them stay English. Not for segments: see transcription.segments.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from courses.languages import find_writing
from translators.base import Request

LONG = 18
"""Words of a sentence that is worth cutting."""
SHORTEST = 6
"""Words that a clause must have on each side of a cut."""

_WORD = re.compile(r"\S+")
_CUT = re.compile(
    r"(?<=[,;:])\s+|(?<!\band)(?<!\bbut)(?<!\bor)\s+(?=(?:when|who|which|where|because|since|after|unless)\s)"
)


def clauses(text: str) -> list[str]:
    """Return the clauses of `text` in order, cut into the most equal halves; often one."""
    starts = [word.start() for word in _WORD.finditer(text)]
    size = len(starts)
    places = [(bisect_left(starts, found.end()), found.end()) for found in _CUT.finditer(text)]
    cuts = [(abs(size - 2 * n), at) for n, at in places if min(n, size - n) >= SHORTEST]
    if size < LONG or not cuts:
        return [text]
    at = min(cuts)[1]
    return [*clauses(text[:at].strip()), *clauses(text[at:].strip())]


def in_clauses(request: Request) -> list[Request]:
    """Return one request a clause of `request`, each with the hints whose terms stand in it."""
    return [
        Request(one, tuple(hint for hint in request.hints if hint[0].lower() in one.lower()))
        for one in clauses(request.text)
    ]


def joined(texts: Sequence[str], target: str) -> str:
    """Return translated clauses as one sentence: only the last keeps its full stop."""
    stop = find_writing(target).sentence_ends[0]
    return " ".join([*(text.rstrip(f" {stop}.") for text in texts[:-1]), texts[-1]])
