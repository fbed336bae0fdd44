"""Text of a language comes back from Devanagari exactly."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import LanguageError
from translators.indic_text import CONVERTIBLE, from_devanagari, to_devanagari

SENTENCES = {
    "as": "এই পাঠত আমি ৰাজহুৱা তথ্য বিষয়াৰ কাম শিকিম।",
    "bn": "এই পাঠে আমরা তথ্যের অধিকার সম্পর্কে জানব।",
    "gu": "આ પાઠમાં આપણે ઑફિસની નોંધ લખતાં શીખીશું.",
    "kn": "ಈ ಪಾಠದಲ್ಲಿ ನಾವು ಕಡತದ ಟಿಪ್ಪಣಿ ಬರೆಯಲು ಕಲಿಯುತ್ತೇವೆ.",
    "ml": "ഈ പാഠത്തിൽ നമ്മൾ കുറിപ്പ് എഴുതാൻ പഠിക്കും.",
    "or": "ଏହି ପାଠରେ ଆମେ ସ୍ପଷ୍ଟ ଟିପ୍ପଣୀ ଲେଖିବା ଶିଖିବା, ୱାର୍ଡ଼ ଓ ଯାତ୍ରା।",
    "pa": "ਇਸ ਪਾਠ ਵਿੱਚ ਅਸੀਂ ਫ਼ਾਈਲ ਉੱਤੇ ਨੋਟ ਲਿਖਣਾ ਸਿੱਖਾਂਗੇ।",
    "ta": "இந்தப் பாடத்தில் தெளிவான குறிப்பை எழுதக் கற்போம்.",
    "te": "ఈ పాఠంలో మనం స్పష్టమైన నోట్ రాయడం నేర్చుకుంటాము.",
}
FIRST = {"as": 0x980, "bn": 0x980, "pa": 0xA00, "gu": 0xA80, "or": 0xB00, "ta": 0xB80,
         "te": 0xC00, "kn": 0xC80, "ml": 0xD00}  # fmt: skip


@pytest.mark.parametrize("language", sorted(CONVERTIBLE))
def test_a_sentence_comes_back_exactly(language: str) -> None:
    text = SENTENCES[language]
    devanagari = to_devanagari(text, language)
    assert devanagari != text
    assert from_devanagari(devanagari, language) == text


@pytest.mark.parametrize("language", sorted(CONVERTIBLE))
@given(data=st.data())
def test_any_letters_come_back_exactly(language: str, data: st.DataObject) -> None:
    block = [chr(code) for code in range(FIRST[language], FIRST[language] + 0x80)]
    letters = [x for x in block if unicodedata.category(x) != "Cn"]
    text = data.draw(st.text(alphabet=[*letters, *"abc 0123.,;:()–\u200c\u200d।"]))
    assert from_devanagari(to_devanagari(text, language), language) == text


@pytest.mark.parametrize("language", sorted(CONVERTIBLE))
def test_every_devanagari_letter_becomes_letters_that_exist(language: str) -> None:
    for code in range(0x900, 0x980):
        made = from_devanagari(chr(code), language)
        assert all(unicodedata.category(letter) != "Cn" for letter in made), hex(code)


def test_letters_that_a_script_lacks_become_the_nearest_it_has() -> None:
    assert from_devanagari("ऑनलाइन", "pa") == "ਆਨਲਾਇਨ"
    assert from_devanagari("ऑनलाइन", "gu") == "ઑનલાઇન"
    assert from_devanagari("कृषि", "pa") == "ਕ੍ਰਿ\u0a36ਿ"


def test_dandas_digits_and_latin_letters_stay() -> None:
    assert from_devanagari("RTI 2005।", "or") == "RTI 2005।"
    assert to_devanagari("RTI 2005।", "or") == "RTI 2005।"


def test_a_language_without_a_parallel_script_is_refused() -> None:
    with pytest.raises(LanguageError, match="'ur'"):
        to_devanagari("سبق", "ur")
