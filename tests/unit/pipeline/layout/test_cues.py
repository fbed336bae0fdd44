"""Whole lessons laid out: examples in Hindi and Urdu, and what holds for any text in any script."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import script
from courses.languages import WRITINGS, Writing, find_language, find_writing
from courses.nouns import Cue, Segment
from pipeline.checking.cue_checks import check_cues
from pipeline.layout.cues import fit
from pipeline.layout.line_pieces import fold

ISOLATES = str.maketrans("", "", "\u2068\u2069")


def sentences(*spans: tuple[int, int]) -> list[Segment]:
    return [
        Segment(f"s{index}", "lesson", index, start, end, "source")
        for index, (start, end) in enumerate(spans)
    ]


def as_text(cues: list[Cue]) -> str:
    return "\n".join(f"{cue.id} {cue.start} {cue.end} {' / '.join(cue.lines)}" for cue in cues)


def test_sentences_become_cues_over_their_whole_time() -> None:
    texts = [
        "सूचना का अधिकार अधिनियम, 2005 के अंतर्गत हर नागरिक को सूचना माँगने का अधिकार है, "
        "और अधिकारी को 30 दिनों के भीतर उत्तर देना होता है।",
        "धन्यवाद।",
    ]
    assert as_text(fit(sentences((500, 8500), (9500, 10_000)), texts, "hi", 12_000)) == (
        "s0-1 500 5459 सूचना का अधिकार अधिनियम, 2005 के अंतर्गत / "
        "हर नागरिक को सूचना माँगने का अधिकार है,\n"
        "s0-2 5542 8500 और अधिकारी को 30 दिनों के भीतर उत्तर देना होता है।\n"
        "s1-1 9500 10500 धन्यवाद।"
    )


def test_latin_terms_and_numbers_are_isolated_in_right_to_left_lines() -> None:
    cues = fit(sentences((0, 4000)), ["معلومات کا حق قانون 2005 (RTI) کے تحت"], "ur", 4000)
    assert cues[0].lines == ("معلومات کا حق قانون \u20682005 (RTI)\u2069 کے تحت",)


def test_an_address_cut_over_two_right_to_left_lines_is_isolated_on_each() -> None:
    text = "دیکھیں https://example.gov.in/" + "x" * 40
    lines = [line for cue in fit(sentences((0, 9000)), [text], "ur", 9000) for line in cue.lines]
    latin = [line for line in lines if "x" in line and "دیکھیں" in line]
    assert latin
    assert all("\u2068" in line and line.endswith("\u2069") for line in latin)
    assert "".join(lines).translate(ISOLATES).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("hole", [None, "", " \n"])
def test_a_hole_gets_no_cue_and_moves_no_other(hole: str | None) -> None:
    segments = sentences((0, 3000), (3100, 4200), (4300, 6000))
    texts = ["पहला वाक्य।", "हाँ।", "तीसरा वाक्य।"]
    whole = fit(segments, texts, "hi", 7000)
    assert fit(segments, [texts[0], hole, texts[2]], "hi", 7000) == [whole[0], whole[2]]


def test_a_sentence_too_long_for_its_speech_borrows_the_silence_after_it() -> None:
    text = "यह वाक्य बोलने में कम और पढ़ने में अधिक समय लेता है।"
    (cue,) = fit(sentences((0, 1000)), [text], "hi", 10_000)
    assert cue.end == -(-script.width(text) * 1000 // 17)


def test_it_borrows_no_further_than_the_next_sentence() -> None:
    text = "यह वाक्य बोलने में कम और पढ़ने में अधिक समय लेता है।"
    cues = fit(sentences((0, 1000), (2000, 4000)), [text, "ठीक।"], "hi", 10_000)
    assert cues[0].end == 1917
    assert check_cues(cues, "hi", 10_000)[0].check == "cue-too-fast"


def test_a_very_short_sentence_that_cannot_share_a_cue_is_shown_for_the_shortest_time() -> None:
    long = "यह वाक्य एक पंक्ति से लंबा है, इसलिए किसी और के साथ एक ही उपशीर्षक में नहीं आता।"
    cues = fit(sentences((0, 5000), (5000, 5200), (5200, 15_000)), [long, "ख।", long], "hi", 15_000)
    assert [cue.end - cue.start for cue in cues][1] == 1000
    assert check_cues(cues, "hi", 15_000) == []


def test_replies_too_short_to_be_read_share_a_cue_with_the_ids_of_both() -> None:
    segments = sentences((0, 3000), (3200, 3500), (3600, 4000), (7000, 9000))
    cues = fit(segments, ["क्या यह साफ़ है?", "हाँ।", "ठीक है।", "तो आगे बढ़ते हैं।"], "hi", 9000)
    assert as_text(cues[1:3]) == "s1-1 3200 4200 हाँ। ठीक है।\ns3-1 7000 9000 तो आगे बढ़ते हैं।"
    assert cues[1].segment_ids == ("s1", "s2")


def test_a_sentence_that_is_asked_for_alone_shares_no_cue() -> None:
    segments = sentences((0, 3000), (3200, 3500), (3600, 4000), (7000, 9000))
    texts = ["क्या यह साफ़ है?", "हाँ।", "ठीक है।", "तो आगे बढ़ते हैं।"]
    cues = fit(segments, texts, "hi", 9000, apart={"s2"})
    assert [cue.id for cue in cues] == ["s0-1", "s1-1", "s2-1", "s3-1"]


def test_a_wording_of_the_glossary_is_not_parted() -> None:
    term = "लोक सूचना अधिकारी"
    text = f"आवेदक को अपना आवेदन पहले अपने ही विभाग में बैठे सहायक {term} के पास जमा करना चाहिए"
    for cut in range(text.index(term)):
        cues = fit(sentences((0, 6000)), [text[cut:].strip()], "hi", 6000, {"s0": {term}})
        assert any(term in line for cue in cues for line in cue.lines)


def test_no_part_of_a_sentence_gets_an_end_mark_of_its_own() -> None:
    text = "नागरिक सूचना माँग सकता है और अधिकारी को उत्तर देना होता है " * 6 + "तथा शुल्क लेना होता है।"
    cues = fit(sentences((0, 40_000)), [text], "hi", 40_000)
    assert len(cues) > 3
    assert [cue.id for cue in cues if "।" in "".join(cue.lines)] == [cues[-1].id]
    assert "".join("".join(cue.lines) for cue in cues).count("।") == 1


def test_sentences_out_of_order_are_shown_by_time() -> None:
    cues = fit(sentences((5000, 6000), (0, 1000)), ["बाद में।", "पहले।"], "hi", 9000)
    assert [cue.id for cue in cues] == ["s1-1", "s0-1"]


def test_a_wrong_number_of_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        fit(sentences((0, 1000)), [], "hi", 1000)


def test_a_lesson_without_sentences_has_no_cues() -> None:
    assert fit([], [], "hi", 1000) == []


# First and last code point of the letters of a script; between them stand vowel signs, viramas
# and digits too, in any order, which is harder than real text.
BLOCKS = {
    "Arab": (0x0600, 0x06FF), "Beng": (0x0980, 0x09FE), "Deva": (0x0900, 0x097F),
    "Gujr": (0x0A81, 0x0AFF), "Guru": (0x0A01, 0x0A76), "Knda": (0x0C80, 0x0CF3),
    "Latn": (0x0041, 0x024F), "Mlym": (0x0D00, 0x0D7F), "Mtei": (0xABC0, 0xABF9),
    "Olck": (0x1C50, 0x1C7F), "Orya": (0x0B01, 0x0B77), "Taml": (0x0B82, 0x0BFA),
    "Telu": (0x0C00, 0x0C7F),
}  # fmt: skip
VIRAMAS = {
    "Beng": "\u09cd", "Deva": "\u094d", "Gujr": "\u0acd", "Guru": "\u0a4d", "Knda": "\u0ccd",
    "Mlym": "\u0d4d", "Mtei": "\uabed", "Orya": "\u0b4d", "Taml": "\u0bcd", "Telu": "\u0c4d",
}  # fmt: skip


def texts_of(script_code: str) -> st.SearchStrategy[str]:
    """Random text in a script: any of its characters, conjunct-heavy words, all that mixes in."""
    low, high = BLOCKS[script_code]
    letters = st.characters(min_codepoint=low, max_codepoint=high, exclude_categories=["Cn"])
    consonants = st.characters(min_codepoint=low, max_codepoint=high, categories=["Lo", "Lu"])
    virama = VIRAMAS.get(script_code, "\u200d")
    conjunct = st.builds(
        str.join,
        st.sampled_from([virama, virama + "\u200d"]),
        st.lists(consonants, min_size=2, max_size=9),
    )
    other = st.sampled_from(
        [" ", "  ", "\n", ", ", "। ", ". ", "؟ ", " 30 ", "२००५ ", "5", "(", ") ", "-", "/", "RTI",
         "https://www.example.gov.in/a/very/long/address", "\u200c", "\u200d", "\u00a0", "…", "😀"]
    )  # fmt: skip
    parts = st.lists(st.text(letters, max_size=12) | conjunct | other, max_size=25)
    return parts.map("".join)


times = st.tuples(st.integers(0, 70_000), st.integers(0, 8000)).map(lambda t: (t[0], sum(t)))


def assert_whole(text: str, lines: list[str]) -> None:
    """All of `text` stands in `lines`, in order, cut only between graphemes, at spaces or not."""
    text, at = fold(text), 0
    borders = {0, *accumulate(map(len, script.graphemes(text)))}
    for line in lines:
        assert text.startswith(line, at)
        at += len(line)
        spaces = len(text[at:]) - len(text[at:].lstrip(" "))
        assert borders & {at, at + spaces}
        at += spaces
    assert at == len(text)


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=lambda writing: writing.code)
def test_any_text_at_any_times_is_laid_out_whole_within_all_limits(writing: Writing) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(times, st.none() | texts_of(writing.script)), max_size=6))
    def holds(lesson: list[tuple[tuple[int, int], str | None]]) -> None:
        segments = sentences(*(span for span, _ in lesson))
        texts = [text for _, text in lesson]
        duration = 60_000
        cues = fit(segments, texts, writing.code, duration)
        assert_all_shown(dict(zip((one.id for one in segments), texts, strict=True)), cues)
        assert_within_limits(cues, writing, duration)

    holds()


def assert_all_shown(texts: dict[str, str | None], cues: list[Cue]) -> None:
    """Each text with something to see is whole in the cues of its sentence, which it may share."""
    units = list(dict.fromkeys(cue.segment_ids for cue in cues))
    seen = [segment_id for ids in units for segment_id in ids]
    visible = [name for name, text in texts.items() if script.width(fold(text or ""))]
    assert sorted(seen) == sorted(visible)
    for ids in units:
        own = [cue for cue in cues if cue.segment_ids == ids]
        assert [cue.id for cue in own] == [f"{ids[0]}-{n + 1}" for n in range(len(own))]
        shown = [line.translate(ISOLATES) for cue in own for line in cue.lines]
        assert_whole(" ".join(fold(texts[name] or "") for name in ids), shown)


def assert_within_limits(cues: list[Cue], writing: Writing, duration: int) -> None:
    found = {(finding.start, finding.check) for finding in check_cues(cues, writing.code, duration)}
    assert not {check for _, check in found} - {
        "cue-too-fast",
        "cue-too-short",
        "cue-gap-too-small",
        "cue-orphan-word",
    }
    profile = find_language(writing.code).profile
    for cue in cues:
        assert 0 <= cue.start < cue.end <= duration
        assert 1 <= len(cue.lines) <= 2
        assert all(line and script.width(line) <= profile.width for line in cue.lines)
        assert cue.end - cue.start <= profile.longest
    for cue, later in pairwise(cues):
        assert cue.end <= later.start
        gap_is_kept = later.start - cue.end >= profile.gap
        assert gap_is_kept or (cue.start, "cue-gap-too-small") in found


def test_sentences_always_keep_the_gap_between_them_where_the_media_has_room() -> None:
    segments = sentences(*((0, 0) for _ in range(20)))
    cues = fit(segments, ["ठीक है।"] * 20, "hi", 30_000)
    assert min(later.start - cue.end for cue, later in pairwise(cues)) >= 83


def test_every_writing_has_its_direction_tested() -> None:
    assert {find_writing(code).script for code in WRITINGS} == set(BLOCKS)
