"""Finding terms in English text: every usual writing is found, and nothing inside other words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.nouns import Term
from glossaries.match import make_finder

TERMS = [
    Term("Right to Information", "x", "hi", abbreviation="RTI"),
    Term("Right to Information Act", "x", "hi", abbreviation="RTI Act"),
    Term("Right to Information Act, 2005", "x", "hi"),
    Term("The Gazette of India", "x", "hi"),
    Term("eOffice", "x", "hi"),
    Term("e-Governance", "x", "hi"),
    Term("GeM", "x", "hi"),
    Term("SPARROW", "x", "hi"),
    Term("IT", "x", "hi"),
    Term("fee", "x", "hi"),
    Term("public authority", "x", "hi"),
    Term("public grievances", "x", "hi"),
    Term("Commission", "x", "hi"),
    Term("Officer on Special Duty", "x", "hi", abbreviation="OSD"),
    Term("Secretary to the Government of India", "x", "hi"),
    Term("Drawing and Disbursing Officer", "x", "hi"),
    Term("Financial Advisor", "x", "hi"),
    Term("Office Memorandum", "x", "hi"),
    Term("show-cause notice", "x", "hi"),
    Term("Department of Personnel and Training", "x", "hi", abbreviation="DoPT"),
    Term("organisation", "x", "hi"),
]
FIND = make_finder(TERMS)


def found(text: str) -> list[str]:
    return [f"{text[hit.start : hit.end]}={hit.term.source}" for hit in FIND(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Two public authorities met.", ["public authorities=public authority"]),
        ("The public authority's duty", ["public authority=public authority"]),
        ("the Commission’s order", ["Commission=Commission"]),
        ("Officers on Special Duty", ["Officers on Special Duty=Officer on Special Duty"]),
        (
            "Secretaries to the Government of India",
            ["Secretaries to the Government of India=Secretary to the Government of India"],
        ),
        ("office memoranda", ["office memoranda=Office Memorandum"]),
        ("a public grievance", ["public grievance=public grievances"]),
        ("e-office, e office, eOffice, EOFFICE", [f"{w}=eOffice" for w in (
            "e-office", "e office", "eOffice", "EOFFICE")]),
        ("eGovernance and e governance", ["eGovernance=e-Governance", "e governance=e-Governance"]),
        ("show cause notices", ["show cause notices=show-cause notice"]),
        (
            "Drawing & Disbursing Officers",
            ["Drawing & Disbursing Officers=Drawing and Disbursing Officer"],
        ),
        ("financial adviser", ["financial adviser=Financial Advisor"]),
        ("an organization", ["organization=organisation"]),
        ("in the Gazette of India", ["Gazette of India=The Gazette of India"]),
        (
            "Right to Information Act 2005",
            ["Right to Information Act 2005=Right to Information Act, 2005"],
        ),
        ("Right  to\nInformation", ["Right  to\nInformation=Right to Information"]),
        ("İİİ: the fee", ["fee=fee"]),  # İ is two letters in lower case
        ("RIGHT TO INFORMATION", ["RIGHT TO INFORMATION=Right to Information"]),
    ],
)  # fmt: skip
def test_every_usual_writing_of_a_term_is_found(text: str, wanted: list[str]) -> None:
    assert found(text) == wanted


def test_an_abbreviation_is_found_in_capitals_with_dots_and_as_a_plural() -> None:
    assert found("RTI, R.T.I. and RTIs, an RTI's fee") == [
        "RTI=Right to Information",
        "R.T.I.=Right to Information",
        "RTIs=Right to Information",
        "RTI=Right to Information",
        "fee=fee",
    ]
    assert found("The RTI Act and the rti act") == ["RTI Act=Right to Information Act"]
    assert found("DoPT, DOPT and dopt") == [
        "DoPT=Department of Personnel and Training",
        "DOPT=Department of Personnel and Training",
    ]


def test_a_word_that_is_written_like_an_abbreviation_is_none() -> None:
    assert found("A gem of a sparrow, is it not?") == []
    assert found("GeM, GEM and SPARROW") == ["GeM=GeM", "GEM=GeM", "SPARROW=SPARROW"]
    assert found("USE IT NOW, MY FRIEND") == []


def test_a_hit_inside_a_longer_word_is_no_hit_and_a_compound_is_a_longer_word() -> None:
    assert found("No coffee, no feeling; a fee-payer, non-fee costs, subcommissions.") == []
    assert found("an RTI-related fee") == ["RTI=Right to Information", "fee=fee"]


def test_the_longest_term_wins() -> None:
    assert found("the Right to Information Act, 2005 and the Right to Information Act") == [
        "Right to Information Act, 2005=Right to Information Act, 2005",
        "Right to Information Act=Right to Information Act",
    ]


def test_every_hit_of_a_long_text_is_found_once() -> None:
    hits = FIND("the Right to Information Act has a fee; " * 200)
    assert [hit.term.source for hit in hits] == ["Right to Information Act", "fee"] * 200


def test_a_dash_between_sentences_is_no_hyphen() -> None:
    assert found("He is public - authority comes later. Office — Memorandum") == []


def test_terms_are_found_between_words_of_other_scripts() -> None:
    assert found("यह RTI है; eOffice में") == ["RTI=Right to Information", "eOffice=eOffice"]
    assert found("यहRTI") == []


def test_of_two_terms_written_alike_the_first_wins() -> None:
    finder = make_finder(
        [Term("CIC", "a", "hi"), Term("Chief Officer", "b", "hi", abbreviation="CIC")]
    )
    assert [hit.term.target for hit in finder("The CIC.")] == ["a"]


def test_no_terms_find_nothing() -> None:
    assert make_finder([])("Right to Information") == []


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(TERMS), st.text(max_size=20))
def test_a_term_between_spaces_is_always_found_at_its_place(
    before: str, term: Term, after: str
) -> None:
    text = f"{before} . {term.source} . {after}"
    start = len(before) + 3
    hits = FIND(text)
    wide = [
        hit for hit in hits if hit.start <= start + 4 and hit.end >= start + len(term.source) - 6
    ]
    assert wide or text.isupper()
    assert all(first.end <= second.start for first, second in pairwise(hits))
