"""What still speaks against a draft that honours its terms: leftovers, and terms out of place.

For choosing among drafts: "the electronic the electronic signature" honours a term, and is worse
than "the electronic signature"; so is "5 of the Act" with "section" at the end. Not for judging:
see `check`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from courses.nouns import Hit
from courses.script import count, to_ascii_digits
from glossaries.check import renderings
from glossaries.forms import find_wording

_TELLING = 2
"""Words of fewer clusters are of and in: they stand anywhere."""


def remains(source: str, draft: str, hits: Sequence[Hit], language: str) -> int:
    """Return how many renderings too many a draft has, and words of terms outside of them."""
    said = Counter(hit.term for hit in hits)
    found = renderings(source, draft, hits, language)
    spans = {span for some in found.values() for span in some}
    surplus = sum(max(0, len(some) - said[term]) for term, some in found.items())
    words = {word for term in found for word in _words(term.target)}
    alone = {
        span
        for word in words
        for span in find_wording(draft, word, language)
        if not any(a <= span[0] and span[1] <= b for a, b in spans)
    }
    return surplus + len(alone)


def _words(wording: str) -> list[str]:
    """Return the telling words of a wording of several; a single one is the term itself."""
    words = wording.split()
    return [word for word in words if count(word) >= _TELLING] if len(words) > 1 else []


_NUMBER = re.compile(r"\s+([0-9]+)")


def out_of_place(source: str, draft: str, hits: Sequence[Hit], language: str) -> int:
    """Return how many terms that have a number behind them ("Section 5") are not beside it.

    A number that is not in the draft in digits says nothing.
    """
    found = renderings(source, draft, hits, language)
    digits = to_ascii_digits(draft)
    count = 0
    for hit in hits:
        number = _NUMBER.match(source, hit.end)
        if number and found[hit.term] and number[1] in re.findall("[0-9]+", digits):
            count += not any(_beside(digits, span, number[1]) for span in found[hit.term])
    return count


def _beside(text: str, span: tuple[int, int], number: str) -> bool:
    near = (*text[: span[0]].split()[-1:], *text[span[1] :].split()[:1])
    return any(number in re.findall("[0-9]+", word) for word in near)
