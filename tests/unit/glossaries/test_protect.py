"""Hints in order, placeholders that come back exactly, and repairs that are sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.nouns import Hit, Term, TermKind, TermStatus
from glossaries.match import make_finder
from glossaries.protect import Mark, mix, order_hints, protect, repair, restore, unmix

RTI = Term(
    "Right to Information",
    "सूचना का अधिकार",
    "hi",
    id="rti",
    forbidden=("जानकारी का अधिकार", "सूचना हक"),
)
PIO = Term("Public Information Officer", "लोक सूचना अधिकारी", "hi", id="pio")
FEE = Term("fee", "शुल्क", "hi", status=TermStatus.OFFICIAL, id="fee")
KEPT = Term("eOffice", "eOffice", "hi", TermKind.KEEP, id="eoffice")
FIND = make_finder([RTI, PIO, FEE, KEPT])
TEXT = "Pay the fee in eOffice to the Public Information Officer."


def test_official_terms_are_told_first_then_those_of_many_words() -> None:
    assert order_hints(TEXT, FIND(TEXT)) == (
        ("fee", "शुल्क"),
        ("Public Information Officer", "लोक सूचना अधिकारी"),
        ("eOffice", "eOffice"),
    )


def test_a_name_that_is_kept_is_told_as_it_is_written_whatever_was_heard() -> None:
    text = "Open the e office."
    assert order_hints(text, FIND(text)) == (("e office", "eOffice"),)
    assert unmix("EOFFICEમાં EOFFICES", FIND(text)) == "eOfficeમાં EOFFICES"


def test_terms_can_be_put_into_the_sentence_and_names_in_capitals() -> None:
    mixed = mix(TEXT, FIND(TEXT))
    assert mixed == "Pay the शुल्क in EOFFICE to the लोक सूचना अधिकारी."
    assert unmix(mixed, FIND(TEXT)) == "Pay the शुल्क in eOffice to the लोक सूचना अधिकारी."


@pytest.mark.parametrize("mark", Mark)
def test_placeholders_come_back_exactly_also_changed_in_case_and_spaces(mark: Mark) -> None:
    hidden = protect(TEXT, FIND(TEXT), mark)
    assert all(said not in hidden.text for said in ("fee", "eOffice", "Officer"))
    whole = "Pay the शुल्क in eOffice to the लोक सूचना अधिकारी."
    assert restore(hidden.text, hidden) == whole
    assert restore(hidden.text.replace("<ID", "< id "), hidden) == whole
    assert restore(hidden.text.lower(), hidden) == whole.replace("Pay", "pay")


@pytest.mark.parametrize("mark", Mark)
def test_a_lost_or_doubled_placeholder_is_told(mark: Mark) -> None:
    hidden = protect(TEXT, FIND(TEXT), mark)
    assert restore(hidden.text.replace(hidden.marks[1], ""), hidden) is None
    assert restore(hidden.text + hidden.marks[0], hidden) is None
    assert restore("", hidden) is None


def test_names_for_engines_have_no_digits() -> None:
    hidden = protect(TEXT, FIND(TEXT), Mark.NAME)
    assert all(mark.isalpha() and mark.isupper() for mark in hidden.marks)


def test_a_text_that_has_a_placeholder_of_its_own_gets_another() -> None:
    for own in ("<ID41>", "<id 41>"):
        text = f"{own} is the fee."
        hidden = protect(text, FIND(text), Mark.TAG)
        assert hidden.text == f"{own} is the <ID42>."
        assert restore(hidden.text, hidden) == f"{own} is the शुल्क."


@given(st.text("ab <ID4123>QBZ.", max_size=30), st.sampled_from(Mark))
def test_any_text_is_protected_and_restored(around: str, mark: Mark) -> None:
    text = f"{around} the fee, {around} eOffice."
    hits = FIND(text)
    hidden = protect(text, hits, mark)
    assert restore(hidden.text, hidden) == unmix(mix(text, hits), hits)


def test_a_forbidden_wording_gives_way_and_keeps_its_ending() -> None:
    source = "The Right to Information."
    text, notes = repair(source, "जानकारी के अधिकार के तहत", FIND(source), "hi")
    assert text == "सूचना के अधिकार के तहत"
    assert len(notes) == 1


def test_a_forbidden_wording_of_another_gender_is_left_for_a_person() -> None:
    source = "The Right to Information."
    assert repair(source, "सूचना हक अच्छा है", FIND(source), "hi") == ("सूचना हक अच्छा है", [])


def test_english_words_left_standing_give_way_where_grammar_shows() -> None:
    source = "Write to the Public Information Officer."
    hits = FIND(source)
    text, notes = repair(source, "Public Information Officer को लिखें।", hits, "hi")
    assert text == "लोक सूचना अधिकारी को लिखें।"
    assert "gave way" in notes[0]
    unsure = "अच्छी Public Information Officer आई।"
    assert repair(source, unsure, hits, "hi") == (unsure, [])


def test_english_words_with_an_ending_written_onto_them_are_left() -> None:
    term = Term("Public Information Officer", "ജനവിവര ഓഫീസർ", "ml")
    source = "Write to the Public Information Officer."
    hits = make_finder([term])(source)
    ending = "Public Information Officer-ക്ക് എഴുതുക"
    assert repair(source, ending, hits, "ml") == (ending, [])
    text, _ = repair(source, "ഒരു Public Information Officer വേണം", hits, "ml")
    assert text == "ഒരു ജനവിവര ഓഫീസർ വേണം"


def test_a_text_that_was_not_translated_is_not_repaired() -> None:
    term = Term("fee", "ফি", "bn")
    source = "Pay the fee."
    hits = make_finder([term])(source)
    assert repair(source, "[bn] Pay the fee.", hits, "bn") == ("[bn] Pay the fee.", [])


def test_a_repair_never_adds_a_violation() -> None:
    other = Term("hall", "भवन", "hi", id="hall", forbidden=("सभा भवन",))
    hits = [Hit(other, 0, 4)]
    assert repair("hall", "सभा भवन", hits, "hi")[0] in ("सभा भवन", "भवन")
