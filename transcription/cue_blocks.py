"""How WebVTT and SubRip files fall into cues: lines, timing lines and what stands between.

For: every reader of such files; what a reader makes of the text of a cue is its own affair.
WebVTT as https://www.w3.org/TR/webvtt1/#file-parsing says, to the letter; SubRip has no standard,
so its blocks are cut as its files are found. Not for encodings (`caption_reader.decode`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courses.errors import CaptionsError

MOST_LINES = 1_000_000
MOST_CUES = 120_000  # of one file; a day of captions has some 30,000
MOST_CUE_LINES = 100
MOST_LETTERS = 20_000  # code points of one cue; a page of print has 3,000

_ARROW = "-->"
_SIGNED = r"-?\d{1,4}:\d{1,3}:\d{1,3}(?:[.,]\d+)?|-?\d{1,3}:\d{1,3}(?:[.,]\d+)?"
_LOOSE = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,3})(?:[.,](\d{1,3})\d*)?"
# Hours of more than four digits are read by the standard; nobody's lesson is that long.
_EXACT = r"(?:([0-9]{1,4}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
LOOSE = re.compile(rf"\s*{_LOOSE}\s*-{{1,3}}>\s*{_LOOSE}(?:\s.*)?", re.ASCII)
"""A timing line as people and tools write it: comma or dot, hours or none, positions after it."""
EXACT = re.compile(rf"[ \t\f]*{_EXACT}[ \t\f]*-->[ \t\f]*{_EXACT}(?![0-9]).*")
"""A timing line of WebVTT; what follows it are settings, which are passed over."""
_NEGATIVE = re.compile(rf"\s*(?:{_SIGNED})\s*-{{1,3}}>\s*(?:{_SIGNED})(?:\s.*)?", re.ASCII)
_COMMENT = re.compile(r"NOTE(?:[ \t].*)?|(?:STYLE|REGION)[ \t\f]*")


@dataclass(slots=True)
class Block:
    """Lines of a file that belong together.

    `number` is the first line's, from 1. `timing` is the place of the timing line in `lines`, -1
    where there is none. `cut`: another timing line ended it, and no blank line. `comment`: it is a
    NOTE, STYLE or REGION of WebVTT.
    """

    number: int
    lines: list[str]
    timing: int = -1
    cut: bool = False
    comment: bool = False

    @property
    def time(self) -> str:
        """Return the timing line."""
        return self.lines[self.timing]

    @property
    def text(self) -> list[str]:
        """Return the lines after the timing line."""
        return self.lines[self.timing + 1 :]


def normalised(text: str, name: str) -> str:
    """Return the text with line feeds alone and U+FFFD for NUL, as WebVTT is prepared.

    Raises CaptionsError for a file of more than MOST_LINES lines.
    """
    text = text.removeprefix("\ufeff").replace("\0", "\ufffd")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise CaptionsError(
            f"{name} has more than {MOST_LINES:,} lines.", "Captions of one lesson are far fewer."
        )
    return text


def is_webvtt(text: str) -> bool:
    """Return whether a text begins as every WebVTT file must."""
    return text.startswith("WEBVTT") and text[6:7] in ("", " ", "\t", "\n")


def _runs(text: str, blank_has_spaces: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the runs of lines between blank ones, each with its first line's number."""
    run: list[str] = []
    number = position = 0
    while position <= len(text):
        end = text.find("\n", position)
        if end < 0:
            end = len(text)
        number += 1
        # Enough to see that it is too long: a copy of the whole may take much memory.
        line = text[position : min(end, position + MOST_LETTERS + 1)]
        position = end + 1
        if line and not (blank_has_spaces and line.isspace()):
            run.append(line)
        elif run:
            yield number - len(run), run
            run = []
    if run:
        yield number + 1 - len(run), run


def webvtt_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a normalised WebVTT text that `is_webvtt`; its header is left out."""
    for number, run in _runs(text, blank_has_spaces=False):
        if number == 1:  # the header goes on to a blank line or the first timing line
            start = next((i for i in range(1, len(run)) if _ARROW in run[i]), len(run))
            number, run = number + start, run[start:]
        yield from _cut_run(number, run)


def _cut_run(number: int, run: list[str]) -> Iterator[Block]:
    """Yield the blocks of a run: a timing line counts on the first line, or the second."""
    start, timing = 0, -1
    for place, line in enumerate(run):
        if _ARROW not in line:
            continue
        if timing < 0 and place - start < 2:
            timing = place
        else:
            yield _block(number + start, run[start:place], timing - start, cut=True)
            start = timing = place
    if run:
        yield _block(number + start, run[start:], timing - start, cut=False)


def _block(number: int, lines: list[str], timing: int, cut: bool) -> Block:
    comment = timing < 0 and bool(_COMMENT.fullmatch(lines[0]))
    return Block(number, lines, max(timing, -1), cut, comment)


def subrip_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a normalised SubRip text; a line of spaces is blank.

    Lines before the first timing line of a run are a block of their own, but for the number of
    the cue, which is in no block. So is the number of a cue that follows without a blank line.
    """
    for number, run in _runs(text, blank_has_spaces=True):
        places = [i for i, line in enumerate(run) if _ARROW in line or LOOSE.fullmatch(line)]
        if not places:
            yield Block(number, run)
            continue
        first = places[0] - (places[0] > 0 and _is_index(run[places[0] - 1]))
        if first:
            yield Block(number, run[:first])
        for at, following in zip(places, [*places[1:], len(run)], strict=True):
            lines = run[at:following]
            if following < len(run) and len(lines) > 1 and _is_index(lines[-1]):
                lines.pop()
            yield Block(number + at, lines, 0, following < len(run))


def _is_index(line: str) -> bool:
    return line.strip().isdecimal()


def has_room(lines: Sequence[str], more: Sequence[str]) -> bool:
    """Return whether a cue of `lines` can take `more` of them."""
    if len(lines) + len(more) > MOST_CUE_LINES:
        return False
    return sum(map(len, lines)) + sum(map(len, more)) <= MOST_LETTERS


def times_of(line: str, form: re.Pattern[str]) -> tuple[int, int] | str:
    """Return start and end in ms of a timing line written in `form`, or why it cannot be used."""
    found = form.fullmatch(line)
    if not found:
        negative = _NEGATIVE.fullmatch(line) and re.search(r"(?:^|>)\s*-\d", line)
        return "a time is negative" if negative else "times cannot be read"
    first, second = found.groups()[:4], found.groups()[4:]
    start, end = _to_ms(*first), _to_ms(*second)
    return (start, end) if end > start else "cue ends before it starts"


def _to_ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))
