"""Subtitles as libass draws them: one ASS file in our own style, made of runs of known fonts.

For drawing only; nobody is handed such a file. What stands in a cue is text and nothing else:
override tags and line marks in it lose their meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.languages import find_writing
from courses.nouns import Cue
from pipeline.formats.lines import safe_lines
from pipeline.preview.fonts import Face, Run, Shelf

# The em of browsers' cues is 5 % of the picture's height (WebVTT, section 7.2).
_EM = 0.05
_MARGIN = 0.05
# A mark, which has no look, before each line gives it the direction of its language.
_MARKS = {"rtl": "\u200f", "ltr": "\u200e"}
# Encoding -1: libass orders a whole line by the Unicode rules, however many fonts are in it.
_HEAD = """\
[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 1
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Cue,{family},{size},&H00FFFFFF,&H00FFFFFF,&H00000000,&H40000000,0,0,0,0,100,100,0,0,4,\
{edge},{pad},2,{side},{side},{bottom},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that is drawn on: pixels, and our code of the language."""

    width: int
    height: int
    code: str


def write(cues: Sequence[Cue], picture: Picture, shelf: Shelf) -> tuple[str, list[Face]]:
    """Return the ASS file of `cues` and the faces it needs.

    Raises ModelError for letters that no font here has.
    """
    # An upright picture would not have room for a line, were its height the measure.
    em = round(_EM * min(picture.height, picture.width * 9 / 16))
    lines = [(cue, [shelf.runs(line) for line in safe_lines(cue.lines)]) for cue in cues]
    faces = [run.face for _, rows in lines for row in rows for run in row]
    main = shelf.main_face() or (faces[0] if faces else None)
    mark = _MARKS[find_writing(picture.code).direction]
    events = [_event(cue, rows, (em, mark)) for cue, rows in lines if rows]
    return _head(picture, em, main) + "".join(events), list(dict.fromkeys(faces))


def _head(picture: Picture, em: int, main: Face | None) -> str:
    return _HEAD.format(
        width=picture.width,
        height=picture.height,
        family=main.family if main else "Sans",
        size=_size(em, main.height if main else 1.2),
        edge=max(1, round(em * 0.06)),
        pad=max(1, round(em * 0.2)),
        side=round(picture.width * _MARGIN),
        bottom=round(picture.height * _MARGIN),
    )


def _event(cue: Cue, rows: Sequence[Sequence[Run]], form: tuple[int, str]) -> str:
    em, mark = form
    text = r"\N".join(mark + "".join(_run(run, em) for run in row) for row in rows)
    return f"Dialogue: 0,{_clock(cue.start)},{_clock(cue.end)},Cue,,0,0,0,,{text}\n"


def _run(run: Run, em: int) -> str:
    return f"{{\\fn{run.face.family}\\fs{_size(em, run.face.height)}}}{_plain(run.text)}"


def _size(em: int, height: float) -> str:
    """Return the size that makes an em of `em` pixels: libass divides it by the line height."""
    return f"{em * height:.1f}"


def _plain(text: str) -> str:
    r"""Return `text` so that libass draws it: ``{`` opens no tag, ``\N`` breaks no line.

    There is no escape for a backslash; a joiner after it, which nobody sees, parts it from what
    would make it a mark.
    """
    return (
        text.replace("\\", "\\" + _JOINER)
        .replace("{", r"\{")
        .replace("}", r"\}")
        .replace("\n", " ")
    )


def _clock(ms: int) -> str:
    """Return ``H:MM:SS.cc``, all that ASS can hold."""
    hundredths = ms // 10
    seconds, hundredths = divmod(hundredths, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"
