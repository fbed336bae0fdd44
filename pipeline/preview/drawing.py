"""Subtitles drawn into the picture: single frames, and a short clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from courses.errors import MediaError, UsageError
from courses.nouns import Cue
from courses.timing import to_clock
from pipeline.preview import ffmpeg_program as program
from pipeline.preview import places, substation
from pipeline.preview.ffmpeg_program import Look
from pipeline.preview.font_places import lay_out
from pipeline.preview.fonts import Shelf
from pipeline.preview.material import Material

PLAIN = (1280, 720)
MOST_SHOTS = 200
LONGEST_CLIP = 300_000
_RATE = 25
_BACK = 100  # ms before the end of the media, where a frame still is
_FRAME_LIMIT = 120.0
_CLIP_LIMIT = 900.0
MP4 = {
    "vcodec": "libx264",
    "preset": "veryfast",
    "crf": 23,
    "pix_fmt": "yuv420p",
    "acodec": "aac",
    "movflags": "+faststart",
    "map_metadata": -1,
    "metadata": f"comment={places.MARK}",
    "f": "mp4",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What is drawn on: the media, None for a plain picture; the subtitles and their fonts."""

    material: Material
    media: Look | None
    shelf: Shelf

    @property
    def size(self) -> tuple[int, int]:
        """Return the pixels of the preview: the media's, at most 1280 wide, both even."""
        if not self.media or not self.media.width:
            return PLAIN
        shrink = min(1.0, PLAIN[0] / self.media.width)
        width, height = self.media.width * shrink, self.media.height * shrink
        return max(2, int(width / 2) * 2), max(2, int(height / 2) * 2)

    @property
    def end(self) -> int:
        """Return where the media ends, or the lesson where no media is given; ms."""
        stated = self.media.duration if self.media else None
        return self.material.end if stated is None else stated


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame to be drawn: what it is called, its time in ms, and the cues on it."""

    name: str
    time: int
    cues: tuple[Cue, ...]


def choose_shots(stage: Stage, times: Sequence[int], numbers: Sequence[int]) -> list[Shot]:
    """Return the frames at `times` (ms) and in the middle of the cues `numbers`, each once.

    Raises UsageError for a time beyond the end, a cue that is not there, or too many.
    """
    material = stage.material
    shots = {}
    for number in numbers:
        cue = material.cue(number)
        middle = (cue.start + cue.end) // 2
        shots[f"cue-{number:04d}"] = (middle, material.shown_at(middle) or (cue,))
    for time in times:
        shots[to_clock(time).replace(":", "-").replace(".", "-")] = (time, material.shown_at(time))
    if len(shots) > MOST_SHOTS:
        raise UsageError(f"{len(shots)} frames are too many.", f"Ask for {MOST_SHOTS} at a time.")
    chosen = [Shot(name, time, cues) for name, (time, cues) in shots.items()]
    for shot in chosen:
        _refuse_beyond(shot.time, stage.end)
    return chosen


def draw_frames(stage: Stage, shots: Sequence[Shot], out: Path) -> list[Path]:
    """Write one PNG a shot into the folder `out`, all or none, and return their paths.

    Raises MediaError, ModelError (a font is missing), UsageError (a foreign file), StoreError.
    """
    program.check_drawing()
    targets = [out / f"{stage.material.name}.{shot.name}.png" for shot in shots]
    for target in targets:
        places.refuse_foreign(target)
    with places.workshop(out) as folder, places.storage_errors(out):
        made = []
        for shot, target in zip(shots, targets, strict=True):
            _draw_frame(stage, shot, folder)
            made.append((folder / target.name, target))
            (folder / "frame.png").rename(made[-1][0])
        places.put_files(made)
    return targets


def draw_clip(stage: Stage, start: int, end: int, target: Path) -> None:
    """Write the mp4 `target`: the lesson from `start` to `end` (ms) with subtitles drawn in.

    Raises what `draw_frames` raises.
    """
    if not start < end:
        raise UsageError("A clip ends after it starts.", "Say, as --from 0:10 --to 0:20.")
    if end - start > LONGEST_CLIP:
        raise UsageError("A clip is at most five minutes.", "For a whole lesson: preview mp4.")
    _refuse_beyond(start, stage.end)
    program.check_drawing()
    places.refuse_foreign(target, [stage.media.path] if stage.media else [])
    length = min(end, stage.end) - start
    cues = [_moved(cue, start, length) for cue in stage.material.cues]
    with places.workshop(target.parent) as folder, places.storage_errors(target):
        _write_text([cue for cue in cues if cue.start < cue.end], stage, folder)
        media = program.media_input(stage.media.path, start, length) if stage.media else None
        picture = _picture(stage, media, length)
        streams = [program.draw(picture, stage.size)]
        if media is not None and stage.media and stage.media.sound:
            streams.append(media["a:0"])
        program.make(streams, "clip.mp4", MP4, (folder, _CLIP_LIMIT))
        places.put_files([(folder / "clip.mp4", target)])


def _draw_frame(stage: Stage, shot: Shot, folder: Path) -> None:
    _write_text([replace(cue, start=0, end=3_600_000) for cue in shot.cues], stage, folder)
    time = max(0, min(shot.time, stage.end - _BACK))
    filmed = stage.media and stage.media.width
    media = program.media_input(stage.media.path, time) if stage.media and filmed else None
    picture = program.draw(_picture(stage, media, 1000), stage.size)
    options = {"frames:v": 1, "update": 1, "f": "image2", "vcodec": "png", "pred": "mixed"}
    program.make([picture], "frame.png", options, (folder, _FRAME_LIMIT))
    if not (folder / "frame.png").is_file():
        raise MediaError(f"The media has no picture at {to_clock(shot.time)}.", "Is it whole?")
    places.mark_png(folder / "frame.png")


def _picture(stage: Stage, media: Any, length: int) -> Any:
    if media is not None and stage.media and stage.media.width:
        return media["V:0"]
    return program.plain_picture(stage.size, length, _RATE)


def _write_text(cues: Sequence[Cue], stage: Stage, folder: Path) -> None:
    picture = substation.Picture(*stage.size, stage.material.code)
    text, faces = substation.write(cues, picture, stage.shelf)
    (folder / "subtitles.ass").write_text(text, encoding="utf-8")
    lay_out(faces, folder)


def _moved(cue: Cue, start: int, length: int) -> Cue:
    """Return `cue` in the time of a clip that begins at `start`, cut at both of its ends."""
    return replace(cue, start=max(0, cue.start - start), end=min(length, cue.end - start))


def _refuse_beyond(time: int, end: int) -> None:
    if time >= end:
        raise UsageError(
            f"{to_clock(time)} is beyond the end, {to_clock(end)}.", "Name an earlier time."
        )
