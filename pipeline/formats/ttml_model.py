"""TTML of any kind, read with ttconv, which is thorough rather than fast; only this file knows it.

For what `ttml_flat` does not take: times of spans and bodies, frames and ticks, containers. Not for
styles: cues are read as text and times.
"""

from __future__ import annotations

import logging
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Set
from dataclasses import replace
from fractions import Fraction
from typing import Any

from courses.nouns import Cue
from pipeline.formats.document import Document, Reading
from pipeline.formats.lines import safe_lines, unmarked
from pipeline.formats.ttml_scan import Scan, refusal
from pipeline.formats.units import code_of
from transcription.cue_blocks import MOST_LETTERS

_SPACES = re.compile("[ \t\r\n]+")
_Span = tuple[Fraction, Fraction | None]


def read(data: bytes, name: str) -> Reading:
    """Return the cues of a TTML file with its title, label and language; `name` is for messages.

    Paragraphs and timed spans are cues. Raises CaptionsError for a file that is no sound TTML, or
    not safe, or too large for ttconv.
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
