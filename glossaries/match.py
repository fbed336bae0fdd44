"""Finds terms in a source text: all of them in one pass, the longest first.

Case is folded and an English plural counts; a hit inside a longer word is no hit. This is the
only file that knows pyahocorasick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from courses.nouns import Hit, Term

_PLURALS = ("", "s", "es")


def make_finder(terms: Sequence[Term]) -> Callable[[str], list[Hit]]:
    """Return a function: text -> Hits in order of place, none overlapping another."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for term in terms:
        folded = _fold(term.source)
        automaton.add_word(folded, (len(folded), term))
    if not terms:
        return lambda text: []
    automaton.make_automaton()

    def find(text: str) -> list[Hit]:
        found = []
        folded = _fold(text)
        for last, (length, term) in automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            end = _word_end(folded, start, end)
            if end:
                found.append(Hit(term, start, end))
        return _longest(found)

    return find


def _fold(text: str) -> str:
    """Return `text` in lower case at unchanged offsets (`casefold` may lengthen a text)."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _word_end(text: str, start: int, end: int) -> int:
    """Return where the word or plural ends that a match ends in; 0 if it is part of another."""
    if start and text[start - 1].isalnum() and text[start].isalnum():
        return 0
    for plural in _PLURALS:
        stop = end + len(plural)
        rest = text[end:stop]
        if rest == plural and not (stop < len(text) and text[stop].isalnum()):
            return stop
    return 0


def _longest(found: list[Hit]) -> list[Hit]:
    """Return the hits that no longer hit overlaps, in order of place."""
    taken: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in taken):
            taken.append(hit)
    return sorted(taken, key=lambda hit: hit.start)
