"""The single measures: chrF++, numbers, terms, loops."""

from __future__ import annotations

import pytest
from sacrebleu.metrics import CHRF

from courses.loops import loops
from courses.nouns import Hit, Term
from pipeline.quality import chrf
from pipeline.quality.numbers_kept import Numbers, fate, tally
from pipeline.quality.pairing import Pairing
from pipeline.quality.terms_used import Terms, missed, verdicts
from pipeline.quality.terms_used import tally as tally_terms

OUTPUTS = ["यह एक वाक्य है।", "", "Section 4 of the Act", "पूरी तरह अलग", "यह"]
REFERENCES = ["यह एक छोटा वाक्य है।", "कुछ नहीं", "अधिनियम की धारा 4", "a b c", "यह"]


def test_scores_from_counts_are_those_of_sacrebleu() -> None:
    metric = CHRF(word_order=2)
    counts = chrf.statistics(OUTPUTS, REFERENCES)
    singles = [
        metric.sentence_score(output, [reference]).score
        for output, reference in zip(OUTPUTS, REFERENCES, strict=True)
    ]
    whole = metric.corpus_score(OUTPUTS, [REFERENCES]).score
    assert chrf.scores(counts).tolist() == pytest.approx(singles)
    assert chrf.scores(counts.sum(axis=0)[None, :]).tolist() == pytest.approx([whole])
    assert chrf.corpus_score(OUTPUTS, REFERENCES) == pytest.approx(whole)


def test_the_metric_says_how_it_is_made() -> None:
    assert chrf.signature().startswith("nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:")


def test_nothing_scores_nothing() -> None:
    assert chrf.corpus_score([], []) == 0
    assert chrf.scores(chrf.statistics([""], ["x"])).tolist() == [0]


@pytest.mark.parametrize(
    "text",
    [
        "वह गया और वह गया और वह गया और",
        "very very very very good",
        "यहाँ, यहाँ, यहाँ, यहाँ",
        "அவர் வந்தார் அவர் வந்தார் அவர் வந்தார்.",
        "ଝୁଲିଝୁଲିଝୁଲିଝୁଲିଝୁଲି",
        "21:21 वा 210:21 वा 200:20 वा 230:23 वा 240:24 वा 250:25 वा 260:26 वा",
    ],
)
def test_a_text_that_turns_in_circles_is_seen(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "धीरे धीरे चलो, घर घर जाओ।",
        "बहुत बहुत बहुत धन्यवाद",
        "1000000 और 0 0 0 0 0",
        "- - - - - -",
        "धारा 1 या 2 या 3 या 4 या 5 देखें।",
        "He said that she said that he came.",
    ],
)
def test_doubled_words_and_digits_are_no_loop(text: str) -> None:
    assert not loops(text)


HINDI = Pairing("en", "hi")


def test_the_fate_of_numbers_is_told_apart() -> None:
    kept = fate("Pay 10 rupees in 30 days.", "30 दिन में 10 रुपये दें।", HINDI)
    lost = fate("Pay 10 rupees in 30 days.", "10 रुपये दें।", HINDI)
    invented = fate("Pay 10 rupees.", "15 दिन में 10 रुपये दें।", HINDI)
    again = fate("Pay 10 rupees.", "10 रुपये, 10 रुपये दें।", HINDI)
    none = fate("Pay the fee.", "शुल्क दें।", HINDI)
    assert (kept.asked, kept.kept, kept.invented, kept.repeated) == (True, True, False, False)
    assert (lost.asked, lost.kept) == (True, False)
    assert (invented.kept, invented.invented, invented.repeated) == (True, True, False)
    assert (again.kept, again.invented, again.repeated) == (True, False, True)
    assert not none.asked
    assert tally([kept, lost, invented, again, none]) == Numbers(4, 3, 1, 1)


def test_one_and_two_in_words_ask_for_nothing() -> None:
    assert not fate("One of the two officers replies.", "एक अधिकारी उत्तर देता है।", HINDI).asked


def test_a_number_word_is_a_number_to_keep() -> None:
    assert fate("Reply within thirty days.", "तीस दिनों में उत्तर दें।", HINDI).kept
    assert fate("Reply within thirty days.", "30 दिनों में उत्तर दें।", HINDI).kept
    assert not fate("Reply within thirty days.", "दिनों में उत्तर दें।", HINDI).kept


def hit(**more: tuple[str, ...]) -> Hit:
    return Hit(Term("Gram Sabha", "ग्राम सभा", "hi", **more), 0, 10)


SOURCE = "Gram Sabha meets."


def test_terms_are_counted_over_all_sentences() -> None:
    used = verdicts(SOURCE, "ग्राम\u00a0सभा की बैठक", [hit()], "hi")
    other = verdicts(SOURCE, "गाँव की बैठक", [hit()], "hi")
    hole = verdicts(SOURCE, "", [hit()], "hi")
    quoted = verdicts("“A Gram Sabha”", "गाँव", [Hit(hit().term, 3, 13)], "hi")
    assert tally_terms([*used, *other, *hole, *quoted]) == Terms(asked=3, used=1, waived=1)
    assert missed([*used, *other]) == [hit().term]


def test_a_forbidden_wording_is_a_term_that_is_not_used() -> None:
    found = verdicts(SOURCE, "ग्राम सभा या पंचायत", [hit(forbidden=("पंचायत",))], "hi")
    assert tally_terms(found) == Terms(1, 0, 0)
