"""XLIFF 2.1, XLIFF 1.2 and the review sheet: what goes out comes back."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from courses.languages import WRITINGS
from courses.nouns import Severity, TranslationStatus
from pipeline.formats import docx_reading, docx_sheet, xliff, xliff1, xliff2
from pipeline.formats.bilingual import (
    Bilingual,
    BilingualUnit,
    Candidate,
    Remark,
    TermNote,
    mark_of,
)

LETTERS = "".join(writing.autonym for writing in WRITINGS.values())
TEXTS = st.text(
    st.one_of(
        st.sampled_from(LETTERS + "।۔؟᱾꯫<>&'\" \u200c\u200d\u2068\u2069\u00a0"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=40,
)
SHORT = st.text(st.sampled_from(LETTERS + ' <&>"'), max_size=12)
UNITS = st.builds(
    BilingualUnit,
    id=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    source=TEXTS,
    target=TEXTS,
    status=st.sampled_from(TranslationStatus),
    start=st.integers(0, 10**8),
    end=st.integers(0, 10**8),
    author=SHORT,
    limit=st.none() | st.integers(1, 999),
    remarks=st.tuples(st.builds(Remark, SHORT, st.just("hole"), st.sampled_from(Severity))),
    terms=st.tuples(
        st.builds(
            TermNote, SHORT, SHORT, st.just("official"), st.booleans(), st.just(0), st.just(3)
        )
    ),
    candidates=st.tuples(st.builds(Candidate, TEXTS, TEXTS, st.integers(0, 100), SHORT)),
)
TAGS = st.sampled_from([writing.bcp47 for writing in WRITINGS.values()])
LESSONS = st.builds(
    Bilingual,
    course=st.just("rti"),
    lesson=st.just("what-is-rti"),
    title=SHORT,
    source=st.just("en"),
    target=TAGS,
    units=st.lists(UNITS, min_size=1, max_size=4, unique_by=lambda unit: unit.id).map(tuple),
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

UNIT = BilingualUnit(
    id="ab12",
    source="The RTI Act says so.",
    target="आरटीआई अधिनियम ऐसा कहता है।",
    status=TranslationStatus.EDITED,
    start=500,
    end=3000,
    base=mark_of("आरटीआई अधिनियम ऐसा कहता है।"),
    author="A. Reviewer",
    limit=55,
    remarks=(Remark("A number differs.", "numbers-differ", Severity.ERROR),),
    terms=(TermNote("RTI Act", "सूचना का अधिकार अधिनियम", "official", True, 4, 11),),
    candidates=(Candidate("The RTI Act.", "आरटीआई अधिनियम।", 87, "dopt"),),
)
LESSON = Bilingual("rti", "what-is-rti", "What is RTI?", "en", "hi", (UNIT,))


@given(LESSONS)
@FEW
def test_xliff_2_keeps_every_text_and_time(lesson: Bilingual) -> None:
    back = xliff2.read(xliff2.write(lesson), "a.xlf")
    holes = TranslationStatus.HOLE
    # A status that needs a text cannot stand without one: such a file is told to be invalid.
    bad = {u.id for u in lesson.units if not u.target and u.status not in _NO_TEXT_NEEDED}
    assert {fault.unit for fault in back.faults} == bad
    for unit, sent in zip(back.bilingual.units, lesson.units, strict=True):
        assert (unit.id, unit.source, unit.target) == (sent.id, sent.source, sent.target)
        assert (unit.start, unit.end, unit.limit) == (sent.start, sent.end, sent.limit)
        assert unit.status == sent.status or sent.status == holes
        assert unit.base == mark_of(sent.target)


_NO_TEXT_NEEDED = {TranslationStatus.HOLE, TranslationStatus.DRAFT, TranslationStatus.STALE}


@pytest.mark.parametrize("form", [xliff2, xliff1])
@given(lesson=LESSONS)
@FEW
def test_writing_what_was_read_gives_the_same_bytes(form: Any, lesson: Bilingual) -> None:
    written = form.write(lesson)
    assert form.write(form.read(written, "a").bilingual) == written


@given(LESSONS)
@settings(FEW, max_examples=8)
def test_the_review_sheet_gives_back_ids_times_and_texts(lesson: Bilingual) -> None:
    back = docx_reading.read(docx_sheet.write(lesson), "a.docx")
    assert back.faults == ()
    assert back.bilingual.target == lesson.target
    for unit, sent in zip(back.bilingual.units, lesson.units, strict=True):
        assert (unit.id, unit.start, unit.end) == (sent.id, sent.start, sent.end)
        assert unit.base == mark_of(sent.target)
        assert _squeezed(unit.target) == _squeezed(sent.target)


@given(LESSONS)
@settings(FEW, max_examples=6)
def test_a_sheet_that_is_read_and_written_again_stays_as_it_is(lesson: Bilingual) -> None:
    once = docx_sheet.write(docx_reading.read(docx_sheet.write(lesson), "a").bilingual)
    assert docx_sheet.write(docx_reading.read(once, "a").bilingual) == once


def test_words_of_the_target_in_the_notes_have_its_font_and_direction_too() -> None:
    root = document_of(docx_sheet.write(replace(LESSON, target="ur")))
    name = f"{{{docx_reading.WORD}}}"
    runs = root.findall(f".//{name}tr")[1].findall(f"{name}tc")[4].findall(f".//{name}r")
    words = [run for run in runs if run.findtext(f"{name}t") == UNIT.candidates[0].target]
    assert [run.find(f"{name}rPr/{name}lang").get(f"{name}bidi") for run in words] == ["ur-IN"]
    assert words[0].find(f"{name}rPr/{name}rtl") is not None


def _squeezed(text: str) -> str:
    """Return a text as XML 1.0 and a word processor hold it: line ends are spaces."""
    text = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)
    return re.sub(r"[\t\r\n]", " ", text).strip()


def test_xliff_2_has_times_findings_terms_suggestions_and_the_limit_in_their_modules() -> None:
    text = xliff2.write(LESSON).decode()
    for line in (
        '<unit id="ab12" canResegment="no" slr:sizeRestriction="55">',
        '<mda:meta type="start">500</mda:meta>',
        '<note priority="1" category="numbers-differ">A number differs.</note>',
        '<gls:glossEntry id="g1" ref="#t1">',
        '<mtc:match id="m1" ref="#s" type="tm" matchQuality="87" origin="dopt">',
        '<segment id="s" state="translated" subState="karmavani:edited">',
        '<source>The <mrk id="t1" type="term">RTI Act</mrk> says so.</source>',
    ):
        assert line in text
    assert xliff2.read(text.encode(), "a").bilingual == LESSON


def test_a_character_that_xml_cannot_hold_is_written_by_its_number() -> None:
    odd = replace(LESSON, units=(replace(UNIT, target="क\x01ख"),))
    text = xliff2.write(odd)
    assert 'क<cp hex="0001"/>ख' in text.decode()
    assert xliff2.read(text, "a").bilingual.units[0].target == "क\x01ख"


@pytest.mark.parametrize("form", [xliff2, xliff1])
def test_the_reader_for_other_makers_reads_what_we_write(form: Any) -> None:
    bitext = xliff.read(form.write(LESSON))
    assert [(unit.source, unit.target) for unit in bitext.units] == [(UNIT.source, UNIT.target)]
    assert (bitext.source_language, bitext.target_language) == ("en", "hi")


def test_xliff_1_says_the_state_in_words_of_its_own() -> None:
    text = xliff1.write(LESSON).decode()
    assert '<target state="translated">' in text
    approved = replace(LESSON, units=(replace(UNIT, status=TranslationStatus.APPROVED),))
    assert 'approved="yes"' in xliff1.write(approved).decode()
    assert "RTI Act = सूचना का अधिकार अधिनियम (official, not to be changed)" in text


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("", TranslationStatus.DRAFT),
        ('state="translated"', TranslationStatus.EDITED),
        ('state="reviewed"', TranslationStatus.APPROVED),
        ('state="final" subState="other:x"', TranslationStatus.APPROVED),
        ('state="translated" subState="karmavani:draft"', TranslationStatus.EDITED),
    ],
)
def test_a_state_that_another_tool_set_counts_and_our_old_one_does_not(
    state: str, status: TranslationStatus
) -> None:
    text = xliff2.write(LESSON).decode()
    text = text.replace('state="translated" subState="karmavani:edited"', state)
    assert xliff2.read(text.encode(), "a").bilingual.units[0].status is status


def document_of(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


@pytest.mark.parametrize(
    ("tag", "font", "direction"),
    [
        ("hi", "Nirmala UI", "cs"),
        ("mni-Mtei", "Nirmala UI", "cs"),
        ("ur", "Times New Roman", "rtl"),
        ("ks-Arab", "Times New Roman", "rtl"),
        ("sd-Arab", "Times New Roman", "rtl"),
    ],
)
def test_a_translation_has_the_font_language_and_direction_of_its_script(
    tag: str, font: str, direction: str
) -> None:
    root = document_of(docx_sheet.write(replace(LESSON, target=tag)))
    name = f"{{{docx_reading.WORD}}}"
    cell = root.findall(f".//{name}tr")[1].findall(f"{name}tc")[3]
    facts = cell.find(f".//{name}rPr")
    assert facts is not None
    assert facts.find(f"{name}rFonts").get(f"{name}cs") == font
    assert facts.find(f"{name}lang").get(f"{name}bidi") == f"{tag}-IN"
    assert facts.find(f"{name}{direction}") is not None
    assert (cell.find(f".//{name}bidi") is not None) == (direction == "rtl")


def test_an_id_stands_in_a_locked_control_and_as_plain_text() -> None:
    root = document_of(docx_sheet.write(LESSON))
    name = f"{{{docx_reading.WORD}}}"
    control = root.find(f".//{name}sdt")
    assert control.find(f".//{name}lock").get(f"{name}val") == "sdtContentLocked"
    assert control.find(f".//{name}tag").get(f"{name}val") == f"kv:ab12:{UNIT.base}"
    assert "".join(control.itertext()).strip() == "ab12"


def test_the_same_lesson_gives_the_same_sheet() -> None:
    assert docx_sheet.write(LESSON) == docx_sheet.write(LESSON)
