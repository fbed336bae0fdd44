"""Subtitles of anybody, with their source and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from courses.errors import CaptionsError, KarmavaniError, UsageError
from courses.nouns import Cue
from pipeline.checking.caption_check import check_captions
from pipeline.cli_check import check


def cue(number: int, start: int, end: int, *lines: str) -> Cue:
    return Cue(str(number), (), start, end, lines)


def found(*shown: Cue, source: tuple[Cue, ...] = ()) -> list[tuple[str, int]]:
    return [(one.check, one.start) for one in check_captions(shown, "hi", source).findings]


def test_good_subtitles_have_no_finding() -> None:
    assert found(cue(1, 0, 2000, "यह पहला वाक्य है।"), cue(2, 3000, 5000, "यह दूसरा है।")) == []


def test_a_sentence_over_two_subtitles_is_looked_at_as_one() -> None:
    first = cue(1, 0, 2000, "उसने कहा, “मैं कल")
    assert found(first, cue(2, 2100, 4000, "उत्तर दूँगा।”")) == []
    assert found(first, cue(2, 2100, 4000, "उत्तर दूँगा।")) == [("quotes-unbalanced", 0)]


def test_without_a_source_nothing_is_said_that_needs_one() -> None:
    text = "30 दिनों में उत्तर दें, और नियम 5 देखें"
    assert found(cue(1, 0, 4000, text)) == []


SOURCE = (
    cue(1, 0, 2000, "Reply within 30 days"),
    cue(2, 2100, 4000, "of the date of receipt."),
    cue(3, 5000, 7000, "See rule 5."),
)


def test_with_a_source_numbers_are_compared_by_time() -> None:
    right = cue(1, 0, 4100, "प्राप्ति की तारीख से 30 दिनों में उत्तर दें।")
    rule = cue(2, 5050, 7000, "नियम 5 देखें।")
    assert found(right, rule, source=SOURCE) == []
    wrong = cue(1, 0, 4100, "प्राप्ति की तारीख से 13 दिनों में उत्तर दें।")
    assert found(wrong, rule, source=SOURCE) == [("numbers-differ", 0)]


def test_what_was_not_translated_is_a_hole() -> None:
    right = cue(1, 0, 4100, "प्राप्ति की तारीख से 30 दिनों में उत्तर दें।")
    assert found(right, source=SOURCE) == [("hole", 5000)]


def test_a_subtitle_that_nothing_was_said_for_is_looked_at_alone() -> None:
    right = cue(1, 0, 4100, "प्राप्ति की तारीख से 30 दिनों में उत्तर दें।")
    rule = cue(2, 5050, 7000, "नियम 5 देखें।")
    thanks = cue(3, 9000, 11_000, "9 <b>धन्यवाद</b>।")
    assert found(right, rule, thanks, source=SOURCE) == [("markup-left", 9000)]


SRT = """1
00:00:00,000 --> 00:00:02,000
यह पहला वाक्य है

2
00:00:01,500 --> 00:00:04,000
यह दूसरा है ।
"""


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    path = tmp_path / "lecture.hi.srt"
    path.write_text(SRT, encoding="utf-8")
    return path


def test_the_command_says_place_severity_id_and_repair(captions: Path) -> None:
    result = CliRunner().invoke(check, [str(captions), "--info"])
    lines = result.output.splitlines()
    assert lines[0] == (
        f"{captions}:00:00:00.000: error: cue-overlap: overlaps the next cue by 500 ms"
        " [End it 583 ms earlier]"
    )
    assert ": info: spaces-odd: " in lines[1]
    assert lines[-1] == "1 errors, 0 warnings, 1 worth knowing."
    assert isinstance(result.exception, KarmavaniError)
    assert result.exception.exit_code == 1


def test_the_command_prints_json(captions: Path) -> None:
    import json

    result = CliRunner().invoke(check, [str(captions), "--json"])
    told = json.loads(result.output)
    assert (told["language"], told["cues"], told["errors"]) == ("hi", 2, 1)
    assert told["findings"][0]["repair"]["kind"] == "end-earlier"
    assert told["findings"][0]["help"] == "checks.md#cue-overlap"


def test_good_subtitles_end_well_and_info_is_only_counted(captions: Path) -> None:
    captions.write_text(SRT.replace("00:00:01,500", "00:00:02,500"), encoding="utf-8")
    result = CliRunner().invoke(check, [str(captions)])
    assert (result.exit_code, result.output) == (0, "0 errors, 0 warnings, 1 worth knowing.\n")


def test_a_line_that_cannot_be_read_is_a_warning_with_its_number(captions: Path) -> None:
    captions.write_text("stray text\n\n" + SRT, encoding="utf-8")
    result = CliRunner().invoke(check, [str(captions)])
    assert "warning: captions-skipped-line: Line 1" in result.output


@pytest.mark.parametrize(
    ("name", "text", "options", "error", "said"),
    [
        ("lecture.srt", SRT, [], UsageError, "--language hi"),
        ("lecture.final.srt", SRT, [], UsageError, "--language hi"),
        ("lecture.hi.doc", SRT, [], UsageError, "Known: .vtt, .srt, .ttml, .json."),
        ("lecture.hi.srt", "\n \n", [], CaptionsError, "is empty"),
        ("lecture.hi.srt", SRT, ["--language", "xx"], UsageError, "xx"),
        ("lecture.hi.srt", SRT, ["--source", "none.en.srt"], CaptionsError, "no captions file"),
        ("lecture.hi.vtt", "WEBVTT\n", [], CaptionsError, "There is no subtitle"),
        ("lecture.hi.vtt", "WEBVTT\n\n00:05.000 --> 00:01.000\nक\n", [], CaptionsError, "Line 3: "),
    ],
)
def test_what_cannot_be_checked_is_refused_and_says_what_to_do(
    tmp_path: Path, name: str, text: str, options: list[str], error: type[Exception], said: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(check, [str(path), *options])
    assert isinstance(result.exception, error)
    assert said in str(result.exception)


def test_a_file_that_says_its_language_need_not_be_named_after_it(tmp_path: Path) -> None:
    from pipeline.formats import FORMATS, Document

    document = Document("", "ta", "", (cue(1, 0, 2000, "இது ஒரு வாக்கியம்."),))
    path = tmp_path / "lecture.json"
    path.write_text(FORMATS["json"].write(document), encoding="utf-8")
    result = CliRunner().invoke(check, [str(path), "--json"])
    assert result.exit_code == 0
    assert '"language": "ta"' in result.output
