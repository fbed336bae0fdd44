"""WebVTT as the W3C defines it (https://www.w3.org/TR/webvtt1/), no more than players agree on.

For: what iGOT's players and Sunbird read. Not for styling, regions or chapters.

No identifiers, no NOTE, no header text and no settings: clients of the platform drop the timing
lines and take every other line of the file for speech.
"""

from __future__ import annotations

from courses.nouns import Cue
from courses.timing import to_clock
from pipeline.formats.document import Document
from pipeline.formats.lines import safe_lines

SUFFIX = ".vtt"

# "-->" may not stand in a cue (section 4.1); with every > escaped it cannot.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(document: Document) -> str:
    """Return the cues as WebVTT; a cue without visible text is left out."""
    return "WEBVTT\n\n" + "\n".join(block for cue in document.cues if (block := _block(cue)))


def _block(cue: Cue) -> str:
    lines = [line.translate(_ESCAPES) for line in safe_lines(cue.lines)]
    timing = f"{to_clock(cue.start)} --> {to_clock(cue.end)}"
    return "\n".join([timing, *lines, ""]) if lines else ""
