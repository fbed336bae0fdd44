"""TTML in the text profile of IMSC 1.1 (https://www.w3.org/TR/ttml-imsc1.1/); knows ttconv.

For: broadcasters' and studios' tools, and players that want timed text in XML. Not for styles of
other people: cues are read as text and times. Titles are in the metadata, which ttconv passes over.
"""

from __future__ import annotations

import logging
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Set
from dataclasses import replace
from fractions import Fraction
from typing import Any

from courses.languages import find_writing
from courses.nouns import Cue
from pipeline.formats.document import Document, Reading
from pipeline.formats.lines import safe_lines, safe_text, unmarked
from pipeline.formats.ttml_scan import TT, TTM, Scan, refusal
from pipeline.formats.units import code_of
from transcription.cue_blocks import MOST_LETTERS

SUFFIX = ".ttml"
PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"

_NO_XML = re.compile("[\ufffe\uffff]")
_SPACES = re.compile("[ \t\r\n]+")
_Span = tuple[Fraction, Fraction | None]


def write(document: Document) -> str:
    """Return the cues as IMSC 1.1 text; a cue without visible text is left out."""
    from ttconv.imsc import config, writer
    from ttconv.imsc.attributes import TimeExpressionSyntaxEnum

    settings = config.IMSCWriterConfiguration(
        time_format=TimeExpressionSyntaxEnum.clock_time,
        profile_signaling=config.ContentProfilesSignaling.CONTENT_PROFILES,
    )
    root = writer.from_model(_to_model(document), settings).getroot()
    _add_metadata(root, document)
    for paragraph in root.iter(f"{{{TT}}}p"):
        paragraph.tail = "\n"
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _to_model(document: Document) -> Any:
    from ttconv import model

    writing = find_writing(document.language) if document.language else None
    made = model.ContentDocument()
    made.set_lang(writing.bcp47 if writing else "")
    made.set_content_profiles({PROFILE})
    body, div = model.Body(made), model.Div(made)
    made.set_body(body)
    body.set_region(_region(made))
    body.push_child(div)
    is_rtl = writing is not None and writing.direction == "rtl"
    shown = ((cue, _lines(cue)) for cue in document.cues)
    for number, (cue, lines) in enumerate(((cue, lines) for cue, lines in shown if lines), 1):
        div.push_child(_paragraph(made, f"c{number}", cue, lines, is_rtl))
    return made


def _lines(cue: Cue) -> list[str]:
    return safe_lines(_NO_XML.sub(" ", line) for line in cue.lines)


def _region(made: Any) -> Any:
    """Return the region at the foot of the picture; letters are a twentieth of its height."""
    from ttconv import model
    from ttconv import style_properties as style

    def percent(number: int) -> Any:
        return style.LengthType(number, style.LengthType.Units.pct)

    region = model.Region("foot", made)
    made.put_region(region)
    names = style.StyleProperties
    region.set_style(names.Origin, style.CoordinateType(percent(5), percent(10)))
    region.set_style(names.Extent, style.ExtentType(width=percent(90), height=percent(80)))
    region.set_style(names.DisplayAlign, style.DisplayAlignType.after)
    region.set_style(names.TextAlign, style.TextAlignType.center)
    region.set_style(names.FontSize, percent(75))  # of a cell, one of 15 rows
    region.set_style(names.FontFamily, (style.GenericFontFamilyType.proportionalSansSerif,))
    return region


def _paragraph(made: Any, name: str, cue: Cue, lines: list[str], is_rtl: bool) -> Any:
    from ttconv import model
    from ttconv import style_properties as style

    paragraph = model.P(made)
    paragraph.set_id(name)
    paragraph.set_begin(Fraction(cue.start, 1000))
    paragraph.set_end(Fraction(cue.end, 1000))
    if is_rtl:
        paragraph.set_style(style.StyleProperties.Direction, style.DirectionType.rtl)
    for place, line in enumerate(lines):
        if place:
            paragraph.push_child(model.Br(made))
        span = model.Span(made)
        span.set_space(model.WhiteSpaceHandling.PRESERVE)
        span.set_style(style.StyleProperties.BackgroundColor, style.NamedColors.black.value)
        span.set_style(style.StyleProperties.Color, style.NamedColors.white.value)
        span.push_child(model.Text(made, line))
        paragraph.push_child(span)
    return paragraph


def _add_metadata(root: ET.Element, document: Document) -> None:
    ET.register_namespace("ttm", TTM)
    head = root.find(f"{{{TT}}}head")
    if head is None:
        return
    for place, (name, said) in enumerate((("title", document.title), ("desc", document.label))):
        element = ET.Element(f"{{{TTM}}}{name}")
        element.text = _NO_XML.sub(" ", safe_text(said))
        head.insert(place, element)


def read(data: bytes, name: str) -> Reading:
    """Return the cues of a TTML file with its title, label and language; `name` is for messages.

    Paragraphs and timed spans are cues. Raises CaptionsError for a file that is no sound TTML, or
    not safe, or too large.
    """
    scan = Scan(data, name)
    made, messages = _from_ttconv(scan.root, name)
    reading = Reading(Document("", "", ""))
    for message in dict.fromkeys(messages):
        reading.skip(1, message)
    body = made.get_body()
    cues = [] if body is None else list(_cues(body, (Fraction(0), None), scan, reading))
    for paragraph, line in scan.lines.items():
        reading.skip(line, scan.faults.get(paragraph) or "a cue without time or text, skipped")
    numbered = [
        replace(cue, id=str(number))
        for number, cue in enumerate(sorted(cues, key=lambda cue: cue.start), 1)
    ]
    language = code_of(made.get_lang() or "") or ""
    title, label = scan.said("title"), scan.said("desc")
    reading.document = Document(title, language, label, tuple(numbered))
    return reading


def _from_ttconv(root: ET.Element, name: str) -> tuple[Any, list[str]]:
    """Return ttconv's model of a file, and what it had to say about it."""
    from ttconv.imsc import reader

    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage()[:200])  # type: ignore[method-assign]
    logger = logging.getLogger("ttconv")
    before, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        made = reader.to_model(ET.ElementTree(root))
    except Exception as error:  # it promises none, and breaks on many wrong attributes
        raise refusal(name, f"cannot be read as TTML: {str(error)[:200]}") from error
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
    if made is None:
        raise refusal(name, f"cannot be read as TTML: {' '.join(messages[:3])}")
    return made, messages


def _cues(element: Any, span: _Span, scan: Scan, reading: Reading) -> Iterator[Cue]:
    """Yield the cues in an element of ttconv's model that lies in `span`, in seconds."""
    from ttconv import model

    within = _within(element, span)
    if not isinstance(element, model.P):
        for child in element:
            yield from _cues(child, within, scan, reading)
        return
    mark = element.get_lang()
    if mark in scan.faults:
        return
    line = scan.lines.get(mark, 1)
    parts = [child for child in element if _is_timed(child)]
    others = _texts(element, skip={id(part) for part in parts})
    whole = [(within, "".join(others))]
    for (start, end), text in whole + [(_within(p, within), "".join(_texts(p))) for p in parts]:
        lines = tuple(map(unmarked, safe_lines(text.split("\n"))))
        if not lines:
            continue
        scan.lines.pop(mark, None)
        if end is None or end <= start:
            reading.skip(line, "cue has no end, or ends before it starts, skipped")
        elif len(text) > MOST_LETTERS:
            reading.skip(line, f"a cue has more than {MOST_LETTERS:,} characters, skipped")
        else:
            yield Cue("", (), _to_ms(start), _to_ms(end), lines)


def _within(element: Any, span: _Span) -> _Span:
    """Return when an element is shown; its times count from the start of what it is in."""
    start, end = span
    begin, stop = element.get_begin(), element.get_end()
    ends = [one for one in (end, None if stop is None else start + stop) if one is not None]
    return start + (begin or 0), min(ends, default=None)


def _is_timed(element: Any) -> bool:
    return element.get_begin() is not None or element.get_end() is not None


def _texts(element: Any, skip: Set[int] = frozenset()) -> Iterator[str]:
    """Yield the text in an element, a line feed for each <br>; white space as XML asks."""
    from ttconv import model

    for child in element:
        if isinstance(child, model.Br):
            yield "\n"
        elif isinstance(child, model.Text):
            kept = element.get_space() is model.WhiteSpaceHandling.PRESERVE
            yield child.get_text() if kept else _SPACES.sub(" ", child.get_text())
        elif id(child) not in skip:
            yield from _texts(child)


def _to_ms(seconds: Fraction) -> int:
    return int(seconds * 1000 + Fraction(1, 2))
