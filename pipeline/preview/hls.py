"""A folder for HTTP Live Streaming: the lesson in segments, and its subtitles in each language.

    OUT/master.m3u8  video.m3u8  video-00000.ts ...  hi/subtitles.m3u8  hi/00000.vtt ...

ffmpeg cuts picture and sound; the subtitles are cut here at the same places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from courses.errors import MediaError
from courses.languages import find_writing
from pipeline.preview import ffmpeg_program as program
from pipeline.preview import places
from pipeline.preview.ffmpeg_program import Look
from pipeline.preview.hls_playlists import (
    Film,
    durations,
    segments,
    write_master,
    write_media,
    write_segment,
)
from pipeline.preview.material import Material
from pipeline.preview.soft import film, limit, look_at

_SECONDS = 6
_PICTURES, _SOUNDS = frozenset({"h264"}), frozenset({"aac"})
# A sequence parameter set (ITU-T H.264, 7.3.2.1) after a start code: profile, constraints, level.
_SPS = re.compile(rb"\0\0\x01[\x27\x47\x67](...)", re.DOTALL)


def make_hls(materials: Sequence[Material], media: Path, target: Path) -> None:
    """Write the folder `target` whole: `media` in segments, one subtitle rendition a material.

    Raises MediaError, UsageError (a foreign folder is there), StoreError.
    """
    seen = look_at(materials, media)
    places.refuse_foreign(target, [media])
    with places.workshop(target.parent) as folder, places.storage_errors(target):
        made = folder / "made"
        made.mkdir()
        _cut_film(media, seen, made)
        seconds = durations((made / "video.m3u8").read_text(encoding="utf-8"))
        parts = sorted(made.glob("video-*.ts"))
        if not seconds or len(seconds) != len(parts):
            raise MediaError(f"ffmpeg could not cut {media} into segments.", "Is it whole?")
        begin = program.look_at_segment(parts[0]).start
        uris = [_write_subtitles(one, seconds, begin, made) for one in materials]
        master = write_master(_describe(seconds, parts), uris)
        (made / places.MASTER).write_text(master, encoding="utf-8")
        places.put_folder(made, target)


def _cut_film(media: Path, seen: Look, folder: Path) -> None:
    pictures = _PICTURES if seen.plain else frozenset()
    streams, options = film(program.media_input(media), seen, pictures, _SOUNDS)
    options |= {
        "f": "hls",
        "hls_time": _SECONDS,
        "hls_playlist_type": "vod",
        "hls_flags": "independent_segments",
        "hls_segment_filename": "video-%05d.ts",
        "map_metadata": -1,
        # Time stamps from zero: some players do not look at X-TIMESTAMP-MAP.
        "muxdelay": 0,
        "muxpreload": 0,
    }
    program.make(streams, "video.m3u8", options, (folder, limit(seen)))


def _write_subtitles(
    material: Material, seconds: Sequence[float], begin: float, folder: Path
) -> tuple[str, str]:
    """Write the segments and playlist of one language; return its code and the playlist's URI."""
    tag = find_writing(material.code).bcp47
    place = folder / tag
    place.mkdir()
    names = [f"{number:05d}.vtt" for number in range(len(seconds))]
    for name, cues in zip(names, segments(material.cues, seconds), strict=True):
        text = write_segment(cues, material.code, begin)
        (place / name).write_text(text, encoding="utf-8")
    (place / "subtitles.m3u8").write_text(write_media(seconds, names), encoding="utf-8")
    return material.code, f"{tag}/subtitles.m3u8"


def _describe(seconds: Sequence[float], parts: Sequence[Path]) -> Film:
    """Return what the master playlist says of the segments that were made."""
    sizes = [part.stat().st_size * 8 for part in parts]
    # A last segment of a few frames would state a rate that no player needs to be ready for.
    rates = [size / max(length, 0.5) for size, length in zip(sizes, seconds, strict=True)]
    seen = program.look_at_segment(parts[0])
    found = _SPS.search(parts[0].read_bytes())
    names = [f"avc1.{found[1].hex()}"] if found and seen.picture == "h264" else []
    names += ["mp4a.40.2"] if seen.sound == "aac" else []
    whole = len(names) == bool(seen.picture) + bool(seen.sound)
    return Film(
        peak=round(max(rates)),
        mean=round(sum(sizes) / sum(seconds)),
        codecs=",".join(names) if whole else "",
        width=seen.width,
        height=seen.height,
    )
