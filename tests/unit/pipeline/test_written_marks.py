"""Marks, digits and leftovers: each check finds its fault, and leaves what is right alone."""

from __future__ import annotations

import pytest

from courses.languages import WRITINGS
from courses.nouns import Hit, Segment, Signature, Term, Translation, TranslationStatus
from glossaries.protect import Mark, protect
from pipeline.checking.checks import NO_STYLE, Style, check, check_sentence, style_of
from pipeline.checking.digit_styles import in_style, lesson_style
from pipeline.checking.end_marks import End, ending, usual_mark

SOURCE = "Every officer must reply."


def found(source: str, target: str, language: str = "hi", style: Style = NO_STYLE) -> list[str]:
    """Return "id severity" of each finding but those of other sections."""
    segment = Segment("s1", "lesson", 0, 1000, 4000, source)
    draft = Translation("s1", language, target, TranslationStatus.DRAFT, "x", Signature("x"))
    own = ("end-", "quotes-", "brackets-", "digits-", "placeholder-", "markup-", "odd-", "spaces-")
    findings = check_sentence(segment, draft, "en", style)
    return [f"{one.check} {one.severity}" for one in findings if one.check.startswith(own)]


@pytest.mark.parametrize(
    ("target", "language"),
    [
        ("हर अधिकारी को उत्तर देना होगा", "hi"),
        ("প্রত্যেক কর্মকর্তাকে উত্তর দিতে হবে", "bn"),
        ("ஒவ்வொரு அதிகாரியும் பதிலளிக்க வேண்டும்", "ta"),
        ("ہر افسر کو جواب دینا ہوگا", "ur"),
        ("हर अधिकारी को उत्तर देना होगा (30 दिन में)", "hi"),
    ],
)
def test_a_sentence_without_its_mark_is_found(target: str, language: str) -> None:
    source = SOURCE if "30" not in target else "Every officer must reply (within 30 days)."
    assert found(source, target, language) == ["end-mark-missing warning"]
    assert found(source.rstrip("."), target, language) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (SOURCE, "हर अधिकारी को उत्तर देना होगा।"),
        (SOURCE, "हर अधिकारी को उत्तर देना होगा।”"),
        (SOURCE, "हर अधिकारी को उत्तर देना होगा।)"),
        (SOURCE, "हर अधिकारी को उत्तर देना होगा। (नीचे देखें)"),
        (SOURCE, "हर अधिकारी को उत्तर देना होगा:"),
        ("Bring paper, pens, etc.", "कागज़, कलम आदि लाएँ"),
        ("Dear Sir.", "महोदय"),
        ("Wait for it...", "रुकिए"),
        ("The file went to A. K. Sharma and Sons Ltd.", "फ़ाइल ए. के. शर्मा एंड संस को गई"),
    ],
)
def test_a_sentence_that_ends_well_or_need_not_end_is_left_alone(source: str, target: str) -> None:
    assert "end-mark-missing warning" not in found(source, target)


@pytest.mark.parametrize(
    ("target", "language"),
    [
        ("हर अधिकारी को उत्तर देना होगा।।", "hi"),
        ("हर अधिकारी को उत्तर देना होगा।.", "hi"),
        ("हर अधिकारी को उत्तर देना होगा। ।", "hi"),
        ("हर अधिकारी उत्तर दे।। यह नियम है।", "hi"),
        ("ஒவ்வொரு அதிகாரியும் பதிலளிக்க வேண்டும்..", "ta"),
        ("ہر افسر کو جواب دینا ہوگا۔۔", "ur"),
    ],
)
def test_a_mark_that_stands_twice_is_found(target: str, language: str) -> None:
    assert "end-mark-doubled warning" in found(SOURCE, target, language)


@pytest.mark.parametrize(
    ("target", "language"),
    [
        ("हर अधिकारी को उत्तर देना होगा...", "hi"),
        ("हर अधिकारी को उत्तर देना होगा?!", "hi"),
        ("यह फ़ाइल शर्मा एंड संस प्रा. लि.।", "hi"),
        ("प्रत्येकः अधिकारी उत्तरं दद्यात्।।", "sa"),
        ("ہر افسر کو جواب دینا ہوگا۔۔۔", "ur"),
    ],
)
def test_an_ellipsis_an_abbreviation_and_a_verse_are_no_doubled_marks(
    target: str, language: str
) -> None:
    assert "end-mark-doubled warning" not in found(SOURCE, target, language)


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("Must he reply to us?", "उसे हमें उत्तर देना होगा।", "hi"),
        (SOURCE, "क्या हर अधिकारी उत्तर देगा?", "hi"),
        (SOURCE, "हर अधिकारी को उत्तर देना होगा|", "hi"),
        ("Must he reply to us?", "کیا اسے ہمیں جواب دینا ہوگا?", "ur"),
        (SOURCE, "प्रत्येक अधिकाऱ्याने उत्तर दिले पाहिजे।", "mr"),
        (SOURCE, "প্ৰত্যেক বিষয়াই উত্তৰ দিব লাগিব৷", "as"),
    ],
)
def test_another_mark_than_the_languages_own_is_worth_knowing(
    source: str, target: str, language: str
) -> None:
    assert found(source, target, language) == ["end-mark-differs info"]


def test_a_point_among_dandas_is_worth_knowing_and_in_a_lesson_of_points_it_is_none() -> None:
    status, signature = TranslationStatus.DRAFT, Signature("x")
    texts = ["उत्तर दें।", "नियम देखें।", "फ़ाइल भेजें."]
    drafts = [Translation("s", "hi", text, status, "x", signature) for text in texts]
    target = "हर अधिकारी को उत्तर देना होगा."
    assert found(SOURCE, target, "hi", style_of(drafts)) == ["end-mark-differs info"]
    assert found(SOURCE, target, "hi", style_of(drafts[2:])) == []
    assert found(SOURCE, target) == []
    assert style_of([]) == NO_STYLE
    assert style_of(drafts[1:]).stop == "।"


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=lambda writing: writing.code)
def test_every_writing_has_its_marks(writing: object) -> None:
    code = writing.code  # type: ignore[attr-defined]
    for kind in (End.STATEMENT, End.QUESTION, End.EXCLAMATION):
        text = "क" + usual_mark(kind, code) + "”"
        assert ending(text).kind is kind
        assert text[ending(text).start : ending(text).stop] == usual_mark(kind, code)


@pytest.mark.parametrize(
    "target",
    ["उसने कहा, “हाँ।", 'उसने कहा, हाँ।"', 'वह «हाँ” "कहता है।'],
)
def test_a_quotation_mark_without_a_partner_is_found(target: str) -> None:
    assert found("He said, “Yes.”", target) == ["quotes-unbalanced warning"]
    assert "quotes-unbalanced warning" not in found("He said, “Yes.", target)


@pytest.mark.parametrize(
    "target",
    ["उसने कहा, “हाँ।”", 'उसने कहा, "हाँ।”', "یہ ”ہاں“ ہے۔", "ডাউনল''ড কৰক।", '12" का पाइप लाओ।'],
)
def test_quotation_marks_of_any_shape_are_pairs(target: str) -> None:
    assert "quotes-unbalanced warning" not in found("He said, “Yes.”", target)


def test_a_bracket_without_a_partner_is_found_and_a_list_has_none() -> None:
    source = "The Act (of 2005) is old."
    assert found(source, "यह अधिनियम (2005 का पुराना है।") == ["brackets-unbalanced warning"]
    assert found(source, "यह अधिनियम 2005 का] पुराना है।") == ["brackets-unbalanced warning"]
    assert found(source, "1) यह अधिनियम (2005 का) है, क) पुराना।") == []
    assert found("It is (very old.", "यह (बहुत पुराना है।") == []


def test_digits_of_two_scripts_in_one_sentence_are_a_warning() -> None:
    assert found("Rules 5 and 6 apply.", "नियम ५ और 6 लागू हैं।") == ["digits-mixed warning"]
    assert found("Rule 5 of COVID-19 applies.", "COVID-19 का नियम ५ लागू है।") == []
    assert found("See rti.gov.in/5 and 6.", "rti.gov.in/5 और ६ देखें।") == []
    assert found("The years 5 and 6.", "5, 6 స౦వత్సరాలు.", "te") == []
    assert found("The year 5.", "5 సంవత్సర౦.", "te") == []
    assert found("Dr. Sharma gave Rs. 5.", "डॉ० शर्मा ने 5 रु० दिए।") == []


def test_a_sentence_with_other_digits_than_its_lesson_is_worth_knowing() -> None:
    texts = ["नियम 5 देखें।", "नियम 6 देखें।", "नियम ७ देखें।"]
    segments = [Segment(f"s{n}", "l", n, n, n + 1, f"See rule {n + 5}.") for n in range(3)]
    status, signature = TranslationStatus.DRAFT, Signature("x")
    drafts = [
        Translation(one.id, "hi", text, status, "x", signature)
        for one, text in zip(segments, texts, strict=True)
    ]
    findings = [(one.check, one.segment_id) for one in check(segments, drafts)]
    assert findings == [("digits-mixed", "s2")]
    assert lesson_style(texts, "hi") == "0"
    assert lesson_style(["नियम", "धारा"], "hi") == ""
    assert lesson_style(["নিয়ম 5", "নিয়ম ৬"], "bn") == "০"


def test_numbers_are_rewritten_and_what_stands_beside_latin_letters_is_not() -> None:
    assert in_style("COVID-19 में ३० दिन, 1.५", "0") == "COVID-19 में 30 दिन, 1.5"
    assert in_style("৩০ দিন", "০") == "৩০ দিন"
    assert in_style("डॉ० शर्मा, १० दिन, ०", "0") == "डॉ० शर्मा, 10 दिन, 0"


@pytest.mark.parametrize(
    "left",
    ["<ID41>", "< id 41 >", "⟦1⟧", "{0}", "{{name}}", "__1__", "%s", "%1$s", "<unk>", "[UNK]", "⁇",
     "hin_Deva", "QBD"],
)  # fmt: skip
def test_a_placeholder_that_the_source_has_not_is_an_error(left: str) -> None:
    target = f"हर अधिकारी को {left} देना होगा।"
    assert found(SOURCE, target) == ["placeholder-left error"]
    assert found(f"Every officer must {left} reply.", target) == []


@pytest.mark.parametrize("mark", list(Mark))
def test_every_mark_that_our_own_protection_makes_is_found(mark: Mark) -> None:
    source = "term " * 60
    hits = [Hit(Term("term", "पद", "hi"), at * 5, at * 5 + 4) for at in range(60)]
    marks = protect(source, hits, mark).marks
    assert len(marks) == 60
    for one in marks:
        assert found(SOURCE, f"यह {one} है।") == ["placeholder-left error"], one


@pytest.mark.parametrize(
    "target",
    ["हर <b>अधिकारी</b> को उत्तर देना होगा।", "{\\an8}हर अधिकारी को उत्तर देना होगा।",
     "हर अधिकारी &amp; लिपिक को उत्तर देना होगा।", "**हर अधिकारी** को उत्तर देना होगा।",
     "हर अधिकारी को\\Nउत्तर देना होगा।", "हर अधिकारी को<br/>उत्तर देना होगा।",
     "# हर अधिकारी को उत्तर देना होगा।"],
)  # fmt: skip
def test_markup_that_would_be_shown_is_found(target: str) -> None:
    assert found(SOURCE, target) == ["markup-left warning"]


def test_markup_that_the_source_shows_too_is_kept_on_purpose() -> None:
    assert found("Write <b> & **x** here.", "यहाँ <b> & **x** लिखें।") == []
    assert found("Is 2 < 3 & 4 > 1 true?", "क्या 2 < 3 & 4 > 1 सही है?") == []


@pytest.mark.parametrize(
    "odd", ["\u200b", "\u202e", "\ufeff", "\x07", "\ufffd", "\ue000", "\u2068"]
)
def test_characters_that_nobody_can_have_meant_are_found(odd: str) -> None:
    assert found(SOURCE, f"हर अधिकारी{odd} को उत्तर देना होगा।") == ["odd-characters warning"]


@pytest.mark.parametrize(
    "target",
    ["क्\u200dष और क्\u200cष हैं।", "\u2068RTI\u2069 है।", "രാജ്യങ്ങള്\u200d ഉണ്ട്।", "👩\u200d💻 है।"],
)
def test_joiners_and_closed_isolates_are_right(target: str) -> None:
    assert "odd-characters warning" not in found(SOURCE, target)


@pytest.mark.parametrize(
    "target",
    ["हर  अधिकारी को उत्तर देना होगा।", "हर अधिकारी को उत्तर देना होगा ।",
     " हर अधिकारी को उत्तर देना होगा।", "हर अधिकारी , लिपिक को उत्तर देना होगा।"],
)  # fmt: skip
def test_a_space_out_of_place_is_worth_knowing(target: str) -> None:
    assert found(SOURCE, target) == ["spaces-odd info"]


@pytest.mark.parametrize(
    "part", ["<", "(", '"', "{", "&", "1,", "?", "।", "\u2068", "<a ", "[", "*"]
)
def test_a_very_long_text_of_marks_is_looked_at_in_no_time(part: str) -> None:
    assert isinstance(found(SOURCE, part * 20_000), list)
