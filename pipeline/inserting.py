"""Puts a term that a draft misses where the engine itself would have it, and lets it go on.

For engines that go on from a given beginning: the draft up to each of its words in turn, then the
term, then whatever the engine writes after that. Of all these texts the one is taken that has
nothing wrong and that the engine finds likeliest; none where each of them makes something worse.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from courses.languages import find_writing
from courses.nouns import Hit, Term
from courses.script import clusters, comparison_key, count, to_ascii_digits
from glossaries.check import YEAR
from glossaries.protect import Hint, order_hints
from glossaries.remains import out_of_place, remains
from pipeline.weighing import Asked, is_better, missed_terms, weigh
from translators.base import Draft, Request, Translator

ROUNDS = 4
"""Terms put into one sentence, one after the other: more than that is another sentence."""

TERMS, PLACES = 3, 40
"""Missed terms that are tried at a time, and words of a draft before each of which one is tried."""

ADDED, CHANGED = 0.6, 2.0
"""Nats a piece that a draft may be less likely than the one before. A term costs some in itself, if
the engine has another word for it; but where that word still stands, it was put in out of place."""

OTHER_WORDING = 1.2
"""How much likelier a draft must be for another wording than the preferred one."""

NOTE = "It was translated again, so that it uses the terms that the first draft did not."


def insert_terms(engine: Translator, asked: Asked, draft: Draft, pair: tuple[str, str]) -> Draft:
    """Return the draft with terms put in that it misses, as far as that is sound; and a note."""
    for _ in range(ROUNDS):
        missed = missed_terms(asked, draft.text, pair[1])
        if not missed:
            break
        found = _inserted(engine, asked, draft, missed, pair)
        if found is None:
            break
        draft = found
    return draft


def _inserted(
    engine: Translator,
    asked: Asked,
    draft: Draft,
    missed: Sequence[Hit],
    pair: tuple[str, str],
) -> Draft | None:
    """Return the best draft with one more term in it; None where none is sound."""
    whole = draft.text or ""
    begins: dict[str, float] = {whole: 1.0}
    for hit in missed[:TERMS]:
        for wording, weight in _wordings(hit.term).items():
            for begin in _beginnings(whole, wording, pair[1]):
                begins.setdefault(begin, weight)
    requests = [Request(asked.text, _hints(asked, missed), begin) for begin in begins]
    known, *made = engine.translate(requests, *pair)
    first = replace(draft, confidence=known.confidence)
    weighted = zip(made, list(begins.values())[1:], strict=True)
    sound = [(one, weight) for one, weight in weighted if _is_sound(asked, first, one, pair)]
    if not sound:
        return None
    best, _ = min(sound, key=lambda one: _rank(asked, one[0], one[1], pair))
    return replace(best, notes=tuple(dict.fromkeys((*draft.notes, *best.notes, NOTE))))


def _hints(asked: Asked, missed: Sequence[Hit]) -> tuple[Hint, ...]:
    """Return the hints of all terms, those of the missed ones first."""
    pairs = (*order_hints(asked.text, missed), *order_hints(asked.text, asked.hits))
    return tuple(dict.fromkeys(pairs))


def _wordings(term: Term) -> dict[str, float]:
    """Return what may be put in for a term, each with how much likelier it must make the draft.

    The preferred wording, that without its last sign, so that the engine may inflect it, that
    without its year, which may stand elsewhere, and the first of the other wordings.
    """
    if not term.target:
        return {}
    last, year = clusters(term.target)[-1], YEAR.search(to_ascii_digits(term.target))
    found = {term.target: 1.0, term.target[: -len(last)] + last[0]: 1.0}
    if year:
        found[term.target[: year.start()]] = 1.0
    for other in term.forms[:1]:
        found.setdefault(other, OTHER_WORDING)
    return found


def _beginnings(draft: str, wording: str, target: str) -> Iterator[str]:
    """Yield the draft up to each of its words and then the wording, and with that for one word."""
    words = draft.split()
    ends = tuple(find_writing(target).sentence_ends)
    first = comparison_key(wording.split()[0])
    for at in range(min(len(words), PLACES) + 1):
        before = words[at - 1] if at else ""
        # A new sentence would be said besides; and no word of it may stand there twice.
        if before.endswith(ends) or comparison_key(before) == first:
            continue
        yield " ".join((*words[:at], wording))
        if at + 1 < len(words):
            yield " ".join((*words[:at], wording, *words[at + 1 :]))


def _is_sound(asked: Asked, first: Draft, draft: Draft, pair: tuple[str, str]) -> bool:
    """Return whether a draft is better than the first, likely enough, its terms beside numbers."""
    text, before = draft.text, first.text or ""
    if not text or not is_better(asked, before, text, pair):
        return False
    kept = not Counter(before.split()) - Counter(text.split())
    if _nats(draft) > _nats(first) + (ADDED if kept else CHANGED):
        return False
    return not out_of_place(asked.text, text, asked.hits, pair[1])


def _nats(draft: Draft) -> float:
    """Return how unlikely the engine finds its draft, in nats a piece."""
    return -math.log(draft.confidence) if draft.confidence else math.inf


def _rank(
    asked: Asked, draft: Draft, weight: float, pair: tuple[str, str]
) -> tuple[int, int, float]:
    """Return what makes a draft the best one, least first; a longer text may be less likely."""
    text = draft.text or ""
    seen = weigh(asked, text, pair)
    left = remains(asked.text, text, asked.hits, pair[1])
    unlikely = weight * _nats(draft) * math.sqrt(count(text))
    return seen.cost + len(seen.findings), left, unlikely
