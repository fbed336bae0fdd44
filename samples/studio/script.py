"""Read a lesson script: slides, bullets and sentences, as written and as spoken.

One Markdown file a lesson. `# ` names the lesson; sentences before the first `## ` are spoken over
the title card. `## ` opens a slide, `> BIG | caption` is its figure, `- ` adds a bullet, and every
other line is one sentence. `{Rs. 250|two hundred and fifty rupees}` is written one way and spoken
the other. Not for drawing or speaking: it only reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_SPOKEN = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_UNIT = re.compile(r"\{[^{}|]+\|[^{}|]+\}[^\s{}]*|[^\s{}]+")
_WORD = re.compile(r"[A-Za-z']+")


class ScriptError(ValueError):
    """A script line cannot be used; the message names file and line and says what to change."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One written word or expression and the words the voice says for it."""

    written: str
    spoken: tuple[str, ...]

    @property
    def expanded(self) -> bool:
        return tuple(_WORD.findall(self.written)) != self.spoken


@dataclass(frozen=True, slots=True)
class Sentence:
    """One spoken line. `bullets` counts the bullets of its slide that are visible while it runs."""

    written: str
    spoken: str
    units: tuple[Unit, ...]
    bullets: int

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for unit in self.units for word in unit.spoken)


@dataclass(slots=True)
class Slide:
    title: str
    figure: tuple[str, str] | None = None
    bullets: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Script:
    """A lesson. The first slide is the title card and has no bullets."""

    title: str
    slides: tuple[Slide, ...]

    @property
    def sentences(self) -> list[Sentence]:
        return [sentence for slide in self.slides for sentence in slide.sentences]


def read_script(path: Path) -> Script:
    """Read one lesson script. Raises ScriptError with file and line."""
    slides: list[Slide] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            _read_line(line.strip(), slides)
        except ValueError as error:
            raise ScriptError(f"{path.name}:{number}: {error}") from error
    if not slides:
        raise ScriptError(f"{path.name}: no '# ' title; begin the file with one")
    return Script(slides[0].title, tuple(slides))


def _read_line(line: str, slides: list[Slide]) -> None:
    mark, _, rest = line.partition(" ")
    if mark in ("#", "##"):
        if (mark == "#") == bool(slides):
            raise ValueError("one '# ' title comes first, then only '## ' slides")
        slides.append(Slide(rest))
    elif not slides:
        raise ValueError("text before the '# ' title")
    elif mark == ">":
        big, separator, caption = rest.partition(" | ")
        if not separator:
            raise ValueError("a figure is written '> BIG | caption'")
        slides[-1].figure = (big, caption)
    elif mark == "-":
        slides[-1].bullets.append(rest)
    else:
        slides[-1].sentences.append(read_sentence(line, len(slides[-1].bullets)))


def read_sentence(line: str, bullets: int = 0) -> Sentence:
    """Cut one line into units. Digits must have a spoken form, so that no guess is ever voiced."""
    units = tuple(_read_unit(match.group()) for match in _UNIT.finditer(line))
    spoken = _SPOKEN.sub(r"\2", line)
    if re.search(r"[\d{}|]", spoken):
        raise ValueError("a digit or brace is left to speak; write it as {written|spoken}")
    return Sentence(_SPOKEN.sub(r"\1", line), spoken, units, bullets)


def _read_unit(token: str) -> Unit:
    words = tuple(_WORD.findall(_SPOKEN.sub(r"\2", token)))
    if not words:
        raise ValueError(f"{token!r} has nothing to speak")
    return Unit(_SPOKEN.sub(r"\1", token), words)
