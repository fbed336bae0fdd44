"""Files made to do harm, or broken: refused with a reason, or made harmless and told."""

from __future__ import annotations

import json

import pytest

from courses.errors import CaptionsError
from courses.nouns import Cue
from pipeline.formats import FORMATS, Document, Reading, Sentence

TT = 'xmlns="http://www.w3.org/ns/ttml" xml:lang="hi"'
LABEL = "machine draft, not reviewed"
OF_LINES = {
    "webvtt": ("WEBVTT\n\n{}\n\n00:05.000 --> 00:06.000\nkept\n", "."),
    "subrip": ("{}\n\n00:00:05,000 --> 00:00:06,000\nkept\n", ","),
}


def read(name: str, text: str | bytes) -> Reading:
    return FORMATS[name].read(text.encode() if isinstance(text, str) else text, "a.file")


def told(reading: Reading) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in reading.skipped]


def lines(reading: Reading) -> list[tuple[str, ...]]:
    return [cue.lines for cue in reading.document.cues]


def tt(body: str) -> str:
    return f"<tt {TT}><body><div>\n{body}\n</div></body></tt>"


@pytest.mark.parametrize("name", OF_LINES)
@pytest.mark.parametrize(
    ("timing", "why"),
    [
        ("-00:00:01{0}000 --> 00:00:02{0}000", "a time is negative, skipped"),
        ("00:00:01{0}000 --> -00:00:02{0}000", "a time is negative, skipped"),
        ("00:00:03{0}000 --> 00:00:02{0}000", "cue ends before it starts, skipped"),
        ("00:00:02{0}000 --> 00:00:02{0}000", "cue ends before it starts, skipped"),
        ("10000:00:01{0}000 --> 10000:00:02{0}000", "times cannot be read, skipped"),
        ("9" * 5000 + ":00:01{0}000 --> 00:00:02{0}000", "times cannot be read, skipped"),
        ("00:00:0x --> 00:00:02{0}000", "times cannot be read, skipped"),
    ],
)
def test_a_cue_of_wrong_times_is_skipped_line_by_line(name: str, timing: str, why: str) -> None:
    form, mark = OF_LINES[name]
    reading = read(name, form.format(timing.format(mark) + "\nlost\nlost too"))
    first = 3 if name == "webvtt" else 1
    assert lines(reading) == [("kept",)]
    assert told(reading) == [(first + n, why) for n in range(3)]


@pytest.mark.parametrize("name", OF_LINES)
def test_hours_over_99_are_read(name: str) -> None:
    form, mark = OF_LINES[name]
    reading = read(name, form.format(f"100:00:00{mark}000 --> 101:00:00{mark}000\nlate"))
    assert [(cue.start, cue.lines) for cue in reading.document.cues] == [
        (5000, ("kept",)),
        (360_000_000, ("late",)),
    ]


@pytest.mark.parametrize("name", OF_LINES)
def test_a_cue_of_two_million_characters_is_skipped(name: str) -> None:
    form, mark = OF_LINES[name]
    long = f"00:00:01{mark}000 --> 00:00:02{mark}000\n" + "<क " * 666_666
    reading = read(name, form.format(long))
    assert lines(reading) == [("kept",)]
    assert {reason for _, reason in told(reading)} == {
        "a cue has more than 20,000 characters, skipped"
    }


@pytest.mark.parametrize("name", OF_LINES)
def test_null_bytes_do_not_change_the_encoding(name: str) -> None:
    form, mark = OF_LINES[name]
    reading = read(name, form.format(f"00:00:01{mark}000 --> 00:00:02{mark}000\nह\0ाँ"))
    assert lines(reading) == [("ह\ufffdाँ",), ("kept",)]


@pytest.mark.parametrize("name", OF_LINES)
def test_bidi_overrides_are_taken_out_and_told_but_marks_and_isolates_stay(name: str) -> None:
    form, mark = OF_LINES[name]
    text = "pay \u202e001\u202c, \u2068RTI\u2069 \u200fہاں"
    reading = read(name, form.format(f"00:00:01{mark}000 --> 00:00:02{mark}000\n{text}"))
    assert lines(reading)[0] == ("pay 001\u202c, \u2068RTI\u2069 \u200fہاں",)
    assert [reason for _, reason in told(reading)] == ["bidi overrides were taken out"]


def test_more_cues_than_anybody_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.formats.lines.MOST_CUES", 5)
    with pytest.raises(CaptionsError, match=r"a\.file, line 16: more than 5 cues"):
        read("subrip", "0:0:0 --> 0:0:1\na\n\n" * 6)
    with pytest.raises(CaptionsError, match="more than 1,000,000 lines"):
        read("webvtt", "WEBVTT\n" + "\n" * 1_000_001)


def test_very_many_skipped_lines_are_counted() -> None:
    reading = read("webvtt", "WEBVTT\n\n" + "lost\n\n" * 12_000)
    assert (len(reading.skipped), reading.more) == (10_000, 2_000)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("webvtt", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", "line 1: is not WEBVTT"),
        ("webvtt", b"", "line 1: is not WEBVTT"),
        ("subrip", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "this is WebVTT"),
        ("subrip", b"just text\n", "no cue of SubRip"),
        ("subrip", b"\xff\xfe\x00\xd8", "is no text"),
        ("json", b"{", "is no JSON"),
        ("json", b"[" * 100_000, "is no JSON"),
        ("json", b"[]", "is not an object"),
        ("json", b'{"format": "other/1"}', "'format' is not 'karmavani-cues/1'"),
        ("html", b"<p>Other</p>", "no reading transcript"),
        ("html", b"<h1>T</h1><SCRIPT>x</SCRIPT>", "has a script"),
        ("html", b"<a " * 100_000, "a tag without an end"),
        ("html", b"<!--" * 100_000, "a comment"),
        ("transcript", b"a" * 32_000_001, "has 32000001 bytes"),
    ],
)
def test_what_is_another_kind_of_file_is_refused(name: str, data: bytes, said: str) -> None:
    with pytest.raises(CaptionsError, match=said):
        read(name, data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": "xx"}, "Unknown language 'xx'"),
        ({"title": 5}, "'title' is missing or no str"),
        ({"cues": [{}]}, "cues 1: 'start' is missing or no int"),
        ({"cues": [{"start": True, "end": 1}]}, "'start' is missing or no int"),
        ({"cues": [{"start": -1, "end": 1}]}, "negative, reversed"),
        ({"cues": [{"start": 2, "end": 1}]}, "negative, reversed"),
        ({"cues": [{"start": 0, "end": 10**20}]}, "beyond 10,000 hours"),
        ({"sentences": {}}, "'sentences' is missing or no list"),
    ],
)
def test_json_that_is_not_ours_is_refused_with_the_place(change: object, said: str) -> None:
    whole = json.loads(FORMATS["json"].write(Document("T", "hi", LABEL)))
    assert isinstance(change, dict)
    with pytest.raises(CaptionsError, match=said):
        read("json", json.dumps(whole | change))


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f'<!DOCTYPE tt [<!ENTITY a0 "ha">{LAUGHS}]>{tt("<p>&a9;</p>")}', "document type"),
        (f'<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/passwd">]>{tt("&x;")}', "document type"),
        (f'<!DOCTYPE tt SYSTEM "http://example.org/x.dtd">{tt("")}', "document type"),
        (tt("<p>&x;</p>"), "is no sound XML: undefined entity"),
        (tt("<p>a\0b</p>"), "is no sound XML"),
        (tt("<p>"), "is no sound XML"),
        ("<html/>", "has no <tt> of TTML"),
        (tt("<div>" * 50 + "</div>" * 50), "40 of (?:its elements|them) one in another"),
        (tt('<p begin="1f"/>' * 40_001), "more than 40,000 elements"),
        (tt("<p/>" * 1_000_001), "more than 1,000,000 tags"),
        (tt("x" * 48_000_000), "more than 48,000,000 bytes"),
        ("", "is no sound XML"),
        (tt(f'<p style="{"a " * 600}"/>'), "very long attributes"),
    ],
)
def test_ttml_that_is_dangerous_or_no_ttml_is_refused(data: str, said: str) -> None:
    with pytest.raises(CaptionsError, match=said):
        read("ttml", data)


def test_paragraphs_that_ttml_readers_lose_silently_are_told_with_their_lines() -> None:
    paragraphs = [
        '<p begin="1s" end="2s">kept</p>',
        '<p begin="-1s" end="2s">negative</p>',
        '<p begin="4s" end="3s">reversed</p>',
        '<p begin="soon" end="3s">unread</p>',
        '<p begin="5s">endless</p>',
        '<p begin="6s" end="7s"> </p>',
        f'<p begin="8s" end="9s">{"long " * 5000}</p>',
        '<p begin="3s" end="3s">no time</p>',
    ]
    reading = read("ttml", tt("\n".join(paragraphs)))
    assert lines(reading) == [("kept",)]
    assert sorted(one for one in told(reading) if one[0] > 1) == [
        (3, "a time is negative, skipped"),
        (4, "cue has no end, or ends before it starts, skipped"),
        (5, "times cannot be read, skipped"),
        (6, "cue has no end, or ends before it starts, skipped"),
        (7, "a cue without time or text, skipped"),
        (8, "a cue has more than 20,000 characters, skipped"),
        (9, "a cue without time or text, skipped"),
    ]


def test_times_of_ttml_count_from_what_they_are_in() -> None:
    body = (
        '<div begin="10s"><p begin="00:00:01.500" dur="2s">a<br/>b</p>'
        '<p><span begin="5s" end="6s">one</span> <span begin="6s" end="7s">two</span></p></div>'
    )
    assert [(c.start, c.end, c.lines) for c in read("ttml", tt(body)).document.cues] == [
        (11_500, 13_500, ("a", "b")),
        (15_000, 16_000, ("one",)),
        (16_000, 17_000, ("two",)),
    ]


SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(1)">\x00\x1b[2J]]>'


@pytest.mark.parametrize("name", FORMATS)
def test_a_script_in_a_cue_or_title_stays_text(name: str) -> None:
    document = Document(
        SCRIPT, "hi", SCRIPT, (Cue("1", (), 0, 1000, (SCRIPT,)),), (Sentence(0, 1000, SCRIPT),)
    )
    written = FORMATS[name].write(document)
    if name in ("webvtt", "html", "ttml"):
        assert "<script" not in written
        assert "<img" not in written
    assert not {"\x00", "\x1b"} & set(written)
    shown = SCRIPT.replace("\x00", " ").replace("\x1b", " ")
    if name in ("transcript", "html"):
        shown = " ".join(shown.split())  # prose has no runs of spaces
    read_back = FORMATS[name].read(written.encode(), "a").document
    said = [cue.lines[0] for cue in read_back.cues] + [one.text for one in read_back.sentences]
    assert set(said) == {shown}


def test_a_page_read_back_gives_text_alone_whatever_was_put_into_it() -> None:
    page = (
        '<h1>T</h1><span data-start="0" data-end="1">a<b onclick=x>b</b></span>'
        '<span data-start="-1" data-end="1">n</span><span data-start="2" data-end="1">r</span>'
    )
    reading = read("html", page)
    assert [one.text for one in reading.document.sentences] == ["ab"]
    assert told(reading) == [(1, "a sentence with wrong times, skipped")] * 2
