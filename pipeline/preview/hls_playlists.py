"""The text of an HLS rendition (RFC 8216): playlists, and WebVTT cut into segments. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from courses.languages import find_language, find_writing
from courses.nouns import Cue
from pipeline.formats import FORMATS, Document
from pipeline.preview.places import MARK

_GROUP = "subtitles"
_EXTINF = re.compile(r"^#EXTINF:([0-9.]+),", re.MULTILINE)
_CLOCK = 90_000  # ticks a second of MPEG-2 time stamps
_WRAP = 1 << 33


@dataclass(frozen=True, slots=True)
class Film:
    """Picture and sound as a player is told of them: `peak` and `mean` in bits a second.

    `codecs` as RFC 6381 names them, empty where they are not known; `width` and `height` in pixels.
    """

    peak: int
    mean: int
    codecs: str
    width: int
    height: int


def durations(playlist: str) -> list[float]:
    """Return the seconds of each segment of a media playlist."""
    return [float(found) for found in _EXTINF.findall(playlist)]


def segments(cues: Sequence[Cue], seconds: Sequence[float]) -> list[list[Cue]]:
    """Return the cues of each segment; one that is shown in two stands in both, with its times.

    RFC 8216, section 3.5. A cue after the last segment is in none.
    """
    cut: list[list[Cue]] = []
    begin = 0.0
    for length in seconds:
        end = begin + length
        cut.append([cue for cue in cues if cue.start < end * 1000 and cue.end > begin * 1000])
        begin = end
    return cut


def write_segment(cues: Sequence[Cue], code: str, start: float) -> str:
    """Return one WebVTT segment; `start` is the time stamp, in seconds, of the lesson's 0:00."""
    text = FORMATS["webvtt"].write(Document("", code, "", tuple(cues)))
    ticks = round(start * _CLOCK) % _WRAP
    return text.replace(
        "WEBVTT\n", f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{ticks},LOCAL:00:00:00.000\n", 1
    )


def write_media(seconds: Sequence[float], names: Sequence[str]) -> str:
    """Return the media playlist of subtitle segments."""
    longest = max(map(_rounded, seconds), default=1)
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{max(1, longest)}"]
    lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for length, name in zip(seconds, names, strict=True):
        lines += [f"#EXTINF:{length:.6f},", name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def write_master(film: Film, uris: Sequence[tuple[str, str]]) -> str:
    """Return the master playlist: `uris` are our code and the subtitle playlist of each."""
    lines = ["#EXTM3U", f"# {MARK}", "#EXT-X-VERSION:4", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_rendition(code, uri) for code, uri in uris]
    facts = [f"BANDWIDTH={film.peak}", f"AVERAGE-BANDWIDTH={film.mean}"]
    facts += [f'CODECS="{film.codecs}"'] if film.codecs else []
    facts += [f"RESOLUTION={film.width}x{film.height}", f'SUBTITLES="{_GROUP}"']
    return "\n".join([*lines, f"#EXT-X-STREAM-INF:{','.join(facts)}", "video.m3u8", ""])


def _rendition(code: str, uri: str) -> str:
    writing = find_writing(code)
    name = f"{writing.autonym} ({find_language(code).name})"
    facts = [
        *("TYPE=SUBTITLES", f'GROUP-ID="{_GROUP}"', f'NAME="{name}"'),
        *(f'LANGUAGE="{writing.bcp47}"', "DEFAULT=NO", "AUTOSELECT=YES", "FORCED=NO"),
    ]
    return f'#EXT-X-MEDIA:{",".join(facts)},URI="{uri}"'


def _rounded(seconds: float) -> int:
    """Return the nearest whole second, halves up, as section 4.3.3.1 compares them."""
    return math.floor(seconds + 0.5)
