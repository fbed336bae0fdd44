"""SubRip and WebVTT files as they are found in the wild, read for their words.

For: existing captions as a transcript; it keeps the text of files that strict readers refuse and
says what it could not use. Not for our own packages and not for layout: tags, positions and line
ends are dropped. WebVTT blocks after https://www.w3.org/TR/webvtt1/#file-parsing; SubRip has no
standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from courses.errors import CaptionsError
from courses.nouns import Finding, Severity
from courses.script import comparison_key, shorten

ENCODING = "captions-encoding"
OVERLAP = "captions-overlap"
SKIPPED = "captions-skipped-line"

_LARGEST = 20_000_000
"""Bytes; a day of captions has two million."""

_TIME = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3})\d*)?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-{{1,3}}>\s*{_TIME}(?:\s.*)?")
_NO_CUE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:\s.*)?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}")
_SONG = re.compile(r"[♪♫](?:.*[♪♫])?")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
# What people and recognisers write in brackets for a sound; anything else in brackets was said.
_SOUNDS = """
    music applause clapping cheering cheers laughter laughs laughing chuckles silence silent pause
    noise noises static inaudible unintelligible indistinct crosstalk cough coughs coughing
    sigh sighs breathing beep bell chime ringtone blank_audio
    संगीत तालियाँ तालियां तालियों हँसी हंसी हँसते ठहाके मौन सन्नाटा चुप्पी खामोशी शोर अस्पष्ट अश्रव्य खाँसी
    खांसी घंटी ♪ ♪♪ ♫
"""
_AROUND_SOUNDS = """
    a the of in and with no some soft gentle quiet loud light upbeat dramatic background foreground
    theme intro outro playing plays starts stops continues fades speech audio sound audience crowd
    पृष्ठभूमि में की का के और हल्का धीमा तेज मधुर बजता बजती रहा रही है आवाज ध्वनि दर्शकों गड़गड़ाहट
"""
_SPEAKER_CHANGE = re.compile(r"^(?:>{2,}|&gt;&gt;|[-–—](?=\s))\s*")


@dataclass(frozen=True, slots=True)
class Caption:
    """One cue as written: its line number in the file, times in ms, clean lines of text."""

    line: int
    start: int
    end: int
    lines: tuple[str, ...]


def warn(check: str, message: str, start: int = 0, end: int = 0) -> Finding:
    """Return a WARNING about a captions file."""
    return Finding(check, Severity.WARNING, message, start=start, end=end)


def read_bytes(path: Path) -> bytes:
    """Return the content of a captions file; CaptionsError when there is none to read."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else b""
    except FileNotFoundError:
        raise CaptionsError(f"There is no captions file {path}.", "Check the name.") from None
    except OSError as error:
        raise CaptionsError(f"{path} cannot be read: {error.strerror}.") from error
    if size > _LARGEST:
        raise CaptionsError(f"{path} has {size} bytes.", "Captions of one lesson are far smaller.")
    if not data.strip():
        raise CaptionsError(f"{path} is empty.", "Export the captions again.")
    return data


def _marked_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark or zero bytes give away."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return encoding
    head = data[:2000]
    if b"\0" not in head:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _decode_unmarked(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """Return text that is UTF-8, UTF-8 with broken bytes, or else Windows-1252."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if not broken:
        return text, []
    if sum(ch > "\x7f" for ch in text) > 3 * broken:
        line = text[: text.index("\ufffd")].count("\n") + 1
        said = f"{name}, line {line}: not all of it is UTF-8 ({broken} times \ufffd)."
        return text, [warn(ENCODING, said)]
    said = f"{name} is not UTF-8; it was read as Windows-1252. Save it as UTF-8 to be sure."
    return data.decode("cp1252", errors="replace"), [warn(ENCODING, said)]


def decode(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """Return the text of a captions file and what was odd about its encoding.

    UTF-8, UTF-16 and UTF-32 are told by their marks or zero bytes; bytes that are no UTF-8 are
    read as Windows-1252, with a WARNING. Raises CaptionsError when it is no text.
    """
    encoding = _marked_encoding(data)
    if encoding is None:
        return _decode_unmarked(data, name)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        at = f"byte {error.start}"
        raise CaptionsError(
            f"{name} is no text: {at} is not {encoding}.", "Save it as UTF-8."
        ) from error
    odd = encoding in ("utf-16-le", "utf-16-be")
    said = f"{name} has no byte order mark; it was read as {encoding.upper()}."
    return text, [warn(ENCODING, said)] if odd else []


def _to_ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def _clean(line: str) -> str:
    """Return a line of a cue without tags, entities and marks of a new speaker."""
    bare = unescape(_TAG.sub("", _SPEAKER_CHANGE.sub("", line.strip())))
    return " ".join(bare.replace("\ufeff", "").split())


def _keys(words: str) -> set[str]:
    return set(comparison_key(words).split())


def _is_sound(line: str) -> bool:
    """Return whether a line is only a label such as "[Music]" or "[शोर]", or a song."""
    if _SONG.fullmatch(line):
        return True
    bracketed = _BRACKETED.fullmatch(line)
    if not bracketed:
        return False
    said, sounds = _keys(re.sub(r"[\d:.,;&-]+", " ", bracketed.group(1))), _keys(_SOUNDS)
    return bool(said & sounds) and said <= sounds | _keys(_AROUND_SOUNDS)


def _blocks(text: str, is_webvtt: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the runs of lines between blank ones, each with its first line's number.

    A line of spaces is blank in SubRip, but text in WebVTT: automatic captions start with one.
    """
    block: list[str] = []
    lines = re.split(r"\r\n|\r|\n", text)
    for number, line in enumerate([*lines, ""], 1):
        if line.strip() or (line and is_webvtt):
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


class Reader:
    """Reads one text into `captions` and `findings`; one use."""

    def __init__(self, text: str, name: str) -> None:
        self.captions: list[Caption] = []
        self.findings: list[Finding] = []
        self._name = name
        text = text.removeprefix("\ufeff")
        self._is_webvtt = text.startswith("WEBVTT")
        for number, block in _blocks(text, self._is_webvtt):
            self._read_block(number, block)

    def _skip(self, number: int, why: str) -> None:
        self.findings.append(warn(SKIPPED, f"{self._name}, line {number}: {why}"))

    def _read_block(self, number: int, lines: list[str]) -> None:
        """Read one block: mostly one cue, several where blank lines are missing."""
        timings = [i for i, line in enumerate(lines) if "-->" in line or _TIMING.fullmatch(line)]
        if not timings:
            if not (self._is_webvtt and _NO_CUE.fullmatch(lines[0])):
                self._read_stray(number, lines)
            return
        for at, following in zip(timings, [*timings[1:], len(lines)], strict=True):
            text = lines[at + 1 : following]
            if following < len(lines) and text and text[-1].strip().isdecimal():
                text = text[:-1]  # the number of the next cue
            self._read_cue(number + at, lines[at], text)

    def _read_stray(self, number: int, lines: list[str]) -> None:
        """Keep text after a blank line inside a SubRip cue; WebVTT has no such text."""
        texts = [line for line in lines if line.strip() and not line.strip().isdecimal()]
        if not texts:
            return
        if self._is_webvtt or not self.captions:
            self._skip(number, f"text without a time, skipped: {shorten(texts[0], 60)!r}.")
            return
        last = self.captions[-1]
        more = self._speech(texts, number, last.start, last.end)
        self.captions[-1] = Caption(last.line, last.start, last.end, last.lines + more)

    def _read_cue(self, number: int, timing: str, lines: list[str]) -> None:
        found = _TIMING.fullmatch(timing)
        if not found:
            self._skip(
                number, f"times cannot be read, cue skipped: {shorten(timing.strip(), 60)!r}."
            )
            return
        start, end = _to_ms(*found.groups()[:4]), _to_ms(*found.groups()[4:])
        if end <= start:
            self._skip(
                number, f"cue ends before it starts, skipped: {shorten(' '.join(lines), 60)!r}."
            )
            return
        self.captions.append(Caption(number, start, end, self._speech(lines, number, start, end)))

    def _speech(self, lines: list[str], number: int, start: int, end: int) -> tuple[str, ...]:
        """Return the clean lines that are spoken; "[Music]" is noted and left out."""
        kept = []
        for line in filter(None, map(_clean, lines)):
            if _is_sound(line):
                said = f"{self._name}, line {number}: no speech, left out: {line!r}."
                self.findings.append(Finding(SKIPPED, Severity.INFO, said, start=start, end=end))
            else:
                kept.append(line)
        return tuple(kept)


def read_captions(data: bytes, name: str) -> tuple[list[Caption], list[Finding]]:
    """Return the cues of a SubRip or WebVTT file in time order and what was odd about it.

    `name` of the file is for messages. Tolerated: comma or dot, no hours, no milliseconds, no
    index, no blank line between cues, a blank line in one, tags. Raises CaptionsError, naming
    file and line, when there is no cue in it.
    """
    text, findings = decode(data, name)
    reader = Reader(text, name)
    if not reader.captions:
        seen = reader.findings[0].message if reader.findings else f"{name}, line 1: no cue times."
        raise CaptionsError(
            f"No captions were found. {seen}",
            "Hand in SubRip (.srt) or WebVTT (.vtt); export other formats as one of these.",
        )
    ordered = sorted(reader.captions, key=lambda caption: caption.start)
    return ordered, findings + reader.findings
