"""WebVTT as the W3C defines it (https://www.w3.org/TR/webvtt1/), no more than players agree on.

For: what iGOT's players and Sunbird read, and what others write. Not for styling, regions or
chapters: they are passed over when reading.

No identifiers, no NOTE, no header text and no settings are written: clients of the platform drop
the timing lines and take every other line of the file for speech.
"""

from __future__ import annotations

import re
from html import unescape

from courses.errors import CaptionsError
from courses.nouns import Cue
from courses.timing import to_clock
from pipeline.formats.document import Document, Reading
from pipeline.formats.lines import CueReader, safe_lines
from transcription.caption_reader import decode
from transcription.cue_blocks import EXACT, is_webvtt, normalised, webvtt_blocks

SUFFIX = ".vtt"

# "-->" may not stand in a cue (section 4.1); with every > escaped it cannot.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Section 6.4: everything from < to the next >, or to the end of the cue, is a tag.
_TAG = re.compile("<[^>]*>?")
_NO_TAG = re.compile("<(?![/A-Za-z0-9.>])|<[^>]*$")


def write(document: Document) -> str:
    """Return the cues as WebVTT; a cue without visible text is left out."""
    return "WEBVTT\n\n" + "\n".join(block for cue in document.cues if (block := _block(cue)))


def _block(cue: Cue) -> str:
    lines = [line.translate(_ESCAPES) for line in safe_lines(cue.lines)]
    timing = f"{to_clock(cue.start)} --> {to_clock(cue.end)}"
    return "\n".join([timing, *lines, ""]) if lines else ""


def read(data: bytes, name: str) -> Reading:
    """Return the cues of a WebVTT file as a player would show them; `name` is for messages.

    Every line that is no part of a shown cue is noted, but for the header, identifiers, settings
    and blank lines. Raises CaptionsError for a file without the header, or of too many cues.
    """
    text, findings = decode(data, name)
    del data  # a long file need not be in memory twice
    reading = Reading(Document("", "", ""))
    for finding in findings:
        reading.skip(1, finding.message)
    text = normalised(text, name)
    if not is_webvtt(text):
        raise CaptionsError(f"{name}, line 1: is not WEBVTT.", "A WebVTT file begins so.")
    cues = CueReader(name, reading, EXACT, _plain, _NO_TAG)
    for block in webvtt_blocks(text):
        if block.timing >= 0:
            cues.add(block)
        else:
            what = f"a {block.lines[0].split()[0]} block" if block.comment else "no timing line"
            cues.skip(block.number, block.lines, f"{what}, passed over")
    reading.document = Document("", "", "", cues.in_order())
    return reading


def _plain(text: str) -> str:
    """Return the text of a cue without tags, escapes read."""
    if "<" in text:
        text = _TAG.sub("", text)
    return unescape(text) if "&" in text else text
