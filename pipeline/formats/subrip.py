"""SubRip (.srt), the plainest subtitles there are; it has no standard, only what tools do.

For: tools and players that know nothing else. Not for colours, places or other dialects.

Lines end in LF, as FFmpeg writes them: all readers we know take both, and tools that split at LF
alone would keep a stray CR at the end of each line.
"""

from __future__ import annotations

import re

from courses.timing import to_clock
from pipeline.formats.document import Document
from pipeline.formats.lines import safe_lines

SUFFIX = ".srt"

# SubRip has no escapes, so what players would take for a tag, an override or a timing line is
# parted by a word joiner (U+2060): it takes no room and allows no line break.
_MARKUP = re.compile(r"<(?=\s*/?\s*[A-Za-z])|\{(?=\s*\\)|--(?=>)")


def write(document: Document) -> str:
    """Return the cues as SubRip, numbered from 1; a cue without visible text is left out."""
    shown = ((cue, safe_lines(cue.lines)) for cue in document.cues)
    blocks = []
    for number, (cue, lines) in enumerate(((cue, lines) for cue, lines in shown if lines), 1):
        timing = f"{to_clock(cue.start, ',')} --> {to_clock(cue.end, ',')}"
        plain = [_MARKUP.sub("\\g<0>\u2060", line) for line in lines]
        blocks.append("\n".join([str(number), timing, *plain, ""]))
    return "\n".join(blocks)
