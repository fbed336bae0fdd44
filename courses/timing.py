"""Integer milliseconds: arithmetic on spans and the two clock notations of subtitle files.

Not for media time bases; `transcription.media` turns those into milliseconds.
"""

from __future__ import annotations


def overlap(start: int, end: int, other_start: int, other_end: int) -> int:
    """Return the milliseconds that two spans share, 0 when they only touch."""
    return max(0, min(end, other_end) - max(start, other_start))


def gap(end: int, next_start: int) -> int:
    """Return the milliseconds between two spans in order, negative when they overlap."""
    return next_start - end


def clamp(value: int, low: int, high: int) -> int:
    """Return `value` moved into ``low..high``."""
    return max(low, min(high, value))


def to_clock(ms: int, separator: str = ".") -> str:
    """Return ``HH:MM:SS.mmm`` (hours grow past 99); `separator` is ``,`` for SubRip.

    Raises ValueError for negative times, which no subtitle format can hold.
    """
    if ms < 0:
        raise ValueError(f"negative time {ms} ms")
    seconds, millis = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{millis:03d}"


def from_seconds(seconds: float) -> int:
    """Return whole milliseconds, rounded half up (never banker's rounding)."""
    return int(seconds * 1000 + 0.5)
