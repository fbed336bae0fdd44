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
from collections.abc import Sequence
from dataclasses import replace

from courses.nouns import Hit, Term
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
from pipeline.inserting import NOTE, insert_terms
from pipeline.weighing import Asked, is_better, missed_terms
from translators.base import Draft, Request, Translator
from translators.clauses import in_clauses, joined

# Engines that were trained with tags of their own; all others copy a name best.
_TAGGED = frozenset({"indictrans2"})


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
            missed = missed_terms(asked, draft.text, target)
            request = way(asked, missed)
            if missed and request != requests[number]:
                again[number] = request
        if again:
            others = engine.translate(list(again.values()), source, target)
            for number, other in zip(again, others, strict=True):
                text = other.text and unmix(other.text, batch[number].hits)
                draft = replace(other, text=text)
                drafts[number] = _better(batch[number], (drafts[number], draft), (source, target))
    if engine.goes_on:
        pairs = zip(batch, drafts, strict=True)
        drafts = [insert_terms(engine, asked, draft, (source, target)) for asked, draft in pairs]
    drafts = _in_clauses(engine, batch, drafts, (source, target))
    return _with_names(engine, batch, drafts, (source, target))


def _in_clauses(
    engine: Translator, batch: Sequence[Asked], drafts: list[Draft], pair: tuple[str, str]
) -> list[Draft]:
    """Return the drafts, long ones that still miss terms tried clause by clause, terms mixed in."""
    for number, (asked, draft) in enumerate(zip(batch, drafts, strict=True)):
        missed = missed_terms(asked, draft.text, pair[1])
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
        if missed := missed_terms(asked, draft.text, pair[1]):
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


def _better(asked: Asked, drafts: tuple[Draft, Draft], pair: tuple[str, str]) -> Draft:
    """Return the second draft if it keeps more terms and is as sound as the first."""
    first, second = drafts
    if not first.text or not second.text:
        return first
    if not is_better(asked, first.text, second.text, pair):
        return first
    return replace(second, notes=(*second.notes, NOTE))


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
