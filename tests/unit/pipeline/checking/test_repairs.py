"""Repairs: each settles its finding and breaks nothing, or is not offered at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.findings import TABLE, RepairKind
from courses.nouns import (
    Cue,
    Finding,
    Hit,
    Segment,
    Severity,
    Signature,
    Term,
    TermStatus,
    Translation,
    TranslationStatus,
)
from courses.script import to_ascii_digits, width
from pipeline.checking.checks import check, check_sentence
from pipeline.checking.cue_checks import check_cues
from pipeline.checking.repairs import Repair, Subject, apply, as_data, offer
from pipeline.layout import cues

DURATION = 60_000
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


def cue(number: int, start: int, end: int, *lines: str) -> Cue:
    return Cue(f"c{number}", (f"s{number}",), start, end, lines)


def repaired(check_id: str, *shown: Cue, code: str = "hi") -> Repair | None:
    """Return the repair of the one finding `check_id`, after trying it."""
    subject = Subject(code, shown, DURATION)
    findings = check_cues(shown, code, DURATION)
    (finding,) = [one for one in findings if one.check == check_id]
    (repair,) = offer([finding], subject)
    if repair:
        after = check_cues(apply(repair, shown), code, DURATION)
        assert check_id not in {one.check for one in after}
        assert bad(after) <= bad(findings)
    return repair


def bad(findings: list[Finding]) -> set[tuple[str, Severity]]:
    return {(one.check, one.severity) for one in findings if one.severity is not Severity.INFO}


LONG = "यह वाक्य बोलने में कम और पढ़ने में अधिक"  # 31 clusters


def test_a_subtitle_that_is_too_fast_borrows_from_the_silence_after_it() -> None:
    repair = repaired("cue-too-fast", cue(1, 0, 1200, LONG), cue(2, 5000, 7000, "ठीक है।"))
    assert repair is not None
    needed = -(-width(LONG) * 1000 // 17)
    assert repair.label == f"Borrow {needed - 1200} ms from the silence after it"
    assert (repair.cues[0].start, repair.cues[0].end) == (0, needed)
    assert repair.replaces == ("c1",)


def test_it_borrows_from_before_where_there_is_too_little_after() -> None:
    shown = (cue(1, 5000, 6500, LONG), cue(2, 6600, 8000, "ठीक है।"))
    repair = repaired("cue-too-fast", *shown)
    assert repair is not None
    assert repair.kind is RepairKind.BORROW
    assert "before it" in repair.label
    assert 4500 <= repair.cues[0].start < 5000
    assert repair.cues[0].end == 6517


def test_it_is_merged_with_a_slower_one_where_there_is_no_silence() -> None:
    shown = (cue(1, 0, 1000, LONG), cue(2, 1083, 5000, "ठीक है।"))
    repair = repaired("cue-too-fast", *shown)
    assert repair is not None
    assert repair.kind is RepairKind.MERGE
    assert repair.label == "Merge with the next subtitle"
    assert repair.replaces == ("c1", "c2")
    assert (repair.cues[0].start, repair.cues[0].end) == (0, 5000)
    assert repair.cues[0].segment_ids == ("s1", "s2")


def test_nothing_is_offered_where_nothing_helps() -> None:
    full = (LONG + " " + LONG)[:40]
    shown = [cue(n, n * 1083, n * 1083 + 1000, full, full) for n in range(3)]
    fast = [one for one in check_cues(shown, "hi", 3166) if one.check == "cue-too-fast"]
    assert offer(fast, Subject("hi", shown, 3166)) == [None, None, None]


@pytest.mark.parametrize(
    ("check_id", "shown", "kind"),
    [
        ("cue-too-short", [cue(1, 0, 600, "हाँ।")], RepairKind.BORROW),
        (
            "cue-too-short",
            [cue(1, 0, 2000, "क्या आप आएँगे?"), cue(2, 2083, 2600, "हाँ।"),
             cue(3, 2700, 5000, "ठीक है, हम चलते हैं।")],
            RepairKind.MERGE,
        ),
        ("cue-too-long", [cue(1, 0, 9000, "पहली पंक्ति यहाँ है,", "दूसरी यहाँ।")], RepairKind.SPLIT),
        ("cue-too-long", [cue(1, 0, 9000, "हाँ।")], RepairKind.END_EARLIER),
        (
            "cue-gap-too-small",
            [cue(1, 0, 2000, "ठीक है।"), cue(2, 2010, 4000, "धन्यवाद।")],
            RepairKind.END_EARLIER,
        ),
        (
            "cue-overlap",
            [cue(1, 0, 2500, "ठीक है।"), cue(2, 2000, 4000, "धन्यवाद।")],
            RepairKind.END_EARLIER,
        ),
        (
            "cue-overlap",
            [cue(1, 0, 2500, "ठीक है।"), cue(2, 500, 2500, "धन्यवाद।")],
            RepairKind.MERGE,
        ),
        ("cue-line-too-wide", [cue(1, 0, 5000, LONG + " " + LONG)], RepairKind.MOVE_WORD),
        (
            "cue-line-too-wide",
            [cue(1, 0, 7000, LONG + " " + LONG, LONG + " " + LONG)],
            RepairKind.SPLIT,
        ),
        ("cue-too-many-lines", [cue(1, 0, 5000, "यह", "एक", "वाक्य है।")], RepairKind.MOVE_WORD),
        (
            "cue-orphan-word",
            [cue(1, 0, 5000, "अधिकारी को तीस दिन के भीतर उत्तर देना होता", "है।")],
            RepairKind.MOVE_WORD,
        ),
        (
            "cue-orphan-word",
            [cue(1, 0, 2000, "यह एक वाक्य"), replace(cue(2, 2083, 3100, "है।"), segment_ids=("s1",))],
            RepairKind.MERGE,
        ),
        ("cue-outside-media", [cue(1, 58_000, 61_000, "ठीक है।")], RepairKind.END_EARLIER),
        ("cue-outside-media", [cue(1, -200, 2000, "ठीक है।")], RepairKind.START_LATER),
    ],
)  # fmt: skip
def test_each_finding_about_a_cue_has_its_repair(
    check_id: str, shown: list[Cue], kind: RepairKind
) -> None:
    repair = repaired(check_id, *shown)
    assert repair is not None
    assert repair.kind is kind
    assert kind in TABLE[check_id].repairs
    assert words(apply(repair, shown)) == words(shown)


def words(shown: list[Cue]) -> list[str]:
    return " ".join(line for one in shown for line in one.lines).translate(ISOLATES).split()


def test_latin_words_stay_isolated_where_the_lines_of_urdu_are_broken_elsewhere() -> None:
    text = "معلومات کا حق قانون \u20682005 (RTI)\u2069 کے تحت ہر شہری کو معلومات مانگنے کا حق ہے۔"
    repair = repaired("cue-line-too-wide", cue(1, 0, 7000, text), code="ur")
    assert repair is not None
    assert len(repair.cues[0].lines) == 2
    assert "\u20682005 (RTI)\u2069" in " ".join(repair.cues[0].lines)


def sentence(
    source: str, target: str, language: str = "hi", hits: tuple[Hit, ...] = (), end: int = 3000
) -> tuple[list[Finding], Subject]:
    segment = Segment("s1", "lesson", 0, 0, end, source)
    status = TranslationStatus.DRAFT if target else TranslationStatus.HOLE
    draft = Translation("s1", language, target, status, "x", Signature("x"))
    shown = cues.fit([segment], [target], language, end)
    findings = [*check([segment], [draft]), *check_cues(shown, language, end)]
    return findings, Subject(language, shown, end, (segment,), (draft,), (hits,))


@pytest.mark.parametrize(
    ("check_id", "source", "target", "text", "language"),
    [
        ("end-mark-missing", "He must reply.", "उसे उत्तर देना होगा", "उसे उत्तर देना होगा।", "hi"),
        ("end-mark-missing", "He must reply.", "அவர் பதிலளிக்க வேண்டும்",
         "அவர் பதிலளிக்க வேண்டும்.", "ta"),
        ("end-mark-missing", "Must he reply?", "کیا اسے جواب دینا ہوگا",
         "کیا اسے جواب دینا ہوگا؟", "ur"),
        ("end-mark-doubled", "He must reply.", "उसे उत्तर देना होगा।।", "उसे उत्तर देना होगा।", "hi"),
        ("end-mark-doubled", "He must reply.", "उसे उत्तर देना होगा.।", "उसे उत्तर देना होगा।", "hi"),
        ("end-mark-doubled", "Reply. It is a rule.", "उत्तर दें।। यह नियम है।",
         "उत्तर दें। यह नियम है।", "hi"),
        ("end-mark-differs", "He must reply.", "उसे उत्तर देना होगा |", "उसे उत्तर देना होगा।", "hi"),
        ("end-mark-differs", "Must he reply?", "उसे उत्तर देना होगा।", "उसे उत्तर देना होगा?", "hi"),
        ("quotes-unbalanced", "He must reply.", "उसे “उत्तर देना होगा।", "उसे उत्तर देना होगा।", "hi"),
        ("quotes-unbalanced", "He said, “I reply.”", "उसने कहा, “मैं उत्तर देता हूँ।",
         "उसने कहा, “मैं उत्तर देता हूँ।”", "hi"),
        ("quotes-unbalanced", "“Reply”, he said.", "उत्तर दें”, उसने कहा।",
         "“उत्तर दें”, उसने कहा।", "hi"),
        ("brackets-unbalanced", "He must reply.", "उसे (उत्तर देना होगा।", "उसे उत्तर देना होगा।", "hi"),
        ("brackets-unbalanced", "He must reply (soon).", "उसे उत्तर देना होगा (जल्दी।",
         "उसे उत्तर देना होगा (जल्दी)।", "hi"),
        ("digits-mixed", "Rules 5, 6 and 7 apply.", "नियम ५, 6 और 7 लागू हैं।",
         "नियम 5, 6 और 7 लागू हैं।", "hi"),
        ("digits-mixed", "Rules 5 and 6 apply.", "নিয়ম ৫ এবং 6 প্রযোজ্য।",
         "নিয়ম ৫ এবং ৬ প্রযোজ্য।", "bn"),
        ("markup-left", "He must reply.", "<i>उसे</i> **उत्तर** देना होगा।",
         "उसे उत्तर देना होगा।", "hi"),
        ("markup-left", "He must reply.", "उसे<br>उत्तर<BR/>देना होगा।", "उसे उत्तर देना होगा।", "hi"),
        ("markup-left", "He and she reply.", "वह &amp; वे उत्तर देते हैं।", "वह & वे उत्तर देते हैं।", "hi"),
        ("odd-characters", "He must reply.", "उसे\u200b उत्तर\u202e देना होगा।",
         "उसे उत्तर देना होगा।", "hi"),
        ("spaces-odd", "He must reply.", " उसे  उत्तर देना होगा ।", "उसे उत्तर देना होगा।", "hi"),
    ],
)  # fmt: skip
def test_each_finding_about_a_text_has_its_repair(
    check_id: str, source: str, target: str, text: str, language: str
) -> None:
    findings, subject = sentence(source, target, language)
    (finding,) = [one for one in findings if one.check == check_id]
    (repair,) = offer([finding], subject)
    assert repair is not None
    assert repair.text == text
    assert repair.kind in TABLE[check_id].repairs
    assert as_data(repair) == {"kind": repair.kind, "label": repair.label, "text": text}


def test_a_mark_is_added_in_the_style_of_the_lesson() -> None:
    texts = ["उत्तर दें.", "नियम देखें.", "उसे उत्तर देना होगा"]
    segments = [Segment(f"s{n}", "l", n, n, n + 1, "He must reply.") for n in range(3)]
    drafts = [
        Translation(one.id, "hi", text, TranslationStatus.DRAFT, "x", Signature("x"))
        for one, text in zip(segments, texts, strict=True)
    ]
    findings = [one for one in check(segments, drafts) if one.check == "end-mark-missing"]
    (repair,) = offer(findings, Subject("hi", (), 3, segments, drafts))
    assert repair is not None
    assert repair.text == "उसे उत्तर देना होगा."


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("He must reply.", "उसे <ID41> देना होगा।"),
        ("He must reply.", "उसे उत्\ufffd देना होगा।"),
        ("He said “yes” and “no”.", "उसने “हाँ कहा और ना।"),
        ("He defined the “public authority.”", "उन्होंने “लोक प्राधिकारी को परिभाषित किया।"),
        ("He said, “Yes.”", "“हाँ, उसने कहा।"),
        ("“Yes,” he said.", "उसने कहा, हाँ”।"),
        ("Reply within 30 days.", "3 दिनों में उत्तर दें।"),
        ("Reply within 30 days.", ""),
    ],
)
def test_what_only_a_person_can_know_has_no_repair(source: str, target: str) -> None:
    findings, subject = sentence(source, target)
    assert findings
    assert offer(findings, subject) == [None] * len(findings)


def test_a_markup_whose_removal_would_lose_a_number_has_no_repair() -> None:
    findings, subject = sentence("Rule number five applies.", "नियम &#5343; लागू है।")
    marked = [one for one in findings if one.check == "markup-left"]
    assert offer(marked, subject) == [None]


ACT = Term(
    "the Right to Information Act",
    "सूचना का अधिकार अधिनियम",
    "hi",
    forms=("आरटीआई अधिनियम",),
    status=TermStatus.OFFICIAL,
)


def test_a_shorter_wording_of_the_same_term_makes_a_sentence_slow_enough() -> None:
    source = "The Right to Information Act is for all of us here today."
    target = "सूचना का अधिकार अधिनियम आज यहाँ हम सब के लिए है, और रहेगा भी।"
    findings, subject = sentence(source, target, hits=(Hit(ACT, 0, 28),), end=2500)
    (finding,) = [one for one in findings if one.check == "cue-too-fast"]
    (repair,) = offer([finding], subject)
    assert repair is not None
    assert repair.kind is RepairKind.SHORTER_TERM
    assert repair.text == "आरटीआई अधिनियम आज यहाँ हम सब के लिए है, और रहेगा भी।"
    assert repair.label == "Write आरटीआई अधिनियम for सूचना का अधिकार अधिनियम"


def test_an_inflected_term_is_not_shortened() -> None:
    source = "The Right to Information Act is for all of us here today."
    target = "सूचना का अधिकार अधिनियमों में आज यहाँ हम सब के लिए बहुत कुछ है।"
    findings, subject = sentence(source, target, hits=(Hit(ACT, 0, 28),), end=2500)
    fast = [one for one in findings if one.check == "cue-too-fast"]
    assert fast
    assert offer(fast, subject) == [None] * len(fast)


PARTS = ["उत्तर", "हर अधिकारी", " ", "  ", "।", "।।", ".", "|", "?", "“", "”", '"', "(", ")", "5",
         "६", " 30 ", "<b>", "</b>", "&amp;", "**", "\u200b", "\u2068", "\u2069", "RTI", ",", " ,",
         "{0}", "\n", "सूचना का अधिकार अधिनियम", "ठीक है"]  # fmt: skip
SOURCES = ["He must reply.", "Must he reply in 30 days?", "He said, “reply (soon)”.",
           "Rule 5 applies",
           "The Right to Information Act is there."]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=14).map("".join),
    st.sampled_from(SOURCES),
    st.sampled_from(["hi", "bn", "ta", "ur", "sat"]),
)
def test_a_repair_of_any_text_settles_its_finding_and_keeps_numbers_and_words(
    target: str, source: str, language: str
) -> None:
    segment = Segment("s1", "lesson", 0, 0, 3000, source)
    draft = Translation("s1", language, target, TranslationStatus.DRAFT, "x", Signature("x"))
    findings = list(check_sentence(segment, draft, "en"))
    repairs = offer(findings, Subject(language, (), 3000, (segment,), (draft,)))
    for finding, repair in zip(findings, repairs, strict=True):
        if repair is None or repair.text is None:
            continue
        after = list(check_sentence(segment, replace(draft, text=repair.text), "en"))
        assert finding.check not in {one.check for one in after}
        assert bad(after) <= bad(findings)
        assert digits(repair.text) == digits(target)
        assert repair.kind in TABLE[finding.check].repairs


def digits(text: str) -> str:
    return "".join(ch for ch in to_ascii_digits(text) if ch.isdigit())


LINES = st.lists(
    st.sampled_from(["उत्तर", "अधिकारी", "है।", "30", "दिन", "RTI", "सूचना का अधिकार", "हर"]),
    min_size=1,
    max_size=9,
).map(" ".join)
SHOWN = st.lists(
    st.tuples(
        st.integers(-300, 4000), st.integers(100, 8500), st.lists(LINES, min_size=1, max_size=3)
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(SHOWN, st.sampled_from(["hi", "ur", "ml"]))
def test_a_repair_of_any_cues_settles_its_finding_and_keeps_every_word(
    rows: list[tuple[int, int, list[str]]], code: str
) -> None:
    shown, at = [], 0
    for number, (pause, time, lines) in enumerate(rows):
        shown.append(cue(number, at + pause, at + pause + time, *lines))
        at = shown[-1].end
    shown.sort(key=lambda one: one.start)
    findings = check_cues(shown, code, DURATION)
    for finding, repair in zip(
        findings, offer(findings, Subject(code, shown, DURATION)), strict=True
    ):
        if repair is None:
            continue
        after = check_cues(apply(repair, shown), code, DURATION)
        rank = list(Severity).index
        left = [one for one in after if one.check == finding.check]
        before = [one for one in findings if one.check == finding.check]
        as_bad = [one for one in left if rank(one.severity) <= rank(finding.severity)]
        were = [one for one in before if rank(one.severity) <= rank(finding.severity)]
        assert len(as_bad) < len(were)
        assert count_bad(after) <= count_bad(findings)
        assert sorted(words(apply(repair, shown))) == sorted(words(shown))
        assert repair.kind in TABLE[finding.check].repairs


def test_two_speakers_are_never_put_on_one_line() -> None:
    shown = (cue(1, 0, 700, "- क्या आप आएँगे?", "- हाँ।"), cue(2, 1283, 5000, "ठीक है।"))
    findings = check_cues(shown, "hi", DURATION)
    assert [one.check for one in findings] == ["cue-too-short", "cue-too-fast"]
    assert {one.kind for one in offer(findings, Subject("hi", shown, DURATION)) if one} <= {
        RepairKind.BORROW
    }
    wide = cue(1, 0, 7000, f"- {LONG} {LONG}", "- हाँ।")
    (finding,) = check_cues([wide], "hi", DURATION)
    assert offer([finding], Subject("hi", (wide,), DURATION)) == [None]


def test_a_lonely_quotation_mark_stays_where_no_source_says_what_was_quoted() -> None:
    findings, subject = sentence("", "उसे “उत्तर देना होगा।")
    assert "quotes-unbalanced" in {one.check for one in findings}
    assert all(one is None or one.kind is not RepairKind.PAIR for one in offer(findings, subject))


def test_no_mark_is_added_that_is_not_the_languages_own() -> None:
    texts = ["उत्तर दें |", "नियम देखें |", "उसे उत्तर देना होगा"]
    segments = [Segment(f"s{n}", "l", n, n, n + 1, "He must reply.") for n in range(3)]
    drafts = [
        Translation(one.id, "hi", text, TranslationStatus.DRAFT, "x", Signature("x"))
        for one, text in zip(segments, texts, strict=True)
    ]
    findings = [one for one in check(segments, drafts) if one.check == "end-mark-missing"]
    (repair,) = offer(findings, Subject("hi", (), 3, segments, drafts))
    assert repair is not None
    assert repair.text == "उसे उत्तर देना होगा।"


@pytest.mark.parametrize("text", ["कख " * 5000, "क" * 20_000, "(" * 20_000])
def test_a_subtitle_of_any_length_is_cut_or_left_in_no_time(text: str) -> None:
    shown = (cue(1, 0, 50_000, text),)
    repairs = offer(check_cues(shown, "hi", DURATION), Subject("hi", shown, DURATION))
    assert {one.kind for one in repairs if one} <= {RepairKind.END_EARLIER}


def count_bad(findings: list[Finding]) -> int:
    return sum(one.severity is not Severity.INFO for one in findings)


def test_a_lesson_of_two_thousand_cues_has_a_repair_for_each() -> None:
    shown = [cue(n, n * 2000, n * 2000 + 1000, LONG) for n in range(2000)]
    findings = check_cues(shown, "hi", 4_000_000)
    repairs = offer(findings, Subject("hi", shown, 4_000_000))
    assert all(one is not None for one in repairs)


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("विश्व स्वास्थ्य संगठन (WHO ने कहा।", "विश्व स्वास्थ्य संगठन (WHO) ने कहा।"),
        ("विश्व स्वास्थ्य संगठन WHO) ने कहा।", "विश्व स्वास्थ्य संगठन (WHO) ने कहा।"),
    ],
)
def test_a_bracket_is_closed_around_what_the_source_has_in_brackets(target: str, text: str) -> None:
    findings, subject = sentence("The World Health Organization (WHO) said so.", target)
    (finding,) = [one for one in findings if one.check == "brackets-unbalanced"]
    (repair,) = offer([finding], subject)
    assert repair is not None
    assert repair.text == text
