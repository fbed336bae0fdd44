"""What stays together on a line, language by language."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.languages import find_language, find_writing
from pipeline.layout.clause_words import KNOWN, find_words, fold_word
from pipeline.layout.line_breaking import split
from pipeline.layout.line_pieces import Border, pieces
from tests.unit.pipeline.layout.test_cues import BLOCKS


def cut(text: str, code: str, names: tuple[str, ...] = ()) -> str:
    return " | ".join(piece.text for piece in pieces(text, 42, code, names))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("hi", "नागरिक को | सूचना का | अधिकार है"),
        ("hi", "अधिनियम के अंतर्गत | सूचना के लिए | आवेदन | किया जाता है"),
        ("hi", "विभाग में | और कार्यालय में | उपलब्ध"),
        ("ur", "شہری کو | معلومات کا | حق ہے"),
        ("ur", "درخواست | شامل ہوگی | یا شامل ہوں"),
        ("ur", "قانون کے تحت | درخواست | دی | جا سکتی ہے"),
        ("bn", "নাগরিকের জন্য | এবং সরকারের কাছে | আবেদন"),
        ("bn", "তালিকা থেকে | আপনার | আবেদন"),
        ("as", "নাগৰিকৰ বাবে | আৰু চৰকাৰৰ বিৰুদ্ধে | আবেদন"),
        ("mr", "नागरिकांच्या साठी | आणि कार्यालय मध्ये | माहिती आहे"),
        ("ne", "नागरिकको लागि | र कार्यालय मा | सूचना छ"),
        ("gu", "નાગરિક માટે | અને કચેરી માં | માહિતી છે"),
        ("pa", "ਕੰਮ | ਕਰਦੇ ਹਾਂ | ਅਤੇ ਜਾਣਕਾਰੀ"),
        ("pa", "ਨਾਗਰਿਕ ਨੂੰ | ਜਾਣਕਾਰੀ ਦਾ | ਹੱਕ ਹੈ"),
        ("gu", "તેનો | અર્થ | એ છે"),
        ("or", "ନାଗରିକଙ୍କ ପାଇଁ | ଏବଂ ସରକାରଙ୍କ | ଆବେଦନ"),
        ("ta", "சட்டம் மூலம் | மற்றும் விதி மீது | தகவல்"),
        ("te", "పౌరుల కోసం | మరియు చట్టం ద్వారా | సమాచారం"),
        ("kn", "ಕಾನೂನು ಮೂಲಕ | ಮತ್ತು ಮಾಹಿತಿ ಬಗ್ಗೆ | ಅರ್ಜಿ"),
        ("ml", "നിയമം വഴി | അല്ലെങ്കിൽ പൗരൻ | അപേക്ഷ"),
        ("en", "citizens | of India | and officers"),
    ],
)
def test_small_words_stay_with_their_noun_and_conjunctions_with_what_follows(
    code: str, shown: str
) -> None:
    assert cut(shown.replace(" | ", " "), code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("hi", "शुल्क | 30 दिनों तक"),
        ("hi", "शुल्क | ₹ 500 दें"),
        ("hi", "लागत | 5 लाख रुपये | मात्र"),
        ("hi", "अधिनियम की | धारा 8(1)(ञ) | देखें"),
        ("hi", "मंत्री | डॉ. शर्मा ने | कहा"),
        ("hi", "श्री | ए. पी. सिंह | आए"),
        ("en", "pay | Rs. 500 now"),
        ("en", "fees | rose | 5 percent"),
        ("en", "read | Section 8 (1) (j) | please"),
        ("ta", "கட்டணம் | ரூ. 500 மட்டும்"),
        ("bn", "আইনের | ধারা 8 দেখুন"),
        ("ur", "قانون کی | دفعہ 8 دیکھیں"),
        ("hi", "यह | Office Memorandum | पढ़ें"),
        ("en", "this | Office Memorandum | says"),
    ],
)
def test_numbers_names_and_what_they_belong_to_are_one(code: str, shown: str) -> None:
    assert cut(shown.replace(" | ", " "), code) == shown


def test_names_that_are_given_are_one_with_their_endings() -> None:
    assert cut("ஒரு தகவல் ஆணையத்தின் முடிவு", "ta", ("தகவல் ஆணைய",)) == "ஒரு | தகவல் ஆணையத்தின் | முடிவு"


def test_a_name_is_not_seen_in_the_middle_of_a_word() -> None:
    assert cut("नमक खाना है", "hi", ("क खाना",)) == "नमक | खाना है"


def test_a_long_name_is_parted_rather_than_left_alone_on_a_line() -> None:
    found = pieces("Digital Personal Data Protection Act of India", 42, "en")
    assert [piece.text for piece in found][:2] == ["Digital Personal Data", "Protection Act"]
    assert found[0].border is Border.NAME


def borders(text: str, code: str) -> dict[str, Border]:
    return {piece.text: piece.border for piece in pieces(text, 42, code)}


def test_a_conjunction_after_a_verb_begins_a_clause_and_elsewhere_a_joint() -> None:
    found = borders("वह आवेदन देता है और अधिकारी नियम या आदेश पढ़ता है", "hi")
    assert found["देता है"] is Border.CLAUSE
    assert found["नियम"] is Border.JOINT
    assert found["और अधिकारी"] is Border.WORD


def test_a_determiner_and_a_light_verb_are_better_not_parted() -> None:
    found = borders("प्रत्येक नागरिक आवेदन करता है", "hi")
    assert found["प्रत्येक"] is Border.TIED
    assert found["आवेदन"] is Border.TIED


def test_a_comma_is_a_clause_but_not_in_front_of_the_year_of_a_law() -> None:
    found = borders("हाँ, अधिनियम, 2005 देखें", "hi")
    assert found["हाँ,"] is Border.CLAUSE
    assert found["अधिनियम,"] is Border.WORD


def test_the_other_script_of_a_language_has_no_words_and_is_still_cut() -> None:
    assert cut("کتاب جو قصو", "sd") == "کتاب جو | قصو"
    assert cut("किताब जो किसो", "sd_Deva") == "किताब | जो | किसो"


def test_a_word_in_front_of_a_slash_or_a_point_clings_too() -> None:
    assert cut("फ़ोल्डर में /etc देखें", "hi") == "फ़ोल्डर में /etc | देखें"


def nouns_of(code: str) -> st.SearchStrategy[str]:
    low, high = BLOCKS[find_writing(code).script]
    known = find_words(code)
    small = reduce(
        frozenset.union, (known.opens, known.closes, known.clings, known.leads, known.trails)
    )
    letters = st.characters(min_codepoint=low, max_codepoint=high, categories=["Lo", "Ll"])
    words = st.text(letters, min_size=3, max_size=8)
    return words.filter(lambda word: fold_word(word) not in small and len(fold_word(word)) > 2)


@pytest.mark.parametrize("code", [code for code in KNOWN if find_words(code).clings])
def test_no_line_begins_with_a_particle_or_ends_with_a_conjunction(code: str) -> None:
    words, profile = find_words(code), find_language(code).profile
    opens = st.sampled_from(["", *sorted(words.opens)])
    clings = st.sampled_from(["", *sorted(words.clings)])
    phrase = st.tuples(opens, nouns_of(code), clings).map(lambda parts: " ".join(parts).strip())

    @settings(max_examples=25, deadline=None)
    @given(st.lists(phrase, min_size=1, max_size=20))
    def holds(phrases: list[str]) -> None:
        text = " ".join(phrases)
        blocks = split(pieces(text, profile.width, code), profile, 20_000)
        lines = [line for block in blocks for line in block.lines]
        assert " ".join(lines) == text
        for upper, lower in pairwise(lines):
            assert fold_word(lower.split()[0]) not in words.clings
            assert fold_word(upper.split()[-1]) not in words.opens

    holds()
