"""Text made safe for people's screens, and cues read from formats that are made of lines.

For: what several formats share. Not for the marks of one format: each writer escapes its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from courses.errors import CaptionsError
from courses.nouns import Cue
from pipeline.formats.document import Reading
from transcription.cue_blocks import MOST_CUES, MOST_LETTERS, Block, has_room, times_of

# Left-to-right mark: takes no room, changes nothing beside a number, has a name in WebVTT (&lrm;).
_MARK = "\u200e"
# No player shows these; NUL and lone surrogates are no characters of a UTF-8 text file at all.
_UNSHOWABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
# Overrides turn letters round, so that a text reads otherwise than it is; no language needs them.
_OVERRIDE = re.compile("[\u202d\u202e]")


def safe_text(text: str) -> str:
    """Return `text` with a space for each control and line end, and without bidi overrides."""
    return _UNSHOWABLE.sub(" ", _OVERRIDE.sub("", text))


def safe_lines(lines: Iterable[str]) -> list[str]:
    """Return `lines` with none blank, none holding a line end or control, none only of digits.

    A blank line would end the cue. Clients of the platform throw away lines that are only
    digits, because SubRip numbers its cues so: an invisible mark goes before the digits, as any
    escape that some client does not decode would be read by people.
    """
    folded = (" ".join(safe_text(part) for part in line.splitlines()) for line in lines)
    shown = (line.strip() for line in folded)
    return [_MARK + line if line.isdecimal() else line for line in shown if line]


def unmarked(line: str) -> str:
    """Return a line without the mark that `safe_lines` puts before digits."""
    return line[1:] if line.startswith(_MARK) and line[1:].isdecimal() else line


class CueReader:
    """Collects the cues of a file of blocks into `reading`; one use.

    `form` is how timing lines are written, `to_plain` makes text as people see it of that in the
    file; where `lost` is found in it, players drop text. Raises CaptionsError for more than
    MOST_CUES cues.
    """

    def __init__(
        self,
        name: str,
        reading: Reading,
        form: re.Pattern[str],
        to_plain: Callable[[str], str],
        lost: re.Pattern[str] | None = None,
    ) -> None:
        self._name, self._reading, self._form, self._to_plain = name, reading, form, to_plain
        self._lost = lost
        self._cues: list[Cue] = []
        self._bare: dict[int, int] = {}  # places of cues without text, and their lines

    def add(self, block: Block) -> bool:
        """Take a block as a cue; return whether it is one. What is skipped is noted."""
        number = block.number + block.timing
        times = times_of(block.time, self._form)
        if isinstance(times, str):
            self.skip(number, block.lines[block.timing :], f"{times}, skipped")
            return False
        raw = "\n".join(block.text)
        if len(raw) > MOST_LETTERS:
            said = f"a cue has more than {MOST_LETTERS:,} characters, skipped"
            self.skip(number, block.lines[block.timing :], said)
            return False
        if len(self._cues) == MOST_CUES:
            raise CaptionsError(
                f"{self._name}, line {number}: more than {MOST_CUES:,} cues.",
                "Captions of one lesson are far fewer.",
            )
        shown = self._shown(raw, number)
        if not shown:
            self._bare[len(self._cues)] = number
        self._cues.append(Cue("", (), *times, shown))
        return True

    def add_more(self, block: Block) -> bool:
        """Add the text of a block to the last cue; return whether there is one with room for it."""
        if not self._cues or not has_room(self._cues[-1].lines, block.lines):
            return False
        last = self._cues[-1]
        lines = last.lines + self._shown("\n".join(block.lines), block.number)
        self._cues[-1] = replace(last, lines=lines)
        if lines:
            self._bare.pop(len(self._cues) - 1, None)
        return True

    def skip(self, number: int, lines: Sequence[str], why: str) -> None:
        """Note every line of a block that begins in line `number`."""
        for place in range(len(lines)):
            self._reading.skip(number + place, why)

    def in_order(self) -> tuple[Cue, ...]:
        """Return the cues by start, those of one start as in the file; those without text not."""
        for number in self._bare.values():
            self._reading.skip(number, "a cue without text, skipped")
        cues = [cue for cue in self._cues if cue.lines] if self._bare else self._cues
        self._cues = []
        cues.sort(key=lambda cue: cue.start)
        for place, cue in enumerate(cues):  # in place: a long file need not be in memory twice
            cues[place] = Cue(str(place + 1), (), cue.start, cue.end, cue.lines)
        return tuple(cues)

    def _shown(self, raw: str, number: int) -> tuple[str, ...]:
        if self._lost and self._lost.search(raw):
            self._reading.skip(number, "text after < was dropped, as players do")
        text = self._to_plain(raw)
        if _OVERRIDE.search(text):
            self._reading.skip(number, "bidi overrides were taken out")
        return tuple(map(unmarked, safe_lines(text.split("\n"))))
