"""Whether a translation keeps to the glossary: for each term found, honoured, violated or waived.

A term is honoured when one of its wordings stands in the translation, in any form of
`glossaries.forms`. A sentence that says a term twice may render it once: other languages do not
repeat a noun that is understood, and k hits with one rendering are k honoured. Not for changing
text: see `protect`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.nouns import Hit, Term, TermKind
from courses.script import to_ascii_digits
from glossaries.forms import find_wording

REVISION = "2"  # of these rules; the tables of forms are hashed besides

Span = tuple[int, int]


class Outcome(StrEnum):
    """What became of a term that was found."""

    HONOURED = "honoured"
    VIOLATED = "violated"
    WAIVED = "waived"


class Waiver(StrEnum):
    """Why a term need not be there."""

    QUOTED = "quoted"  # it stands in a quoted name or wording, which may be kept or paraphrased
    OTHER_SENSE = "other-sense"  # the English word is no noun here, or counts something
    NO_DRAFT = "hole"  # there is no translation; the hole is a finding of its own
    REVIEWER = "reviewer"  # a person said so


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one hit. `forbidden`: the wording that must not be there, and is."""

    hit: Hit
    outcome: Outcome
    waiver: Waiver | None = None
    forbidden: str = ""


def judge(
    source: str, target: str, hits: Sequence[Hit], language: str, waived: Collection[str] = ()
) -> list[Verdict]:
    """Return one Verdict a hit, in order. `waived` holds the ids of terms a reviewer let go."""
    found_at = renderings(source, target, hits, language)
    found = []
    for hit in hits:
        said = _forbidden(target, hit.term, found_at, language)
        kept = bool(found_at[hit.term]) or hit.term.kind is TermKind.FORBID
        if kept and not said:
            found.append(Verdict(hit, Outcome.HONOURED))
        elif reason := _waiver(source, target, hit, waived):
            found.append(Verdict(hit, Outcome.WAIVED, reason, said))
        else:
            found.append(Verdict(hit, Outcome.VIOLATED, None, said))
    return found


def accepted(source: str, hit: Hit) -> tuple[str, ...]:
    """Return the wordings that count for a hit; its abbreviation does where the source has it."""
    term = hit.term
    if term.kind is TermKind.FORBID:
        return ()
    said = source[hit.start : hit.end]
    plain = said.replace(".", "").replace(" ", "").casefold()
    short = term.abbreviation.replace(" ", "").casefold()
    kept = (term.abbreviation,) if short and plain.startswith(short) else ()
    as_said = (said,) if term.kind is TermKind.KEEP else ()
    return tuple(dict.fromkeys((term.target, *term.forms, *kept, *as_said)))


# "Act, 2005": many languages put the year elsewhere in the sentence.
YEAR = re.compile(r"[,،\s]+([0-9]{4})$")


def _find(target: str, wording: str, language: str) -> list[Span]:
    """Return where a wording stands; without its year, if the year is somewhere in the text."""
    found = find_wording(target, wording, language)
    year = None if found else YEAR.search(to_ascii_digits(wording))
    if year and year[1] in to_ascii_digits(target):
        return find_wording(target, wording[: year.start()], language)
    return found


def renderings(
    source: str, target: str, hits: Sequence[Hit], language: str
) -> dict[Term, list[Span]]:
    """Return where each term is rendered; a part of a longer term's rendering is not its own.

    "सूचना का अधिकार" inside "सूचना का अधिकार अधिनियम" renders the Act, if the Act was said.
    """
    found: dict[Term, list[Span]] = {hit.term: [] for hit in hits}
    for hit in hits:
        for wording in accepted(source, hit):
            found[hit.term] += _find(target, wording, language)
    longest = {term: _outermost(spans) for term, spans in found.items()}
    return {
        term: [
            span
            for span in spans
            if not any(_inside(span, others) for o, others in longest.items() if o != term)
        ]
        for term, spans in longest.items()
    }


def _outermost(spans: Iterable[Span]) -> list[Span]:
    unique = set(spans)
    return sorted(span for span in unique if not _inside(span, unique))


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(a <= span[0] and span[1] <= b and (a, b) != span for a, b in others)


def _forbidden(target: str, term: Term, renderings: dict[Term, list[Span]], language: str) -> str:
    """Return the first forbidden wording of `term` that is no part of a right one, or nothing."""
    right = [span for spans in renderings.values() for span in spans]
    for wording in term.forbidden:
        for span in find_wording(target, wording, language):
            if span not in right and not _inside(span, right):
                return wording
    return ""


_QUOTES = re.compile(r"[“\"]([^“”\"]+)[”\"]|‘([^‘’]+)’")
_VERB_BEFORE = re.compile(
    r"\b(?:to|will|shall|should|must|can|may|might|would|could|cannot|please|not|I|we|you|they|who)"
    r"\s+(?:also\s+|then\s+|always\s+|never\s+)?$",
    re.IGNORECASE,
)
_COUNT_BEFORE = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|"
    r"fifty|sixty|ninety|few|several|last|next))\s+$",
    re.IGNORECASE,
)
_UNITS = re.compile(r"minutes?|seconds?|hours?", re.IGNORECASE)
_VERB = re.compile(r"[a-z]+")
# "The system records your name": an object follows, and no article or preposition goes before.
_OBJECT_AFTER = re.compile(
    r"\s+(?:what|your|the|his|her|their|its|our|my|a|an|whether|how|who|when|where|each|every)\b"
)
_NOUN_BEFORE = re.compile(
    r"\b(?:the|an?|this|that|these|those|each|every|any|some|no|your|our|their|his|her|its|my|of|in|"
    r"on|for|to|with|by|from|at|under|into|and|or|new|old|same|whole)\s+$",
    re.IGNORECASE,
)


def _waiver(source: str, target: str, hit: Hit, waived: Collection[str]) -> Waiver | None:
    """Return why a term that is not rendered need not be, None when it must."""
    if hit.term.id and hit.term.id in waived:
        return Waiver.REVIEWER
    if not target.strip():
        return Waiver.NO_DRAFT
    if any(f.start() < hit.start and hit.end < f.end() for f in _QUOTES.finditer(source)):
        return Waiver.QUOTED
    return Waiver.OTHER_SENSE if _other_sense(source, hit) else None


def _other_sense(source: str, hit: Hit) -> bool:
    """Return whether a noun's word is plainly a verb here ("please note"), or a unit of time."""
    said, before = source[hit.start : hit.end], source[: hit.start]
    if _UNITS.fullmatch(said) and _COUNT_BEFORE.search(before):
        return True
    if not (hit.term.part_of_speech == "noun" and _VERB.fullmatch(said)):
        return False
    if before.strip() and _OBJECT_AFTER.match(source, hit.end) and not _NOUN_BEFORE.search(before):
        return True
    # One lower-case word only: "to office memorandums" is no verb, nor is "to RTI".
    return bool(
        not said.endswith(("tion", "ment", "ness", "ity", "ism", "ence", "ance"))
        and _VERB_BEFORE.search(before)
        and not (before.rstrip().lower().endswith(" to") and _is_goal(before))
    )


_GOAL = re.compile(
    r"\b(?:due|according|subject|reply|relating|related|pursuant|right|access|addition|belong|"
    r"attached|added|refer|relates?|appl(?:y|ies)|pay|sent|send|submit|submitted|given|made|up)"
    r"\s+(?:it\s+|them\s+)?to\s+$",
    re.IGNORECASE,
)


def _is_goal(before: str) -> bool:
    """Return whether "to" goes with the word before it: "subject to audit" has a noun."""
    return bool(_GOAL.search(before))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many terms were expected, and what became of them."""

    honoured: int = 0
    violated: int = 0
    waived: int = 0

    @property
    def expected(self) -> int:
        """Return how many terms were found in the source."""
        return self.honoured + self.violated + self.waived

    @property
    def adherence(self) -> float | None:
        """Return the share honoured of those that count, in 0..1; None where none counts."""
        counted = self.honoured + self.violated
        return self.honoured / counted if counted else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.honoured + other.honoured,
            self.violated + other.violated,
            self.waived + other.waived,
        )


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Return the count of each outcome.

    A forbidden wording that is not there is no achievement: such a verdict is not counted.
    """
    outcomes = [
        verdict.outcome
        for verdict in verdicts
        if verdict.hit.term.kind is not TermKind.FORBID or verdict.outcome is not Outcome.HONOURED
    ]
    return Tally(*(outcomes.count(outcome) for outcome in Outcome))
