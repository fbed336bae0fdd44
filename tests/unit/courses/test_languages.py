"""Every column of the languages table, and how people name languages."""

from __future__ import annotations

import re
import unicodedata

import pytest
from icu4py.messageformat import MessageFormat

from courses.errors import UsageError
from courses.languages import (
    CODES,
    LANGUAGES,
    WRITINGS,
    Language,
    Writing,
    find_language,
    find_writing,
)

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda x: x.code)
EVERY_WRITING = pytest.mark.parametrize("writing", WRITINGS.values(), ids=lambda x: x.code)


def test_the_table_holds_the_22_scheduled_languages_and_english() -> None:
    expected = "as bn brx doi gu hi kn ks kok mai ml mni mr ne or pa sa sat sd ta te ur en"
    assert " ".join(CODES) == expected


def test_names_are_those_that_igot_shows() -> None:
    names = (
        "English Kannada Telugu Tamil Malayalam Hindi Assamese Bengali Gujarati Marathi Odia "
        "Punjabi Konkani Bodo Dogri Kashmiri Maithili Manipuri Nepali Sanskrit Santali Sindhi Urdu"
    )
    assert {language.name for language in LANGUAGES.values()} == set(names.split())


@EVERY_LANGUAGE
def test_the_map_key_is_the_lower_case_english_name(language: Language) -> None:
    assert re.fullmatch("[a-z]+", language.map_key)
    assert language.map_key == language.name.lower()


def test_only_kashmiri_manipuri_and_sindhi_have_two_writings() -> None:
    two = {code: [w.code for w in lang.scripts] for code, lang in LANGUAGES.items()}
    assert {code: codes for code, codes in two.items() if len(codes) > 1} == {
        "ks": ["ks", "ks_Deva"],
        "mni": ["mni", "mni_Beng"],
        "sd": ["sd", "sd_Deva"],
    }


@pytest.mark.parametrize(
    ("code", "script", "bcp47", "flores", "in22"),
    [
        ("hi", "Deva", "hi", "hin_Deva", "hin_Deva"),
        ("kn", "Knda", "kn", "kan_Knda", "kan_Knda"),
        ("kok", "Deva", "kok", "", "gom_Deva"),
        ("mni", "Mtei", "mni-Mtei", "", "mni_Mtei"),
        ("mni_Beng", "Beng", "mni-Beng", "mni_Beng", "mni_Beng"),
        ("sat", "Olck", "sat-Olck", "sat_Olck", "sat_Olck"),
        ("ks", "Arab", "ks-Arab", "kas_Arab", "kas_Arab"),
        ("sd_Deva", "Deva", "sd-Deva", "", "snd_Deva"),
        ("or", "Orya", "or", "ory_Orya", "ory_Orya"),
    ],
)
def test_tags_name_language_and_script(
    code: str, script: str, bcp47: str, flores: str, in22: str
) -> None:
    writing = find_writing(code)
    found = (writing.script, writing.bcp47, writing.flores, writing.in22)
    assert found == (script, bcp47, flores, in22)


@EVERY_WRITING
def test_tags_are_well_formed_and_agree_with_the_script(writing: Writing) -> None:
    assert re.fullmatch("[a-z]{2,3}(-[A-Z][a-z]{3})?", writing.bcp47)
    assert re.fullmatch("[A-Z][a-z]{3}", writing.script)
    assert re.fullmatch(f"[a-z]{{3}}_{writing.script}", writing.in22)
    assert writing.flores in ("", writing.in22)


def test_no_two_writings_share_a_tag() -> None:
    for column in ("code", "bcp47", "in22"):
        tags = [getattr(writing, column) for writing in WRITINGS.values()]
        assert len(set(tags)) == len(tags) == 26


def test_urdu_kashmiri_and_sindhi_in_arabic_script_run_right_to_left() -> None:
    rtl = {writing.code for writing in WRITINGS.values() if writing.direction == "rtl"}
    assert rtl == {"ur", "ks", "sd"}
    assert {w.direction for w in WRITINGS.values()} == {"ltr", "rtl"}


@EVERY_WRITING
def test_digits_are_zero_to_nine_in_order(writing: Writing) -> None:
    assert [unicodedata.decimal(ch) for ch in writing.digits] == list(range(10))


@EVERY_WRITING
def test_latin_digits_are_usual_where_cldr_says_so(writing: Writing) -> None:
    locale = {"ur": "ur-IN"}.get(writing.code, writing.bcp47)
    shown = MessageFormat("{n,number}", locale).format({"n": 7})
    assert shown == ("7" if writing.latin_digits else writing.digits[7])


@EVERY_WRITING
def test_sentence_ends_begin_with_the_usual_full_stop(writing: Writing) -> None:
    assert writing.sentence_ends[0] in ".।۔᱾꯫"
    assert all(len(end) == 1 for end in writing.sentence_ends)
    assert {"?", "؟"} & set(writing.sentence_ends)


def test_marathi_ends_a_sentence_with_a_point_and_hindi_with_a_danda() -> None:
    assert find_writing("mr").sentence_ends[0] == "."
    assert find_writing("hi").sentence_ends[0] == "।"


@EVERY_WRITING
def test_the_autonym_is_written_in_its_own_script(writing: Writing) -> None:
    names = {"Deva": "DEVANAGARI", "Beng": "BENGALI", "Mtei": "MEETEI", "Olck": "OL CHIKI"}
    names |= {"Gujr": "GUJARATI", "Guru": "GURMUKHI", "Orya": "ORIYA", "Arab": "ARABIC"}
    names |= {"Taml": "TAMIL", "Telu": "TELUGU", "Knda": "KANNADA", "Mlym": "MALAYALAM"}
    names["Latn"] = "LATIN"
    assert writing.autonym
    assert all(unicodedata.name(ch).startswith(names[writing.script]) for ch in writing.autonym)


@EVERY_LANGUAGE
def test_the_profile_is_the_course_profile_in_grapheme_clusters(language: Language) -> None:
    p = language.profile
    width = {"ml": 31, "ta": 34, "te": 40}.get(language.code, 42)
    assert (p.width, p.lines, p.shortest, p.longest, p.gap) == (width, 2, 1000, 7000, 83)
    assert (p.target_cps, p.hard_cps) == (17, 20 if language.code == "en" else 22)
    assert p.unit == "grapheme clusters (Unicode 17)"


def test_only_published_limits_carry_a_publisher() -> None:
    published = {c for c, lang in LANGUAGES.items() if lang.profile.source.startswith("Netflix")}
    assert published == {"hi", "en"}
    rest = [lang.profile.source for code, lang in LANGUAGES.items() if code not in published]
    assert all(source.startswith("project default") for source in rest)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("hi", "hi"), ("HI", "hi"), (" hindi ", "hi"), ("hi-IN", "hi"), ("hin", "hi"),
        ("gom", "kok"), ("Goan Konkani", "kok"), ("od", "or"), ("ori", "or"), ("man", "mni"),
        ("bangla", "bn"), ("ks_Deva", "ks"), ("KS-deva", "ks"), ("gu_Gujr", "gu"), ("en", "en"),
    ],
)  # fmt: skip
def test_languages_are_found_by_code_name_and_alias(typed: str, code: str) -> None:
    assert find_language(typed).code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("ks", "ks"), ("ks-Arab", "ks"), ("ks-Deva-IN", "ks_Deva"), ("manipuri_beng", "mni_Beng")],
)
def test_a_target_code_has_one_spelling(typed: str, code: str) -> None:
    assert find_writing(typed).code == code


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=lambda x: x.code)
def test_every_target_code_and_tag_finds_its_writing(writing: Writing) -> None:
    assert find_writing(writing.code) is writing
    assert find_writing(writing.bcp47) is writing


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tamill", "Unknown language 'tamill'. Did you mean ta (Tamil)? Known codes: as, bn,"),
        ("hundi", "Did you mean hi (Hindi)?"),
        ("ka", "Language code 'ka' is Georgian; Kannada is kn."),
        ("hi_Taml", "Hindi has no script 'Taml' here. It has Deva."),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest_one(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_language(typed)
    assert said in str(caught.value)


def test_a_code_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(UsageError) as caught:
        find_language("zzz9")
    assert "Did you mean" not in str(caught.value)
    assert "Known codes: as, bn, brx" in str(caught.value)
