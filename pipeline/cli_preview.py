"""The commands `karmavani preview frame | clip | mp4 | hls`: thin; the work is in `preview`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.preview.drawing import Stage
    from pipeline.preview.material import Material

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,6})(?:[.,](\d{1,3}))?")


class Clock(click.ParamType):  # type: ignore[type-arg] # generic since click 8.5
    """A time in a lesson, as 75, 1:15 or 01:01:15.500; gives milliseconds."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Return milliseconds; fails with a sentence that says how a time is written."""
        if isinstance(value, int):
            return value
        found = _CLOCK.fullmatch(value.strip())
        if not found:
            self.fail(f"{value!r} is no time; write it as 75, 1:15 or 01:01:15.500.", param, ctx)
        hours, minutes, seconds, millis = found.groups()
        whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
        return whole * 1000 + int((millis or "0").ljust(3, "0"))


CLOCK = Clock()
_path = click.Path(path_type=Path)
_media = click.option("--media", type=_path, help="The lesson; a plain picture without.")
_needed = click.option("--media", type=_path, required=True, help="The lesson, video or sound.")
_fonts = click.option("--fonts", type=_path, help="A folder of fonts to use before all others.")
_language = click.option("--language", metavar="CODE", help="Of captions that do not say it.")


@click.group()
def preview() -> None:
    """Look at subtitles: in frames, in a short clip, or beside the video in a player.

    PACKAGE is the folder of a lesson in one language, or a captions file with times.

    \b
    Examples:
      karmavani preview frame karmavani-out/rti-basics/right-to-information/hi --cue 3 \\
        --media samples/rti-basics/media/right-to-information.mp4
      karmavani preview frame lesson.ta.vtt --at 1:15
    """


@preview.command()
@click.argument("package", type=_path)
@_media
@click.option("--at", "times", type=CLOCK, multiple=True, help="At this time, as 1:15.")
@click.option("--cue", "cues", type=click.IntRange(min=1), multiple=True, help="The n-th cue.")
@click.option("--findings", is_flag=True, help="All cues that findings are about.")
@click.option("--out", type=_path, default="karmavani-preview", show_default=True)
@_fonts
@_language
@click.pass_obj
def frame(config: Config, /, package: Path, out: Path, **options: Any) -> None:
    """Draw single frames of PACKAGE as PNG files in a folder.

    Without --at, --cue or --findings: the first cue. What is in the folder already is replaced
    only when an earlier preview made it.

    \b
    Examples:
      karmavani preview frame karmavani-out/rti-basics/right-to-information/hi --findings \\
        --media samples/rti-basics/media/right-to-information.mp4
      karmavani preview frame lesson.ur.srt --cue 1 --cue 12 --at 1:15 --out frames
    """
    from pipeline.preview.drawing import choose_shots, draw_frames
    from pipeline.preview.material import read_material

    if out.suffix.lower() == ".png":
        raise UsageError("--out is the folder for the pictures.", f"Say, as --out {out.stem}.")
    material = read_material(package, options["language"])
    numbers = [*options["cues"], *(material.troubled() if options["findings"] else [])]
    if not numbers and not options["times"]:
        if options["findings"]:
            click.echo("No finding is about a cue; there is nothing to draw.")
            return
        numbers = [1]
    stage = _stage(config, material, options)
    shots = choose_shots(stage, options["times"], numbers)
    for shot, path in zip(shots, draw_frames(stage, shots, out), strict=True):
        click.echo(f"{path}{'' if shot.cues else '  (no subtitle then)'}")


@preview.command()
@click.argument("package", type=_path)
@_media
@click.option("--from", "start", type=CLOCK, required=True, help="Where it begins, as 0:10.")
@click.option("--to", "end", type=CLOCK, required=True, help="Where it ends, as 0:20.")
@click.option("--out", type=_path, help="An mp4 file; NAME.clip.mp4.")
@_fonts
@_language
@click.pass_obj
def clip(config: Config, /, package: Path, out: Path | None, **options: Any) -> None:
    """Make a short video of PACKAGE with the subtitles drawn in, at most five minutes.

    \b
    Examples:
      karmavani preview clip karmavani-out/rti-basics/right-to-information/hi \\
        --media samples/rti-basics/media/right-to-information.mp4 --from 0:10 --to 0:20
    """
    from pipeline.preview.drawing import draw_clip
    from pipeline.preview.material import read_material

    material = read_material(package, options["language"])
    target = _mp4(out, f"{material.name}.clip.mp4")
    draw_clip(_stage(config, material, options), options["start"], options["end"], target)
    click.echo(str(target))


@preview.command()
@click.argument("packages", metavar="PACKAGE...", nargs=-1, required=True, type=_path)
@_needed
@click.option("--out", type=_path, help="An mp4 file; LESSON.subtitled.mp4.")
def mp4(packages: tuple[Path, ...], media: Path, out: Path | None) -> None:
    """Make an mp4 with the subtitles of each PACKAGE beside the video, to be chosen in a player.

    Picture and sound are copied as they are wherever mp4 can hold them. A lesson that is only
    heard gets a plain picture.

    \b
    Examples:
      karmavani preview mp4 --media samples/rti-basics/media/right-to-information.mp4 \\
        karmavani-out/rti-basics/right-to-information/hi \\
        karmavani-out/rti-basics/right-to-information/ta
    """
    from pipeline.preview.soft import make_mp4

    target = _mp4(out, f"{media.stem}.subtitled.mp4")
    make_mp4(_all(packages), media, target)
    click.echo(str(target))


@preview.command()
@click.argument("packages", metavar="PACKAGE...", nargs=-1, required=True, type=_path)
@_needed
@click.option("--out", type=_path, help="A folder; LESSON.hls.")
def hls(packages: tuple[Path, ...], media: Path, out: Path | None) -> None:
    """Make a folder for HTTP Live Streaming with the subtitles of each PACKAGE as WebVTT.

    A player opens master.m3u8 of it. Picture and sound are copied where they are H.264 and AAC.

    \b
    Examples:
      karmavani preview hls --media samples/rti-basics/media/right-to-information.mp4 \\
        karmavani-out/rti-basics/right-to-information/hi --out rti-hls
    """
    from pipeline.preview.hls import make_hls

    target = out or Path(f"{media.stem}.hls")
    make_hls(_all(packages), media, target)
    click.echo(str(target / "master.m3u8"))


def _stage(config: Config, material: Material, options: dict[str, Any]) -> Stage:
    from pipeline.preview.drawing import Stage
    from pipeline.preview.ffmpeg_program import look
    from pipeline.preview.font_places import make_shelf
    from pipeline.preview.material import refuse_late

    media = look(options["media"]) if options["media"] else None
    refuse_late(material, media.duration if media else None)
    return Stage(material, media, make_shelf(config, material.code, options["fonts"]))


def _all(packages: tuple[Path, ...]) -> list[Material]:
    from pipeline.preview.material import one_of_each, read_material

    materials = [read_material(package) for package in packages]
    one_of_each(materials)
    return materials


def _mp4(out: Path | None, name: str) -> Path:
    target = out or Path(name)
    if target.suffix.lower() != ".mp4":
        raise UsageError(f"{target} is no name for an mp4.", "End it in .mp4.")
    return target
