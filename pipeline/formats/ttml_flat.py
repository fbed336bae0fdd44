"""TTML of the shape that nearly all files have, timed paragraphs alone, read in one pass.

A day of subtitles is read in two seconds and never held as a tree. What gives times to anything but
a paragraph, or counts them in frames or ticks, is left to `ttml_model`. Where both can read a file,
they say the same of it; a test holds them to that.
"""

from __future__ import annotations

import re
from fractions import Fraction

from courses.errors import CaptionsError
from courses.nouns import Cue
from pipeline.formats.document import Document, Reading
from pipeline.formats.lines import safe_lines, safe_text, unmarked
from pipeline.formats.ttml_scan import MOST_DEPTH, PARAGRAPH, TT, TTM, fault_of, parse, refusal
from pipeline.formats.units import code_of
from transcription.cue_blocks import MOST_CUES, MOST_LETTERS

MOST_BYTES = 48_000_000
MOST_TAGS = 1_000_000  # 100,000 cues of two lines have 700,000

_P = PARAGRAPH
_SPAN, _BR, _DIV = (f"{TT}}}{name}" for name in ("span", "br", "div"))
_ROOT, _HEAD, _BODY, _META = (f"{TT}}}{name}" for name in ("tt", "head", "body", "metadata"))
_SAID = {f"{TTM}}}title": "title", f"{TTM}}}desc": "label"}
_SPACE = "http://www.w3.org/XML/1998/namespace}space"
_LANG = "http://www.w3.org/XML/1998/namespace}lang"
_BASE = f"{TT}#parameter}}timeBase"
_TIMED = frozenset({"begin", "end", "dur", "timeContainer"})
_SPACES = re.compile("[ \t\r\n]+")
_CLOCK = re.compile(r"(\d{2,4}):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?", re.ASCII)
_OFFSET = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s)", re.ASCII)
_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_EMPTY = "a cue without time or text, skipped"


class _OtherShapeError(Exception):
    """The file has something that is not read here."""


def read(data: bytes, name: str) -> Reading | None:
    """Return the cues of a flat TTML file with title, label and language; None for another shape.

    Raises CaptionsError for a file that is no sound TTML, or not safe, or too large.
    """
    if len(data) > MOST_BYTES:
        raise refusal(name, f"has more than {MOST_BYTES:,} bytes")
    if data.count(b"<") > MOST_TAGS:
        raise refusal(name, f"has more than {MOST_TAGS:,} tags")
    try:
        return _Flat(data, name).reading
    except _OtherShapeError:
        return None


class _Flat:
    """Reads one file into `reading`; one use."""

    def __init__(self, data: bytes, name: str) -> None:
        self.reading = Reading(Document("", "", ""))
        self._name, self._cues = name, list[Cue]()
        self._open: list[str] = []
        self._kept = [False]  # whether white space is, for each open element
        self._texts: list[str] | None = None  # of the paragraph, or of what the head says
        self._times: dict[str, str] = {}
        self._said = {"title": "", "label": ""}
        self._language, self._in_metadata = "", 0
        self._line = 0
        parse(data, name, self)
        cues = self._cues
        cues.sort(key=lambda cue: cue.start)
        for place, cue in enumerate(cues):  # in place: a long file need not be in memory twice
            cues[place] = Cue(str(place + 1), (), cue.start, cue.end, cue.lines)
        said = {key: " ".join(safe_text(text).split()) for key, text in self._said.items()}
        code = code_of(self._language) or ""
        self.reading.document = Document(said["title"], code, said["label"], tuple(cues))

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element."""
        opened = self._open
        parent = opened[-1] if opened else ""
        opened.append(tag)
        if len(opened) > MOST_DEPTH:
            raise refusal(self._name, f"has more than {MOST_DEPTH} of its elements one in another")
        space = attributes.get(_SPACE)
        self._kept.append(self._kept[-1] if space is None else space == "preserve")
        if parent in (_P, _SPAN) and tag in (_BR, _SPAN) and not self._in_metadata:
            self._start_inline(tag, attributes)
        elif tag == _P and parent == _DIV and not self._in_metadata:
            self._texts, self._times, self._line = [], attributes, line
        elif self._in_metadata or tag == _META or (len(opened) > 1 and opened[1] == _HEAD):
            self._in_metadata += self._in_metadata > 0 or tag == _META
            if tag in _SAID and len(opened) == 3 and not self._said[_SAID[tag]]:
                self._texts = []
        elif not _TIMED.isdisjoint(attributes):
            raise _OtherShapeError
        elif tag == _ROOT and not parent:
            self._language = attributes.get(_LANG, "")
            if attributes.get(_BASE, "media") != "media":
                raise _OtherShapeError
        elif not parent:
            raise refusal(self._name, "has no <tt> of TTML as its root")
        elif (tag, parent) not in _NESTED:
            raise _OtherShapeError

    def _start_inline(self, tag: str, attributes: dict[str, str]) -> None:
        if not _TIMED.isdisjoint(attributes):
            raise _OtherShapeError
        if tag == _BR and self._texts is not None:
            self._texts.append("\n")

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self._open.pop()
        self._kept.pop()
        if self._in_metadata:
            self._in_metadata -= 1
        elif tag == _P:
            self._end_paragraph()
        elif tag in _SAID and self._texts is not None:
            self._said[_SAID[tag]] = "".join(self._texts)
            self._texts = None

    def data(self, text: str) -> None:
        """Take text; that of a paragraph and of what the head says is kept."""
        if self._texts is None or self._in_metadata:
            return
        kept = self._kept[-1] or self._open[-1] in _SAID
        self._texts.append(text if kept else _SPACES.sub(" ", text))

    def _end_paragraph(self) -> None:
        text, self._texts = "".join(self._texts or ()), None
        times = self._span()
        if isinstance(times, str):
            self.reading.skip(self._line, times)
            return
        start, end = times
        lines = tuple(map(unmarked, safe_lines(text.split("\n"))))
        if not lines or start == end:
            self.reading.skip(self._line, _EMPTY)
        elif end is None or end < start:
            self.reading.skip(self._line, "cue has no end, or ends before it starts, skipped")
        elif len(text) > MOST_LETTERS:
            said = f"a cue has more than {MOST_LETTERS:,} characters, skipped"
            self.reading.skip(self._line, said)
        elif len(self._cues) == MOST_CUES:
            raise CaptionsError(
                f"{self._name}, line {self._line}: more than {MOST_CUES:,} cues.",
                "Captions of one lesson are far fewer.",
            )
        else:
            self._cues.append(Cue("", (), _rounded(start), _rounded(end), lines))

    def _span(self) -> tuple[int | Fraction, int | Fraction | None] | str:
        """Return start and end in ms, or what is wrong with them."""
        times = self._times
        start, end = _to_ms(times.get("begin", "0s")), _to_ms(times.get("end", "0s"))
        long = _to_ms(times.get("dur", "0s"))
        if start is None or end is None or long is None:
            if fault := fault_of(times):
                return fault
            raise _OtherShapeError
        if "timeContainer" in times or ("end" in times and "dur" in times):
            raise _OtherShapeError
        if "dur" in times:
            return start, start + long
        return start, end if "end" in times else None


_NESTED = frozenset({(_HEAD, _ROOT), (_BODY, _ROOT), (_DIV, _BODY), (_DIV, _DIV)})


def _to_ms(text: str) -> int | Fraction | None:
    """Return a time in ms, None for one that is not of the two common forms."""
    if text == "0s":
        return 0
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds, fraction = found.groups()
        whole = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000
        if fraction is None or len(fraction) <= 3:
            return whole + int((fraction or "0").ljust(3, "0"))
        return whole + Fraction(f"0.{fraction}") * 1000
    if found := _OFFSET.fullmatch(text):
        return Fraction(found[1]) * _UNITS[found[2]]
    return None


def _rounded(ms: int | Fraction) -> int:
    return ms if isinstance(ms, int) else int(ms + Fraction(1, 2))
