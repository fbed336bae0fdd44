"""Whether a text uses the terms it was asked to use, told without knowing the language.

For choosing among several texts of one model. A form counts when each of its words begins a word
of the text, its last letter and vowel sign left open for an ending; what truly honours a term is
judged by the glossary's own rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from courses.script import clusters, comparison_key

_SHORT = 2
"""Words of so many clusters or fewer must stand whole: their stem would fit anything."""


def unused(hints: Iterable[tuple[str, str]], text: str) -> int:
    """Return how many of the `hints`, (source, target) pairs, `text` does not use."""
    words = comparison_key(text).split()
    return sum(not _stands(form, words) for _, form in hints)


def _stands(form: str, words: list[str]) -> bool:
    stems = [_stem(word) for word in comparison_key(form).split()]
    return all(any(stem in word for word in words) for stem in stems)


def _stem(word: str) -> str:
    parts = clusters(word)
    if len(parts) <= _SHORT:
        return word
    # A cluster's first code point is its consonant; what follows it changes with the ending.
    return "".join(parts[:-1]) + parts[-1][0]
