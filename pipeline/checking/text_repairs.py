"""New texts that may settle a finding about a sentence's text; candidates, not yet tried.

Each is the smallest change that a person would make. Whether it settles the finding and breaks
nothing is tried in `pipeline.checking.repairs`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from courses.findings import RepairKind
from courses.nouns import Hit, Segment, Translation
from courses.script import width
from glossaries.check import accepted
from pipeline.checking.checks import NO_STYLE, Style
from pipeline.checking.digit_styles import in_style, styles, usual_style
from pipeline.checking.end_marks import End, ending, single_mark, usual_mark, without_twins
from pipeline.checking.leftovers import is_lost, odd_characters, tidy, without_markup
from pipeline.checking.pairs import DOUBLE, lone_brackets

_CLOSES = {"“": "”", "„": "”", "«": "»", "”": "”", "»": "»"}
_OPENS = {"”": "“", "»": "«"}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_OPENING = {closing: opening for opening, closing in _BRACKETS.items()}
_ENDS = " .।۔᱾꯫?؟!"
_TELLS = (",", ":", "،")
"""Stand before what somebody said."""
_SAVED = 3
"""Clusters that a shorter wording must save to be worth a change."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A new text of a sentence; `label` tells a person what would be done."""

    kind: RepairKind
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to be repaired, in a lesson of a style."""

    segment: Segment
    translation: Translation
    hits: Sequence[Hit] = ()
    style: Style = NO_STYLE

    @property
    def text(self) -> str:
        """Return its translation."""
        return self.translation.text


def wordings(check: str, sentence: Sentence) -> Iterator[Wording]:
    """Yield the new texts that may settle the finding `check`; none where nothing is known."""
    make = _MAKERS.get(check)
    return make(sentence) if make else iter(())


def _added_mark(sentence: Sentence) -> Iterator[Wording]:
    kind = ending(sentence.segment.text).kind
    mark = usual_mark(kind, sentence.translation.language)
    if kind is End.STATEMENT:
        mark = sentence.style.stop or mark
    at = ending(sentence.text).start
    text = sentence.text[:at] + mark + sentence.text[at:]
    yield Wording(RepairKind.END_MARK, f"Add {mark} at the end", text)


def _single_mark(sentence: Sentence) -> Iterator[Wording]:
    found = ending(sentence.text)
    mark = single_mark(found, sentence.translation.language)
    once = sentence.text[: found.start] + mark + sentence.text[found.stop :]
    for text in (once, without_twins(sentence.text), without_twins(once)):
        yield Wording(RepairKind.END_MARK, "Keep one of the two marks", text)


def _other_mark(sentence: Sentence) -> Iterator[Wording]:
    wanted, found = ending(sentence.segment.text).kind, ending(sentence.text)
    for kind in (found.kind, wanted):
        if kind in (End.STATEMENT, End.QUESTION, End.EXCLAMATION):
            mark = usual_mark(kind, sentence.translation.language)
            text = sentence.text[: found.start].rstrip() + mark + sentence.text[found.stop :]
            yield Wording(RepairKind.END_MARK, f"Write {mark} for {found.marks}", text)


def _quotes(sentence: Sentence) -> Iterator[Wording]:
    text, source = sentence.text, sentence.segment.text
    places = [at for at, char in enumerate(text) if char in DOUBLE]
    if len(places) != 1 or not source.strip():
        return  # without a source nobody knows what was quoted
    (at,) = places
    mark, said = text[at], [place for place, char in enumerate(source) if char in DOUBLE]
    if not said:
        bare = tidy(text[:at] + text[at + 1 :])
        yield Wording(RepairKind.PAIR, f"Take out the single {mark}", bare)
    elif len(said) == 2 and _closes_at_end(source, said[0], text, at):
        closing = _CLOSES.get(mark, mark)
        yield Wording(RepairKind.PAIR, f"Close with {closing} at the end", text.rstrip() + closing)
    elif len(said) == 2 and at and _opens_at_start(source, said, text, at):
        opening = _OPENS.get(mark, mark)
        yield Wording(RepairKind.PAIR, f"Open with {opening} at the start", opening + text.lstrip())


def _closes_at_end(source: str, place: int, text: str, at: int) -> bool:
    """Return whether both quotations begin their sentence, or follow a comma, and end with it.

    A quotation elsewhere is a name or a word, and in a language with the verb at the end it does
    not end where the English one does.
    """
    if source.rstrip()[-1] not in DOUBLE or at + 1 == len(text.rstrip()):
        return False
    before, told = source[:place].rstrip(), text[:at].rstrip()
    if not before or not told:
        return before == told
    return before.endswith(_TELLS) and told.endswith(_TELLS)


def _opens_at_start(source: str, places: Sequence[int], text: str, at: int) -> bool:
    """Return whether the quotation begins the source, and is all there is in both or in none."""
    rests = (source[places[1] + 1 :], text[at + 1 :])
    whole, other = (not rest.strip(_ENDS) for rest in rests)
    return not source[: places[0]].strip() and whole == other


def _brackets(sentence: Sentence) -> Iterator[Wording]:
    text, source = sentence.text, sentence.segment.text
    lone = lone_brackets(text)
    if len(lone) != 1 or not source.strip():
        return
    at, bracket = lone[0]
    closing = _BRACKETS.get(bracket, bracket)
    if closing not in source:
        bare = tidy(text[:at] + text[at + 1 :])
        yield Wording(RepairKind.PAIR, f"Take out the single {bracket}", bare)
        return
    for inside in _insides(source, closing):
        if bracket in _BRACKETS and text.startswith(inside, at + 1):
            end = at + 1 + len(inside)
            closed = text[:end] + closing + text[end:]
            yield Wording(RepairKind.PAIR, f"Close with {closing} after {inside}", closed)
        elif bracket == closing and text.endswith(inside, 0, at):
            start = at - len(inside)
            opening = _OPENING[closing]
            opened = text[:start] + opening + text[start:]
            yield Wording(RepairKind.PAIR, f"Open with {opening} before {inside}", opened)
    if bracket in _BRACKETS and source[: ending(source).start].rstrip().endswith(closing):
        end = ending(text).start
        closed = text[:end].rstrip() + closing + text[end:]
        yield Wording(RepairKind.PAIR, f"Close with {closing} at the end", closed)


def _insides(source: str, closing: str) -> list[str]:
    """Return what stands in brackets in the source: names, years and numbers are kept."""
    opening = re.escape(_OPENING[closing])
    return re.findall(rf"{opening}([^()\[\]{{}}]{{1,80}}){re.escape(closing)}", source)


def _digits(sentence: Sentence) -> Iterator[Wording]:
    found = styles(sentence.text).most_common()
    tied = len(found) > 1 and found[0][1] == found[1][1]
    usual = sentence.style.zero or usual_style(sentence.translation.language)
    zero = usual if tied or len(found) == 1 else found[0][0]
    for chosen in dict.fromkeys((zero, usual)):
        shown = f"{chosen}-{chr(ord(chosen) + 9)}"
        text = in_style(sentence.text, chosen)
        yield Wording(RepairKind.DIGITS, f"Write all numbers in {shown}", text)


def _markup(sentence: Sentence) -> Iterator[Wording]:
    bare = without_markup(sentence.text)
    yield Wording(RepairKind.MARKUP, "Take out the markup, keep the words", bare)


def _characters(sentence: Sentence) -> Iterator[Wording]:
    odd = odd_characters(sentence.text)
    if any(is_lost(sentence.text[at]) for at in odd):
        return  # a letter was lost there, and only a person knows which
    gone = frozenset(odd)
    kept = "".join(char for at, char in enumerate(sentence.text) if at not in gone)
    yield Wording(RepairKind.CHARACTERS, "Take out the invisible characters", kept)


def _spaces(sentence: Sentence) -> Iterator[Wording]:
    yield Wording(RepairKind.SPACES, "Tidy the spaces", tidy(sentence.text))


def shorter_terms(sentence: Sentence) -> Iterator[Wording]:
    """Yield the text with a term in a shorter wording that the glossary allows, shortest first.

    Only a wording that stands there as the glossary has it: an inflected one would need the other
    one inflected too.
    """
    found = []
    for hit in dict.fromkeys(sentence.hits):
        allowed = accepted(sentence.segment.text, hit)
        for long in allowed:
            place = _whole_word(long, sentence.text)
            for short in allowed if place else ():
                saved = width(long) - width(short)
                if place and saved >= _SAVED:
                    text = sentence.text[: place[0]] + short + sentence.text[place[1] :]
                    label = f"Write {short} for {long}"
                    found.append((saved, Wording(RepairKind.SHORTER_TERM, label, text)))
    for _, wording in sorted(found, key=lambda pair: -pair[0]):
        yield wording


def _whole_word(wording: str, text: str) -> tuple[int, int] | None:
    at = text.find(wording) if wording else -1
    if at < 0:
        return None
    around = text[at - 1 : at] + text[at + len(wording) : at + len(wording) + 1]
    joined = any(char.isalnum() or unicodedata.category(char) in ("Mn", "Mc") for char in around)
    return None if joined or re.search(r"\d", wording) else (at, at + len(wording))


_MAKERS: dict[str, Callable[[Sentence], Iterator[Wording]]] = {
    "end-mark-missing": _added_mark,
    "end-mark-doubled": _single_mark,
    "end-mark-differs": _other_mark,
    "quotes-unbalanced": _quotes,
    "brackets-unbalanced": _brackets,
    "digits-mixed": _digits,
    "markup-left": _markup,
    "odd-characters": _characters,
    "spaces-odd": _spaces,
}
"""Id -> what makes the new texts."""
