"""Placeholders: what is hidden, and that it comes back exactly or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.entities import has_all, has_words, hide, put_back, to_stand_ins

HIDDEN = {
    "Write to rti-cell@dopt.gov.in by 30/06/2024.": (
        "Write to <ID1> by <ID2>.",
        ("rti-cell@dopt.gov.in", "30/06/2024"),
    ),
    "See https://rti.gov.in/faq?x=1#top, or (pib.gov.in/press).": (
        "See <ID1>, or (<ID2>).",
        ("https://rti.gov.in/faq?x=1#top", "pib.gov.in/press"),
    ),
    "At 10:30 on 12.05.2023, 1,250 files.": (
        "At <ID1> on <ID2>, <ID3> files.",
        ("10:30", "12.05.2023", "1,250"),
    ),
    "It rose 10.5-12.5 % in 2005-06.": ("It rose <ID1> in <ID2>.", ("10.5-12.5 %", "2005-06")),
    "Use #डिजिटल_इंडिया and @பத்திரிகை.": ("Use <ID1> and <ID2>.", ("#डिजिटल_इंडिया", "@பத்திரிகை")),
    "Use #DigitalIndia and @PIB_India.": ("Use <ID1> and <ID2>.", ("#DigitalIndia", "@PIB_India")),
    "Section 8(1)(j) and rule 2A(b).": ("Section <ID1> and rule <ID2>.", ("8(1)(j)", "2A(b)")),
    "He wrote <ID1> and <ID7>.": ("He wrote <ID1> and <ID2>.", ("<ID1>", "<ID7>")),
    "दिनांक २०/०१/२०२५ को देखें।": ("दिनांक <ID1> को देखें।", ("20/01/2025",)),
}
PLAIN = [
    "Reply within 30 days of 2005, or 50%.",
    "Rule 5.2 applies, e.g. to all.",
    "Reply within 5(five) days, 10(ten) at most.",
    "End.Next sentence has no space",
    "and/or, i.e. both; A(b) too",
    "",
]


@pytest.mark.parametrize("text", list(HIDDEN))
def test_what_must_not_be_translated_is_hidden_and_comes_back(text: str) -> None:
    hidden, entities = hide(text)
    assert (hidden, entities) == HIDDEN[text]
    expected = text.translate(str.maketrans("०१२३४५६७८९", "0123456789"))
    assert put_back(to_stand_ins(hidden, len(entities)), entities) == expected


@pytest.mark.parametrize("text", PLAIN)
def test_words_and_plain_numbers_stay_in_the_text(text: str) -> None:
    assert hide(text) == (text, ())


@pytest.mark.parametrize(
    "written",
    [
        "< ID1 > देखें , < ID2 >",
        "<ID1] देखें , [ID 2]",
        "[ ID1 ] देखें , < ID 2 >",
        "<आईडी1> देखें , < आई . डी . 2 >",
        "आईडी 1 देखें , <ID2>",
        "< ᱟᱭᱰᱤ ᱾ 1 > देखें , < آئی ڈی 2 >",
        "<ID१> देखें , <ID२>",
    ],
)
def test_placeholders_are_known_however_a_model_writes_them(written: str) -> None:
    back = put_back(to_stand_ins(written, 2), ("10:30", "a@b.in"))
    assert back == "10:30 देखें , a@b.in"


@pytest.mark.parametrize(
    "written", ["देखें", "<ID1> देखें", "<ID1> <ID2> <ID2>", "<ID1> <ID3>", "<ID2> <ID2>"]
)
def test_a_lost_doubled_or_unknown_placeholder_is_told(written: str) -> None:
    assert put_back(to_stand_ins(written, 2), ("10:30", "a@b.in")) is None


def test_a_text_of_entities_and_marks_has_no_words() -> None:
    for text in ("https://rti.gov.in", "8(1)(j), 10:30", "<ID41>.", "२००५", "", "a@b.in / #tag"):
        assert not has_words(text), text
    for text in ("See https://rti.gov.in", "हाँ", "RTI"):
        assert has_words(text), text


def test_brackets_and_ids_of_the_text_itself_are_no_placeholders() -> None:
    assert to_stand_ins("Employee ID 5 [see 9]", 0) == "Employee ID 5 [see 9]"
    assert to_stand_ins("ID 5 and <ID1>", 1).startswith("ID 5 and ")


def test_entities_in_plain_sight_are_counted_whatever_their_spaces_and_digits() -> None:
    assert has_all("८ (1) (j) और 10 : 30", ("8(1)(j)", "10:30"))
    assert not has_all("10:30", ("10:30", "10:30"))
    assert not has_all("10:31", ("10:30",))


@given(
    st.lists(
        st.sampled_from(["a@b.in", "10:30", "https://x.in/y", "#tag", "8(1)", "word", "и", "।"]),
        max_size=8,
    )
)
def test_any_mixture_comes_back_exactly(words: list[str]) -> None:
    text = " ".join(words)
    hidden, entities = hide(text)
    assert put_back(to_stand_ins(hidden, len(entities)), entities) == text
