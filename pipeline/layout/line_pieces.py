"""A sentence becomes pieces that are never cut, and how good it is to cut after each of them.

For: what belongs together in a language: a noun and its postposition, a number and its unit, a
name, a verb and its auxiliaries; and where a clause begins. Not for the choice between the cuts
(`line_breaking`), nor for the words themselves (`clause_words`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from courses import script
from courses.quantities.scales import SCALE, fold_nukta
from pipeline.layout.clause_words import LABELS, Words, find_words, fold_word

# All of Unicode's line ends, tabs and the plain space; not the no-break space, which stays.
_FOLDED = re.compile("[\\t-\\r\\x1c-\\x20\\x85\\u2028\\u2029]+")
# Looking for sentences inside the text is worth it only where one may end before its last word.
_INNER_END = re.compile(r"[।॥?!.۔؟᱾᱿꯫]\S*\s")
_CLAUSE = (",", ";", ":", "…", "..", "،", "؛", "–", "—")
_CLOSING = "\"'”’»)]}\u2069\u200f\u200e"
_PIECE_OF_REFERENCE = re.compile(r"\(\w{1,4}\)")
_BEFORE_NAME = " -\u00a0\"'“‘([{"
# Latin words in a row are a name in Indian text; in English they are where they are capitalised.
_LATIN = re.compile(r"[\"“]?[A-Za-z]")
_RUNS = {"en": re.compile(r"[\"“]?[A-Z]")}


class Border(IntEnum):
    """What a cut after a piece would part, from best to worst; `Cost` has the points of each.

    SENTENCE, CLAUSE: nothing, a full stop or a comma stands there. JOINT: the parts of a sentence,
    before a conjunction or after a verb. WORD: two words. TIED: what is better together, as a
    determiner and its noun. NAME: a name or a term, parted only where it is long. GLUED: what is
    parted only where both are wider than a line. FORCED: a word that is wider than a line.
    """

    SENTENCE = 0
    CLAUSE = 1
    JOINT = 2
    WORD = 3
    TIED = 4
    NAME = 5
    GLUED = 6
    FORCED = 7


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is never cut, with the space after it; `width` without that space."""

    text: str
    width: int
    space: int
    border: Border


def fold(text: str) -> str:
    """Return `text` on one line, spaces and line ends folded to single spaces."""
    return _FOLDED.sub(" ", text).strip(" ")


def pieces(text: str, width: int, code: str, names: Collection[str] = ()) -> list[Piece]:
    """Return folded `text` in the writing `code` cut wherever a line may end.

    No piece is wider than `width`. `names` are wordings that stay in one piece where they stand
    in the text, up to two thirds of a line.
    """
    if not text:
        return []
    cut = [
        chunk
        for piece in _with_borders(_tokens(text, code), text, code, _seams(text, names))
        for chunk in _chunks(piece, width)
    ]
    return _glued(cut, width)


def _tokens(text: str, code: str) -> list[tuple[int, int]]:
    """Return start and end of the text between two places where a line may end, no space."""
    breaks = pairwise([0, *script.line_breaks(text, code), len(text)])
    return [(start, start + len(text[start:end].rstrip(" "))) for start, end in breaks]


def _seams(text: str, names: Collection[str]) -> set[int]:
    """Return the offsets of spaces inside `names` in `text`; endings may follow a name."""
    found = set()
    for name in filter(None, names):
        at = text.find(name)
        while at >= 0:
            if at == 0 or text[at - 1] in _BEFORE_NAME:
                found |= {at + place for place, char in enumerate(name) if char == " "}
            at = text.find(name, at + len(name))
    return found


def _with_borders(
    tokens: Sequence[tuple[int, int]], text: str, code: str, seams: Collection[int]
) -> Iterator[Piece]:
    """Yield each token as a piece with the border after it; `seams` are spaces inside names."""
    spans = script.sentence_spans(text, code) if _INNER_END.search(text) else []
    sentence_ends = {end for _, end in spans}
    words, run = find_words(code), _RUNS.get(code, _LATIN)
    for (start, end), (following, stop) in pairwise([*tokens, (len(text), len(text))]):
        body, other = text[start:end], text[following:stop]
        if following == end or (stop == len(text) and other.isdecimal()):
            border = Border.GLUED  # no space, or a line that would be all digits
        elif end in sentence_ends:
            border = Border.SENTENCE
        else:
            border = _border(body, other, words, run)
            if end in seams:
                border = max(border, Border.NAME)
        yield Piece(body, script.width(body), following - end, border)


def _border(body: str, other: str, words: Words, run: re.Pattern[str]) -> Border:
    """Return the border between two tokens of one sentence with a space between them.

    Two words that `run` matches are of one name.
    """
    bare = body.rstrip(_CLOSING)
    if bare.endswith(_CLAUSE):
        # "Act, 2005" is one name as often as the comma ends a clause
        return Border.WORD if other[:1].isdecimal() else Border.CLAUSE
    if bare.endswith((".", "۔")):
        return Border.GLUED  # no sentence ends here: a title, an initial, "No."
    # a token may hold a space: no line may begin with the slash of "में /etc"
    left, right = fold_word(body.rsplit(" ", 1)[-1]), fold_word(other.split(" ", 1)[0])
    if _is_one_number(body, left, other) or _is_one_phrase(left, right, words):
        return Border.GLUED
    if run.match(body) and run.match(other) and left not in words.leads:
        return Border.NAME
    if _is_tied(left, other, right, words):
        return Border.TIED
    ends, begins = left in words.closes, right in words.opens
    if ends and begins:
        return Border.CLAUSE
    return Border.JOINT if ends or begins else Border.WORD


def _is_one_number(body: str, left: str, other: str) -> bool:
    """Return whether a number and its unit, its name or its next piece stand side by side."""
    if body[-1:].isdecimal():
        return True
    if other[:1].isdecimal():
        return (left or body) in LABELS
    reference = _PIECE_OF_REFERENCE.match(other) and body.endswith(")")
    return bool(reference and any(map(str.isdecimal, body)))


def _is_one_phrase(left: str, right: str, words: Words) -> bool:
    """Return whether one of two words never stands at the end, or the start, of a line."""
    if right in words.clings or left in words.opens or not (left and right):
        return True  # a dash or a bracket alone is no word
    return right in words.tails and left.endswith(words.heads)


def _is_tied(left: str, other: str, right: str, words: Words) -> bool:
    """Return whether two words are better together, though they may be parted."""
    if left in words.leads or right in words.trails or other[:1].isdecimal():
        return True
    # an abbreviation behind its name
    return other.startswith("(") and other.rstrip(",.;:।").endswith(")")


def _chunks(piece: Piece, width: int) -> Iterator[Piece]:
    """Yield `piece`, cut between graphemes where it is wider than a line: a long URL."""
    if piece.width <= width:
        yield piece
        return
    part, taken = "", 0
    for grapheme in script.graphemes(piece.text):
        wide = script.width(grapheme)
        if part and taken + wide > width:
            yield Piece(part, taken, 0, Border.FORCED)
            part, taken = "", 0
        part, taken = part + grapheme, taken + wide
    yield Piece(part, taken, piece.space, piece.border)


def _glued(cut: Sequence[Piece], width: int) -> list[Piece]:
    """Return `cut` with glued pieces joined as far as they fit on a line, and names on most of it.

    A number joined to its scale takes its unit along: 5 lakh rupees.
    """
    joined: list[Piece] = []
    for piece in cut:
        last = joined[-1] if joined else None
        if last and last.border in (Border.NAME, Border.GLUED):
            both = _joined(last, piece)
            if both.width <= (width if last.border is Border.GLUED else width * 2 // 3):
                joined[-1] = both
                continue
        joined.append(piece)
    return joined


def _joined(piece: Piece, other: Piece) -> Piece:
    text = piece.text + " " * piece.space + other.text
    border = other.border
    counted = piece.text[-1:].isdecimal() and other.space and border > Border.CLAUSE
    if counted and SCALE.match(fold_nukta(other.text)):
        border = Border.GLUED
    width = piece.width + piece.space + other.width
    return replace(other, text=text, width=width, border=border)
