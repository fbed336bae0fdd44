"""The one table of findings: every id that karmavani can put into a Finding, and what it is.

For: severities, one line for people, and the repairs that may be offered. Pure data and `make`,
the only way to a new Finding. Not for looking for them: that is `transcription`,
`pipeline.checking`, `pipeline.terminology` and `pipeline.reviewed`. Faults of a glossary's own
files are no findings of a lesson; they are `glossaries.lint`.

An id is for ever: people filter by it and other programs know it. Each has a heading in
docs/checks.md; to add one, add a row here and a heading there, and call `make`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from courses.nouns import Cue, Finding, Segment, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Area(StrEnum):
    """What a finding is about; the value is its section in docs/checks.md."""

    TRANSLATION = "Translation"
    WRITING = "Marks, digits and leftovers"
    RECOGNITION = "Recognition"
    CAPTIONS = "Captions as a transcript"
    LAYOUT = "Layout"


class RepairKind(StrEnum):
    """What a repair does. Those down to MOVE_WORD change cues, the others a sentence's text."""

    BORROW = "borrow-time"
    END_EARLIER = "end-earlier"
    START_LATER = "start-later"
    MERGE = "merge-cues"
    SPLIT = "split-cue"
    MOVE_WORD = "move-word"
    SHORTER_TERM = "shorter-term"
    END_MARK = "end-mark"
    PAIR = "close-pair"
    DIGITS = "unify-digits"
    MARKUP = "remove-markup"
    CHARACTERS = "remove-characters"
    SPACES = "tidy-spaces"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table. `severities`: the usual one first. `repairs`: what may be offered."""

    area: Area
    severities: tuple[Severity, ...]
    summary: str
    repairs: tuple[RepairKind, ...] = ()


def _rows(
    area: Area, *rows: tuple[str, tuple[Severity, ...], str, tuple[RepairKind, ...]]
) -> dict[str, Kind]:
    return {name: Kind(area, found, summary, may) for name, found, summary, may in rows}


_R = RepairKind
_TIMES = (_R.END_EARLIER, _R.MERGE)

TABLE: dict[str, Kind] = {
    **_rows(
        Area.TRANSLATION,
        ("hole", (ERROR,), "There is no translation.", ()),
        ("numbers-differ", (ERROR,), "A number was lost, added or changed.", ()),
        ("reference-differs", (ERROR,), "Another section, rule or chapter is named.", ()),
        ("address-changed", (ERROR,), "An address was not kept letter by letter.", ()),
        ("unit-differs", (WARNING,), "A number stands beside another unit.", ()),
        ("numbers-swapped", (WARNING,), "Two numbers changed places.", ()),
        ("label-differs", (WARNING,), "The letter of a group or form is not seen.", ()),
        ("time-of-day", (WARNING,), "A time moved to the other half of the day.", ()),
        ("number-repaired", (INFO,), "A number was put right after the engine.", ()),
        ("number-word-unverified", (WARNING,), "A number in words could not be checked.", ()),
        ("untranslated", (WARNING,), "The translation is the same as the source.", ()),
        ("wrong-script", (ERROR,), "The text is in another script.", ()),
        ("negation-lost", (WARNING,), "A “not” of the source is not seen.", ()),
        ("term-not-used", (WARNING, ERROR), "A term is not as the glossary has it.", ()),
        ("term-forbidden", (ERROR,), "A wording that the glossary forbids stands there.", ()),
        ("keep-changed", (WARNING, ERROR), "A name that is kept as it is was changed.", ()),
        ("term-repaired", (INFO,), "A term was put right after the engine.", ()),
        ("length-ratio", (WARNING,), "The translation is far longer or shorter.", ()),
        ("repeated-text", (WARNING,), "The same words stand there again and again.", ()),
        ("source-changed", (WARNING,), "The sentence changed after it was translated.", ()),
    ),
    **_rows(
        Area.WRITING,
        ("end-mark-missing", (WARNING,), "The mark at the end is missing.", (_R.END_MARK,)),
        ("end-mark-doubled", (WARNING,), "A mark stands there twice.", (_R.END_MARK,)),
        ("end-mark-differs", (INFO,), "The sentence ends with another mark.", (_R.END_MARK,)),
        ("quotes-unbalanced", (WARNING,), "A quotation mark has no partner.", (_R.PAIR,)),
        ("brackets-unbalanced", (WARNING,), "A bracket has no partner.", (_R.PAIR,)),
        ("digits-mixed", (WARNING, INFO), "Digits of two scripts are mixed.", (_R.DIGITS,)),
        ("placeholder-left", (ERROR,), "A placeholder of a program was left.", ()),
        ("markup-left", (WARNING,), "Markup would be shown as text.", (_R.MARKUP,)),
        ("odd-characters", (WARNING,), "A character is invisible or broken.", (_R.CHARACTERS,)),
        ("spaces-odd", (INFO,), "A space is doubled or out of place.", (_R.SPACES,)),
    ),
    **_rows(
        Area.RECOGNITION,
        ("number-unclear", (WARNING,), "A number was probably not heard as it was said.", ()),
        ("language-mismatch", (ERROR,), "Another language is spoken than declared.", ()),
        ("language-mixed", (WARNING,), "Parts are in another language than declared.", ()),
        ("language-unknown", (INFO,), "There is too little speech to tell its language.", ()),
        ("no-speech", (WARNING,), "Nothing is said in the media.", ()),
        ("asr-loop", (WARNING,), "The recogniser repeated itself.", ()),
        ("asr-missing-words", (WARNING,), "Speech has few words or none.", ()),
        ("heard-otherwise", (WARNING, INFO), "A name was probably heard as other words.", ()),
        ("media-damaged", (WARNING,), "Part of the sound could not be decoded.", ()),
    ),
    **_rows(
        Area.CAPTIONS,
        ("captions-encoding", (WARNING,), "The file is not in UTF-8.", ()),
        ("captions-overlap", (WARNING,), "Two captions are on screen at once.", ()),
        ("captions-skipped-line", (WARNING, INFO), "A line was left out.", ()),
    ),
    **_rows(
        Area.LAYOUT,
        ("cue-too-fast", (WARNING, INFO), "It is hard to read in its time.",
         (_R.BORROW, _R.MERGE, _R.SHORTER_TERM)),
        ("cue-too-short", (WARNING,), "It is shown for too short a time.", (_R.BORROW, _R.MERGE)),
        ("cue-too-long", (WARNING,), "It is shown for too long.", (_R.SPLIT, _R.END_EARLIER)),
        ("cue-gap-too-small", (WARNING,), "The next one follows too soon.", _TIMES),
        ("cue-line-too-wide", (WARNING,), "A line is too wide.",
         (_R.MOVE_WORD, _R.SPLIT, _R.SHORTER_TERM)),
        ("cue-too-many-lines", (ERROR,), "It has too many lines.", (_R.MOVE_WORD, _R.SPLIT)),
        ("cue-orphan-word", (INFO,), "One short word stands alone.", (_R.MOVE_WORD, _R.MERGE)),
        ("cue-overlap", (ERROR,), "Two are on screen at once.", _TIMES),
        ("cue-outside-media", (ERROR,), "It lies outside the video.",
         (_R.END_EARLIER, _R.START_LATER)),
    ),
}  # fmt: skip
"""Id -> its row, in the order of docs/checks.md."""


def make(
    check: str,
    message: str,
    severity: Severity | None = None,
    at: Segment | Cue | None = None,
    language: str = "",
    span: tuple[int, int] = (0, 0),
) -> Finding:
    """Return a Finding of the table, about the sentence or cue `at`, or the time `span` in ms.

    `severity` is the row's usual one where it is not given. Raises KeyError for an id and
    ValueError for a severity that the table does not have.
    """
    kind = TABLE[check]
    chosen = severity or kind.severities[0]
    if chosen not in kind.severities:
        raise ValueError(f"{check} is never {chosen}")
    start, end = (at.start, at.end) if at else span
    if isinstance(at, Cue):
        sentence = at.segment_ids[0] if at.segment_ids else ""
        return Finding(check, chosen, message, sentence, language, start, end, at.id)
    return Finding(check, chosen, message, at.id if at else "", language, start, end)


def anchor(check: str) -> str:
    """Return where docs/checks.md explains an id: ``checks.md#cue-too-fast``."""
    return f"checks.md#{check}"
