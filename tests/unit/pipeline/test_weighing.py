"""Another draft is taken only where it keeps more terms and nothing else gets worse."""

from __future__ import annotations

import pytest

from courses.nouns import Term
from glossaries.match import make_finder
from pipeline.weighing import Asked, is_better, missed_terms, weigh

FEE = Term("fee", "शुल्क", "hi", id="fee")
FIND = make_finder([FEE])
PAIR = ("en", "hi")


def asked(text: str) -> Asked:
    return Asked(text, tuple(FIND(text)))


@pytest.mark.parametrize(
    ("source", "first", "second", "better"),
    [
        ("Pay the fee now.", "अब फ़ीस भरें।", "अब शुल्क भरें।", True),
        ("Pay the fee now.", "अब शुल्क भरें।", "अब शुल्क भरें।", False),
        ("Pay the fee in 30 days.", "30 दिन में फ़ीस भरें।", "3 दिन में शुल्क भरें।", False),
        ("Do not pay the fee.", "फ़ीस न भरें।", "शुल्क भरें।", False),
        ("Do not pay the fee.", "फ़ीस भरें।", "शुल्क भरें।", True),
        ("Pay the fee at a@b.in now.", "a@b.in पर फ़ीस दें", "ab पर शुल्क दें", False),
        ("Pay the fee in 2 days.", "2 दिन में फ़ीस भरें।", "2 घंटे में शुल्क भरें।", False),
        ("Please pay this fee today.", "कृपया यह फ़ीस आज ही जमा करें", "शुल्क", False),
        ("Pay the fee now.", "अब फ़ीस भरें।", "अब शुल्क भरें ভাল।", False),
    ],
)
def test_more_terms_count_only_where_nothing_gets_worse(
    source: str, first: str, second: str, better: bool
) -> None:
    assert is_better(asked(source), first, second, PAIR) is better


def test_a_fault_that_both_drafts_have_is_no_reason_against_the_second() -> None:
    one = asked("Pay the fee in 30 days.")
    assert is_better(one, "3 दिन में फ़ीस भरें।", "3 दिन में शुल्क भरें।", PAIR)


def test_two_more_terms_do_not_pay_for_a_number() -> None:
    find = make_finder([FEE, Term("officer", "अधिकारी", "hi"), Term("rule", "नियम", "hi")])
    text = "Pay the fee in 30 days, says the officer and the rule."
    first, second = "30 दिन में फ़ीस, अफ़सर और कायदा", "3 दिन में शुल्क, अधिकारी और नियम"
    assert not is_better(Asked(text, tuple(find(text))), first, second, PAIR)


def test_a_draft_is_weighed_by_terms_numbers_and_english() -> None:
    seen = weigh(asked("Pay the fee in 30 days."), "3 दिन में fees भरें।", PAIR)
    assert (seen.terms, seen.numbers, seen.english) == (1, 2, 1)
    assert seen.findings == {"numbers-differ"}
    assert seen.cost == 2 + 8 + 1


def test_a_hole_and_an_untranslated_text_miss_no_terms() -> None:
    one = asked("Pay the fee.")
    assert missed_terms(one, None, "hi") == missed_terms(one, "Pay the fee.", "hi") == []
    assert [hit.term for hit in missed_terms(one, "फ़ीस भरें।", "hi")] == [FEE]
