"""Number words, references, addresses and repairs, language by language."""

from __future__ import annotations

import pytest

from courses.quantities.addresses import changed_addresses, without_addresses
from courses.quantities.comparing import compare
from courses.quantities.digits import mentions
from courses.quantities.hours import wrong_half_of_day
from courses.quantities.labels import lost_labels
from courses.quantities.references import changed_references, find_references, roman_numbers
from courses.quantities.repair import repaired_number
from courses.quantities.swaps import swapped_numbers
from courses.quantities.tables import fold
from courses.quantities.words import TABLES, may_say, say_digits

NORTH = ["as", "bn", "gu", "hi", "mr", "ne", "or", "pa", "ur", "mai"]
SOUTH = ["kn", "ml", "ta", "te"]


@pytest.mark.parametrize(
    ("language", "words", "digits"),
    [
        ("hi", "तीस दिन", "30 दिन"),
        ("hi", "साढ़े तीन लाख, ढाई सौ, डेढ़ करोड़", "3.5 लाख, 2.5 सौ, 1.5 करोड़"),
        ("hi", "दो लाख पचास हज़ार", "2 लाख 50 हज़ार"),
        ("hi", "पाँचवाँ, पन्द्रह, पंद्रह", "5, 15, 15"),
        ("mr", "एकशे दोन", "1 शे 2"),
        ("mr", "दोनशे पन्नास, साडेतीन, तिसऱ्या", "2 शे 50, 3.5, 3"),
        ("ne", "दुई सय पचास, तीनवटा", "2 सय 50, 3"),
        ("bn", "পঁচিশটি, সাড়ে তিন লাখ, আড়াই", "25, 3.5 লাখ, 2.5"),
        ("as", "পোন্ধৰটা, ত্ৰিশদিন", "15, 30"),
        ("or", "ପାଞ୍ଚଟି, ଦୁଇଶହ ପଚାଶ", "5, 2 ଶହ 50"),
        ("gu", "ત્રણસો પચાસ, અઢી", "3 સો 50, 2.5"),
        ("pa", "ਪੰਜਾਹ, ਸਾਢੇ ਤਿੰਨ", "50, 3.5"),
        ("ur", "تیس, ساڑھے تین لاکھ, تینوں", "30, 3.5 لاکھ, 3"),
        ("ta", "முப்பதாவது, இருபத்தைந்து, இருபத்து ஐந்து", "30, 25, 25"),
        ("ta", "நூற்று ஐம்பது, ஐயாயிரம், ஆயிரத்து இருநூறு", "150, 5000, 1200"),
        ("te", "ముప్పై, ఇరవై ఐదు, నూట యాభై", "30, 25, 150"),
        ("kn", "ಮೂವತ್ತು, ಇಪ್ಪತ್ತೈದು, ನೂರ ಐವತ್ತು, ಮೂರನೇ", "30, 25, 150, 3"),
        ("ml", "മുപ്പത്, ഇരുപത്തിയഞ്ച്, അയ്യായിരം, മൂന്നാമത്തെ", "30, 25, 5000, 3"),
    ],
)
def test_number_words_are_read_in_every_language(language: str, words: str, digits: str) -> None:
    assert say_digits(words, language) == digits


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hi", "चार चाँद लग गए"),
        ("hi", "एक नागरिक दो"),
        ("hi", "लक्ष्य और सप्ताह"),
        ("ne", "यो राम्रो छ"),
        ("bn", "তা সত্য নয়"),
        ("mr", "आठवडा आणि आठवण"),
        ("gu", "નવ વર્ષ"),
        ("pa", "ਇਹ ਵੀ ਅਸੀਂ"),
        ("ta", "ஆறுதல், பத்திரிகை, ஏழை"),
        ("te", "ఆరోగ్యం, పదవి"),
        ("kn", "ಆರೋಗ್ಯ, ಹತ್ತಿರ"),
        ("ml", "പത്രം, ആറൻമുള"),
        ("ur", "دو چار ہونا"),
        ("sat", "ᱯᱮ ᱜᱮᱞ"),
    ],
)
def test_what_may_be_no_number_stays(language: str, text: str) -> None:
    assert say_digits(text, language) == text


def test_a_word_that_is_often_no_number_may_still_say_one() -> None:
    assert "6" in may_say("छ जना", "ne")
    assert "9" in may_say("ন দিন", "as")


@pytest.mark.parametrize("language", NORTH)
def test_a_table_has_the_numbers_from_0_to_99(language: str) -> None:
    words = TABLES[language].cardinals.split()
    assert len(words) == 100
    seen: dict[str, int] = {}
    for number, spelled in enumerate(words):
        for word in spelled.split("/"):
            assert seen.setdefault(fold(word.strip("~")), number) == number, word


@pytest.mark.parametrize("language", SOUTH)
def test_a_southern_table_has_them_too(language: str) -> None:
    entries = TABLES[language].others.split()
    there = {int(entry.split("=")[0]) for entry in entries if entry.split("=")[0].isdecimal()}
    assert set(range(3, 100)) <= there


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("two and a half lakh", "ढाई लाख", "hi"),
        ("at 10:30", "साढ़े दस बजे", "hi"),
        ("thirty (30) days", "तीस दिन", "hi"),
        ("on 15 August 2005", "१५ अगस्त २००५", "hi"),
        ("between 5-17 years", "17-5 سال", "ur"),
        ("a couple of thousand", "দুহাজার", "bn"),
        ("1.5 million people", "1.5 ମିଲିଅନ ଲୋକ", "or"),
        ("the SARS-CoV-2 virus", "சார்ஸ்-2 (SARS-CoV-2)", "ta"),
        ("In 1970 it rose", "1970వ స౦వత్సర౦లో", "te"),
        ("many of them, both", "दोनों", "hi"),
    ],
)
def test_the_same_numbers_in_words_are_no_difference(
    source: str, target: str, language: str
) -> None:
    difference = compare(source, target, language)
    assert (difference.lost, difference.added, difference.unsure) == ((), (), ())


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("on 15 August 2005", "15 जुलाई 2005", "hi"),
        ("1.2 million", "1.2 ಲಕ್ಷ", "kn"),
        ("thirty days", "மூன்று நாட்கள்", "ta"),
        ("three of them and three of us", "तीन", "hi"),
        ("in Form 1 of it", "एक फॉर्म में", "hi"),
        ("five lakh", "পাঁচ কোটি", "bn"),
    ],
)
def test_another_number_is_a_difference(source: str, target: str, language: str) -> None:
    difference = compare(source, target, language)
    assert difference.lost


def test_references_are_found_with_all_their_pieces() -> None:
    text = "Sections 4, 5 and 6(1), Rule 14A, but Section 9 and 30 days"
    assert [(one.number, one.pieces) for one in find_references(text)] == [
        ("4", ()),
        ("5", ()),
        ("6", ("1",)),
        ("14", ("A",)),
        ("9", ()),
    ]


def test_roman_numbers_are_read_and_other_capitals_are_not() -> None:
    assert roman_numbers("Part IV, XII and IIII or MIX") == {"4", "12"}


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("See https://a.in/b?c=1.", "https://a.in/b?c=1 देखें", ()),
        ("See https://a.in/b", "https://a.in/c देखें", ("https://a.in/b",)),
        ("F. No. 11013/9/2014-Estt.A", "सं. ११०१३/९/२०१४-Estt.A", ()),
        ("Call 98765 43210.", "9876543210 पर", ()),
        ("Call 98765 43210.", "9876543211 पर", ("98765 43210",)),
        ("It closed the school.In Japan it did not.", "जापान", ()),
        ("on 31/03/2005", "31/03/2005", ()),
    ],
)
def test_addresses_must_be_kept(source: str, target: str, lost: tuple[str, ...]) -> None:
    assert changed_addresses(source, target)[0] == lost


def test_the_digits_of_an_address_are_no_numbers() -> None:
    assert without_addresses("rti.gov.in/5 में 3").split() == ["में", "3"]


@pytest.mark.parametrize(
    ("source", "draft", "mended"),
    [
        ("Reply within thirty days.", "3 दिनों में उत्तर दें।", "30 दिनों में उत्तर दें।"),
        ("Form 5 in 30 days.", "३ दिनों में फॉर्म ५।", "३० दिनों में फॉर्म ५।"),
        ("Pay Rs. 1,87,500.", "1,85,500 रुपये दें।", "1,87,500 रुपये दें।"),
        ("It needs 5 lakh.", "3 लाख चाहिए।", "5 लाख चाहिए।"),
    ],
)
def test_the_one_wrong_number_of_a_draft_is_put_right(source: str, draft: str, mended: str) -> None:
    repaired = repaired_number(source, draft, "hi")
    assert repaired is not None
    assert repaired[0] == mended


@pytest.mark.parametrize(
    ("source", "draft"),
    [
        ("Reply within 30 days.", "30 दिनों में उत्तर दें।"),
        ("Reply within 30 days.", "दिनों में उत्तर दें।"),
        ("Form 5 in 30 days.", "7 दिनों में फॉर्म 8।"),
        ("Reply within 30 days.", "3 दिनों में, 3 दिनों में।"),
        ("It needs 5 lakh.", "500 चाहिए।"),
        ("Reply within thirty days.", "तीन दिनों में उत्तर दें।"),
        ("one lack 80,000 rupees", "1,80,000 रुपये"),
    ],
)
def test_a_draft_stays_when_it_is_not_sure_what_is_wrong(source: str, draft: str) -> None:
    assert repaired_number(source, draft, "hi") is None


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("The third appeal is rejected.", "अपील अस्वीकृत है।", "hi"),
        ("The third appeal is rejected.", "दूसरी अपील अस्वीकृत है।", "hi"),
        ("The first appeal is rejected.", "दूसरी अपील अस्वीकृत है।", "hi"),
        ("The second appeal lies here.", "पहली अपील यहाँ होती है।", "hi"),
        ("Two copies are needed.", "एक प्रति चाहिए।", "hi"),
        ("One copy is needed.", "दो प्रतियाँ चाहिए।", "hi"),
        ("half of the amount", "चौथाई राशि", "hi"),
        ("thrice", "दो बार", "hi"),
        ("one third of the members", "एक चौथाई सदस्य", "hi"),
        ("the twenty-first day", "ग्यारहवाँ दिन", "hi"),
        ("The second appeal", "முதல் மேல்முறையீடு", "ta"),
        ("The first appeal", "రెండవ అప్పీలు", "te"),
        ("The fifth schedule", "ଷଷ୍ଠ ଅନୁସୂଚୀ", "or"),
        ("The first appeal", "دوسری اپیل", "ur"),
    ],
)
def test_an_ordinal_that_is_lost_or_became_another_is_found(
    source: str, target: str, language: str
) -> None:
    assert compare(source, target, language).lost


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("First, open the portal.", "सबसे पहले पोर्टल खोलें।", "hi"),
        ("The second appeal", "द्वितीय अपील", "hi"),
        ("Ask the other one first.", "पहले दूसरे से पूछें।", "hi"),
        ("One officer and another", "अधिकारी और दूसरा", "hi"),
        ("both officers", "दोनों अधिकारी", "hi"),
        ("the Five Year Plan", "ஐந்தாண்டுத் திட்டம்", "ta"),
        ("the Five Year Plan", "पंचवर्षीय योजना", "hi"),
        ("a second later", "एक सेकंड बाद", "hi"),
        ("a fifth of them", "এক পঞ্চমাংশ", "bn"),
        ("two thirds of it", "दोन तृतीयांशाने", "mr"),
        ("The first appeal", "ഒന്നാം അപ്പീൽ", "ml"),
        ("half past ten", "साढ़े दस बजे", "hi"),
        ("quarter to ten", "9:45 बजे", "hi"),
    ],
)
def test_ordinals_and_halves_said_otherwise_are_no_difference(
    source: str, target: str, language: str
) -> None:
    difference = compare(source, target, language)
    assert (difference.lost, difference.added) == ((), ())


@pytest.mark.parametrize(
    ("language", "words", "key"),
    [
        ("ta", "இருநூற்றைம்பது", "250"),
        ("ta", "இருபத்தைந்தாயிரம்", "25000"),
        ("ta", "இருபத்தி ஐந்தாயிரம்", "25000"),
        ("ml", "ഇരുന്നൂറ്റമ്പത്", "250"),
        ("ml", "ഇരുപത്തയ്യായിരം", "25000"),
        ("te", "రెండు వందల యాభై", "250"),
        ("te", "రెండు లక్షల యాభై వేలు", "250000"),
        ("kn", "ಎರಡು ಸಾವಿರದ ಐನೂರು", "2500"),
        ("ml", "ഒരു ലക്ഷത്തി അമ്പതിനായിരം", "150000"),
    ],
)
def test_hundreds_and_thousands_with_endings_are_one_number(
    language: str, words: str, key: str
) -> None:
    assert [one.key for one in mentions(say_digits(words, language))] == [key]


def test_the_letter_of_a_clause_is_no_number() -> None:
    assert say_digits("अनुच्छेद 243छ, धारा 2(छ)", "hi") == "अनुच्छेद 243छ, धारा 2(छ)"


@pytest.mark.parametrize(
    ("text", "keys"),
    [("डॉ० शर्मा ने ५ रु० दिए।", ["5"]), ("సంవత్సర౦ 20౦", ["200"]), ("১০ জন, ০", ["10", "0"])],
)
def test_a_zero_alone_behind_a_letter_is_a_sign_and_no_number(text: str, keys: list[str]) -> None:
    assert [mention.key for mention in mentions(text)] == keys


def test_a_scale_beside_a_number_that_has_it_already_is_another_number() -> None:
    assert compare("10 lakh", "1000000 लाख", "hi").lost


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Section 8(1)(j) applies", "धारा 8 की उपधारा (1) के खंड (ञ) लागू है"),
        ("Section 7(6)", "धारा 7 की उप-धारा 6"),
        ("Rule 3(1)(i), (ii) and (iii)", "नियम 3(1)(i), (ii) और (iii)"),
        ("Rule 3(1)(a), (b) and (c)", "नियम 3(1)(क), (ख) और (ग)"),
        ("clause (b) of section 4", "धारा 4 का खंड (ख)"),
        ("clause (b) of section 4", "धारा 4 का खंड ख"),
        ("the rules (if any)", "नियम"),
    ],
)
def test_a_reference_may_have_words_between_its_pieces(source: str, target: str) -> None:
    assert changed_references(source, target, frozenset()) == ((), ())


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Section 8(1)(j) applies", "धारा 8 की उपधारा (1) के खंड (घ) लागू है"),
        ("Section 8(1)(j) applies", "धारा 8 की उपधारा (2) के खंड (ञ) लागू है"),
        ("Section 7(6)", "धारा 6 की उप-धारा 7"),
        ("Section 7(6)", "धारा 7 और नियम 6"),
        ("Rule 3(1)(i), (ii) and (iii)", "नियम 3(1)(i), (ii) और (iv)"),
        ("Section 4(1), (2) and (3)", "धारा 4(1), (2) और (5)"),
        ("clause (b) of section 4", "धारा 4 का खंड (ग)"),
        ("Sub-section (i)", "उप-खंड (ii)"),
    ],
)
def test_a_changed_piece_of_a_reference_is_found(source: str, target: str) -> None:
    assert changed_references(source, target, frozenset())[0]


def test_very_many_numbers_are_compared_in_one_pass_and_not_in_pairs() -> None:
    many = 20_000  # in pairs this would take minutes
    difference = compare("12 " * many, "13 " * many, "hi")
    assert (difference.lost, difference.added) == (("12",), ("13",))


def test_a_long_row_of_number_words_is_read_without_depth() -> None:
    assert compare("twenty " * 2000, "30", "hi").added == ("30",)


def test_a_long_line_without_an_address_is_searched_once() -> None:
    line = "a.b-" * 50_000 + "@"  # searched from each of its letters it would take minutes
    assert changed_addresses(line, "") == ((), ())


@pytest.mark.parametrize(
    ("source", "target", "language", "swapped"),
    [
        ("Section 8 and Rule 12", "धारा 12 और नियम 8", "hi", ("8", "12")),
        ("Section 8 and Rule 12", "नियम 12 और धारा 8", "hi", None),
        ("30 days, then 45 days", "45 दिन, फिर 30 दिन", "hi", ("30", "45")),
        ("Section 8 within 30 days", "धारा 30 में 8 दिन", "hi", ("30", "8")),
        ("26 January and 15 August", "ஜனவரி 15 மற்றும் ஆகஸ்ட் 26", "ta", ("15", "26")),
        ("26 January and 15 August", "ஆகஸ்ட் 15 மற்றும் ஜனவரி 26", "ta", None),
        ("29 years old in 1969", "1969 ஆம் ஆண்டு 29 வயதில்", "ta", None),
        ("12 of the 40 districts", "12 जिलों में से 40", "hi", None),
        ("30 days and 2 months", "2 days and 30 months", "sa", None),
    ],
)
def test_numbers_that_changed_places_are_found(
    source: str, target: str, language: str, swapped: tuple[str, str] | None
) -> None:
    found = swapped_numbers(source, target, language)
    assert (found and {found[0][0], found[1]}) == (swapped and set(swapped))


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("Groups A, B and C apply.", "समूह क, ख और ग लागू हैं।", ()),
        ("Groups A, B and C apply.", "समूह क और ग लागू हैं।", ("Groups A, B and C",)),
        ("A Phase III trial", "IIIஆம் கட்டச் சோதனை", ()),
        ("Grade IV staff", "ग्रेड 5 के कर्मचारी", ("Grade IV",)),
        ("Form a group. Type I do not know.", "एक समूह बनाएँ।", ()),
        ("a Class A's share, Plan A.1, Part C/D", "हिस्सा", ()),
    ],
)
def test_letters_of_labels_must_be_seen(source: str, target: str, lost: tuple[str, ...]) -> None:
    assert lost_labels(source, target, {"5", "3"}) == lost


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("Come at 3 a.m. then.", "रात 3 बजे आएँ।", False),
        ("Come at 12 p.m. then.", "सुबह 12 बजे आएँ।", False),
        ("From 9 am to 5 pm.", "शाम 9 से 5 तक", False),
        ("The night bus leaves at 9 am.", "रात की बस 9 बजे निकलती है।", False),
        ("The bus leaves at 9 am.", "बस रात 9 बजे निकलती है।", True),
    ],
)
def test_a_time_of_the_other_half_of_the_day_is_found(
    source: str, target: str, found: bool
) -> None:
    assert bool(wrong_half_of_day(source, target, "hi")) is found


def test_a_cardinal_does_not_stand_in_for_a_lost_ordinal_of_the_same_number() -> None:
    source = "Eighteen holes, the last is the eighteenth."
    assert compare(source, "अठारह छेद, आख़िरी अठारहवाँ है।", "hi").lost == ()
    assert compare(source, "छेद, आख़िरी अठारहवाँ है।", "hi").lost
    assert compare(source, "अठारह छेद, यह आख़िरी है।", "hi").lost == ("eighteenth",)


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("one of them", "तिनमा एक", "ne"),
        ("He was sixty.", "അറുപത് ആയിരുന്നു", "ml"),
        ("Voices are raised.", "آوازیں اٹھ رہی ہیں", "ur"),
        ("We cannot reach it.", "அதை எட்ட முடியாது", "ta"),
        ("the CoV-2 target proteins", "CoV-2 लक्षित प्रोटिन", "ne"),
        ("within two decades", "વીસ વર્ષમાં", "gu"),
        ("tens of thousands of tests", "दश हजार परीक्षण", "ne"),
        ("at 0230 UTC", "02:30 UTC", "bn"),
        ("at 11:00", "११ः०० वाजता", "mr"),
    ],
)
def test_words_and_writings_that_look_like_other_numbers_are_no_difference(
    source: str, target: str, language: str
) -> None:
    difference = compare(source, target, language)
    assert (difference.lost, difference.added) == ((), ())
