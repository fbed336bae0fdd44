"""Findings about terms, and about what was probably misheard."""

from __future__ import annotations

import pytest

from courses.nouns import (
    Hit,
    Segment,
    Severity,
    Signature,
    Term,
    TermKind,
    TermStatus,
    Translation,
    TranslationStatus,
)
from glossaries.match import make_finder
from pipeline.terminology import check_hearing, check_terms, verdicts


def segment(text: str) -> Segment:
    return Segment("s1", "lesson", 0, 1000, 4000, text)


def found(
    source: str, target: str, term: Term, notes: tuple[str, ...] = ()
) -> list[tuple[str, Severity]]:
    status = TranslationStatus.DRAFT if target else TranslationStatus.HOLE
    draft = Translation("s1", "hi", target, status, "machine:x", Signature("x"), notes=notes)
    hits: tuple[tuple[Hit, ...], ...] = (tuple(make_finder([term])(source)),)
    judged = verdicts([segment(source)], [draft], hits)
    findings = list(check_terms([segment(source)], [draft], judged))
    assert all((one.segment_id, one.start, one.end) == ("s1", 1000, 4000) for one in findings)
    return [(finding.check, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("status", "severity"),
    [
        (TermStatus.OFFICIAL, Severity.ERROR),
        (TermStatus.REVIEWED, Severity.WARNING),
        (TermStatus.PROPOSED, Severity.WARNING),
    ],
)
def test_a_term_that_is_not_used_weighs_as_much_as_its_status(
    status: TermStatus, severity: Severity
) -> None:
    term = Term("fee", "शुल्क", "hi", status=status)
    assert found("A fee.", "एक फ़ीस।", term) == [("term-not-used", severity)]
    assert found("A fee.", "एक शुल्क।", term) == []
    kept = Term("eOffice", "eOffice", "hi", TermKind.KEEP, status=status)
    assert found("In eOffice.", "ई-कार्यालय में।", kept) == [("keep-changed", severity)]


def test_a_forbidden_wording_is_an_error() -> None:
    term = Term("fee", "शुल्क", "hi", forbidden=("फ़ीस",))
    assert found("A fee.", "एक फ़ीस।", term) == [("term-forbidden", Severity.ERROR)]


def test_a_term_said_twice_is_one_finding() -> None:
    assert len(found("A fee is a fee.", "कुछ नहीं।", Term("fee", "शुल्क", "hi"))) == 1


def test_a_hole_has_no_findings_about_terms() -> None:
    assert found("A fee.", "", Term("fee", "शुल्क", "hi")) == []


def test_a_repair_is_told() -> None:
    term = Term("fee", "शुल्क", "hi")
    assert found("A fee.", "शुल्क", term, ("It was mended.",)) == [("term-repaired", Severity.INFO)]


def test_words_probably_misheard_are_told_of_the_source_once() -> None:
    text = "Open the gem portal and look on gem."
    findings = list(check_hearing([segment(text)], "en"))
    assert [(one.check, one.severity, one.language) for one in findings] == [
        ("heard-otherwise", Severity.WARNING, ""),
        ("heard-otherwise", Severity.INFO, ""),
    ]
    assert "'GeM portal'" in findings[0].message
    assert list(check_hearing([segment(text)], "hi")) == []
