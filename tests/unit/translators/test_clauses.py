"""Cutting a long sentence for a second chance."""

from __future__ import annotations

from translators.clauses import clauses, joined

LONG = (
    "The officer must reply within 30 days of the request, and where the matter concerns the life "
    "or liberty of a person, the reply must be given within 48 hours."
)


def test_a_long_sentence_is_cut_at_commas_and_conjunctions_and_nothing_is_lost() -> None:
    made = clauses(LONG)
    assert made == [
        "The officer must reply within 30 days of the request,",
        "and where the matter concerns the life or liberty of a person,",
        "the reply must be given within 48 hours.",
    ]
    assert " ".join(made) == LONG


def test_a_short_sentence_and_one_without_a_place_to_cut_stay_whole() -> None:
    short = "Pay the fee, and keep the receipt."
    assert clauses(short) == [short]
    plain = " ".join(["word"] * 30)
    assert clauses(plain) == [plain]


def test_a_number_with_commas_is_never_cut() -> None:
    text = (
        "The purchase committee may approve goods worth up to 1,87,500 rupees in one financial "
        "year without a tender of its own"
    )
    assert clauses(text) == [text]


def test_only_the_last_clause_keeps_its_full_stop() -> None:
    assert joined(["30 दिन में उत्तर दें।", "48 घंटे में उत्तर दें।"], "hi") == (
        "30 दिन में उत्तर दें 48 घंटे में उत्तर दें।"
    )
    assert joined(["அலுவலர் பதில் தர வேண்டும்,", "30 நாட்களுக்குள்."], "ta") == (
        "அலுவலர் பதில் தர வேண்டும், 30 நாட்களுக்குள்."
    )
