"""What every format promises: what it keeps comes back, and writing it again changes nothing."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pysubs2
import pytest
import srt
import ttconv.imsc.reader
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st
from ttconv.isd import ISD

from courses.languages import WRITINGS, find_writing
from courses.nouns import Cue
from pipeline.formats import FORMATS, Document, ttml_flat, ttml_model
from pipeline.formats.lines import safe_lines
from pipeline.formats.transcript import prose
from tests.unit.pipeline.formats.documents import ANY, LINE, cues, documents

OF_CUES = ("webvtt", "subrip", "ttml", "json")
FEW = settings(max_examples=20, deadline=None)
LABEL = "machine draft, not reviewed"


def times_and_lines(document: Document) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(cue.start, cue.end, cue.lines) for cue in document.cues]


def test_every_format_has_a_suffix_of_its_own() -> None:
    assert {name: module.SUFFIX for name, module in FORMATS.items()} == {
        "webvtt": ".vtt",
        "subrip": ".srt",
        "transcript": ".txt",
        "html": ".html",
        "ttml": ".ttml",
        "json": ".json",
    }


def test_what_a_format_adds_to_the_name_of_a_file_is_ascii() -> None:
    assert all((code + form.SUFFIX).isascii() for code in WRITINGS for form in FORMATS.values())


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(document=documents(LINE | ANY))
def test_writing_what_was_read_gives_the_same_text(name: str, document: Document) -> None:
    form = FORMATS[name]
    written = form.write(document)
    read = form.read(written.encode(), "lesson").document if written else Document("", "", "")
    spoken = replace(read, language=read.language or document.language)
    assert form.write(spoken) == written


@pytest.mark.parametrize("name", OF_CUES)
@FEW
@given(shown=cues(LINE))
def test_cues_come_back_as_they_were(name: str, shown: tuple[Cue, ...]) -> None:
    form = FORMATS[name]
    document = Document("Title", "ur", LABEL, shown)
    written = form.write(document)
    reading = form.read(written.encode(), "lesson")
    assert reading.document.cues == shown
    assert reading.skipped == []


@FEW
@given(document=documents(LINE))
def test_json_keeps_all_of_a_document(document: Document) -> None:
    form = FORMATS["json"]
    assert form.read(form.write(document).encode(), "lesson").document == document


@FEW
@given(document=documents(LINE))
def test_the_page_keeps_sentences_with_ids_and_times(document: Document) -> None:
    form = FORMATS["html"]
    read = form.read(form.write(document).encode(), "lesson").document
    kept = tuple(replace(one, words=()) for one in document.sentences)
    assert read == replace(document, cues=(), sentences=kept)


@FEW
@given(document=documents(LINE | ANY))
def test_the_text_keeps_every_word_of_the_sentences(document: Document) -> None:
    form = FORMATS["transcript"]
    read = form.read(form.write(document).encode(), "lesson").document
    assert (read.title, read.language) == (prose(document.title), document.language)
    said = " ".join(prose(one.text) or "[…]" for one in document.sentences)
    heard = " ".join(one.text or "[…]" for one in read.sentences)
    assert without_isolates(heard) == without_isolates(said)


def without_isolates(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


# Second opinions. Each reads our files; where it differs, the reason is given.


@FEW
@given(shown=cues(LINE))
def test_pysubs2_and_srt_read_our_subrip_as_we_do(shown: tuple[Cue, ...]) -> None:
    written = FORMATS["subrip"].write(Document("", "hi", "", shown))
    expected = [(cue.start, cue.end, safe_lines(cue.lines)) for cue in shown]
    by_srt = [
        (one.start.total_seconds(), one.end.total_seconds(), parted(one.content))
        for one in srt.parse(written)
    ]
    assert by_srt == [(start / 1000, end / 1000, lines) for start, end, lines in expected]
    by_pysubs2 = pysubs2.SSAFile.from_string(written, "srt")
    assert [(e.start, e.end, parted(e.text.replace("\\N", "\n"))) for e in by_pysubs2] == expected


def parted(text: str) -> list[str]:
    """Neither knows the joiner with which we part markup: to them it is text, as to players."""
    for start in ("<", "{", "--"):
        text = text.replace(f"{start}\u2060", start)
    return text.split("\n")


@FEW
@given(shown=cues(LINE))
def test_ttconv_shows_our_ttml_at_every_moment_as_we_do(shown: tuple[Cue, ...]) -> None:
    apart = one_after_the_other(shown)
    written = FORMATS["ttml"].write(Document("", "ur", "", apart))
    model = ttconv.imsc.reader.to_model(ET.ElementTree(ET.fromstring(written)))
    assert model is not None
    for cue in apart:
        moment = ISD.from_model(model, Fraction(cue.start + cue.end, 2000))
        assert moment is not None
        assert shown_by(moment) == "\n".join(safe_lines(cue.lines))


@FEW
@given(shown=cues(ANY | LINE))
def test_our_fast_reader_of_ttml_and_ttconv_say_the_same(shown: tuple[Cue, ...]) -> None:
    written = FORMATS["ttml"].write(Document("T & t", "ur", LABEL, shown)).encode()
    fast = ttml_flat.read(written, "a")
    assert fast is not None
    assert fast == ttml_model.read(written, "a")


TIMES = st.sampled_from(
    ["1s", "1.5s", "00:00:01", "00:00:01.0005", "0.25h", "2m", "1500ms", "100:00:00.5", "-1s", "x"]
)
INSIDE = st.sampled_from(
    [
        *("", " ", "a", " a  b\n c ", "a<br/>b", "&lt;b&gt;", "\u202eab", "1", "a<!-- no -->b"),
        "<span>a</span> <span>b<br/>c</span>",
        "<span xml:space='preserve'> a </span>",
        "<metadata><x xmlns='u'>no</x></metadata>a",
        "<span begin='1s'>a</span>",
    ]
)


def paragraph(begin: str | None, key: str, end: str | None, space: str, text: str) -> str:
    times = (f" begin='{begin}'" if begin else "") + (f" {key}='{end}'" if end else "")
    return f"<p{times}{space}>{text}</p>"


PARAGRAPH = st.builds(
    paragraph,
    st.none() | TIMES,
    st.sampled_from(["end", "dur"]),
    st.none() | TIMES,
    st.sampled_from(["", " xml:space='preserve'", " xml:id='p' region='r'"]),
    INSIDE,
)


@settings(FEW, max_examples=150)
@given(
    paragraphs=st.lists(PARAGRAPH, max_size=4),
    division=st.sampled_from(["<div>", "<div xml:space='preserve'>", "<div begin='1s'>"]),
)
def test_where_both_readers_of_ttml_can_read_a_file_they_agree(
    paragraphs: list[str], division: str
) -> None:
    head = (
        "<head><metadata><ttm:title>no</ttm:title></metadata><ttm:title> a  b </ttm:title></head>"
    )
    data = (
        "<tt xmlns='http://www.w3.org/ns/ttml' xmlns:ttm='http://www.w3.org/ns/ttml#metadata'"
        f" xml:lang='hi'>{head}<body>{division}\n" + "\n".join(paragraphs) + "</div></body></tt>"
    ).encode()
    fast = ttml_flat.read(data, "a")
    assert fast is not None or "<span begin" in data.decode() or "<div begin" in data.decode()
    if fast is not None:
        slow = ttml_model.read(data, "a")
        assert fast.document == slow.document
        told = [(one.line, one.reason) for one in slow.skipped if one.line > 1]
        assert sorted((one.line, one.reason) for one in fast.skipped) == sorted(told)


def one_after_the_other(shown: tuple[Cue, ...]) -> tuple[Cue, ...]:
    return tuple(replace(c, start=9000 * n, end=9000 * n + 900) for n, c in enumerate(shown))


def shown_by(moment: ISD) -> str:
    parts = []
    for region in moment.iter_regions():
        for element in region.dfs_iterator():
            if hasattr(element, "get_text"):
                parts.append(element.get_text())
            elif type(element).__name__ == "Br":
                parts.append("\n")
    return "".join(parts)


VTT = """\
WEBVTT - lesson
Kind: captions

STYLE
::cue { color: red }

NOTE a comment

intro
00:01.000 --> 00:02.500 align:start line:0
<v Asha>नमस्ते<00:00:01.500> <c.loud>all</c> &amp; &lt;you&gt;

00:00:03.000-->00:00:04.000
3 < 5

00:06.000 --> 00:05.000
reversed

00:07,000 --> 00:08,000
comma

100:00:00.000 --> 100:00:01.000
hours
"""


def test_where_webvtt_py_and_pysubs2_differ_from_us_and_why() -> None:
    ours = FORMATS["webvtt"].read(VTT.encode(), "a.vtt")
    assert times_and_lines(ours.document) == [
        (1000, 2500, ("नमस्ते all & <you>",)),
        (3000, 4000, ("3",)),
        (360_000_000, 360_001_000, ("hours",)),
    ]
    assert [(one.line, one.reason) for one in ours.skipped] == [
        (4, "a STYLE block, passed over"),
        (5, "a STYLE block, passed over"),
        (7, "a NOTE block, passed over"),
        (13, "text after < was dropped, as players do"),
        (16, "cue ends before it starts, skipped"),
        (17, "cue ends before it starts, skipped"),
        (19, "times cannot be read, skipped"),
        (20, "times cannot be read, skipped"),
    ]
    # webvtt-py leaves escapes as they stand, keeps what is after a bare <, which the standard
    # takes for a tag, and keeps cues that end before they start, which no player can show.
    assert [(one.start, one.text) for one in webvtt.from_string(VTT)] == [
        ("00:00:01.000", "नमस्ते all &amp; &lt;you&gt;"),
        ("00:00:03.000", "3 < 5"),
        ("00:00:06.000", "reversed"),
        ("100:00:00.000", "hours"),
    ]
    # pysubs2 keeps times inside the text and, with a wrong timing line, the next cue's lines.
    assert [(one.start, one.text) for one in pysubs2.SSAFile.from_string(VTT, "vtt")] == [
        (1000, "नमस्ते<00:00:01.500> all &amp; &lt;you&gt;"),
        (3000, "3 < 5"),
        (6000, "reversed\\N\\N00:07,000 --> 00:08,000\\Ncomma"),
        (360_000_000, "hours"),
    ]


SRT = """\
1
00:00:01,000 --> 00:00:02,000 X1:10 X2:20 Y1:1 Y2:2
<font color="red">one</font> {\\an8}<b>two</b>

00:03.5 --> 00:04.5
no index, no hours

3
00:00:090,000 --> 00:01:31,000
three digits

4
00:00:95,000 --> 00:01:36,000

blank before
"""


def test_where_srt_and_pysubs2_differ_from_us_and_why() -> None:
    ours = FORMATS["subrip"].read(SRT.encode(), "a.srt")
    assert times_and_lines(ours.document) == [
        (1000, 2000, ("one two",)),
        (3500, 4500, ("no index, no hours",)),
        (90_000, 91_000, ("three digits",)),
        (95_000, 96_000, ("blank before",)),
    ]
    assert ours.skipped == []
    # srt keeps tags and the blank line, and takes 00:03.5 for three minutes and five seconds.
    theirs = list(srt.parse(SRT, ignore_errors=True))
    assert [(one.start.total_seconds(), one.content) for one in theirs] == [
        (1.0, '<font color="red">one</font> {\\an8}<b>two</b>'),
        (185.0, "no index, no hours"),
        (90.0, "three digits"),
        (95.0, "\nblank before"),
    ]
    # pysubs2 knows no times without hours nor with three digits: they become text.
    others = pysubs2.SSAFile.from_string(SRT, "srt")
    assert [(one.start, one.plaintext.split("\n")[-1]) for one in others] == [
        (1000, "three digits"),
        (95_000, "blank before"),
    ]


class Outline(HTMLParser):
    """The elements of a page, and whether each that opens is closed in order."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@FEW
@given(document=documents(LINE | ANY))
def test_a_page_holds_nothing_but_our_own_elements(document: Document) -> None:
    outline = Outline()
    outline.feed(FORMATS["html"].write(document))
    outline.close()
    assert outline.open == []
    names = {name for name, _ in outline.tags}
    assert names <= {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "section"),
        *("h1", "h2", "p", "a", "time", "span", "bdi"),
    }
    attributes = {key for _, given in outline.tags for key in given}
    assert not any(key.startswith("on") or key in ("src", "style") for key in attributes)
    writing = find_writing(document.language)
    assert outline.tags[0] == ("html", {"lang": writing.bcp47, "dir": writing.direction})
    targets = [given["id"] for _, given in outline.tags if "id" in given]
    links = [given["href"] for _, given in outline.tags if "href" in given]
    assert {str(link)[1:] for link in links} <= set(targets)


@FEW
@given(shown=cues(ANY | st.sampled_from(["7", "२०", "a --> b", "-->"])))
def test_no_line_of_a_webvtt_cue_is_only_digits_or_holds_an_arrow(shown: tuple[Cue, ...]) -> None:
    written = FORMATS["webvtt"].write(Document("", "hi", "", shown))
    assert written.startswith("WEBVTT\n\n")
    assert not written.encode().startswith(b"\xef\xbb\xbf")
    blocks = [block.split("\n") for block in written.split("\n\n")[1:] if block.strip()]
    for timing, *lines in blocks:
        assert timing.count("-->") == 1
        assert lines
        assert not any(line.isdecimal() or "-->" in line for line in lines if line)


def test_ttml_is_wellformed_and_says_profile_language_and_direction() -> None:
    shown = (Cue("1", (), 500, 2000, ("قانون & <b>", "2005")),)
    written = FORMATS["ttml"].write(Document("What is RTI?", "ur", LABEL, shown))
    root = ET.parse(io.BytesIO(written.encode())).getroot()
    tt, ttp = "{http://www.w3.org/ns/ttml}", "{http://www.w3.org/ns/ttml#parameter}"
    assert root.tag == f"{tt}tt"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ur"
    profile = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
    assert root.get(f"{ttp}contentProfiles") == profile
    (paragraph,) = root.iter(f"{tt}p")
    assert paragraph.get("{http://www.w3.org/ns/ttml#styling}direction") == "rtl"
    assert (paragraph.get("begin"), paragraph.get("end")) == ("00:00:00.500", "00:00:02.000")
    assert [span.text for span in paragraph.iter(f"{tt}span")] == ["قانون & <b>", "\u200e2005"]
    read = FORMATS["ttml"].read(written.encode(), "a.ttml").document
    assert (read.title, read.label, read.language) == ("What is RTI?", LABEL, "ur")
