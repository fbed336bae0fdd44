"""Mines glossary hints from training pairs, so that the model learns to use a given term.

A hint is a word-list entry whose English stands in the source on word boundaries and whose
target form stands in the target text at the start of a word; an inflected ending may follow, so
the model sees the dictionary form in the hint and the inflected one in the sentence. Not for use:
there the glossary says the hints.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable

from training.corpus import ascii_digits
from translators.starter_prompt import HINT_LIMIT

WORDS = 4
"""Longest English term, in words."""

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_EDGE = re.compile(r"[\s(\[\"'“‘/–—-]")
_COMMON_WORDS = (
    "the and for with from that this these those have has had are was were will would can could "
    "should must may might not you your they their them our his her its who what when where why "
    "how all any some more most other into over under than then there here about after before "
    "also only very just each every been being does did done make made use used using get got "
    "one two three four five six seven eight nine ten first second new old good yes"
)
_COMMON = frozenset(_COMMON_WORDS.split())


class Lexicon:
    """English terms of one language's word lists, lower case, and their target forms."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        forms: defaultdict[str, set[str]] = defaultdict(set)
        for english, target in entries:
            key = " ".join(_WORD.findall(english.lower()))
            form = ascii_digits(target).strip(" .।:…")
            if _is_term(english, key) and 3 <= len(form) <= 40 and not form.isascii():
                forms[key].add(form)
        self.forms = {key: sorted(found) for key, found in forms.items()}
        self.keys = list(self.forms)

    def found(self, english: str, target: str) -> list[tuple[str, str]]:
        """Return (term as in the source, form) for every entry that stands in both texts."""
        words = list(_WORD.finditer(english))
        hits: list[tuple[str, str]] = []
        taken: set[int] = set()
        for length in range(WORDS, 0, -1):
            for start in range(len(words) - length + 1):
                span = range(start, start + length)
                source = english[words[start].start() : words[span[-1]].end()]
                form = self._form(source, target)
                if form and taken.isdisjoint(span):
                    taken.update(span)
                    hits.append((source, form))
        return hits

    def _form(self, source: str, target: str) -> str | None:
        found = [f for f in self.forms.get(source.lower(), ()) if stands_in(f, target)]
        return max(found, key=len, default=None)


def _is_term(english: str, key: str) -> bool:
    words = key.split()
    plain = re.fullmatch(r"[A-Za-z][A-Za-z' -]*", english) is not None
    return plain and 1 <= len(words) <= WORDS and key not in _COMMON and len(key) >= 4


def stands_in(form: str, target: str) -> bool:
    """Return whether `form`, but for its last letter, starts a word of `target`."""
    stem = form[:-1] if len(form) > 4 else form
    at = target.find(stem)
    while at >= 0:
        if at == 0 or _EDGE.match(target[at - 1]):
            return True
        at = target.find(stem, at + 1)
    return False


def hints_for(
    lexicon: Lexicon, english: str, target: str, chance: random.Random
) -> list[tuple[str, str]]:
    """Return one to HINT_LIMIT shuffled hints, at times with one that does not apply."""
    hits = lexicon.found(english, target)
    chance.shuffle(hits)
    hints = hits[: chance.randint(1, HINT_LIMIT)]
    if hints and len(hints) < HINT_LIMIT and chance.random() < 0.15:
        key = chance.choice(lexicon.keys)
        if key not in english.lower():
            hints.append((key, chance.choice(lexicon.forms[key])))
    chance.shuffle(hints)
    return hints
