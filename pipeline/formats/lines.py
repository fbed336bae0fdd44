"""Lines of cues made safe for formats that are made of lines.

For: what WebVTT and SubRip share. Not for the marks of one format: each writer escapes its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Left-to-right mark: takes no room, changes nothing beside a number, has a name in WebVTT (&lrm;).
_MARK = "\u200e"
# No player shows these; NUL and lone surrogates are no characters of a UTF-8 text file at all.
_UNSHOWABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")


def safe_lines(lines: Iterable[str]) -> list[str]:
    """Return `lines` with none blank, none holding a line end or control, none only of digits.

    A blank line would end the cue. Clients of the platform throw away lines that are only
    digits, because SubRip numbers its cues so: an invisible mark goes before the digits, as any
    escape that some client does not decode would be read by people.
    """
    folded = (" ".join(_UNSHOWABLE.sub(" ", part) for part in line.splitlines()) for line in lines)
    shown = (line.strip() for line in folded)
    return [_MARK + line if line.isdecimal() else line for line in shown if line]
