"""What is previewed: the cues of a package or of one captions file, and what was found in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.errors import CaptionsError, MediaError, UsageError
from courses.languages import find_writing
from courses.nouns import Cue
from courses.timing import overlap, to_clock
from pipeline import exchange_segments
from pipeline.checking import adherence
from pipeline.formats import FORMATS, Document
from pipeline.package_folder import MANIFEST

_BY_SUFFIX = {FORMATS[name].SUFFIX: FORMATS[name] for name in ("webvtt", "subrip", "ttml", "json")}
_OTHER = (exchange_segments.FILE, adherence.FILE)
_MOST_BYTES = 64 << 20
_LATE = 1000  # ms that a cue may start after the end that a media file states


@dataclass(frozen=True, slots=True)
class Material:
    """Cues to look at; `code` is ours of their language, `name` begins the names of what is made.

    duration: of the lesson in ms, as far as it is known. troubles: (start, end) in ms of findings.
    """

    name: str
    code: str
    cues: tuple[Cue, ...]
    duration: int = 0
    troubles: tuple[tuple[int, int], ...] = ()

    def cue(self, number: int) -> Cue:
        """Return the cue `number`, from 1; raises UsageError where there is none."""
        if not 1 <= number <= len(self.cues):
            raise UsageError(
                f"There is no cue {number} in {self.name}.", f"It has cues 1 to {len(self.cues)}."
            )
        return self.cues[number - 1]

    def shown_at(self, time: int) -> tuple[Cue, ...]:
        """Return the cues on screen at `time` ms."""
        return tuple(cue for cue in self.cues if cue.start <= time < cue.end)

    def troubled(self) -> list[int]:
        """Return the numbers of the cues that findings are about, in order."""
        return [
            number
            for number, cue in enumerate(self.cues, 1)
            if any(overlap(cue.start, cue.end, *span) > 0 for span in self.troubles)
        ]

    @property
    def end(self) -> int:
        """Return when the lesson or its last cue ends, in ms."""
        return max([self.duration, *(cue.end for cue in self.cues)])


def read_material(path: Path, language: str | None = None) -> Material:
    """Return what the package folder or captions file `path` holds; `language` overrules it.

    Raises UsageError for what is neither, CaptionsError for captions that cannot be read.
    """
    if path.is_dir():
        return _of_package(path, language)
    form = _BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            f"{path} is no package and no captions file with times.",
            f"Name the folder of a package, or a file in {', '.join(_BY_SUFFIX)}.",
        )
    document = _read(path)
    code = find_writing(language or document.language or _code_in_name(path)).code
    return Material(path.stem, code, _cues(document, path))


def refuse_late(material: Material, duration: int | None) -> None:
    """Raise MediaError when cues lie after the end of the media (ms)."""
    late = [cue for cue in material.cues if duration and cue.start > duration + _LATE]
    if late and duration:
        raise MediaError(
            f"{len(late)} cues of {material.name} start after the end of the media "
            f"({to_clock(duration)}).",
            "Are these the subtitles of this media file?",
        )


def _of_package(folder: Path, language: str | None) -> Material:
    manifest = _manifest(folder)
    names = [name for suffix in _BY_SUFFIX for name in manifest.files if name.endswith(suffix)]
    name = next((name for name in names if name not in _OTHER), None)
    if name is None or Path(name).name != name:
        raise UsageError(f"The package {folder} has no subtitles.", "Add webvtt to its formats.")
    document = _read(folder / name)
    code = find_writing(language or manifest.code).code
    cues = _cues(document, folder / name)
    return Material(Path(name).stem, code, cues, manifest.duration, manifest.troubles)


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What is used of a package's manifest."""

    files: tuple[str, ...]
    code: str
    duration: int
    troubles: tuple[tuple[int, int], ...]


def _manifest(folder: Path) -> _Manifest:
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        spans = ((int(one["start"]), int(one["end"])) for one in found["findings"])
        return _Manifest(
            tuple(map(str, found["files"])),
            str(found["language"]["code"]),
            int(found["source"]["duration_ms"]),
            tuple(span for span in spans if span[0] < span[1]),
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"{folder} is no package: it has no {MANIFEST} that can be read.",
            "Name a folder as OUT/course/lesson/hi, or a captions file.",
        ) from error


def _read(path: Path) -> Document:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CaptionsError(f"{path} is too large for captions.", "Is it another kind of file?")
        data = path.read_bytes()
    except OSError as error:
        raise CaptionsError(
            f"{path} cannot be read: {error.strerror}.", "Check the name."
        ) from error
    return _BY_SUFFIX[path.suffix.lower()].read(data, path.name).document


def _cues(document: Document, path: Path) -> tuple[Cue, ...]:
    if not document.cues:
        raise CaptionsError(f"{path} has no cues.", "There is nothing to look at.")
    return document.cues


def _code_in_name(path: Path) -> str:
    """Return the code that ``lesson.hi.vtt`` names."""
    try:
        return find_writing(path.stem.rpartition(".")[2]).code
    except UsageError:
        raise UsageError(
            f"The language of {path} is not known.",
            "Say it, as --language hi, or name the file as lesson.hi.vtt.",
        ) from None


def one_of_each(materials: Sequence[Material]) -> None:
    """Raise UsageError when two materials are in one language: no player could part them."""
    codes = [material.code for material in materials]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise UsageError(f"There are several subtitles in {', '.join(twice)}.", "Name one of each.")
