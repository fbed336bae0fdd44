"""Which font draws which letters: faces found in order, each asked for what it covers.

The only file that knows fontTools. A letter that no font here has is an error with its name, never
a box in a picture. Fonts come from a folder of the user's, from karmavani itself, from the model
registry (fetched at first need), and last from the system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from courses.errors import ModelError
from courses.languages import find_language, find_writing
from courses.script import clusters

_FAMILIES = {
    "Arab": ("NotoNaskhArabic", "NotoSansArabic"),
    "Beng": ("NotoSansBengali",),
    "Deva": ("NotoSansDevanagari",),
    "Gujr": ("NotoSansGujarati",),
    "Guru": ("NotoSansGurmukhi",),
    "Knda": ("NotoSansKannada",),
    "Latn": (),
    "Mlym": ("NotoSansMalayalam",),
    "Mtei": ("NotoSansMeeteiMayek",),
    "Olck": ("NotoSansOlChiki",),
    "Orya": ("NotoSansOriya",),
    "Taml": ("NotoSansTamil",),
    "Telu": ("NotoSansTelugu",),
}
# Languages whose readers are used to the slanting hand.
_NASTALIQ = ("ur", "ks")
_LATIN = "NotoSans"
_NAMES = (_LATIN, *dict.fromkeys(name for names in _FAMILIES.values() for name in names))
# The plain cut: "NotoSans-Regular.ttf", "NotoSans[wght].ttf", "NotoSans-Variable.ttf".
_PLAIN = r"(?:-Regular|-Variable(?:Font.*)?|-VF|\[.*\])?\.(?:ttf|otf)"
_MOST_FONTS = 200
SYSTEM = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: its family's name, line height in em, and the code points it can draw."""

    path: Path
    family: str
    height: float
    points: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one face draws."""

    text: str
    face: Face


@dataclass(frozen=True, slots=True)
class Place:
    """Where fonts may be: `folder` is asked for only when it is needed.

    `foreign`: take other fonts than Noto's too; only for a folder that the user named.
    """

    folder: Callable[[], Path | None]
    foreign: bool = False
    deep: bool = False


class Shelf:
    """The faces of several places, read when they are needed and once; the first place wins."""

    def __init__(self, places: Sequence[Place], code: str) -> None:
        self._places = list(places)
        self._code = code
        self._faces: list[Face] = []
        self._chosen: dict[str, Face | None] = {}

    def runs(self, text: str) -> list[Run]:
        """Return `text` cut into runs; raises ModelError for letters that no font here has."""
        found: list[Run] = []
        lost: list[str] = []
        for cluster in clusters(text):
            face = self._face_of(cluster)
            if face is None and (not found or not _is_blank(cluster)):
                lost.append(cluster)
                continue
            face = face or found[-1].face
            if found and found[-1].face == face:
                found[-1] = Run(found[-1].text + cluster, face)
            else:
                found.append(Run(cluster, face))
        if lost:
            raise self._missing(lost)
        return found

    def main_face(self) -> Face | None:
        """Return the face of the language's own script, None where there is none."""
        letter = find_writing(self._code).autonym[0]
        if letter not in self._chosen:
            self._chosen[letter] = self._search(_needed(letter))
        return self._chosen[letter]

    def _face_of(self, cluster: str) -> Face | None:
        if cluster not in self._chosen:
            needed, main = _needed(cluster), self.main_face()
            # Every change of face parts the text, so spaces and digits stay with their script.
            own = main is not None and needed <= main.points
            self._chosen[cluster] = main if own else self._search(needed)
        return self._chosen[cluster]

    def _search(self, points: frozenset[int]) -> Face | None:
        if not points:
            return None
        for face in self._all_faces():
            if points <= face.points:
                return face
        return None

    def _all_faces(self) -> Iterator[Face]:
        """Yield what is known, then look in further places one by one."""
        yield from list(self._faces)
        while self._places:
            place = self._places.pop(0)
            families = {face.family for face in self._faces}
            # Two files of one family could not be told apart when they are drawn with.
            new = [face for face in self._read(place) if face.family not in families]
            self._faces += new
            yield from new

    def _read(self, place: Place) -> list[Face]:
        folder = place.folder()
        if folder is None or not folder.is_dir():
            return []
        return [face for path in self._files(folder, place) if (face := _open_face(path))]

    def _files(self, folder: Path, place: Place) -> list[Path]:
        pattern = "**/*" if place.deep else "*"
        files = [path for path in folder.glob(pattern) if path.suffix.lower() in (".ttf", ".otf")]
        noto = [path for name in self._wanted() for path in sorted(files) if _is_cut(path, name)]
        others = [path for path in sorted(files) if path not in noto] if place.foreign else []
        return [*noto, *others[:_MOST_FONTS]]

    def _wanted(self) -> list[str]:
        """Return the names of families, those of the language first, then all others."""
        writing = find_writing(self._code)
        slanting = find_language(self._code).code in _NASTALIQ and writing.script == "Arab"
        own = ("NotoNastaliqUrdu",) if slanting else ()
        return list(dict.fromkeys((*own, *_FAMILIES[writing.script], *_NAMES)))

    def _missing(self, lost: Sequence[str]) -> ModelError:
        letters = [letter for cluster in lost for letter in cluster if _is_drawn(letter)]
        shown = ", ".join(
            f"{letter} (U+{ord(letter):04X})" for letter in list(dict.fromkeys(letters))[:5]
        )
        language = find_language(self._code).name
        return ModelError(
            f"No font here has {shown}, needed to draw this {language} text.",
            "Fetch the fonts: karmavani models fetch fonts; or name a folder with a font that has "
            "it: --fonts FOLDER.",
        )


def _is_cut(path: Path, name: str) -> bool:
    return re.fullmatch(re.escape(name) + _PLAIN, path.name, re.IGNORECASE) is not None


def _is_drawn(letter: str) -> bool:
    """Return whether a letter needs a glyph: joiners, isolates and marks of direction do not."""
    return unicodedata.category(letter) not in ("Cf", "Cc")


def _is_blank(cluster: str) -> bool:
    return not any(map(_is_drawn, cluster)) or cluster.isspace()


def _needed(cluster: str) -> frozenset[int]:
    return frozenset(ord(letter) for letter in cluster if _is_drawn(letter))


@lru_cache(maxsize=256)
def _open_face(path: Path) -> Face | None:
    """Return the face of a font file, None for one that cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as file, TTFont(file, lazy=True, fontNumber=0) as font:
            metrics, family = font["OS/2"], font["name"].getDebugName(1)
            # libass measures a size by these two, not by the em.
            height = (metrics.usWinAscent + metrics.usWinDescent) / font["head"].unitsPerEm
            points = frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError, KeyError, ValueError, AssertionError):
        return None
    # The name goes into a drawing's tags.
    usable = family and height > 0 and not set(family) & set("\\{},")
    return Face(path, str(family), height, points) if usable else None
