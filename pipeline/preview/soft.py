"""An mp4 with subtitles beside the video: tracks that a player shows when a person chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from courses.errors import MediaError
from courses.languages import find_language, find_writing
from pipeline.formats import FORMATS, Document
from pipeline.preview import ffmpeg_program as program
from pipeline.preview import places
from pipeline.preview.ffmpeg_program import Look
from pipeline.preview.material import Material, refuse_late

_PICTURES = frozenset({"h264", "hevc", "av1", "mpeg4", "vp9"})
_SOUNDS = frozenset({"aac", "he-aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"})
_PLAIN = (1280, 720)
_PLAIN_RATE = 5
_LEAST_LIMIT = 300.0
# ISO 639-2/T, all that mp4 has room for (ISO/IEC 14496-12, mdhd); brx has no code but in 639-3.
_THREE = {
    "as": "asm", "bn": "ben", "gu": "guj", "hi": "hin", "kn": "kan", "ks": "kas", "ml": "mal",
    "mr": "mar", "ne": "nep", "or": "ori", "pa": "pan", "sa": "san", "sd": "snd", "ta": "tam",
    "te": "tel", "ur": "urd", "en": "eng",
}  # fmt: skip


def make_mp4(materials: Sequence[Material], media: Path, target: Path) -> None:
    """Write the mp4 `target`: `media` with one subtitle track a material.

    Raises MediaError, UsageError (a foreign file is there), StoreError.
    """
    seen = look_at(materials, media)
    places.refuse_foreign(target, [media])
    with places.workshop(target.parent) as folder, places.storage_errors(target):
        read = program.media_input(media)
        streams, options = film(read, seen, _PICTURES, _SOUNDS)
        for number, material in enumerate(materials):
            name = f"{number}.vtt"
            (folder / name).write_text(webvtt(material), encoding="utf-8")
            streams.append(program.text_input(name)["s:0"])
            options |= _about(number, material)
        options |= {"c:s": "mov_text", "movflags": "+faststart", "f": "mp4"}
        options |= {"metadata": f"comment={places.MARK}"}
        program.make(streams, "whole.mp4", options, (folder, limit(seen)))
        places.put_files([(folder / "whole.mp4", target)])


def look_at(materials: Sequence[Material], media: Path) -> Look:
    """Return what `media` holds; raises MediaError where the subtitles cannot be its."""
    seen = program.look(media)
    if seen.duration is None:
        raise MediaError(f"{media} does not say how long it is.", "Copy or export it again.")
    for material in materials:
        refuse_late(material, seen.duration)
    return seen


def film(
    read: Any, seen: Look, pictures: frozenset[str], sounds: frozenset[str]
) -> tuple[list[Any], dict[str, Any]]:
    """Return picture and sound of the media, and options that copy them where they may stay.

    A lesson that is only heard gets a plain picture: players show subtitles on one alone.
    """
    options: dict[str, Any] = {"c:a": "copy" if seen.sound in sounds else "aac"}
    if seen.picture in pictures:
        picture, options["c:v"] = read["V:0"], "copy"
    else:
        plain = program.plain_picture(_PLAIN, seen.duration or 0, _PLAIN_RATE)
        picture = read["V:0"] if seen.picture else plain
        options |= {"c:v": "libx264", "preset": "veryfast", "crf": 23, "pix_fmt": "yuv420p"}
        options |= {"force_key_frames": "expr:gte(t,n_forced*6)"}
    return [picture, *([read["a:0"]] if seen.sound else [])], options


def webvtt(material: Material) -> str:
    """Return the cues of `material` as WebVTT."""
    return FORMATS["webvtt"].write(Document("", material.code, "", material.cues))


def title(code: str) -> str:
    """Return what a player's menu says: the language's own name, then the English one."""
    return f"{find_writing(code).autonym} ({find_language(code).name})"


def limit(seen: Look) -> float:
    """Return the seconds that making a whole lesson may take."""
    return max(_LEAST_LIMIT, 2 * (seen.duration or 0) / 1000)


def _about(number: int, material: Material) -> dict[str, str]:
    """Return the options that name a track; ``0``, ``00``, ``000`` are one stream to ffmpeg.

    ffmpeg-python takes an option once, and each fact of a stream is the same option.
    """
    code = find_language(material.code).code
    own = title(material.code)
    facts = [f"language={_THREE.get(code, code)}", f"title={own}", f"handler_name={own}"]
    return {f"metadata:s:s:{'0' * at}{number}": fact for at, fact in enumerate(facts)}
