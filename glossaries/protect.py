"""Sees that terms survive an engine: hints in order, placeholders, and the repair of a draft.

Pure: text in, text out; engines are asked in `pipeline.protecting`. Not for judging: see `check`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.nouns import Hit, Term, TermKind, TermStatus
from courses.script import script_of
from glossaries.check import Outcome, Verdict, judge
from glossaries.forms import find_wording, fold

REVISION = "5"  # of how drafts are protected and repaired; part of a draft's signature

Hint = tuple[str, str]


def order_hints(text: str, hits: Sequence[Hit]) -> tuple[Hint, ...]:
    """Return (as said in `text`, wanted) for each term, the weightiest first.

    An engine may see only the first few: official wordings go before others, and terms of many
    words before those of one, which an engine is likelier to know.
    """
    ranked = sorted(enumerate(hits), key=lambda pair: (*_weight(pair[1].term), pair[0]))
    pairs: dict[str, str] = {}
    for _, hit in ranked:
        said = text[hit.start : hit.end]
        if hit.term.target:
            pairs.setdefault(said, hit.term.target)
    return tuple(pairs.items())


def mix(text: str, hits: Sequence[Hit]) -> str:
    """Return `text` with the terms of `hits` in the target language, kept names in capitals.

    Small models copy EOFFICE where they would write eOffice in letters of their own; `unmix` gives
    a draft the spelling back.
    """
    made, at = "", 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        if hit.term.target:
            kept = hit.term.kind is TermKind.KEEP
            made += text[at : hit.start] + (hit.term.target.upper() if kept else hit.term.target)
            at = hit.end
    return made + text[at:]


def unmix(draft: str, hits: Sequence[Hit]) -> str:
    """Return a draft with the kept names of `hits` as the glossary writes them."""
    for hit in hits:
        if hit.term.kind is TermKind.KEEP:
            shouted = rf"(?<![A-Za-z0-9]){re.escape(hit.term.target.upper())}(?![A-Za-z0-9])"
            draft = re.sub(shouted, hit.term.target.replace("\\", r"\\"), draft)
    return draft


def _weight(term: Term) -> tuple[bool, int]:
    return (term.status is not TermStatus.OFFICIAL, -len(term.source.split()))


class Mark(StrEnum):
    """How a placeholder looks. TAG is what IndicTrans2 was trained with; NAME has no digits."""

    TAG = "tag"
    NAME = "name"


_TAG_FROM = 41  # numbers that no text is likely to have in a tag of its own
_ONSETS, _CODAS = "QXZ", "BDFGHJKLMNPRSTVW"


@dataclass(frozen=True, slots=True)
class Protected:
    """A text with placeholders for terms; `wanted[i]` is what `marks[i]` stands for."""

    text: str
    marks: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


def protect(text: str, hits: Sequence[Hit], mark: Mark) -> Protected:
    """Return `text` with a placeholder for each term that has a wording; the others stay."""
    marks = (one for one in _marks(mark) if not _loose(one).search(text))
    made, used, wanted, at = "", [], [], 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        if hit.term.target:
            used.append(next(marks))
            wanted.append(hit.term.target)
            made += text[at : hit.start] + used[-1]
            at = hit.end
    return Protected(made + text[at:], tuple(used), tuple(wanted))


def restore(text: str, protected: Protected) -> str | None:
    """Return a draft with its placeholders as terms; None when one is lost or there twice.

    Engines put spaces into tags and change the case of names; both are still placeholders.
    """
    for mark, wanted in zip(protected.marks, protected.wanted, strict=True):
        found = list(_loose(mark).finditer(text))
        if len(found) != 1:
            return None
        text = text[: found[0].start()] + wanted + text[found[0].end() :]
    return text


def _marks(mark: Mark) -> Sequence[str]:
    if mark is Mark.TAG:
        return [f"<ID{number}>" for number in range(_TAG_FROM, 1000)]
    return [f"{a}{b}{c}" for b in _CODAS for c in _CODAS for a in _ONSETS]


def _loose(mark: str) -> re.Pattern[str]:
    if mark.startswith("<"):
        return re.compile(rf"<\s*ID\s*{mark[3:-1]}\s*>", re.IGNORECASE)
    return re.compile(rf"(?<![A-Za-z0-9]){mark}(?![A-Za-z0-9])", re.IGNORECASE)


# Languages in which adjectives and verbs show the gender of a noun: another noun may break them.
_GENDERED = frozenset({"hi", "ur", "pa", "gu", "mr", "doi", "kok", "ks", "sd", "sa", "brx"})
# What may follow a noun of any gender, and shows that nothing agrees with it.
_AFTER_NOUN = {
    "hi": "को ने से में पर के का की तक द्वारा",
    "ur": "کو نے سے میں پر کے کا کی تک",
    "pa": "ਨੂੰ ਨੇ ਤੋਂ ਵਿੱਚ ਵਿਚ ਦੇ ਦਾ ਦੀ ਦੀਆਂ ਨਾਲ ਲਈ ਉੱਤੇ",
}
# Ends of nouns that change before these words; the preferred wording is then not known.
_CHANGING = ("ा", "ह", "ہ", "ا", "ਾ", "ਆ")


def repair(source: str, draft: str, hits: Sequence[Hit], language: str) -> tuple[str, list[str]]:
    """Return a draft with known other renderings replaced, and one sentence on each repair.

    A forbidden wording, or the English words left standing, give way to the preferred wording where
    grammar surely holds; where that is unsure the draft stays as it is.
    """
    notes = []
    for verdict in judge(source, draft, hits, language):
        if verdict.outcome is not Outcome.VIOLATED or not verdict.hit.term.target:
            continue
        found = _replaced(source, draft, verdict, language)
        if found and _better(source, (draft, found[0]), hits, language):
            draft = found[0]
            notes.append(f"{found[1]!r} gave way to the term {verdict.hit.term.target!r}.")
    return draft, notes


def _better(source: str, drafts: tuple[str, str], hits: Sequence[Hit], language: str) -> bool:
    """Return whether the second draft violates fewer terms than the first."""
    first, second = (violations(source, draft, hits, language) for draft in drafts)
    return second < first


def violations(source: str, draft: str, hits: Sequence[Hit], language: str) -> int:
    """Return how many terms a draft violates."""
    return sum(v.outcome is Outcome.VIOLATED for v in judge(source, draft, hits, language))


def _replaced(source: str, draft: str, verdict: Verdict, language: str) -> tuple[str, str] | None:
    """Return the draft with one other rendering replaced, and that rendering; None if unsure."""
    hit, term = verdict.hit, verdict.hit.term
    if verdict.forbidden:
        spans = find_wording(draft, verdict.forbidden, language)
        if len(spans) != 1:
            return None
        start, end = spans[0]
        wording = _in_its_place(draft[start:end], verdict.forbidden, term.target, language)
        if wording is None:
            return None
        return draft[:start] + wording + draft[end:], draft[start:end]
    if term.kind is not TermKind.TRANSLATE:
        return None
    said = source[hit.start : hit.end]
    spans = find_wording(draft, said, "en")
    if len(spans) != 1 or not _stands_free(draft, spans[0], term.target, language):
        return None
    start, end = spans[0]
    if script_of(draft[:start] + draft[end:]) in (None, "Latn"):
        return None  # nothing else was translated either: that is another fault
    return draft[:start] + term.target + draft[end:], draft[start:end]


def _in_its_place(said: str, other: str, wanted: str, language: str) -> str | None:
    """Return `wanted` as it must stand for `said`, a form of `other`; None when that is unsure.

    What both end with stays as it is inflected: "जानकारी के अधिकार" becomes "सूचना के अधिकार".
    """
    words, olds, news = said.split(), other.split(), wanted.split()
    shared = 0
    while shared < min(len(olds), len(news)) - 1 and olds[-1 - shared] == news[-1 - shared]:
        shared += 1
    if shared and len(words) == len(olds) and _same(words[:-shared], olds[:-shared]):
        return " ".join((*news[:-shared], *words[-shared:]))
    if language in _GENDERED or not _same(words, olds):
        return None
    return wanted


def _same(words: Sequence[str], others: Sequence[str]) -> bool:
    return fold(" ".join(words))[0] == fold(" ".join(others))[0]


def _stands_free(draft: str, span: tuple[int, int], wanted: str, language: str) -> bool:
    """Return whether English words in a draft may be replaced without touching their grammar."""
    start, end = span
    if draft[end : end + 1] and not re.match(r"[\s,;:.!?।॥۔)]", draft[end:]):
        return False  # an ending is written onto the English word
    if draft[:start][-1:] and not re.match(r"[\s(\"'“‘]", draft[start - 1]):
        return False
    if language not in _GENDERED:
        return True
    following = draft[end:].split()[:1]
    markers = _AFTER_NOUN.get(language, "").split()
    return bool(following) and following[0] in markers and not wanted.endswith(_CHANGING)
