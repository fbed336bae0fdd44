"""The reading transcript as a web page (.html): headings, times, and the right direction of text.

For: people who read instead of watching, also with a screen reader, on paper or offline. One file
without scripts; its policy forbids browsers to run or load anything. Times are anchors: a link to
``#t95000`` leads to what is said 95 seconds into the lesson.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from courses.errors import CaptionsError
from courses.isolates import isolate_ltr
from courses.languages import WRITINGS, find_language, find_writing
from pipeline.formats.document import Document, Reading, Sentence
from pipeline.formats.transcript import HOLE, paragraphs, prose
from transcription.caption_reader import decode

SUFFIX = ".html"
SECTION = 120_000
"""A heading comes at the first pause after so many ms."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 42rem; padding: 0 1.25rem; font: 1.15rem/1.8 "Noto Sans",
 "Nirmala UI", "Noto Sans Devanagari", "Noto Sans Malayalam", system-ui, sans-serif; }
[dir="rtl"] body { font-family: "Noto Naskh Arabic", "Noto Sans Arabic", system-ui, sans-serif; }
[dir="rtl"]:lang(ur) body, [dir="rtl"]:lang(ks) body { line-height: 2.4; font-family:
 "Noto Nastaliq Urdu", "Urdu Typesetting", "Noto Naskh Arabic", sans-serif; }
:lang(en) { font-family: "Noto Sans", system-ui, sans-serif; line-height: 1.5; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; }
h2 { font-size: 1rem; font-weight: 600; margin: 2.5rem 0 0; border-top: 1px solid #8886;
 padding-top: .75rem; }
.language { margin: 0; }
.label { display: inline-block; margin: .75rem 0; padding: .1rem .75rem; border-radius: .3rem;
 border: 2px solid #b45309; font-weight: 600; }
a { color: inherit; text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.time { font-size: .8rem; font-variant-numeric: tabular-nums; opacity: .75;
 margin-inline-end: .6rem; }
p:target, section:target { outline: 2px solid #2563eb; outline-offset: .4rem; }
.hole { opacity: .75; }
@media print { a { text-decoration: none; } body { margin: 0; max-width: none; } }
"""
_ISOLATES = str.maketrans({"\u2068": "<bdi>", "\u2069": "</bdi>"})
# The parser takes very long over many of these, and no page of ours has one.
_NOT_OURS = re.compile("<script|<!-|<!\\[|<[?]|<[^<>]*(?:<|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)


def write(document: Document) -> str:
    """Return the page; its sentences carry their times, so that `read` gives them back."""
    writing, title = find_writing(document.language), prose(document.title)
    name = find_language(document.language).name
    parts = paragraphs(document.sentences)
    # In its own direction, but on the side of the page where the rest begins.
    said_in = (
        f' lang="{find_writing(document.title_language).bcp47}"' if document.title_language else ""
    )
    body = "".join(_section(part, writing.direction == "rtl") for part in _sections(parts))
    return (
        f'<!doctype html>\n<html lang="{writing.bcp47}" dir="{writing.direction}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} ({name})</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1{said_in}><bdi>{escape(title)}</bdi></h1>\n"
        f'<p class="language">{writing.autonym} <bdi lang="en" dir="ltr">({name})</bdi></p>\n'
        f'<p class="label" role="note" lang="en" dir="ltr">{escape(prose(document.label))}</p>\n'
        f"</header>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _sections(parts: Sequence[list[Sentence]]) -> list[list[list[Sentence]]]:
    """Return paragraphs grouped under headings, one about every SECTION ms."""
    groups: list[list[list[Sentence]]] = []
    for part in parts:
        if not groups or part[0].start - groups[-1][0][0].start >= SECTION:
            groups.append([])
        groups[-1].append(part)
    return groups


def _section(parts: Sequence[list[Sentence]], is_rtl: bool) -> str:
    start = parts[0][0].start
    end = max(sentence.end for part in parts for sentence in part)
    body = "".join(_paragraph(part, is_rtl) for part in parts)
    return (
        f'<section aria-labelledby="part-{start}">\n<h2 id="part-{start}">'
        f'<bdi dir="ltr">{_clock(start)}–{_clock(end)}</bdi></h2>\n{body}</section>\n'
    )


def _paragraph(part: Sequence[Sentence], is_rtl: bool) -> str:
    start = part[0].start
    time = f'<time dir="ltr" datetime="PT{start / 1000:.3f}S">{_clock(start)}</time>'
    link = f'<a class="time" href="#t{start}">{time}</a>'
    spans = "\n".join(_span(sentence, is_rtl) for sentence in part)
    return f'<p id="t{start}">{link}\n{spans}</p>\n'


def _span(sentence: Sentence, is_rtl: bool) -> str:
    text = prose(sentence.text)
    shown = escape(text) if text else HOLE
    if is_rtl and "\u2068" not in shown:
        # Isolated before it is escaped, or a name of an escape would be taken for a Latin term.
        shown = escape(isolate_ltr(text)).translate(_ISOLATES) if text else HOLE
    kind = "" if text else ' class="hole"'
    key = f' data-id="{escape(sentence.id)}"' if sentence.id else ""
    return (
        f'<span{kind}{key} data-start="{sentence.start}" data-end="{sentence.end}">{shown}</span>'
    )


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def read(data: bytes, name: str) -> Reading:
    """Return title, language, label and sentences of a page that `write` wrote.

    Only text is taken, whatever elements are in it. Raises CaptionsError for a page with no
    sentence and no title of ours, and for one with scripts, comments or broken tags.
    """
    text = decode(data, name)[0]
    if _NOT_OURS.search(text) or text.count("<style") > 1:
        raise CaptionsError(
            f"{name} has a script, a comment or a tag without an end.", "Give a page of ours."
        )
    page = _Page()
    page.feed(text)
    page.close()
    reading = Reading(Document("", "", ""))
    codes = {writing.bcp47: code for code, writing in WRITINGS.items()}
    sentences = []
    for line, (start, end, key, is_hole), text in page.spans:
        if _NUMBER.fullmatch(start) and _NUMBER.fullmatch(end) and int(start) <= int(end):
            said = None if is_hole else prose(text)
            sentences.append(Sentence(int(start), int(end), said, key))
        else:
            reading.skip(line, "a sentence with wrong times, skipped")
    if not sentences and not page.titles:
        raise CaptionsError(f"{name}, line 1: is no reading transcript.", "Give one of ours.")
    reading.document = Document(
        prose(page.titles),
        codes.get(page.language, ""),
        prose(page.label),
        sentences=tuple(sentences),
        title_language=codes.get(page.title_language, ""),
    )
    return reading


class _Page(HTMLParser):
    """Takes title, label and sentences out of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.language = self.title_language = self.titles = self.label = ""
        self.spans: list[tuple[int, tuple[str, str, str, bool], str]] = []
        self._into: list[str] | None = None
        self._until = ""
        self._span: tuple[int, tuple[str, str, str, bool]] = (0, ("", "", "", False))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin to collect text where one of our elements begins."""
        given = {key: value or "" for key, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        elif self._into is not None:
            return
        elif tag == "h1":
            self.title_language, self._into, self._until = given.get("lang", ""), [], tag
        elif tag == "p" and given.get("class") == "label":
            self._into, self._until = [], tag
        elif tag == "span" and "data-start" in given:
            times = given["data-start"], given.get("data-end", "")
            is_hole = given.get("class") == "hole"
            self._span = self.getpos()[0], (*times, given.get("data-id", ""), is_hole)
            self._into, self._until = [], tag

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self._into is not None:
            self._into.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Keep what was collected when its element ends."""
        if self._into is None or tag != self._until:
            return
        text, self._into = "".join(self._into), None
        if tag == "h1":
            self.titles = self.titles or text
        elif tag == "p":
            self.label = self.label or text
        else:
            self.spans.append((*self._span, text))
