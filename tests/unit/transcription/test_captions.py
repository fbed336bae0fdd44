"""Captions files as people hand them in, read as transcripts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import CaptionsError, UsageError
from courses.nouns import Finding, Severity, Transcript
from courses.timing import to_clock
from transcription.caption_reader import read_captions
from transcription.captions import Captions
from transcription.media import MediaInfo
from transcription.segments import to_segments

SRT = """\
1
00:00:01,000 --> 00:00:03,000
Good <i>morning</i>.

2
00:00:03,500 --> 00:00:05,000
{\\an8}Rs. 5 &amp; more
on two lines.
"""


def heard(
    content: str | bytes, folder: Path, language: str = "en", duration: int | None = 60_000
) -> Transcript:
    path = folder / "lesson.srt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Captions(path, duration).transcribe(folder / "lesson.mp4", language)


def said(transcript: Transcript) -> str:
    return " ".join(word.text for word in transcript.words)


def listed(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(finding.check, finding.severity.value, finding.message) for finding in findings]


def read(content: str) -> list[tuple[int, int, str]]:
    captions, _ = read_captions(content.encode(), "lesson.srt")
    return [(caption.start, caption.end, " / ".join(caption.lines)) for caption in captions]


def test_words_are_timed_over_their_cue_by_length(tmp_path: Path) -> None:
    transcript = heard(SRT, tmp_path)
    assert said(transcript) == "Good morning. Rs. 5 & more on two lines."
    assert [(w.text, w.start, w.end) for w in transcript.words][:3] == [
        ("Good", 1000, 1714),
        ("morning.", 1714, 3000),
        ("Rs.", 3500, 3722),
    ]
    assert transcript.words[-1].end == 5000
    assert {word.confidence for word in transcript.words} == {None}
    assert (transcript.duration, transcript.language, transcript.findings) == (60_000, "en", ())


def test_the_signature_is_known_before_and_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "lesson.srt"
    path.write_text(SRT, encoding="utf-8")
    before = Captions(path).signature
    assert str(before) == "engine:captions|revision:6c04a1555184|version:2"
    assert heard(SRT, tmp_path).signature == before
    assert heard(SRT + "\n", tmp_path).signature != before


def test_progress_ends_at_one(tmp_path: Path) -> None:
    path, seen = tmp_path / "lesson.srt", list[float]()
    path.write_text(SRT, encoding="utf-8")
    Captions(path, 60_000).transcribe(tmp_path / "lesson.mp4", "en", (), seen.append)
    assert seen == [1.0]


def test_webvtt_is_read_without_its_header_notes_styles_and_tags() -> None:
    assert read(
        "WEBVTT - Lesson one\nKind: captions\nLanguage: en\n\n"
        "STYLE\n::cue { color: red }\n\n"
        "NOTE this is\nno cue\n\n"
        "intro\n00:01.000 --> 00:02.500 align:start line:0\n"
        "<v Asha>Hello<00:00:01.500><c> all</c>\n\n"
        "00:00:03.000 --> 00:00:04.000\n&gt;&gt; 2 < 3 &lrm;yes\n"
    ) == [(1000, 2500, "Hello all"), (3000, 4000, "2 < 3 \u200eyes")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("00:00:01,000 --> 00:00:02,000\nHello\n", "no index"),
        ("1\n00:00:01.000 --> 00:00:02.000\nHello", "a dot and no last line feed"),
        ("1\n00:01,000 --> 00:02,000\nHello\n", "no hours"),
        ("1\n0:0:1,0 --> 0:0:2,0\nHello\n", "short numbers"),
        ("1\n00:00:01 --> 00:00:02\nHello\n", "no milliseconds"),
        ("1\r\n00:00:01,000-->00:00:02,000\r\nHello\r\n", "Windows line ends and no spaces"),
        ("1\r00:00:01,000 --> 00:00:02,000\rHello\r", "old Mac line ends"),
        ("\ufeff1\n00:00:01,000 --> 00:00:02,000 X1:10 X2:20\nHello\n", "mark and positions"),
        ("1\n\n00:00:01,000 --> 00:00:02,000\n\nHello\n", "blank lines inside"),
        ("WEBVTT\n00:01.000 --> 00:02.000\nHello\n", "no blank line after the header"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n \nHello\n", "a line of a space first"),
    ],
)
def test_sloppy_files_are_read(content: str, why: str) -> None:
    assert read(content) == [(1000, 2000, "Hello")], why


def test_cues_without_blank_lines_between_them_are_told_apart() -> None:
    content = "1\n00:00:01,000 --> 00:00:02,000\nOne 1\n2\n00:00:02,000 --> 00:00:03,000\nTwo\n"
    assert read(content) == [(1000, 2000, "One 1"), (2000, 3000, "Two")]


def test_text_after_a_blank_line_in_a_subrip_cue_is_kept() -> None:
    content = (
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nmore\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo\n"
    )
    assert read(content) == [(1000, 2000, "One / more"), (2000, 3000, "Two")]


def test_cues_out_of_order_are_put_in_order() -> None:
    content = "00:00:05,000 --> 00:00:06,000\nB\n\n00:00:01,000 --> 00:00:02,000\nA\n"
    assert read(content) == [(1000, 2000, "A"), (5000, 6000, "B")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_need_no_finding(encoding: str, tmp_path: Path) -> None:
    content = "1\n00:00:01,000 --> 00:00:02,000\nनमस्ते, आप सब।\n".encode(encoding)
    transcript = heard(content, tmp_path, "hi")
    assert said(transcript) == "नमस्ते, आप सब।"
    assert transcript.findings == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_and_reported(encoding: str, tmp_path: Path) -> None:
    content = "1\n00:00:01,000 --> 00:00:02,000\nनमस्ते।\n".encode(encoding)
    transcript = heard(content, tmp_path, "hi")
    assert said(transcript) == "नमस्ते।"
    message = f"lesson.srt has no byte order mark; it was read as {encoding.upper()}."
    assert listed(transcript.findings) == [("captions-encoding", "warning", message)]


def test_other_bytes_are_read_as_windows_1252_and_reported(tmp_path: Path) -> None:
    transcript = heard("00:00:01,000 --> 00:00:02,000\nA “naïve” view\n".encode("cp1252"), tmp_path)
    assert said(transcript) == "A “naïve” view"
    message = "lesson.srt is not UTF-8; it was read as Windows-1252. Save it as UTF-8 to be sure."
    assert listed(transcript.findings) == [("captions-encoding", "warning", message)]


def test_bytes_of_whole_words_are_read_as_windows_1256(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:02,000\nقانون کے تحت RTI\n".encode("cp1256")
    transcript = heard(content, tmp_path, "ur")
    assert said(transcript) == "قانون کے تحت RTI"
    message = "lesson.srt is not UTF-8; it was read as Windows-1256. Save it as UTF-8 to be sure."
    assert listed(transcript.findings) == [("captions-encoding", "warning", message)]


def test_a_null_byte_does_not_make_a_file_utf_16() -> None:
    assert read("00:00:01,000 --> 00:00:02,000\nyes\0no\n") == [(1000, 2000, "yes\ufffdno")]


def test_overrides_of_direction_are_left_out_and_marks_stay() -> None:
    content = "00:00:01,000 --> 00:00:02,000\npay \u202e001\u202c \u200fہاں\n"
    assert read(content) == [(1000, 2000, "pay 001\u202c \u200fہاں")]


def test_text_before_the_next_number_belongs_to_the_cue_before() -> None:
    content = (
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\nmore\n2\n00:00:02,000 --> 00:00:03,000\nTwo\n"
    )
    assert read(content) == [(1000, 2000, "One / more"), (2000, 3000, "Two")]


def test_seconds_of_three_digits_and_long_fractions_are_read() -> None:
    assert read("00:00:090,5004 --> 00:01:31,25\nHi\n") == [(90_500, 91_250, "Hi")]


def test_one_broken_byte_does_not_spoil_a_hindi_file(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:02,000\nनमस्ते आप सब ".encode() + b"\xe0\xa4\n"
    transcript = heard(content, tmp_path, "hi")
    assert said(transcript) == "नमस्ते आप सब \ufffd"
    assert listed(transcript.findings) == [
        (
            "captions-encoding",
            "warning",
            "lesson.srt, line 2: not all of it is UTF-8 (1 times \ufffd).",
        )
    ]


def test_overlapping_cues_are_shortened_and_reported(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:04,000\nOne.\n\n00:00:03,000 --> 00:00:05,000\nTwo.\n"
    transcript = heard(content, tmp_path)
    assert [(w.text, w.start, w.end) for w in transcript.words] == [
        ("One.", 1000, 3000),
        ("Two.", 3000, 5000),
    ]
    (finding,) = transcript.findings
    assert (finding.check, finding.severity) == ("captions-overlap", Severity.WARNING)
    assert finding.message == (
        "lesson.srt, line 4: the cue starts 1000 ms before the cue of line 1 ends; "
        "that one was shortened."
    )
    assert (finding.start, finding.end) == (3000, 4000)


def test_two_cues_of_one_start_are_both_kept(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:02,000\nYes.\n\n00:00:01,000 --> 00:00:03,000\nNo.\n"
    transcript = heard(content, tmp_path)
    assert [(w.text, w.start, w.end) for w in transcript.words] == [
        ("Yes.", 1000, 2111),
        ("No.", 2111, 3000),
    ]
    assert [finding.check for finding in transcript.findings] == ["captions-overlap"]


def test_many_overlaps_are_one_finding(tmp_path: Path) -> None:
    cues = [f"00:00:{i:02d},000 --> 00:00:{i + 2:02d},000\nWord{i}.\n" for i in range(30)]
    (finding,) = heard("\n".join(cues), tmp_path).findings
    assert finding.message.startswith("29 times; first: lesson.srt, line 4:")


def test_rolled_up_lines_are_said_once(tmp_path: Path) -> None:
    content = (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:02.000\n \nso the act<00:00:01.000><c> came</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nso the act came\n \n\n"
        "00:00:02.010 --> 00:00:04.000\nso the act came\ninto<00:00:03.000><c> force</c>\n\n"
        "00:00:04.000 --> 00:00:04.010\ninto force\n \n"
    )
    transcript = heard(content, tmp_path)
    assert said(transcript) == "so the act came into force"
    assert transcript.findings == ()


def test_rolled_up_lines_may_overlap_without_a_finding(tmp_path: Path) -> None:
    content = (
        "00:00:00,000 --> 00:00:04,000\nso the act\n\n"
        "00:00:02,000 --> 00:00:06,000\nso the act\ncame into force\n"
    )
    transcript = heard(content, tmp_path)
    assert said(transcript) == "so the act came into force"
    assert transcript.findings == ()


def test_a_word_said_again_later_is_kept(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:02,000\nYes.\n\n00:00:03,000 --> 00:00:04,000\nYes.\n"
    assert said(heard(content, tmp_path)) == "Yes. Yes."


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            "00:00:xx --> 00:00:02,000\nlost",
            "lesson.srt, line 4: times cannot be read, cue skipped: '00:00:xx --> 00:00:02,000'.",
        ),
        (
            "00:00:09,000 --> 00:00:08,000\nlost",
            "lesson.srt, line 4: cue ends before it starts, skipped: 'lost'.",
        ),
        (
            "-00:00:02,000 --> 00:00:03,000\nlost",
            "lesson.srt, line 4: a time is negative, cue skipped: "
            "'-00:00:02,000 --> 00:00:03,000'.",
        ),
        (
            "00:00:02,000 --> 00:00:03,000\n" + "long " * 5000,
            "lesson.srt, line 4: more than 20,000 characters, cue skipped: "
            "'long long long long long long long long long long long long…'.",
        ),
        (
            "00:02:00,000 --> 00:02:01,000\nlost",
            "lesson.srt, line 4: cue after the end of the media, skipped.",
        ),
    ],
)
def test_a_cue_that_cannot_be_used_is_reported_with_its_line(
    bad: str, message: str, tmp_path: Path
) -> None:
    transcript = heard(f"00:00:01,000 --> 00:00:02,000\nkept\n{bad}\n", tmp_path)
    message = message.replace("line 4", "line 3")
    assert said(transcript) == "kept"
    assert listed(transcript.findings) == [("captions-skipped-line", "warning", message)]


def test_text_without_a_time_in_webvtt_is_reported(tmp_path: Path) -> None:
    transcript = heard("WEBVTT\n\nlost\n\n00:01.000 --> 00:02.000\nkept\n", tmp_path)
    message = "lesson.srt, line 3: text without a time, skipped: 'lost'."
    assert listed(transcript.findings) == [("captions-skipped-line", "warning", message)]


def test_music_is_no_speech(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:02,000\n[Music]\nWelcome [all].\n♪ la la ♪\n"
    transcript = heard(content, tmp_path)
    assert said(transcript) == "Welcome [all]."
    assert [(f.check, f.severity.value) for f in transcript.findings] == [
        ("captions-skipped-line", "info")
    ] * 2


@pytest.mark.parametrize(
    "label",
    ["[MUSIC]", "[soft music playing]", "[Laughter and applause]", "[inaudible 00:12:03]",
     "[BLANK_AUDIO]", "[♪]", "♪", "♫ ♫", "[संगीत]", "[तालियों की गड़गड़ाहट]", "[पृष्ठभूमि में शोर]"],
)  # fmt: skip
def test_a_sound_label_alone_on_its_line_is_left_out(label: str, tmp_path: Path) -> None:
    transcript = heard(f"00:00:01,000 --> 00:00:02,000\nYes.\n{label}\n", tmp_path)
    assert said(transcript) == "Yes."
    assert [finding.severity for finding in transcript.findings] == [Severity.INFO]


@pytest.mark.parametrize(
    "words",
    ["[The officer must reply]", "[Section 8]", "[8]", "[The audience]", "[अधिकारी को उत्तर देना है]",
     "[Music policy]", "[Silence is not a reply]", "♪ The officer must reply"],
)  # fmt: skip
def test_other_text_in_brackets_is_kept_as_words(words: str, tmp_path: Path) -> None:
    language = "hi" if "अ" in words else "en"
    transcript = heard(f"00:00:01,000 --> 00:00:02,000\n{words}\n", tmp_path, language)
    assert said(transcript) == words
    assert transcript.findings == ()


def test_a_cue_is_cut_off_at_the_end_of_the_media(tmp_path: Path) -> None:
    transcript = heard("00:00:01,000 --> 00:00:09,000\nlong\n", tmp_path, duration=5000)
    assert [(word.start, word.end) for word in transcript.words] == [(1000, 5000)]


def test_captions_in_a_foreign_script_are_an_error_finding(tmp_path: Path) -> None:
    transcript = heard("00:00:01,000 --> 00:00:02,000\nयह हिन्दी है\n", tmp_path, "en")
    (finding,) = transcript.findings
    assert (finding.check, finding.severity) == ("language-mismatch", Severity.ERROR)
    assert finding.message == (
        "The lesson is declared as English, which is written in Latn, but its captions are in Deva."
    )


def test_kashmiri_captions_may_be_in_either_script(tmp_path: Path) -> None:
    assert heard("00:00:01,000 --> 00:00:02,000\nकॉशुर\n", tmp_path, "ks").findings == ()
    assert heard("00:00:01,000 --> 00:00:02,000\nکٲشُر\n", tmp_path, "ks").findings == ()


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Unknown language 'tamill'"):
        heard(SRT, tmp_path, "tamill")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty."),
        (b" \n\n", "is empty."),
        (b"<tt><body/></tt>", "text without a time, skipped: '<tt><body/></tt>'."),
        (
            b"just text\nof two lines\n",
            "lesson.srt, line 1: text without a time, skipped: 'just text'.",
        ),
        (b"WEBVTT\n\n", "lesson.srt, line 1: no cue times."),
        (b"1\n00:00:xx --> 1\nHi\n", "lesson.srt, line 2: times cannot be read"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "lesson.srt"),
        (b"\xff\xfe\x00\xd8", "lesson.srt is no text: byte 2 is not utf-16."),
    ],
)
def test_what_is_no_captions_file_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(CaptionsError) as caught:
        heard(content, tmp_path)
    assert message in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptionsError, match=r"There is no captions file .*none\.srt"):
        _ = Captions(tmp_path / "none.srt").signature
    with pytest.raises(CaptionsError, match="cannot be read"):
        _ = Captions(tmp_path).signature


def test_sentences_run_across_cues(tmp_path: Path) -> None:
    content = (
        "00:00:01,000 --> 00:00:03,000\nThe fee is\n\n"
        "00:00:03,000 --> 00:00:05,000\nRs. 10. It is\n\n"
        "00:00:05,000 --> 00:00:06,000\nsmall.\n"
    )
    segments = to_segments(heard(content, tmp_path).words, "intro", "en")
    assert [segment.text for segment in segments] == ["The fee is Rs. 10.", "It is small."]


def test_dashes_and_arrows_of_a_new_speaker_are_no_words() -> None:
    assert read("00:00:01,000 --> 00:00:02,000\n- Yes?\n>> No - never.\nWell - no.\n") == [
        (1000, 2000, "Yes? / No - never. / Well - no.")
    ]


def test_the_length_of_the_media_is_asked_where_it_is_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def probe(media: Path) -> MediaInfo:
        asked.append(media)
        return MediaInfo(media, "mov", 4000, True, ())

    monkeypatch.setattr("transcription.media.probe", probe)
    transcript = heard(SRT, tmp_path, duration=None)
    assert asked == [tmp_path / "lesson.mp4"]
    assert transcript.duration == transcript.words[-1].end == 4000


CUES = st.lists(
    st.tuples(
        st.integers(0, 10**7),
        st.integers(1, 10**4),
        st.lists(
            st.sampled_from(["नमस्ते", "RTI", "हाँ।", "5", "क\u200d्ष", "...", "ہے۔"]), min_size=1
        ),
    ),
    min_size=1,
)


@given(CUES, st.sampled_from([",", "."]))
def test_well_formed_cues_are_read_as_pysubs2_reads_them(
    cues: list[tuple[int, int, list[str]]], separator: str
) -> None:
    header = "WEBVTT\n\n" if separator == "." else ""
    content = header + "\n".join(
        f"{number}\n{to_clock(start, separator)} --> {to_clock(start + long, separator)}\n"
        f"{' '.join(text)}\n"
        for number, (start, long, text) in enumerate(cues, 1)
    )
    others = pysubs2.SSAFile.from_string(content, "vtt" if header else "srt")
    expected = [(other.start, other.end, other.plaintext) for other in others]
    assert sorted(read(content)) == sorted(expected)


JUNK = st.sampled_from(
    [
        "1", "WEBVTT", "NOTE x", "STYLE", "-->", "00:01.000 --> 00:02.000", "Hello <b>all", "",
        "00:00:03,5 --> 00:00:02", "00:00:01,000 --> 00:00:09,000", "नमस्ते।", "[Music]", " \u200b",
        "{\\an8}", "♪",
    ]
)  # fmt: skip


@given(st.lists(JUNK, max_size=20).map("\n".join))
def test_any_text_gives_ordered_words_or_a_captions_error(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    try:
        transcript = heard(content, tmp_path_factory.getbasetemp(), "en", 8000)
    except CaptionsError:
        return
    words = transcript.words
    assert all(0 <= word.start <= word.end <= 8000 for word in words)
    assert all(word.text and word.text == word.text.strip() for word in words)
    assert all(a.end <= b.start for a, b in pairwise(words))


@given(st.binary(max_size=200))
def test_any_bytes_give_cues_or_a_captions_error(data: bytes) -> None:
    try:
        captions, _ = read_captions(data, "lesson.srt")
    except CaptionsError:
        return
    assert captions
