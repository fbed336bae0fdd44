"""SubRip (.srt), the plainest subtitles there are; it has no standard, only what tools do.

For: tools and players that know nothing else. Not for colours or places: they are passed over
when reading.

Lines end in LF, as FFmpeg writes them: all readers we know take both, and tools that split at LF
alone would keep a stray CR at the end of each line.
"""

from __future__ import annotations

import re

from courses.errors import CaptionsError
from courses.timing import to_clock
from pipeline.formats.document import Document, Reading
from pipeline.formats.lines import CueReader, safe_lines
from transcription.caption_reader import decode
from transcription.cue_blocks import LOOSE, is_webvtt, normalised, subrip_blocks

SUFFIX = ".srt"

# SubRip has no escapes, so what players would take for a tag, an override or a timing line is
# parted by a word joiner (U+2060): it takes no room and allows no line break.
# Where text has a joiner there already, it gets one more, so that reading takes out one.
_MARKUP = re.compile(r"<(?=\u2060*\s*/?\s*[A-Za-z])|\{(?=\u2060*\s*\\)|--(?=\u2060*>)")
_PARTED = re.compile(
    r"(?<=<)\u2060(?=\u2060*\s*/?\s*[A-Za-z])|(?<=\{)\u2060(?=\u2060*\s*\\)|(?<=--)\u2060(?=\u2060*>)"
)
_TAG = re.compile(r"</?(?:[bisu]|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)


def write(document: Document) -> str:
    """Return the cues as SubRip, numbered from 1; a cue without visible text is left out."""
    shown = ((cue, safe_lines(cue.lines)) for cue in document.cues)
    blocks = []
    for number, (cue, lines) in enumerate(((cue, lines) for cue, lines in shown if lines), 1):
        timing = f"{to_clock(cue.start, ',')} --> {to_clock(cue.end, ',')}"
        plain = [_MARKUP.sub("\\g<0>\u2060", line) for line in lines]
        blocks.append("\n".join([str(number), timing, *plain, ""]))
    return "\n".join(blocks)


def read(data: bytes, name: str) -> Reading:
    """Return the cues of a SubRip file of any dialect; `name` is for messages.

    Tolerated: comma or dot, no hours, no milliseconds, no index, no blank line between cues, one
    inside a cue, positions, tags, UTF-16, Windows code pages. Every other line that is no part of
    a cue is noted. Raises CaptionsError for WebVTT, for text without a cue, for too many cues.
    """
    text, findings = decode(data, name)
    del data  # a long file need not be in memory twice
    reading = Reading(Document("", "", ""))
    for finding in findings:
        reading.skip(1, finding.message)
    text = normalised(text, name)
    if is_webvtt(text):
        raise CaptionsError(f"{name}, line 1: this is WebVTT.", "Give it the ending .vtt.")
    cues = CueReader(name, reading, LOOSE, _plain)
    for block in subrip_blocks(text):
        if block.timing >= 0:
            cues.add(block)
        elif any(not line.strip().isdecimal() for line in block.lines) and not cues.add_more(block):
            cues.skip(block.number, block.lines, "text without a time, skipped")
    reading.document = Document("", "", "", cues.in_order())
    if text.strip() and not reading.document.cues:
        raise CaptionsError(f"{name}, line 1: no cue of SubRip was found.", "Export it again.")
    return reading


def _plain(text: str) -> str:
    """Return the text of a cue without tags, and without the joiners that keep text from being one.

    Tags are taken out once: what only then looks like a tag was text.
    """
    if "<" in text or "{" in text:
        text = _TAG.sub("", text)
    return _PARTED.sub("", text) if "\u2060" in text else text
