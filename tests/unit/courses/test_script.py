"""Counting, cutting and comparing text in the scripts of India."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.isolates import isolate_ltr
from courses.script import (
    clusters,
    comparison_key,
    comparison_map,
    count,
    graphemes,
    line_breaks,
    script_of,
    shorten,
    to_ascii_digits,
    width,
    words,
)

# Letters, marks and joiners of all our scripts, with what goes wrong between them.
SCRIPTS = st.text(
    st.sampled_from(
        "कक्षािी़्ंहै।॥ কতৎ্য়ির ਸ਼੍ਤਰ ગુજ ଓଡ଼ିଆ தமிழ்க்ஷஸ்ரீ తెస్త్రీ ಕನ್ನಡಸ್ತ್ರೀ മലൻന്‍ ꯃꯤ꯭ꯇ ᱥᱟᱱ᱾ اردو۔؟"
        "\u200c\u200d\u2068\u2069\u200b aAée\u0301Z09५৫٣. ,;:!?()\"'-–…%₹/\n\r\t😀👩🏽‍🏫🇮🇳"
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "whole", "counted"),
    [
        ("स्त्री", ["स्त्री"], 1),
        ("ಸ್ತ್ರೀ", ["ಸ್ತ್ರೀ"], 3),
        ("க்ஷ", ["க்ஷ"], 2),
        ("ஸ்ரீ", ["ஸ்ரீ"], 2),
        ("ਸ੍ਤ੍ਰੀ", ["ਸ੍ਤ੍ਰੀ"], 3),
        ("ശ്രീ", ["ശ്രീ"], 1),
        ("ಕ್\u200cಷ", ["ಕ್\u200c", "ಷ"], 2),
        ("தமிழ்", ["த", "மி", "ழ்"], 3),
        ("👩🏽‍🏫🇮🇳a", ["👩🏽‍🏫", "🇮🇳", "a"], 3),
        ("e\u0301\r\n", ["e\u0301", "\r\n"], 2),
        ("", [], 0),
    ],
)
def test_graphemes_stay_whole_and_count_is_unicodes(
    text: str, whole: list[str], counted: int
) -> None:
    assert graphemes(text) == whole
    assert count(text) == counted


@given(SCRIPTS)
def test_pieces_joined_give_the_text_again(text: str) -> None:
    assert "".join(clusters(text)) == text
    assert "".join(graphemes(text)) == text
    assert len(graphemes(text)) <= count(text)


def test_a_lone_surrogate_is_a_cluster_of_its_own() -> None:
    assert clusters("क\ud800ख") == ["क", "\ud800", "ख"]


def test_width_leaves_out_what_takes_no_room() -> None:
    assert width("\u2068RTI\u2069") == 3
    assert count("\u2068RTI\u2069") == 5
    assert width("पंक्\u200dति") == count("पंक्\u200dति") == 2


def test_words_are_found_where_the_standard_library_finds_none() -> None:
    text = "😀 यह कला है, फ़ीस 1,87,500 (RTI)"
    found = [text[a:b] for a, b in words(text, "hi")]
    assert found == ["यह", "कला", "है", "फ़ीस", "1,87,500", "RTI"]


def test_an_emoji_before_a_break_moves_it_by_one_code_point() -> None:
    assert line_breaks("😀 a b", "en") == [2, 4]


def test_a_line_never_starts_with_a_danda_comma_or_closing_mark() -> None:
    text = "यह है । वह , फिर ( अ ) और 10 % है ॥"
    lines = [text[at:] for at in line_breaks(text, "hi")]
    assert [line.split()[0] for line in lines] == ["है", "वह", "फिर", "(", "और", "10", "है"]


@given(SCRIPTS)
def test_line_breaks_are_never_inside_a_grapheme(text: str) -> None:
    safe, at = set(), 0
    for piece in graphemes(text):
        at += len(piece)
        safe.add(at)
    breaks = line_breaks(text, "kn")
    assert set(breaks) < safe | {0}
    assert breaks == sorted(breaks)
    assert not any(text[at:].lstrip()[:1] in {"", "।", ",", "۔", ")"} for at in breaks)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("क़लम", "क\u093cलम"),
        ("क़लम", "कलम"),
        ("ഞാൻ", "ഞാന്\u200d"),
        ("അവർ", "അവര്\u200d"),
        ("উৎসব", "উত্\u200dসব"),
        ("ড়", "ড"),
        ("पंक्ति", "पंक्\u200dति"),
        ("५०", "50"),
        ("৫০", "50"),
        ("᱕᱐", "50"),
        ("RTI  Act\u00a02005", " rti act 2005\n"),
        ("Straße", "STRASSE"),
        ("é", "e\u0301"),
        ("\u2068RTI\u2069", "rti"),
    ],
)
def test_spellings_of_the_same_text_have_one_key(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("कि", "की"),
        ("र\u200d्य", "र्या"),
        ("র\u200d্য", "র্য"),
        ("কত", "কৎ"),
        ("ന", "ൻ"),
        ("a b", "ab"),
    ],
)
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


@given(SCRIPTS)
def test_the_key_of_decomposed_text_is_the_same(text: str) -> None:
    assert comparison_key(unicodedata.normalize("NFD", text)) == comparison_key(text)


@given(SCRIPTS)
def test_every_character_of_a_key_points_at_whole_clusters(text: str) -> None:
    key, spans = comparison_map(text)
    assert len(key) == len(spans)
    pieces, at = set(), 0
    for piece in clusters(text):
        pieces.add((at, at + len(piece)))
        at += len(piece)
    assert set(spans) <= pieces
    assert spans == sorted(spans)


def test_a_hit_in_the_key_is_found_again_in_the_text() -> None:
    text = "😀 यह  क़लम\u200d है"
    key, spans = comparison_map(text)
    at = key.index("कलम")
    assert text[spans[at][0] : spans[at + 2][1]] == "क़लम\u200d"


def test_digits_of_every_script_become_ascii() -> None:
    assert to_ascii_digits("१२३ ৪৫ ۶۷ ٨ ᱙ ꯰ धारा ²") == "123 45 67 8 9 0 धारा ²"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("यह RTI है, कि नहीं?", "Deva"),
        ("RTI Act यह", "Latn"),
        ("ꯃꯤꯇꯩꯂꯣꯟ", "Mtei"),
        ("ᱥᱟᱱᱛᱟᱲᱤ", "Olck"),
        ("کٲشُر", "Arab"),
        ("ଓଡ଼ିଆ", "Orya"),
        ("Привет", "Zzzz"),
        ("123 । ?", None),
        ("", None),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("یہ RTI Act, 2005 ہے۔", "یہ <RTI Act, 2005> ہے۔"),
        ("دفعہ 8(1)(j) دیکھیں", "دفعہ <8(1)(j)> دیکھیں"),
        ("(RTI) اور (اے RTI)", "<(RTI)> اور (اے <RTI>)"),
        ("(RTI یہ ہے)", "(<RTI> یہ ہے)"),
        ("https://rti.gov.in/a?b=1 پر", "<https://rti.gov.in/a?b=1> پر"),
        ("فیس ₹1,87,500 یا 10% ہے", "فیس <₹1,87,500> یا <10%> ہے"),
        ("فیس ₹1,87,500/- ہے", "فیس <₹1,87,500/-> ہے"),
        ("(₹5/-) ہے", "<(₹5/-)> ہے"),
        ("یہ cafe\u0301 ہے", "یہ <cafe\u0301> ہے"),
        ("یہ cafe\u0301 RTI\u0303) ہے", "یہ <cafe\u0301 RTI\u0303>) ہے"),
        ("یہ 5\u064b ہے", "یہ <5\u064b> ہے"),
        ("یہ اردو ہے۔", "یہ اردو ہے۔"),
        ("RTI Act, 2005", "RTI Act, 2005"),
        ("यह RTI है।", "यह RTI है।"),
    ],
)
def test_latin_terms_numbers_and_links_are_isolated_in_urdu(text: str, isolated: str) -> None:
    shown = isolate_ltr(text).replace("\u2068", "<").replace("\u2069", ">")
    assert shown == isolated


@given(SCRIPTS.filter(lambda text: "\u2068" not in text and "\u2069" not in text))
def test_isolating_twice_is_isolating_once_and_adds_only_marks(text: str) -> None:
    once = isolate_ltr(text)
    assert isolate_ltr(once) == once
    assert once.replace("\u2068", "").replace("\u2069", "") == text


MARKED = st.text(
    st.sampled_from(
        "اردaZé09٥)(₹/-. \u0300\u0301\u036f\u064b\u065f\u0670\u06d6\u0600\u06dd\u20e3\u200d\u0903"
    ),
    max_size=30,
)


@given(SCRIPTS | MARKED)
def test_isolates_never_begin_or_end_inside_a_cluster(text: str) -> None:
    kept = [piece for piece in clusters(isolate_ltr(text)) if piece not in "\u2068\u2069"]
    assert kept == [piece for piece in clusters(text) if piece not in "\u2068\u2069"]


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("स्त्री शक्ति", 4, "स्त्री शक्ति"),
        ("स्त्री शक्ति", 3, "स्त्री…"),
        ("ಸ್ತ್ರೀ ಶಕ್ತಿ", 3, "…"),
        ("ಸ್ತ್ರೀ ಶಕ್ತಿ", 4, "ಸ್ತ್ರೀ…"),
        ("یہ \u2068RTI Act\u2069 ہے", 7, "یہ \u2068RTI…\u2069"),
        ("abc", 1, "…"),
    ],
)
def test_shortened_text_keeps_graphemes_whole_and_closes_isolates(
    text: str, limit: int, short: str
) -> None:
    assert shorten(text, limit) == short


@given(SCRIPTS, st.integers(1, 10))
def test_shortened_text_is_within_its_limit(text: str, limit: int) -> None:
    assert width(shorten(text, limit)) <= limit


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="limit of 0"):
        shorten("abc", 0)
