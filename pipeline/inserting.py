"""Puts a term that a draft misses where the engine itself would have it, and lets it go on.

For engines that go on from a given beginning: the draft up to one of its words, then the term, then
the old rest without that word, or whatever the engine writes. Of all these texts the one is
taken that has nothing wrong and that the engine finds likeliest; none where each of them makes
something worse. Writing is dear, so only a few places are tried: those where the engine would say
the term soonest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from courses.languages import find_writing
from courses.nouns import Hit, Term
from courses.script import clusters, comparison_key, count, to_ascii_digits
from glossaries.check import YEAR
from glossaries.protect import Hint, order_hints
from glossaries.remains import out_of_place, remains
from pipeline.weighing import Asked, is_better, missed_terms, weigh
from translators.base import Draft, Request, Translator
from translators.wrappers import chances

ROUNDS = 4
"""Terms put into one sentence, one after the other: more than that is another sentence."""

TERMS, PLACES, BLIND = 3, 8, 12
"""Missed terms that are tried, and places in a draft for each: the best ones by far, where the
engine can tell them cheaply; more where it cannot."""

FREE = 4
"""Of these places, those behind which the engine writes the rest anew: that costs most."""

ADDED, CHANGED = 0.6, 2.0
"""Nats a piece that a draft may be less likely than the one before. A term costs some in itself, if
the engine has another word for it; but where that word still stands, it was put in out of place."""

SURE = 0.5
"""Nats a piece: where a wording makes the draft less likely by this at most, no other is tried."""

OTHER_WORDING = 1.2
"""How much likelier a draft must be for another wording than the preferred one."""

NOTE = "It was translated again, so that it uses the terms that the first draft did not."


@dataclass(frozen=True, slots=True)
class _Task:
    """A sentence whose draft misses terms; `hints` are those of the missed ones first."""

    engine: Translator
    asked: Asked
    first: Draft
    hints: tuple[Hint, ...]
    pair: tuple[str, str]

    def made(self, begins: Sequence[str]) -> list[Draft]:
        """Return what the engine makes of beginnings."""
        requests = [Request(self.asked.text, self.hints, begin) for begin in begins]
        return self.engine.translate(requests, *self.pair)


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
    """Return the best draft with one more term in it; None where none is sound.

    Terms one after the other, and the wordings of each: what comes first and is sound is taken.
    """
    task = _Task(engine, asked, draft, _hints(asked, missed), pair)
    (known,) = task.made([draft.text or ""])
    task = replace(task, first=replace(draft, confidence=known.confidence))
    for term in dict.fromkeys(hit.term for hit in missed[:TERMS]):
        if best := _best(task, term):
            return replace(best, notes=tuple(dict.fromkeys((*draft.notes, *best.notes, NOTE))))
    return None


def _best(task: _Task, term: Term) -> Draft | None:
    """Return the best sound draft with a term; its later wordings only while none is likely."""
    ranked: list[tuple[tuple[int, int, float], Draft]] = []
    for wording, weight in _wordings(term).items():
        made = task.made(_beginnings(task, wording))
        ranked += [(_rank(task, one, weight), one) for one in made if _is_sound(task, one)]
        if any(_nats(one) <= _nats(task.first) + SURE for _, one in ranked):
            break
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


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
    if year and year.start():
        found[term.target[: year.start()]] = 1.0
    for other in term.forms[:1]:
        found.setdefault(other, OTHER_WORDING)
    return found


def _beginnings(task: _Task, wording: str) -> list[str]:
    """Return the draft up to each of the best places and then the wording, some with the old rest.

    A place where the draft with the wording in it would be worse anyway is passed over, unless all
    are: then the engine may still write another rest.
    """
    words = (task.first.text or "").split()
    places = _places(task, words, wording)
    fitting: list[int] = []
    begins: list[str] = []
    for at in places:
        instead = [text for text in _instead(words, at, wording) if _fits(task, text)]
        begins += instead
        if instead or _fits(task, " ".join((*words[:at], wording, *words[at:]))):
            fitting.append(at)
        if len(fitting) == PLACES:
            break
    begins += [" ".join((*words[:at], wording)) for at in (fitting or places)[:FREE]]
    return list(dict.fromkeys(begins))


def _instead(words: Sequence[str], at: int, wording: str) -> list[str]:
    """Return a draft with a wording for one of its words, and for as many as it has itself.

    The latter only where they begin like the wording, and do not end like it: then they are the
    term but for an ending, and that would be lost. The last word, with the end mark, stays.
    """
    own = wording.split()
    spans = [1]
    if len(own) > 1 and at + len(own) <= len(words):
        first, last = comparison_key(words[at]), comparison_key(words[at + len(own) - 1])
        if first == comparison_key(own[0]) and not last.startswith(comparison_key(own[-1])):
            spans.append(len(own))
    return [
        " ".join((*words[:at], wording, *words[at + span :]))
        for span in spans
        if at + span < len(words)
    ]


def _places(task: _Task, words: Sequence[str], wording: str) -> list[int]:
    """Return before which words of a draft a wording may stand, likeliest first."""
    ends = tuple(find_writing(task.pair[1]).sentence_ends)
    first = comparison_key(wording.split()[0])
    places = [
        at
        for at, before in enumerate(("", *words))
        # A new sentence would be said besides; and no word of it may stand there twice.
        if not before.endswith(ends) and comparison_key(before) != first
    ]
    request = Request(task.asked.text, task.hints, " ".join(words))
    told = chances(task.engine, request, [wording], task.pair[1])
    return sorted(places, key=lambda at: -told[0][at]) if told else places[:BLIND]


def _fits(task: _Task, text: str) -> bool:
    """Return whether a text is better than the first draft, its terms beside their numbers."""
    if not is_better(task.asked, task.first.text or "", text, task.pair):
        return False
    return not out_of_place(task.asked.text, text, task.asked.hits, task.pair[1])


def _is_sound(task: _Task, draft: Draft) -> bool:
    """Return whether a draft is likely enough, and better than the first."""
    if not draft.text:
        return False
    kept = not Counter((task.first.text or "").split()) - Counter(draft.text.split())
    if _nats(draft) > _nats(task.first) + (ADDED if kept else CHANGED):
        return False
    return _fits(task, draft.text)


def _nats(draft: Draft) -> float:
    """Return how unlikely the engine finds its draft, in nats a piece."""
    return -math.log(draft.confidence) if draft.confidence else math.inf


def _rank(task: _Task, draft: Draft, weight: float) -> tuple[int, int, float]:
    """Return what makes a draft the best one, least first; a longer text may be less likely."""
    text = draft.text or ""
    seen = weigh(task.asked, text, task.pair)
    left = remains(task.asked.text, text, task.asked.hits, task.pair[1])
    return seen.cost + len(seen.findings), left, weight * _nats(draft) * math.sqrt(count(text))
