"""Draw slides: a title card, and a title with bullets beside one large figure.

The bottom fifth stays empty: subtitles go there. Not for timing: film.py says which bullets are
visible when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from studio.script import Slide

WIDTH, HEIGHT = 1280, 720
_FREE_FROM = 576  # nothing is drawn below: 20 % for subtitles
_SCALE = 2  # drawn at twice the size and reduced, for smooth edges

_PAPER, _INK, _SOFT = "#F6F3EC", "#1F2A44", "#59627A"
_INDIGO, _PLUM, _LINE, _MIST = "#2B3A67", "#8A4F7D", "#DDD6C8", "#C9CEDF"
_LEFT, _TEXT_WIDTH, _BULLETS_TOP = 88, 670, 222
_CARD = (842, 222, 1192, 516)


class SlideError(ValueError):
    """A slide has more text than its space."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Paths of the two variable fonts."""

    sans: Path
    serif: Path

    def pick(self, size: int, weight: int, serif: bool = False) -> ImageFont.FreeTypeFont:
        path = self.serif if serif else self.sans
        font = ImageFont.truetype(path, size * _SCALE, layout_engine=ImageFont.Layout.BASIC)
        font.set_variation_by_axes([weight, min(60, size)] if serif else [weight])
        return font


class Canvas:
    """A page drawn in 1280 x 720 units."""

    def __init__(self, fonts: Fonts, paper: str) -> None:
        self.fonts = fonts
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), paper)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        font: ImageFont.FreeTypeFont,
        colour: str,
        anchor: str = "ls",
    ) -> float:
        """Write on the baseline `at`; return the width."""
        spot = (at[0] * _SCALE, at[1] * _SCALE)
        self._draw.text(spot, text, font=font, fill=colour, anchor=anchor)
        return font.getlength(text) / _SCALE

    def box(self, edges: Sequence[float], colour: str, radius: float = 0) -> None:
        scaled = [edge * _SCALE for edge in edges]
        self._draw.rounded_rectangle(scaled, radius * _SCALE, fill=colour)

    def ring(self, centre: tuple[float, float], radius: float, colour: str, width: int) -> None:
        spot = (centre[0] * _SCALE, centre[1] * _SCALE)
        self._draw.circle(spot, radius * _SCALE, outline=colour, width=width * _SCALE)

    def finished(self) -> Image.Image:
        return self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def wrap(text: str, fonts: Sequence[ImageFont.FreeTypeFont], width: float) -> list[list[int]]:
    """Break words into the fewest lines of at most `width`, about equally long.

    Lines hold word indices; `fonts` has one font a word.
    """
    sizes = [f.getlength(w + " ") / _SCALE for w, f in zip(text.split(), fonts, strict=True)]
    lines = tried = _fill(sizes, width)
    while len(tried) == len(lines) and width > max(sizes):
        lines, width = tried, width - 8
        tried = _fill(sizes, width)
    return lines


def _fill(sizes: Sequence[float], width: float) -> list[list[int]]:
    lines: list[list[int]] = [[]]
    used = 0.0
    for index, size in enumerate(sizes):
        if lines[-1] and used + size > width:
            lines.append([])
            used = 0.0
        lines[-1].append(index)
        used += size
    return lines


def draw_title_card(course: str, title: str, lesson: str, fonts: Fonts) -> Image.Image:
    canvas = Canvas(fonts, _INDIGO)
    for radius, colour in ((250, "#33437A"), (180, "#3C4D88"), (110, "#465897")):
        canvas.ring((1110, 262), radius, colour, 2)
    canvas.box((1096, 248, 1124, 276), _MIST, 14)
    canvas.text((_LEFT, 160), course, fonts.pick(24, 500), _MIST)
    font = fonts.pick(60, 600, serif=True)
    words = title.split()
    y = 272
    for line in wrap(title, [font] * len(words), 720):
        canvas.text((_LEFT, y), " ".join(words[index] for index in line), font, _PAPER)
        y += 76
    canvas.box((_LEFT, y - 24, _LEFT + 64, y - 20), "#C58DB8", 2)
    canvas.text((_LEFT, y + 34), lesson, fonts.pick(22, 400), _MIST)
    return canvas.finished()


def draw_slide(slide: Slide, bullets: int, header: tuple[str, str], fonts: Fonts) -> Image.Image:
    """Draw a slide with its first `bullets` bullets, the newest one strongest."""
    canvas = Canvas(fonts, _PAPER)
    small = fonts.pick(19, 500)
    canvas.text((_LEFT, 72), header[0], small, _SOFT)
    canvas.text((WIDTH - _LEFT, 72), header[1], small, _SOFT, anchor="rs")
    canvas.box((_LEFT, 90, WIDTH - _LEFT, 91), _LINE)
    canvas.text((_LEFT - 2, 156), slide.title, fonts.pick(50, 600, serif=True), _INK)
    canvas.box((_LEFT, 180, _LEFT + 64, 184), _PLUM, 2)
    y = float(_BULLETS_TOP)
    for index, bullet in enumerate(slide.bullets):
        shown = "hidden" if index >= bullets else "new" if index == bullets - 1 else "old"
        y = _draw_bullet(canvas, bullet, y, shown) + 23
    if y > _FREE_FROM + 23:
        raise SlideError(f"{slide.title!r}: bullets end at {y - 23:.0f}, {_FREE_FROM} is the limit")
    if slide.figure:
        _draw_figure(canvas, *slide.figure)
    return canvas.finished()


def _draw_bullet(canvas: Canvas, bullet: str, y: float, shown: str) -> float:
    """Draw one bullet whose lead, up to a colon, is bold; return the y below it."""
    words = bullet.split()
    lead = next((i + 1 for i, word in enumerate(words) if word.endswith(":")), 0)
    bold, plain = canvas.fonts.pick(30, 600), canvas.fonts.pick(30, 400)
    fonts = [bold if index < lead else plain for index in range(len(words))]
    if shown != "hidden":
        canvas.box((_LEFT, y + 14, _LEFT + 10, y + 24), _PLUM if shown == "new" else _LINE, 5)
    for line in wrap(bullet, fonts, _TEXT_WIDTH):
        x = float(_LEFT + 30)
        for index in line if shown != "hidden" else []:
            colour = _INK if shown == "new" else _SOFT
            x += canvas.text((x, y + 29), words[index] + " ", fonts[index], colour)
        y += 39
    return y


def _draw_figure(canvas: Canvas, big: str, caption: str) -> None:
    left, top, right, bottom = _CARD
    canvas.box(_CARD, _INDIGO, 18)
    middle = (left + right) / 2
    size = 68
    while canvas.fonts.pick(size, 600, serif=True).getlength(big) / _SCALE > right - left - 48:
        size -= 2
    font = canvas.fonts.pick(size, 600, serif=True)
    canvas.text((middle, top + 148), big, font, _PAPER, anchor="ms")
    canvas.box((middle - 24, top + 174, middle + 24, top + 177), "#C58DB8", 1.5)
    small, words, y = canvas.fonts.pick(24, 400), caption.split(), top + 218
    for line in wrap(caption, [small] * len(words), right - left - 56):
        text = " ".join(words[index] for index in line)
        canvas.text((middle, y), text, small, _MIST, anchor="ms")
        y += 32
    if y - 32 > bottom - 16:
        raise SlideError(f"caption {caption!r} does not fit its card")
