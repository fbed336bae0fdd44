"""What a lesson's drafts owe to the glossary: terms found, verdicts, findings, and slips.

Pure but for reading the tables of the glossary. Not for numbers and the like: see `checks`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from courses.findings import make
from courses.nouns import (
    Finding,
    Hit,
    Segment,
    Severity,
    TermKind,
    TermStatus,
    Translation,
    TranslationStatus,
)
from courses.quantities.repair import NOTE as NUMBER_NOTE
from glossaries import check
from glossaries.check import Outcome, Verdict, judge
from glossaries.forms import TABLES
from glossaries.slips import TABLE as SLIPS
from glossaries.slips import find_slips
from glossaries.terms import TermBase
from pipeline.transcribing import Heard

Hits = tuple[tuple[Hit, ...], ...]


def rules_mark() -> str:
    """Return what names the rules that verdicts and slips come from, for a package's inputs."""
    return f"{check.REVISION}.{content_mark((*sorted(TABLES.glob('*.toml')), SLIPS))}"


@lru_cache(maxsize=1)
def content_mark(paths: tuple[Path, ...]) -> str:
    """Return a hash of the contents of `paths`, 12 hex digits."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def find_terms(heard: Heard, target: str, terms: TermBase) -> Hits:
    """Return the terms in each sentence of a lesson; none for the language that is spoken."""
    language = heard.lesson.language
    if target == language:
        return tuple(() for _ in heard.segments)
    find = terms.finder(target, heard.lesson.domain, language)
    return tuple(tuple(find(segment.text)) for segment in heard.segments)


def verdicts(
    segments: Sequence[Segment], translations: Sequence[Translation], hits: Hits
) -> list[list[Verdict]]:
    """Return what became of each term; ``translations[i]`` and ``hits[i]`` are of ``segments[i]``.

    A hole has its terms waived: it is a finding of its own.
    """
    return [
        judge(
            segment.text,
            "" if translation.status is TranslationStatus.HOLE else translation.text,
            found,
            translation.language,
        )
        for segment, translation, found in zip(segments, translations, hits, strict=True)
    ]


def check_terms(
    segments: Sequence[Segment], translations: Sequence[Translation], judged: list[list[Verdict]]
) -> Iterator[Finding]:
    """Yield a Finding for each term that a draft violates, and for each repair."""
    for segment, translation, found in zip(segments, translations, judged, strict=True):
        seen = set()
        for verdict in found:
            if verdict.outcome is Outcome.VIOLATED and verdict.hit.term not in seen:
                seen.add(verdict.hit.term)
                name, severity, message = _violation(segment, verdict)
                yield make(name, message, severity, segment, translation.language)
        for note in translation.notes:
            name = "number-repaired" if note.startswith(NUMBER_NOTE) else "term-repaired"
            yield make(name, note, None, segment, translation.language)


def check_hearing(segments: Sequence[Segment], language: str) -> Iterator[Finding]:
    """Yield a Finding of the source for each slip of recognition; nothing is changed."""
    if language != "en":
        return
    for segment in segments:
        for slip in find_slips(segment.text):
            message = f"{slip.said!r} may be {slip.meant!r}."
            severity = Severity.WARNING if slip.sure else Severity.INFO
            yield make("heard-otherwise", message, severity, segment)


def _violation(segment: Segment, verdict: Verdict) -> tuple[str, Severity, str]:
    """Return check, severity and message of a violated term.

    An official wording is what a ministry published: another one is an error. The others are
    proposals, which a reviewer may overrule.
    """
    hit, term = verdict.hit, verdict.hit.term
    said = segment.text[hit.start : hit.end]
    official = term.status is TermStatus.OFFICIAL
    severity = Severity.ERROR if official else Severity.WARNING
    if verdict.forbidden:
        instead = f": use {term.target!r}" if term.target else ""
        message = f"{verdict.forbidden!r} must not stand for {said!r}{instead}."
        return "term-forbidden", Severity.ERROR, message
    if term.kind is TermKind.KEEP:
        return "keep-changed", severity, f"{said!r} must stay {term.target!r}."
    status = "the official term" if official else f"the {term.status} term"
    return "term-not-used", severity, f"{said!r} is {term.target!r} ({status}), not found here."
