"""The marks at the end of a sentence: danda, full stop, question mark; missing, doubled, other.

What is right is the source's kind of ending, written with the marks of the target's own table in
`courses.languages`. Not for sentences inside a text, nor for cutting one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from courses.abbreviations import ALWAYS, BEFORE_NAME, BEFORE_NUMBER, TITLES
from courses.languages import find_language, find_writing
from courses.nouns import Segment, Translation
from courses.script import count, script_of

_STATEMENTS = ".।॥۔᱾᱿꯫৷|"
_QUESTIONS = "?؟"
_MARKS = frozenset(_STATEMENTS + _QUESTIONS + "!…")
_CLOSERS = frozenset("\"'”’»)]}*_")
# What may stand at the end of a translation in the place of a mark: more is to come.
_OPEN_ENDS = (":", ";", "-", "–", "—", "：")
# The last word of a text and its point.
_LAST_WORD = re.compile(r"([^\s(\"'“‘]{1,40})\.$")
_OURS = frozenset({"लि", "लिमि", "प्रा", "লি", "প্রা", "ਲਿ", "લિ", "ଲି"})
_SHORT_NAMES = _OURS | TITLES | ALWAYS | BEFORE_NUMBER | BEFORE_NAME
_TWICE = re.compile(r"([।۔᱾꯫])\s?\1(?!\s?\1)")
# "… है। (नीचे देखें)": the sentence has ended before the remark.
_REMARK = re.compile(r"[.।॥۔᱾᱿꯫?؟!]\s*\([^()]{1,200}\)\s*$")
_SHORT_ENGLISH_END = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|\d+|etc|[a-z]\.[a-z]|[A-Z]\.[A-Z]|Ltd|Inc|Co|No|Dr|Mr|Mrs|Jr|Sr|vs)\.$"
)


class End(StrEnum):
    """What a sentence says by its end."""

    NONE = "no mark"
    STATEMENT = "a full stop"
    QUESTION = "a question mark"
    EXCLAMATION = "an exclamation mark"
    ELLIPSIS = "an ellipsis"


@dataclass(frozen=True, slots=True)
class Ending:
    """The marks at the end of a text, ``text[start:stop]``; closing quotes may follow them."""

    start: int
    stop: int
    marks: str
    kind: End


def _shows_nothing(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) == "Cf"


@lru_cache(maxsize=64)  # several checks ask it of the same sentence
def ending(text: str) -> Ending:
    """Return how `text` ends; without a mark, `start` and `stop` are where one would stand."""
    stop = end = len(text.rstrip())
    while stop and (text[stop - 1] in _CLOSERS or _shows_nothing(text[stop - 1])):
        stop -= 1
    start = stop
    while start and (text[start - 1] in _MARKS or text[start - 1].isspace()):
        start -= 1
    start += len(text[start:stop]) - len(text[start:stop].lstrip())
    marks = "".join(text[start:stop].split())
    return Ending(start, stop, marks, _kind(marks)) if marks else Ending(end, end, "", End.NONE)


def _is_abbreviated(text: str) -> bool:
    """Return whether the point at the end of `text` is that of an abbreviation: "लि.", "Ltd."."""
    found = _LAST_WORD.search(text)
    if not found:
        return False
    word = found.group(1)
    return word.isascii() or "." in word or word.casefold() in _SHORT_NAMES


def _kind(marks: str) -> End:
    if any(mark in _QUESTIONS for mark in marks):
        return End.QUESTION
    if "!" in marks:
        return End.EXCLAMATION
    if "…" in marks or marks.endswith(("...", "۔۔۔")):
        return End.ELLIPSIS
    return End.STATEMENT


def usual_mark(kind: End, language: str) -> str:
    """Return the mark that `language` (or a writing) puts for `kind`: ।, ., ۔, ؟ and so on."""
    ends = find_writing(language).sentence_ends
    if kind is End.QUESTION:
        return "؟" if "؟" in ends else "?"
    return {End.EXCLAMATION: "!", End.ELLIPSIS: "…"}.get(kind, ends[0])


def end_mark_missing(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say that the source ends with a mark and the translation with none."""
    wanted = ending(segment.text).kind
    if wanted in (End.NONE, End.ELLIPSIS) or ending(translation.text).marks:
        return None
    if _SHORT_ENGLISH_END.search(segment.text.rstrip()) or not script_of(translation.text):
        return None
    if _REMARK.search(translation.text):
        return None
    if translation.text.rstrip().endswith(_OPEN_ENDS) or len(segment.text.split()) < 3:
        return None
    mark = usual_mark(wanted, translation.language)
    return f"The source ends with {wanted}, the translation without one: {mark!r} is missing."


def doubled(text: str, language: str) -> str:
    """Return the marks that stand twice in `text`, "" where none do.

    Right are: an ellipsis, "?!" and its like, a point of an abbreviation, and the double danda of
    verses, which in Sanskrit may be written as two.
    """
    found = ending(text)
    marks = found.marks
    if len(marks) > 1 and found.kind is End.STATEMENT and not _is_right(text, found, language):
        return marks
    if len(marks) > 1 and found.kind in (End.QUESTION, End.EXCLAMATION):
        stops = [mark for mark in marks if mark in _STATEMENTS]
        if stops and not _is_abbreviated(text[: found.start + 1]) and marks[0] in _STATEMENTS:
            return marks
        if stops and marks[-1] in _STATEMENTS:
            return marks
    inside = _TWICE.search(text) if find_language(language).code != "sa" else None
    return inside.group() if inside and inside.end() < found.start else ""


def _is_right(text: str, found: Ending, language: str) -> bool:
    if set(found.marks) == {"."}:
        return len(found.marks) != 2
    if found.marks in ("।।", "॥॥"):
        return find_language(language).code == "sa"
    return found.marks[0] == "." and _is_abbreviated(text[: found.start + 1])


def single_mark(found: Ending, language: str) -> str:
    """Return the one mark that should stand for the marks of `found`."""
    if found.kind is End.STATEMENT and usual_mark(found.kind, language) not in found.marks:
        return found.marks[0]
    return usual_mark(found.kind, language)


def without_twins(text: str) -> str:
    """Return `text` with each danda or full stop of its own script once, where it stands twice."""
    return _TWICE.sub(r"\1", text)


def end_mark_doubled(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which mark stands twice."""
    marks = doubled(translation.text, translation.language)
    if not marks or doubled(segment.text, spoken):
        return None
    return f"{marks!r} stands where one mark is enough."


def lesson_stop(texts: Iterable[str], language: str) -> str:
    """Return the full stop that most of `texts` end with, the usual one where none is ahead.

    Only the language's own marks count: "|" for । in every sentence is no style of a lesson.
    """
    usual = usual_mark(End.STATEMENT, language)
    known = find_writing(language).sentence_ends
    ends = (ending(text) for text in texts)
    found = Counter(end.marks for end in ends if end.kind is End.STATEMENT and end.marks in known)
    return max(found, key=lambda mark: (found[mark], mark == usual), default=usual)


def end_mark_differs(segment: Segment, translation: Translation, stop: str) -> str | None:
    """Say that a question became a statement, or the reverse, or that the mark is a foreign one.

    `stop` is that of the lesson, "" where unknown: one that ends its sentences with a point is
    written in another style, and only a point among dandas is a slip.
    """
    wanted, found = ending(segment.text).kind, ending(translation.text)
    if not found.marks or found.kind is End.ELLIPSIS or wanted is End.NONE:
        return None
    if (wanted is End.QUESTION) != (found.kind is End.QUESTION) and wanted is not End.ELLIPSIS:
        return f"The source ends with {wanted}, the translation with {found.kind}."
    usual = usual_mark(found.kind, translation.language)
    if found.marks in (usual, "॥", "᱿") or len(found.marks) > 1 or count(translation.text) < 2:
        return None
    if found.marks == "." and stop in ("", "."):
        return None
    if found.marks == "." and _is_abbreviated(translation.text[: found.stop]):
        return None
    name = find_language(translation.language).name
    return f"It ends with {found.marks!r}; {name} has {usual!r}."
