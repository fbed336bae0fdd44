"""All measures of one candidate: of every sentence, and of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.languages import find_writing
from courses.loops import loops
from courses.nouns import (
    Finding,
    Hit,
    Segment,
    Severity,
    Translation,
    TranslationStatus,
)
from courses.script import count, script_of
from glossaries.check import Verdict
from pipeline.checking.checks import check
from pipeline.quality import chrf, numbers_kept, terms_used
from pipeline.quality.candidates import Candidate
from pipeline.quality.numbers_kept import Numbers
from pipeline.quality.pairing import Pairing
from pipeline.quality.sheet import Row
from pipeline.quality.terms_used import Terms

if TYPE_CHECKING:
    from pipeline.quality.chrf import Counts

REVISION = "2"
"""Raised with every change that makes the same outputs give other scores."""


@dataclass(frozen=True, slots=True)
class Script:
    """Letters of all outputs: of the language's own script, Latin, and of any other."""

    own: int
    latin: int
    other: int

    @property
    def letters(self) -> int:
        """Return how many letters there are."""
        return self.own + self.latin + self.other


@dataclass(frozen=True, slots=True)
class Scores:
    """The whole: counts are of sentences, lengths in grapheme clusters.

    chrf: chrF++ of the corpus. holes: no output. length: mean of output by source; strange_length:
    outside the bounds of the check `length-ratio`. confidence: mean of the engine's own, None
    where it has none. seconds: None for finished texts. characters: of the sources.
    """

    sentences: int
    chrf: float
    numbers: Numbers
    terms: Terms
    script: Script
    holes: int
    loops: int
    length: float
    strange_length: int
    confidence: float | None
    seconds: float | None
    characters: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence with its output, chrF++ and everything that is to be said about it."""

    row: Row
    output: str
    chrf: float
    confidence: float | None
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]

    @property
    def faulty(self) -> bool:
        """Return whether there is an error finding or a loop."""
        return bool(self.remarks) or any(f.severity is Severity.ERROR for f in self.findings)


@dataclass(frozen=True, slots=True)
class Result:
    """A candidate, its scores, its sentences in their order, and their n-gram counts."""

    candidate: Candidate
    scores: Scores
    sentences: tuple[Judged, ...]
    counts: Counts

    @property
    def name(self) -> str:
        """Return the candidate's name."""
        return self.candidate.name


@dataclass(frozen=True, slots=True)
class Floor:
    """What the references themselves reach: no output can be asked for more."""

    numbers: Numbers
    terms: Terms


def judge(
    candidate: Candidate, rows: Sequence[Row], hits: Sequence[Sequence[Hit]], pairing: Pairing
) -> Result:
    """Return all scores of `candidate`; its drafts and `hits` are of `rows`, one each."""
    texts = candidate.texts
    counts = chrf.statistics(texts, [row.reference for row in rows])
    singles = chrf.scores(counts).tolist()
    findings = _findings(candidate, rows, pairing.target)
    verdicts = _verdicts(rows, texts, hits, pairing)
    sentences = tuple(
        Judged(
            row=row,
            output=texts[number],
            chrf=singles[number],
            confidence=candidate.drafts[number].confidence,
            findings=tuple(findings[number]),
            remarks=_remarks(row, texts[number], verdicts[number]),
        )
        for number, row in enumerate(rows)
    )
    terms = terms_used.tally(verdict for found in verdicts for verdict in found)
    return Result(candidate, _whole(candidate, sentences, terms, pairing), sentences, counts)


def floor(rows: Sequence[Row], hits: Sequence[Sequence[Hit]], pairing: Pairing) -> Floor:
    """Return how the references do on numbers and terms."""
    references = [row.reference for row in rows]
    fates = (numbers_kept.fate(row.source, row.reference, pairing) for row in rows)
    found = (verdict for one in _verdicts(rows, references, hits, pairing) for verdict in one)
    return Floor(numbers_kept.tally(fates), terms_used.tally(found))


def _verdicts(
    rows: Sequence[Row], texts: Sequence[str], hits: Sequence[Sequence[Hit]], pairing: Pairing
) -> list[list[Verdict]]:
    together = zip(rows, texts, hits, strict=True)
    return [terms_used.verdicts(row.source, text, h, pairing.target) for row, text, h in together]


def _whole(
    candidate: Candidate, sentences: Sequence[Judged], terms: Terms, pairing: Pairing
) -> Scores:
    texts = [one.output for one in sentences]
    told = [one.confidence for one in sentences if one.confidence is not None]
    ratios = [count(one.output) / count(one.row.source) for one in sentences if one.output]
    fates = (numbers_kept.fate(one.row.source, one.output, pairing) for one in sentences)
    return Scores(
        sentences=len(sentences),
        chrf=chrf.corpus_score(texts, [one.row.reference for one in sentences]),
        numbers=numbers_kept.tally(fates),
        terms=terms,
        script=_script(texts, pairing.target),
        holes=sum(not text for text in texts),
        loops=sum(LOOP in one.remarks for one in sentences),
        length=_mean(ratios) or 0.0,
        strange_length=sum(f.check == "length-ratio" for one in sentences for f in one.findings),
        confidence=_mean(told),
        seconds=candidate.seconds,
        characters=sum(count(one.row.source) for one in sentences),
    )


LOOP = "The output turns in circles."


def _remarks(row: Row, output: str, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return what the checks of sentences do not say: terms that are not used, loops."""
    missed = terms_used.missed(verdicts) if output else []
    told = [f"The term {term.source!r} is not rendered as {term.target!r}." for term in missed]
    looped = loops(output) and not loops(row.source)
    return (*([LOOP] if looped else []), *dict.fromkeys(told))


def _findings(candidate: Candidate, rows: Sequence[Row], target: str) -> list[list[Finding]]:
    """Return the findings that a reviewer would see, sentence by sentence."""
    segments = [Segment(str(n), "", n, 0, 0, row.source) for n, row in enumerate(rows)]
    pairs = zip(candidate.texts, candidate.drafts, strict=True)
    translations = [
        Translation(
            segment_id=str(number),
            language=target,
            text=text,
            status=TranslationStatus.DRAFT if text else TranslationStatus.HOLE,
            author=f"machine:{candidate.name}",
            signature=candidate.signature,
            problem=draft.problem or "",
        )
        for number, (text, draft) in enumerate(pairs)
    ]
    found: list[list[Finding]] = [[] for _ in rows]
    for finding in check(segments, translations):
        found[int(finding.segment_id)].append(finding)
    return found


def _script(texts: Iterable[str], target: str) -> Script:
    own = find_writing(target).script
    letters = Counter(name for text in texts for ch in text if (name := script_of(ch)))
    latin = 0 if own == "Latn" else letters["Latn"]
    return Script(letters[own], latin, letters.total() - letters[own] - latin)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
