"""TTML in the text profile of IMSC 1.1 (https://www.w3.org/TR/ttml-imsc1.1/).

For: broadcasters' and studios' tools, and players that want timed text in XML. Not for styles of
other people: cues are read as text and times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from courses.languages import find_writing
from courses.nouns import Cue
from courses.timing import to_clock
from pipeline.formats import ttml_flat, ttml_model
from pipeline.formats.document import Document, Reading
from pipeline.formats.lines import safe_lines, safe_text
from pipeline.formats.ttml_scan import TT, TTM

SUFFIX = ".ttml"
PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"

_NO_XML = re.compile("[\ufffe\uffff]")
# The region at the foot of the picture; letters are a twentieth of its height, as 75 % is of a
# cell, one of 15 rows.
_REGION = (
    '<layout><region xml:id="foot" tts:displayAlign="after" tts:extent="90% 80%"'
    ' tts:fontFamily="proportionalSansSerif" tts:fontSize="75%" tts:origin="5% 10%"'
    ' tts:textAlign="center" /></layout>'
)
_SPAN = '<span xml:space="preserve" tts:backgroundColor="#000000" tts:color="#ffffff">'


def write(document: Document) -> str:
    """Return the cues as IMSC 1.1 text; a cue without visible text is left out."""
    writing = find_writing(document.language) if document.language else None
    spaces = f'xmlns="{TT}" xmlns:ttm="{TTM}" xmlns:ttp="{TT}#parameter" xmlns:tts="{TT}#styling"'
    language = writing.bcp47 if writing else ""
    direction = ' tts:direction="rtl"' if writing and writing.direction == "rtl" else ""
    before = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<tt {spaces} xml:lang="{language}" ttp:contentProfiles="{PROFILE}"><head>'
        f"{_said('title', document.title)}{_said('desc', document.label)}{_REGION}</head>"
        '<body region="foot">'
    )
    paragraphs = list(_paragraphs(document, direction))
    division = ["<div>", *paragraphs, "</div>"] if paragraphs else ["<div />"]
    return "".join([before, *division, "</body></tt>\n"])


def _said(name: str, text: str) -> str:
    shown = escape(_NO_XML.sub(" ", safe_text(text)))
    return f"<ttm:{name}>{shown}</ttm:{name}>" if shown else f"<ttm:{name} />"


def _paragraphs(document: Document, direction: str) -> Iterator[str]:
    shown = ((cue, _lines(cue)) for cue in document.cues)
    for number, (cue, lines) in enumerate(((cue, lines) for cue, lines in shown if lines), 1):
        text = "<br />".join(f"{_SPAN}{escape(line)}</span>" for line in lines)
        times = f'begin="{to_clock(cue.start)}" end="{to_clock(cue.end)}"'
        yield f'<p {times} xml:id="c{number}"{direction}>{text}</p>\n'


def _lines(cue: Cue) -> list[str]:
    return safe_lines(_NO_XML.sub(" ", line) for line in cue.lines)


def read(data: bytes, name: str) -> Reading:
    """Return the cues of a TTML file with its title, label and language; `name` is for messages.

    Paragraphs and timed spans are cues. Raises CaptionsError for a file that is no sound TTML, or
    not safe, or too large.
    """
    return ttml_flat.read(data, name) or ttml_model.read(data, name)
