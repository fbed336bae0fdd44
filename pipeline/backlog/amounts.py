"""Times, sizes and speeds as people read them; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

_DAY, _HOUR, _MINUTE = 86_400, 3600, 60


def lasting(seconds: float) -> str:
    """Return a length of time in its two largest units: ``3 days 4 h``, ``2 h 05 min``, ``40 s``.

    Below ten seconds there is one decimal.
    """
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    if whole < 2 * _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
    return f"{whole // _DAY} days {whole % _DAY // _HOUR} h"


def at_clock(now: datetime, seconds: float) -> str:
    """Return when that is: ``14:35``, with the day where it is another: ``Tue 24 Nov 14:35``."""
    then = now + timedelta(seconds=seconds)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    year = f" {then.year}" if then.year != now.year else ""
    return f"{then:%a} {then.day} {then:%b}{year} {then:%H:%M}"


def in_bytes(count: float) -> str:
    """Return a size in bytes, KiB, MiB, GiB or TiB."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit in ("bytes", "KiB") else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def media_an_hour(audio: int, elapsed: float) -> float:
    """Return the hours of media done in an hour; `audio` in ms, `elapsed` in seconds."""
    return audio / 1000 / elapsed if elapsed > 0 else 0.0


def sentences_a_second(sentences: int, elapsed: float) -> float:
    """Return the sentences done in a second; `elapsed` in seconds."""
    return sentences / elapsed if elapsed > 0 else 0.0
