"""The program ffmpeg, run as a process of its own: look at a media file, make another.

The only file that knows ffmpeg-python and imageio-ffmpeg. Media are treated as hostile: the `file`
protocol, a short list of containers and decoders, a time limit. It runs in a folder of ours and
is given no name of the user's but the media's, as ``file:/...``, so nothing needs escaping.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from courses.errors import EngineError, MediaError, StoreError
from transcription import media_files

_QUIET = ("-nostdin", "-hide_banner", "-loglevel", "error")
_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d)\.(\d\d)", re.MULTILINE)
_START = re.compile(r"^  Duration: .*, start: (-?[0-9.]+)", re.MULTILINE)
_STREAM = re.compile(r"^  Stream #0:\d+\S*: (Video|Audio): (\w+)(.*)$", re.MULTILINE)
_SIZE = re.compile(r" (\d{2,5})x(\d{2,5})\b")
_SHAPE = re.compile(r"\bSAR ([1-9]\d{0,4}):([1-9]\d{0,4})\b")
_TURNED = re.compile(r"display ?matrix: rotation of -?(?:90|270)\.", re.IGNORECASE)
_PLAIN = re.compile(r"\byuvj?420p\b")
_LOOK_LIMIT = 30.0
_MOST_PIXELS = 40_000_000  # 8K; a file of a few bytes can state any size
# Decoders of ffmpeg beyond those of transcription that a lesson's picture may need.
_DECODERS = f"{media_files.SOUND_CODECS},{media_files.PICTURE_CODECS},vp8,libvpx,wrapped_avframe"
_HELP = "Install it again: pip install --force-reinstall imageio-ffmpeg; or put ffmpeg on the PATH."


@dataclass(frozen=True, slots=True)
class Look:
    """What a media file holds: `duration` in ms, None where it does not say.

    `width` and `height` in pixels, 0 where it has no picture; codecs by FFmpeg's names, or empty.
    `start`: the first time stamp, in seconds. `plain`: every player shows the picture as it is:
    eight bits, colours halved, not turned by a note beside it.
    """

    path: Path
    duration: int | None = None
    width: int = 0
    height: int = 0
    picture: str = ""
    sound: str = ""
    start: float = 0.0
    plain: bool = False


@lru_cache(maxsize=1)
def find_program() -> str:
    """Return the path of ffmpeg: that of imageio-ffmpeg, else one on the PATH.

    Raises EngineError where there is none.
    """
    import imageio_ffmpeg

    try:
        found = shutil.which(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        found = None
    program = found or shutil.which("ffmpeg")
    if program is None:
        raise EngineError("There is no ffmpeg here that can be run.", _HELP)
    return program


@lru_cache(maxsize=1)
def check_drawing() -> None:
    """Raise EngineError unless this ffmpeg can draw subtitles, which needs libass in it."""
    said = _call([find_program(), "-hide_banner", "-filters"], Path.cwd(), _LOOK_LIMIT)
    if not re.search(r"^ *\S+ ass +V->V", said.stdout, re.MULTILINE):
        raise EngineError(f"{find_program()} was built without libass, so it draws no text.", _HELP)


def look(path: Path) -> Look:
    """Return what the media file `path` holds; raises MediaError for what is no media file."""
    media_files.check_regular(path)
    seen = _look(path, media_files.FORMATS)
    if not seen.picture and not seen.sound:
        raise MediaError(
            f"{path} is not a media file that karmavani reads.",
            "Use mp4, mkv, webm, mov, mp3, wav, m4a, ogg or flac; playlists are refused.",
        )
    media_files.check_duration(path, seen.duration)
    return seen


def look_at_segment(path: Path) -> Look:
    """Return what a segment of HLS that was made here holds; its `start` is its time stamp."""
    return _look(path, "mpegts")


def _look(path: Path, formats: str) -> Look:
    command = [find_program(), "-nostdin", "-hide_banner", "-protocol_whitelist", "file"]
    command += ["-format_whitelist", formats, "-i", address(path)]
    said = _call(command, path.parent, _LOOK_LIMIT).stderr
    streams = {kind: (codec, rest) for kind, codec, rest in reversed(_STREAM.findall(said))}
    codec, rest = streams.get("Video", ("", ""))
    sound, how = streams.get("Audio", ("", ""))
    start = _START.search(said)
    width, height = _size(rest, said)
    return Look(
        path,
        _duration(said),
        width,
        height,
        codec if width else "",
        "he-aac" if sound == "aac" and how.startswith(" (HE") else sound,
        float(start[1]) if start else 0.0,
        bool(_PLAIN.search(rest)) and not _TURNED.search(said),
    )


def _size(rest: str, said: str) -> tuple[int, int]:
    """Return the pixels of the picture as it is shown: square, and turned as phones say it."""
    size = _SIZE.search(rest)
    if size is None or "(attached pic)" in rest:  # a cover is no film
        return 0, 0
    width, height = int(size[1]), int(size[2])
    if shape := _SHAPE.search(rest):
        width = max(1, width * int(shape[1]) // int(shape[2]))
    return (height, width) if _TURNED.search(said) else (width, height)


def address(path: Path) -> str:
    """Return how ffmpeg is told of a file: no name of a file can then be an option or protocol."""
    return f"file:{path.absolute()}"


def _duration(said: str) -> int | None:
    found = _DURATION.search(said)
    if not found:
        return None
    hours, minutes, seconds, hundredths = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + hundredths * 10


def media_input(path: Path, start: int = 0, length: int | None = None) -> Any:
    """Return a node that reads `path` from `start`, for `length` ms or to its end."""
    import ffmpeg

    span = {"ss": start / 1000} if start else {}
    span |= {"t": length / 1000} if length is not None else {}
    return ffmpeg.input(
        address(path),
        protocol_whitelist="file",
        format_whitelist=media_files.FORMATS,
        codec_whitelist=_DECODERS,
        max_pixels=_MOST_PIXELS,
        **span,
    )


def text_input(name: str) -> Any:
    """Return a node that reads the WebVTT file `name` of our folder."""
    import ffmpeg

    return ffmpeg.input(name, f="webvtt", protocol_whitelist="file")


def plain_picture(size: tuple[int, int], length: int, rate: int) -> Any:
    """Return the node of a plain dark picture of `size` pixels for `length` ms."""
    import ffmpeg

    width, height = size
    what = f"color=c=0x18202b:s={width}x{height}:r={rate}"
    return ffmpeg.input(what, f="lavfi", t=max(length, 1) / 1000)


def draw(picture: Any, size: tuple[int, int]) -> Any:
    """Return `picture` scaled to `size` with ``subtitles.ass`` of our folder drawn on it."""
    scaled = picture.filter("scale", *size).filter("setsar", 1)
    return scaled.filter("ass", "subtitles.ass", fontsdir="fonts")


def make(
    streams: Sequence[Any], name: str, options: dict[str, Any], job: tuple[Path, float]
) -> None:
    """Write `streams` to the file `name` of our folder; `job` is that folder and seconds at most.

    Raises MediaError when ffmpeg refuses or takes too long, StoreError when the disk is full.
    """
    import ffmpeg

    folder, limit = job
    node = ffmpeg.output(*streams, name, **options)
    command = ffmpeg.compile(node, cmd=[find_program(), *_QUIET], overwrite_output=True)
    said = _call(command, folder, limit)
    if said.returncode == 0:
        return
    reason = _reason(said.stderr)
    if "No space left" in said.stderr:
        raise StoreError("The disk became full while a preview was made.", "Free some space.")
    raise MediaError(f"ffmpeg could not make the preview: {reason}.", "Is the media file whole?")


def _reason(complaint: str) -> str:
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Error opening output", "Conversion"))]
    # "[mov @ 0x55d0c0] text": the address says nothing to people.
    return re.sub(r"^(\[[^\]]* @ 0x[0-9a-f]+\] *)+", "", (told or ["it did not say why"])[0])


def _call(command: Sequence[str], folder: Path, limit: float) -> subprocess.CompletedProcess[str]:
    # Only fonts that we chose: not those of the system, whose list takes long to make.
    environment = os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MediaError(
            f"ffmpeg took more than {limit:.0f} seconds and was stopped.",
            "Ask for less at a time, or try again when the machine has less to do.",
        ) from error
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be run: {error.strerror}.", _HELP) from error
