"""Finds terms in an English text: all of them in one pass, the longest first.

Compared through the key of `courses.script`, with hyphens as spaces; plurals and spellings are
those of `glossaries.english`. A hit inside a longer word is no hit, and a compound with a hyphen
is a longer word. An abbreviation is found only in capitals. This is the only file that knows
pyahocorasick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from courses.nouns import Hit, Term
from courses.script import comparison_map, words
from glossaries.english import needs_capitals, writings

_HYPHEN = re.compile(r"(?<=[^\W_])[-‐‑–](?=[^\W_])")
_NUMBER = re.compile(
    r"\s+\(?(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty)\b)"
)
_POSSESSIVE = re.compile(r"['’]s?(?!\w)|s(?![\w])")
_SHOUTED_WORDS = 3  # a text in capitals that is longer has words in capitals: "USE IT NOW"
# What never joins the letters beside it into one word, and the ends of the text.
_OUTSIDE = frozenset(["", *' -/;!?()[]"\n\t—“”'])
_ASCII_KEY = re.compile(r"[!-~]+(?: [!-~]+)*")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One way to write a term; `capitals` are its words that must be in capitals, as written."""

    term: Term
    length: int
    capitals: tuple[str, ...] = ()


Finder = Callable[[str], list[Hit]]


def make_finder(terms: Sequence[Term]) -> Finder:
    """Return a function: text -> Hits in order of place, none overlapping another.

    Of two terms that are written alike the first wins, before a number a numbered one.
    """
    import ahocorasick

    patterns: dict[str, _Pattern] = {}
    numbered: dict[str, _Pattern] = {}
    for term in terms:
        for text, pattern in _patterns(term):
            (numbered if term.numbered else patterns).setdefault(text, pattern)
    alike = sorted({*patterns, *numbered})
    if not alike:
        return lambda text: []
    automaton = ahocorasick.Automaton()
    for text in alike:
        automaton.add_word(text, (len(text), patterns.get(text), numbered.get(text)))
    automaton.make_automaton()

    def find(text: str) -> list[Hit]:
        folded, spans = _fold(text)
        candidates = [
            (last + 1 - length, last + 1, pattern)
            for last, (length, plain, counted) in automaton.iter(folded)
            if _is_bounded(folded, last + 1 - length, last + 1)
            and (pattern := counted if counted and _NUMBER.match(folded, last + 1) else plain)
        ]
        if not candidates:
            return []
        return _longest(_hits(text, spans, candidates))

    return find


def _patterns(term: Term) -> Iterator[tuple[str, _Pattern]]:
    """Yield (folded writing, pattern) for a term and its abbreviation."""
    for folded, capitals in _written(term.source, term.abbreviation):
        yield folded, _Pattern(term, len(folded), capitals)


@lru_cache(maxsize=65536)
def _written(source: str, short: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each folded writing, and its words that must be in capitals; languages share them."""
    made = [(text, _capitals(source)) for text in sorted(writings(source))]
    if short:
        made += [(text, _capitals(short)) for text in _abbreviations(short)]
    return tuple((_fold(text)[0], capitals) for text, capitals in made)


def _abbreviations(short: str) -> Iterator[str]:
    """Yield RTI, RTIs, R.T.I. and R. T. I. of one abbreviation."""
    yield from (short, f"{short}s")
    if short.isalpha() and short.isupper():
        yield from (".".join(short), ".".join(short) + ".", ". ".join(short) + ".")


def _capitals(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.findall(r"\w+", text) if needs_capitals(word))


def _fold(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """Return the text as it is compared, and the span of each of its characters in `text`."""
    if _ASCII_KEY.fullmatch(text):
        return _HYPHEN.sub(" ", text.lower()), _Same(len(text))
    key, spans = comparison_map(text)
    return _HYPHEN.sub(" ", key).replace("’", "'"), spans


class _Same(Sequence[tuple[int, int]]):
    """The spans of a text whose key has the same length: each character is itself."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        return (place, place + 1)


def _is_bounded(folded: str, start: int, end: int) -> bool:
    """Return quickly whether a hit may begin and end here; ICU has the last word."""
    if start and folded[start - 1].isalnum() and folded[start].isalnum():
        return False
    return not (end < len(folded) and folded[end].isalnum() and folded[end - 1].isalnum())


def _hits(
    text: str,
    spans: Sequence[tuple[int, int]],
    candidates: list[tuple[int, int, _Pattern]],
) -> Iterator[Hit]:
    edges = _Edges(text)
    for start, end, pattern in candidates:
        left, right = spans[start][0], spans[end - 1][1]
        if not edges.hold(left, right) or _is_compound(text, left, right, pattern):
            continue
        if not pattern.capitals or (
            _has_capitals(text[left:right], pattern) and not edges.are_shouted
        ):
            yield Hit(pattern.term, left, right)


class _Edges:
    """Where words begin and end in a text (UAX 29); ICU is asked only where that is in doubt."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        return words(self._text)

    @property
    def are_shouted(self) -> bool:
        """Return whether this is a sentence in capitals, whose every word looks like a name."""
        return self._text.isupper() and len(self._words) > _SHOUTED_WORDS

    def hold(self, left: int, right: int) -> bool:
        """Return whether words begin and end here; a possessive 's may follow."""
        text = self._text
        begins = text[left - 1 : left] in _OUTSIDE or not text[left].isalnum()
        ends = text[right : right + 1] in _OUTSIDE or not text[right - 1].isalnum()
        if not begins and not any(a == left for a, _ in self._words):
            return False
        return (
            ends or any(b == right for _, b in self._words) or bool(_POSSESSIVE.match(text, right))
        )


def _is_compound(text: str, left: int, right: int, pattern: _Pattern) -> bool:
    """Return whether a hyphen makes the hit part of a longer word: "non-official", "fee-payer".

    What follows a term of several words, or an abbreviation, is about all of it: "RTI-related".
    """
    before = text[left - 2 : left] if left > 1 else ""
    if len(before) == 2 and before[1] in "-‐‑" and before[0].isalpha():
        return True
    after = text[right : right + 2]
    long = pattern.capitals or " " in pattern.term.source
    return not long and len(after) == 2 and after[0] in "-‐‑" and after[1].isalpha()


def _has_capitals(said: str, pattern: _Pattern) -> bool:
    """Return whether the abbreviations of a term stand in `said` as written, or in capitals."""
    plain = re.sub(r"(?<=\b[A-Z])[.]\s?", "", said)
    there = re.findall(r"\w+", plain)
    return all(
        any(word in (wanted, f"{wanted}s", wanted.upper(), f"{wanted.upper()}s") for word in there)
        for wanted in pattern.capitals
    )


def _longest(found: Iterator[Hit]) -> list[Hit]:
    """Return the hits that no longer hit overlaps, in order of place."""
    taken: list[Hit] = []
    covered: set[int] = set()
    for hit in sorted(found, key=lambda hit: (hit.start - hit.end, hit.start)):
        places = range(hit.start, hit.end)
        if covered.isdisjoint(places):
            taken.append(hit)
            covered.update(places)
    return sorted(taken, key=lambda hit: hit.start)
