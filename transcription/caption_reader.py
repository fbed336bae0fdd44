"""SubRip and WebVTT files as they are found in the wild, read for their words.

For: existing captions as a transcript; it keeps the text of files that strict readers refuse and
says what it could not use. Not for our own packages and not for layout: tags, positions and line
ends are dropped. How files fall into cues is in `cue_blocks`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

from courses.errors import CaptionsError
from courses.findings import make
from courses.nouns import Finding, Severity
from courses.script import comparison_key, shorten
from transcription.cue_blocks import (
    LOOSE,
    MOST_CUES,
    MOST_LETTERS,
    Block,
    has_room,
    is_webvtt,
    normalised,
    subrip_blocks,
    times_of,
    webvtt_blocks,
)

ENCODING = "captions-encoding"
OVERLAP = "captions-overlap"
SKIPPED = "captions-skipped-line"

_LARGEST = 32_000_000
"""Bytes; a day of captions has two million."""
_MOST_FINDINGS = 10_000
"""Findings that are kept; the others are only counted."""

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}")
_HIGH, _HIGH_WORD = re.compile(b"[\x80-\xff]+"), re.compile(b"[\x80-\xff]{3,}")
# Byte order marks, and the overrides of direction, which make a text read otherwise than it is.
_INVISIBLE = re.compile("[\ufeff\u202d\u202e]")
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
    return make(check, message, span=(start, end))


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
    odd, even = head[1::2].count(0), head[::2].count(0)
    # Line ends, digits and spaces leave many zeros at every second place; a stray NUL does not.
    many = max(odd, even)
    if not many or many * 20 < len(head) or min(odd, even) * 10 > many:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_unmarked(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """Return text that is UTF-8, UTF-8 with broken bytes, or else of a Windows code page."""
    # As bytes: a file of 30 MB with one emoji takes 120 MB as text, each time it is copied.
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"\xef\xbf\xbd")
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if not broken:
        return text, []
    if sum(ch > "\x7f" for ch in text) > 3 * broken:
        line = text[: text.index("\ufffd")].count("\n") + 1
        said = f"{name}, line {line}: not all of it is UTF-8 ({broken} times \ufffd)."
        return text, [warn(ENCODING, said)]
    page = _code_page(data)
    said = f"{name} is not UTF-8; it was read as Windows-{page}. Save it as UTF-8 to be sure."
    return data.decode(f"cp{page}", errors="replace"), [warn(ENCODING, said)]


def _code_page(data: bytes) -> str:
    """Return the code page of bytes that are no UTF-8: 1256 (Arabic script), or else 1252.

    In 1256 whole words are bytes above 127, in 1252 single letters and quotation marks are. No
    other script of our languages has a Windows code page.
    """
    high = sum(map(len, _HIGH.findall(data)))
    return "1256" if 2 * sum(map(len, _HIGH_WORD.findall(data))) > high else "1252"


def decode(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """Return the text of a captions file and what was odd about its encoding.

    UTF-8, UTF-16 and UTF-32 are told by their marks or zero bytes; bytes that are no UTF-8 are
    read as Windows-1252 or Windows-1256, with a WARNING. Raises CaptionsError when it is no text,
    or too long.
    """
    if len(data) > _LARGEST:
        raise CaptionsError(f"{name} has {len(data)} bytes.", "Captions of one lesson are smaller.")
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


def _clean(line: str) -> str:
    """Return a line of a cue without tags, entities and marks of a new speaker."""
    bare = unescape(_TAG.sub("", _SPEAKER_CHANGE.sub("", line.strip())))
    return " ".join(_INVISIBLE.sub("", bare).split())


@cache
def _sound_keys() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words for sounds, and these with the words around them."""
    sounds = frozenset(comparison_key(_SOUNDS).split())
    return sounds, sounds.union(comparison_key(_AROUND_SOUNDS).split())


def _is_sound(line: str) -> bool:
    """Return whether a line is only a label such as "[Music]" or "[शोर]", or a song."""
    if _SONG.fullmatch(line):
        return True
    bracketed = _BRACKETED.fullmatch(line)
    if not bracketed:
        return False
    said = set(comparison_key(re.sub(r"[\d:.,;&-]+", " ", bracketed.group(1))).split())
    sounds, around = _sound_keys()
    return bool(said & sounds) and said <= around


class Reader:
    """Reads one text into `captions` and `findings`; one use."""

    def __init__(self, text: str, name: str) -> None:
        self.captions: list[Caption] = []
        self.findings: list[Finding] = []
        self._name = name
        self._dropped = 0
        text = normalised(text, name)
        self._is_webvtt = is_webvtt(text)
        for block in webvtt_blocks(text) if self._is_webvtt else subrip_blocks(text):
            self._read_block(block)
        if self._dropped:
            self.findings.append(warn(SKIPPED, f"{name}: {self._dropped} more findings."))

    def _is_full(self) -> bool:
        """Return whether no more findings are kept, and count the one that is not."""
        full = len(self.findings) >= _MOST_FINDINGS
        self._dropped += full
        return full

    def _skip(self, number: int, why: str, text: str) -> None:
        if not self._is_full():
            said = f"{self._name}, line {number}: {why}: {shorten(text.strip()[:500], 60)!r}."
            self.findings.append(warn(SKIPPED, said))

    def _read_block(self, block: Block) -> None:
        if block.timing >= 0:
            self._read_cue(block)
        elif not block.comment:
            self._read_stray(block.number, block.lines)

    def _read_stray(self, number: int, lines: list[str]) -> None:
        """Keep text after a blank line inside a SubRip cue; WebVTT has no such text."""
        texts = [line for line in lines if line.strip() and not line.strip().isdecimal()]
        if not texts:
            return
        if self._is_webvtt or not self.captions:
            self._skip(number, "text without a time, skipped", texts[0])
            return
        last = self.captions[-1]
        if not has_room(last.lines, texts):
            self._skip(number, "too much text for one cue, skipped", texts[0])
            return
        more = self._speech(texts, number, last.start, last.end)
        self.captions[-1] = Caption(last.line, last.start, last.end, last.lines + more)

    def _read_cue(self, block: Block) -> None:
        number, lines = block.number + block.timing, block.text
        times = times_of(block.time, LOOSE)
        if isinstance(times, str):
            shown = " ".join(lines) if "before" in times else block.time
            self._skip(number, f"{times}, {'' if 'before' in times else 'cue '}skipped", shown)
            return
        if sum(map(len, lines)) > MOST_LETTERS:
            self._skip(number, f"more than {MOST_LETTERS:,} characters, cue skipped", lines[0])
            return
        if len(self.captions) == MOST_CUES:
            raise CaptionsError(
                f"{self._name}, line {number}: more than {MOST_CUES:,} cues.",
                "Captions of one lesson are far fewer.",
            )
        if self._is_webvtt and block.cut and lines and lines[-1].strip().isdecimal():
            lines.pop()  # the number of the next cue
        self.captions.append(Caption(number, *times, self._speech(lines, number, *times)))

    def _speech(self, lines: list[str], number: int, start: int, end: int) -> tuple[str, ...]:
        """Return the clean lines that are spoken; "[Music]" is noted and left out."""
        kept = []
        for line in filter(None, map(_clean, lines)):
            if _is_sound(line):
                if self._is_full():
                    continue
                said = f"{self._name}, line {number}: no speech, left out: {line!r}."
                self.findings.append(make(SKIPPED, said, Severity.INFO, span=(start, end)))
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
    del data  # a long file need not be in memory twice
    reader = Reader(text, name)
    if not reader.captions:
        seen = reader.findings[0].message if reader.findings else f"{name}, line 1: no cue times."
        raise CaptionsError(
            f"No captions were found. {seen}",
            "Hand in SubRip (.srt) or WebVTT (.vtt); export other formats as one of these.",
        )
    ordered = sorted(reader.captions, key=lambda caption: caption.start)
    return ordered, findings + reader.findings
