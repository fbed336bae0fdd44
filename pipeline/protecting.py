"""Asks an engine for sentences so that their terms survive, and mends what did not.

An engine that understands hints gets them, the weightiest first; another gets placeholders, and
the sentence bare where a placeholder was lost. A draft that still violates terms is asked for
again in other ways, and another draft is kept only if it is better and no worse elsewhere. At
last, known other renderings are replaced. What was done is in the draft's notes. The same
requests in the same batch always take the same way. Not for engines themselves: they know nothing
of terms.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from courses.nouns import Hit, Term
from courses.quantities.comparing import compare
from courses.script import script_of
from glossaries.check import Outcome, judge
from glossaries.protect import (
    REVISION,
    Mark,
    mix,
    order_hints,
    protect,
    repair,
    restore,
    unmix,
    violations,
)
from translators.base import Draft, Request, Translator
from translators.clauses import in_clauses, joined

# Engines that were trained with tags of their own; all others copy a name best.
_TAGGED = frozenset({"indictrans2"})
_LATIN = re.compile(r"[A-Za-z]{3,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One sentence to translate, and the terms in it."""

    text: str
    hits: tuple[Hit, ...] = ()


def terms_mark(asked: Asked) -> str:
    """Return what names the terms of a sentence, and how they are kept, in a draft's signature.

    Who proposed a term and where it lies changes no draft, so it is not in the mark; 12 hex digits.
    """
    told = [
        (hit.start, hit.end, hit.term.kind, hit.term.target, hit.term.forms, hit.term.forbidden)
        for hit in asked.hits
    ]
    material = repr((REVISION, order_hints(asked.text, asked.hits), told))
    return hashlib.sha256(material.encode()).hexdigest()[:12]


def translate_keeping_terms(
    engine: Translator, batch: Sequence[Asked], source: str, target: str
) -> list[Draft]:
    """Return one Draft a sentence, in order. Raises what the engine raises."""
    if engine.understands_hints:
        drafts = _with_hints(engine, batch, source, target)
    else:
        drafts = _with_placeholders(engine, batch, source, target)
    return [_repaired(asked, draft, target) for asked, draft in zip(batch, drafts, strict=True)]


def _with_hints(
    engine: Translator, batch: Sequence[Asked], source: str, target: str
) -> list[Draft]:
    """Return drafts made with hints; those that miss terms are asked for in other ways too."""
    requests = [Request(asked.text, order_hints(asked.text, asked.hits)) for asked in batch]
    drafts = engine.translate(requests, source, target)
    for way in (_only_missed, _mixed_in, _all_mixed_in, _mixed_in_bare, _others_mixed_in):
        again: dict[int, Request] = {}
        for number, (asked, draft) in enumerate(zip(batch, drafts, strict=True)):
            missed = _missed(asked, draft, target)
            request = way(asked, missed)
            if missed and request != requests[number]:
                again[number] = request
        if again:
            others = engine.translate(list(again.values()), source, target)
            for number, other in zip(again, others, strict=True):
                text = other.text and unmix(other.text, batch[number].hits)
                draft = replace(other, text=text)
                drafts[number] = _better(batch[number], (drafts[number], draft), (source, target))
    drafts = _in_clauses(engine, batch, drafts, (source, target))
    return _with_names(engine, batch, drafts, (source, target))


def _in_clauses(
    engine: Translator, batch: Sequence[Asked], drafts: list[Draft], pair: tuple[str, str]
) -> list[Draft]:
    """Return the drafts, long ones that still miss terms tried clause by clause, terms mixed in."""
    for number, (asked, draft) in enumerate(zip(batch, drafts, strict=True)):
        missed = _missed(asked, draft, pair[1])
        requests = in_clauses(_mixed_in(asked, missed)) if missed else []
        if len(requests) < 2:
            continue
        made = engine.translate(requests, *pair)
        if all(one.text for one in made):
            text = unmix(joined([one.text or "" for one in made], pair[1]), asked.hits)
            other = replace(made[0], text=text)
            drafts[number] = _better(asked, (draft, other), pair)
    return drafts


def _with_names(
    engine: Translator, batch: Sequence[Asked], drafts: list[Draft], pair: tuple[str, str]
) -> list[Draft]:
    """Return the drafts, those that still miss terms tried with a name in each one's place.

    The last way: the wording comes out in its citation form, whatever the grammar wants there.
    """
    hidden = {}
    for number, (asked, draft) in enumerate(zip(batch, drafts, strict=True)):
        if missed := _missed(asked, draft, pair[1]):
            hidden[number] = protect(asked.text, missed, Mark.NAME)
    if hidden:
        requests = [Request(one.text) for one in hidden.values()]
        for (number, one), other in zip(
            hidden.items(), engine.translate(requests, *pair), strict=True
        ):
            text = restore(other.text, one) if other.text else None
            draft = replace(other, text=text)
            drafts[number] = _better(batch[number], (drafts[number], draft), pair)
    return drafts


def _only_missed(asked: Asked, missed: Sequence[Hit]) -> Request:
    """Return a request with the hints that were not followed, and no others."""
    return Request(asked.text, order_hints(asked.text, missed))


def _mixed_in(asked: Asked, missed: Sequence[Hit]) -> Request:
    """Return a request with the missed terms already translated in the sentence.

    Models copy words of the target language that they meet; the other terms stay hints.
    """
    others = [hit for hit in asked.hits if hit not in missed]
    return Request(mix(asked.text, missed), order_hints(asked.text, others))


def _mixed_in_bare(asked: Asked, missed: Sequence[Hit]) -> Request:
    """Return a request without hints, as a whole sentence: recognised speech is cut anywhere."""
    text = mix(asked.text, missed).strip().rstrip(",;:-")
    end = "" if text.endswith((".", "?", "!")) else "."
    return Request(f"{text[:1].upper()}{text[1:]}{end}")


def _others_mixed_in(asked: Asked, missed: Sequence[Hit]) -> Request:
    """Return a request with another wording of each missed term that has one."""
    other = [replace(hit, term=_reworded(hit.term)) for hit in missed]
    rest = [hit for hit in asked.hits if hit not in missed]
    return Request(mix(asked.text, other), order_hints(asked.text, rest))


def _reworded(term: Term) -> Term:
    return replace(term, target=term.forms[0]) if term.forms else term


def _all_mixed_in(asked: Asked, missed: Sequence[Hit]) -> Request:
    return Request(mix(asked.text, asked.hits))


def _missed(asked: Asked, draft: Draft, target: str) -> list[Hit]:
    """Return the hits whose terms a draft violates.

    None for a hole or a text that was not translated at all: these have other troubles.
    """
    if not draft.text or script_of(draft.text) == "Latn":
        return []
    judged = judge(asked.text, draft.text, asked.hits, target)
    return [one.hit for one in judged if one.outcome is Outcome.VIOLATED]


# What a draft costs: a number that differs is worse than a term, a word left in English less bad.
_NUMBER, _TERM, _ENGLISH = 4, 2, 1
# A draft that is much shorter or longer than the first lost something, or runs on.
_LENGTHS = (0.6, 1.7)


def _better(asked: Asked, drafts: tuple[Draft, Draft], pair: tuple[str, str]) -> Draft:
    """Return the second draft if it keeps more terms and is as sound as the first."""
    first, second = drafts
    if not first.text or not second.text:
        return first
    missed = [
        violations(asked.text, text, asked.hits, pair[1]) for text in (first.text, second.text)
    ]
    sound = _LENGTHS[0] <= len(second.text) / len(first.text) <= _LENGTHS[1]
    if missed[1] >= missed[0] or not sound:
        return first
    if cost(asked, second.text, pair) >= cost(asked, first.text, pair):
        return first
    note = "It was translated again, so that it uses the terms that the first draft did not."
    return replace(second, notes=(note,))


def cost(asked: Asked, text: str, pair: tuple[str, str]) -> int:
    """Return how bad a draft is, as far as that shows: terms, numbers, words left in English.

    `pair` is the source and the target language.
    """
    difference = compare(asked.text, text, pair[1], pair[0])
    numbers = len(difference.lost) + len(difference.added)
    wanted = {word for hit in asked.hits for word in _LATIN.findall(hit.term.target)}
    english = sum(word not in wanted for word in _LATIN.findall(text))
    terms = violations(asked.text, text, asked.hits, pair[1])
    return _NUMBER * numbers + _TERM * terms + _ENGLISH * english


def _with_placeholders(
    engine: Translator, batch: Sequence[Asked], source: str, target: str
) -> list[Draft]:
    mark = Mark.TAG if engine.signature.engine in _TAGGED else Mark.NAME
    hidden = [protect(asked.text, asked.hits, mark) for asked in batch]
    drafts = engine.translate([Request(one.text) for one in hidden], source, target)
    lost: list[int] = []
    for number, (one, draft) in enumerate(zip(hidden, drafts, strict=True)):
        if not one.marks:
            continue
        text = restore(draft.text, one) if draft.text else None
        # A word that grew together with what stood beside a placeholder is no form of the term.
        if text is None or violations(batch[number].text, text, batch[number].hits, target):
            lost.append(number)
        else:
            drafts[number] = replace(draft, text=text)
    if lost:
        bare = engine.translate([Request(batch[n].text) for n in lost], source, target)
        for number, draft in zip(lost, bare, strict=True):
            drafts[number] = draft
    return drafts


def _repaired(asked: Asked, draft: Draft, target: str) -> Draft:
    if not draft.text or not asked.hits:
        return draft
    text, notes = repair(asked.text, draft.text, asked.hits, target)
    return replace(draft, text=text, notes=(*draft.notes, *notes)) if notes else draft
