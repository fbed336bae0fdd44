"""Checks of drafts: each finds its fault and leaves a good sentence alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.nouns import Segment, Severity, Signature, Translation, TranslationStatus
from courses.quantities.comparing import compare
from courses.quantities.digits import mentions
from pipeline.checking.checks import check, check_source


def found(source: str, target: str, language: str = "hi") -> list[tuple[str, Severity]]:
    status = TranslationStatus.DRAFT if target else TranslationStatus.HOLE
    segment = Segment("s1", "lesson", 0, 1000, 4000, source)
    translation = Translation("s1", language, target, status, "machine:x", Signature("x"))
    return [(finding.check, finding.severity) for finding in check([segment], [translation])]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("Section 8 has two parts and 3 rules.", "धारा ८ में दो भाग और ३ नियम हैं।", "hi"),
        ("Pay Rs. 1,87,500 within 30 days.", "৩০ দিনের মধ্যে ১,৮৭,৫০০ টাকা দিন।", "bn"),
        ("See Section 8(1)(j) of the Act.", "சட்டத்தின் பிரிவு 8(1)(j) ஐப் பார்க்கவும்.", "ta"),
        (
            "Reply within thirty days, one of them a holiday.",
            "कृपया 30 दिनों में उत्तर दें, जिनमें एक छुट्टी है।",
            "hi",
        ),
        ("Two officers will sign the note.", "2 अधिकारी टिप्पणी पर हस्ताक्षर करेंगे।", "hi"),
        ("The time is 10:30 today, the 5th.", "آج پانچ نہیں ۵ تاریخ ہے، وقت ۱۰:۳۰ ہے۔", "ur"),
    ],
)
def test_a_translation_with_the_same_numbers_has_no_finding(
    source: str, target: str, language: str
) -> None:
    assert found(source, target, language) == []


def test_a_number_that_changed_is_an_error() -> None:
    fault = [("numbers-differ", Severity.ERROR)]
    assert found("Reply within 30 days please.", "कृपया 3 दिनों में उत्तर दें।") == fault


def test_a_number_word_that_became_another_number_is_an_error() -> None:
    fault = [("numbers-differ", Severity.ERROR)]
    assert found("Reply within thirty days please.", "कृपया 3 दिनों में उत्तर दें।") == fault


def test_the_message_has_the_numbers_as_they_are_written() -> None:
    difference = compare("At 10:30 on 31/03/2005, thirty days.", "11:30 पर 31/04/2005 को, 3 दिन।")
    assert difference.lost == ("10:30", "31/03/2005")
    assert difference.added == ("11:30", "31/04/2005", "3")
    assert difference.unsure == ("30",)


def test_a_number_said_twice_must_be_said_twice() -> None:
    fault = [("numbers-differ", Severity.ERROR)]
    assert found("Form 5 and rule 5 are different.", "फॉर्म 5 और नियम अलग हैं।") == fault


def test_a_hole_is_an_error_and_hides_the_other_checks() -> None:
    assert found("Reply within 30 days.", "") == [("hole", Severity.ERROR)]


def test_a_translation_that_turns_in_circles_is_seen_unless_the_source_does() -> None:
    fault = [("repeated-text", Severity.WARNING)]
    assert found("Nobody may enter here now.", "यहाँ कोई नहीं नहीं नहीं नहीं आ सकता।") == fault
    assert found("No, no, no, no, he said to them.", "नहीं, नहीं, नहीं, नहीं, उसने कहा।") == []


def test_english_text_under_a_hindi_label_is_seen() -> None:
    source = "Every citizen may ask for information."
    assert ("untranslated", Severity.WARNING) in found(source, source)
    assert ("wrong-script", Severity.ERROR) in found(source, "Any citizen can ask for it today.")


def test_letters_of_a_third_script_are_an_error_and_latin_names_are_none() -> None:
    fault = [("wrong-script", Severity.ERROR)]
    assert found("The Act was passed by Parliament.", "നിയമം പാർലമെന്റ് പാസാడింది.", "ml") == fault
    assert found("Open the eOffice portal, please.", "कृपया eOffice पोर्टल खोलें।") == []


def test_a_translation_of_a_word_or_two_is_too_long() -> None:
    source = "Every citizen may ask for it."
    assert found(source, "हर नागरिक सूचना माँग सकता है और " * 6) == [
        ("length-ratio", Severity.WARNING),
        ("repeated-text", Severity.WARNING),
        ("end-mark-missing", Severity.WARNING),
        ("spaces-odd", Severity.INFO),
    ]


def test_digits_of_all_scripts_and_groupings_count_as_one() -> None:
    assert keys("१,८७,५०० ರೂ ೧೦.೫") == keys("187500 and 10.5") == ["187500", "10.5"]
    assert keys("8(1)(j)") == ["8", "1"]


def keys(text: str) -> list[str]:
    return [mention.key for mention in mentions(text)]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Sections 4,5 and 6", "धारा 4, 5 और 6"),
        ("Sections 4,5,600 apply", "धाराएँ 4, 5 और 600"),
        ("at 10:30", "10.30 बजे"),
        ("at 10:30", "10 बजकर 30 मिनट पर"),
        ("10:00 to 11:30", "10 बजे से 11.30"),
        ("10:30-11:30", "10.30 से 11.30"),
        ("at ten thirty", "10:30 बजे"),
        ("on 31/03/2005", "31-03-2005 को"),
        ("on 31/03/2005", "31.3.2005 को"),
        ("on 2005-03-31", "31/03/2005 को"),
        ("on 31/03/05", "31-03-2005 को"),
        ("on 31 March 2005", "31/03/2005 को"),
        ("on May 5, 2005", "5.5.2005 को"),
        ("Rs. 1,87,500", "۱٬۸۷٬۵۰۰ روپے"),
        ("Rs. 1,87,500", "۱،۸۷،۵۰۰ روپے"),
        ("1.5 days", "۱٫۵ دن"),
        ("Form 05", "फॉर्म 5"),
        ("5.0 marks", "5 अंक"),
        ("a 2/3 majority", "2 / 3 बहुमत"),
        ("a two-thirds majority", "2/3 बहुमत"),
        ("pay a hundred rupees", "100 रुपये"),
        ("a hundred and twenty rupees", "120 रुपये"),
        ("two thousands and five hundreds", "2500"),
        ("one lakh fifty thousand rupees", "1,50,000 रुपये"),
        ("one lakh fifty thousand rupees", "1 लाख 50 हज़ार रुपये"),
        ("one and a half lakh rupees", "1.5 लाख रुपये"),
        ("half a million people", "5,00,000 लोग"),
        ("5 lakh", "5 लाख"),
        ("5 lakh", "5,00,000"),
        ("five lakhs", "५ लाख"),
        ("5 lakh", "৫ লক্ষ"),
        ("5 lakh", "5 లక్షల"),
        ("5 lakh", "5 லட்சம்"),
        ("5 lakh", "۵ لاکھ"),
        ("1.5 crore", "1,50,00,000"),
        ("1.5 crore", "1.5 ಕೋಟಿ"),
        ("2-3 lakh", "2 से 3 लाख"),
        ("Rs 2 lakh crore", "2 लाख करोड़"),
        ("the twenty-first day", "21 दिन"),
        ("the twenty-first day", "21वीं तारीख"),
        ("the twenty-first day", "इक्कीसवाँ दिन"),
        ("two point five percent", "2.5 प्रतिशत"),
        ("thirty (30) days", "30 दिन"),
        ("thirty (30) days", "तीस (30) दिन"),
        ("within a month", "1 महीने में"),
        ("half an hour", "30 मिनट"),
        ("Section 8-1-J", "धारा 8(1)(j)"),
        ("Section 8(1)(j)", "धारा 8-1-J"),
        ("Section eight one j", "धारा 8(1)(j)"),
        ("$1.87,500", "$1.87,500"),
        ("$1.87,500", "₹1,87,500"),
        ("Rs. 1,87,500.50", "१,८७,५००.५० रुपये"),
        ("Rs.1,87,500/-", "₹1,87,500/-"),
        ("in 2005-06", "2005-2006 में"),
        ("3 goals and 5 signs", "3 लक्ष्य और 5 लक्षण"),
        ("5 percent", "৫ শতাংশ"),
        ("5 Arab countries", "5 अरब देश"),
        ("2 billion people", "2 अरब लोग"),
        ("Section 125 Cr.P.C.", "द.प्र.सं. की धारा 125"),
        ("Sections 10, 12 and 10", "धारा 10, 12 और 10"),
        ("30 दिन", "within thirty days"),
    ],
)
def test_the_same_numbers_in_another_writing_are_no_difference(source: str, target: str) -> None:
    difference = compare(source, target)
    assert (difference.lost, difference.added, difference.unsure) == ((), (), ())


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("See 8(1)(j)", "धारा 8(2)(j)"),
        ("1.5 days", "15 दिन"),
        ("1.5 days", "1, 5 दिन"),
        ("1.5 days", "5.1 दिन"),
        ("a 2/3 majority", "3/2 बहुमत"),
        ("Rs. 1,87,500.50", "रु. 1,87,500"),
        ("Rs. 1,87,500", "रु. 18,750"),
        ("in 2005-06", "2006-07 में"),
        ("on 31/03/2005", "13/03/2005 को"),
        ("on 31 March 2005", "31/04/2005 को"),
        ("at 10:30", "10:35 बजे"),
        ("5 rupees", "5 लाख रुपये"),
        ("5 lakh", "5 हज़ार"),
        ("5 lakh", "50,000"),
        ("five lakh", "50,000"),
        ("thirty-three days", "3 दिन"),
        ("thirty days", "3 दिन"),
        ("thirty-day period", "3 दिन"),
        ("Form 3 in thirty days", "फॉर्म 3, 3 दिन"),
        ("twenty-first day", "1 दिन"),
        ("a hundred rupees", "10 रुपये"),
        ("one lakh fifty thousand", "1,05,000"),
        ("ten thirty", "10:03"),
        ("30 days", "तीस दिन"),
    ],
)
def test_a_number_that_really_changed_is_a_difference(source: str, target: str) -> None:
    difference = compare(source, target)
    assert difference.lost or difference.added


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Please reply within thirty days.", "कृपया तीस दिनों के भीतर उत्तर दें।"),
        ("Ten officers will sign it.", "दस अधिकारी इस पर हस्ताक्षर करेंगे।"),
        ("It costs one lakh rupees now.", "अब इसकी कीमत एक लाख रुपये है।"),
        ("Form 30 in five or thirty days.", "5 या तीस दिनों में फॉर्म 30।"),
        ("It was signed on 31/03/2005.", "इस पर 31 मार्च 2005 को हस्ताक्षर हुए।"),
    ],
)
def test_a_number_in_words_of_the_language_is_known(source: str, target: str) -> None:
    assert found(source, target) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Please reply within thirty days.", "कृपया तीन दिनों के भीतर उत्तर दें।"),
        ("They paid 5 lakh rupees for it.", "उन्होंने इसके लिए 5 पेटी रुपये दिए।"),
        ("It was signed on 31 March 2005.", "इस पर 31 मई 2005 को हस्ताक्षर हुए।"),
    ],
)
def test_another_number_in_words_of_the_language_is_an_error(source: str, target: str) -> None:
    assert found(source, target) == [("numbers-differ", Severity.ERROR)]


def test_a_number_in_words_that_are_not_known_is_a_warning() -> None:
    source, target = "Please reply within thirty days.", "ᱯᱮ ᱜᱮᱞ ᱢᱟᱦᱟᱸ ᱵᱷᱤᱛᱨᱤ ᱛᱮ ᱛᱮᱞᱟ ᱮᱢᱢᱮ᱾"
    assert found(source, target, "sat") == [("number-word-unverified", Severity.WARNING)]


@pytest.mark.parametrize(
    ("check_id", "severity", "source", "target"),
    [
        (
            "reference-differs",
            Severity.ERROR,
            "See Section 8(1)(j) of it.",
            "इसकी धारा 8(1)(ज) देखें।",
        ),
        (
            "reference-differs",
            Severity.ERROR,
            "See Section 8(1)(j) of it.",
            "इसकी धारा 8(2)(ञ) देखें।",
        ),
        ("reference-differs", Severity.ERROR, "Rule 14A applies to it.", "इस पर नियम 14 लागू है।"),
        ("reference-differs", Severity.ERROR, "Read Chapter IV of it now.", "अब इसका अध्याय VI पढ़ें।"),
        (
            "address-changed",
            Severity.ERROR,
            "Go to rti.gov.in and read.",
            "कृपया rti.gov.com पर जाकर पूरा पढ़ें।",
        ),
        (
            "address-changed",
            Severity.ERROR,
            "Write to pio@nic.in today.",
            "आज ही पीआईओ को लिख दीजिए।",
        ),
        ("unit-differs", Severity.WARNING, "Reply within 30 days now.", "30 महीनों में उत्तर दें।"),
        ("unit-differs", Severity.WARNING, "It costs 50 paise per page.", "प्रति पृष्ठ 50 रुपये लगते हैं।"),
    ],
)
def test_each_fault_of_numbers_has_its_own_finding(
    check_id: str, severity: Severity, source: str, target: str
) -> None:
    assert found(source, target) == [(check_id, severity)]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("See Section 8(1)(j) of the Act.", "अधिनियम की धारा 8(1)(ञ) देखें।"),
        ("See Section 8(1)(j) of the Act.", "अधिनियम की धारा 8(1)(j) देखें।"),
        ("Rule 14A applies to this case.", "इस मामले पर नियम 14क लागू होता है।"),
        ("Read Chapter IV of the book.", "किताब का चौथा अध्याय पढ़ें।"),
        ("Call 1800-11-4000 for any help.", "मदद के लिए १८००-११-४००० पर फ़ोन करें।"),
        ("Work 8 hours on 5 days a week.", "सप्ताह में 5 दिन 8 घंटे काम करें।"),
        ("It begins at 10:30 a.m. today.", "यह आज सुबह साढ़े दस बजे शुरू होगा।"),
    ],
)
def test_a_reference_an_address_or_a_unit_that_was_kept_is_no_finding(
    source: str, target: str
) -> None:
    assert found(source, target) == []


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("It costs $1.87,500 rupees.", True),
        ("They paid one lack rupees.", True),
        ("The cost is Rs 1.87,500 now.", True),
        ("The cost is Rs. 1,87,500 now.", False),
        ("There is a lack of rupees.", False),
        ("They paid one lack 80,000 rupees.", True),
        ("one lack 80,000 rupees", True),
        ("They paid twenty-five lacks eighty thousand.", True),
        ("They paid 1 lack 80,000 rupees.", True),
        ("One lack may be paid at once.", True),
        ("A lack may be felt by all.", False),
        ("A few lack 3 documents.", False),
        ("It costs $5.50 only.", False),
    ],
)
def test_a_number_that_was_not_heard_well_is_a_finding_of_the_source(text: str, odd: bool) -> None:
    segment = Segment("s1", "lesson", 0, 1000, 4000, text)
    assert [(one.check, one.language) for one in check_source([segment], "en")] == (
        [("number-unclear", "")] if odd else []
    )


def test_a_draft_of_an_unclear_number_is_told_to_be_held_against_the_recording() -> None:
    segment = Segment("s1", "lesson", 0, 1000, 4000, "one lack 80,000 rupees")
    status = TranslationStatus.DRAFT
    draft = Translation("s1", "hi", "1,80,000 रुपये", status, "machine:x", Signature("x"))
    number = next(iter(check([segment], [draft])))
    assert number.check == "numbers-differ"
    assert number.message.endswith(
        "The source itself is unclear. Listen there: 'one lack' may be lakh."
    )


@given(st.text(st.sampled_from("0159.,:/- ()\u066b\u066c५lakh लाख and"), max_size=30))
def test_any_text_has_the_numbers_of_itself(text: str) -> None:
    difference = compare(text, text)
    assert (difference.lost, difference.added) == ((), ())


def test_a_very_long_number_is_compared_too() -> None:
    long = "9" * 5000
    assert compare(f"{long} lakh 5 thousand", f"{long} लाख 5 हज़ार").lost == ()
