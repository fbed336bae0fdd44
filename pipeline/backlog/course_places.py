"""Reads a course where it lies, here or in an object store, and says where its files are.

What a course may be is for `pipeline.course_input`, which asks the same of both. No media are
fetched: only course.toml is read, and the names beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from courses.errors import CaptionsError, CourseError, MediaError
from courses.nouns import Course
from pipeline.backlog.addresses import is_inside, is_remote, join, split
from pipeline.backlog.catalogue import Wanted, is_media
from pipeline.backlog.entries import Entry
from pipeline.backlog.storage import Storage
from pipeline.course_folder import COURSE_FILE, NO_COURSE, Folder
from pipeline.course_input import read_course, read_course_in, read_media_in
from pipeline.toml_file import TomlFile, parse_toml


@dataclass(frozen=True, slots=True)
class Placed:
    """A course, and where it is.

    source: its folder or its one file, an absolute path or an address. places: lesson id -> media
    and captions, the same way, empty for no captions. A remote lesson's own `media` is only a name.
    """

    course: Course
    source: str
    places: Mapping[str, tuple[str, str]]

    def marks(self, storage: Storage) -> dict[str, str]:
        """Return lesson id -> what is known of its files without reading them.

        Raises MediaError, CaptionsError for a file that is not there, StoreError.
        """
        return {
            lesson: _mark(storage, media, captions)
            for lesson, (media, captions) in self.places.items()
        }


class RemoteFolder(Folder):
    """The folder of a course in an object store; its paths are names within it."""

    def __init__(self, storage: Storage, address: str) -> None:
        """Look at nothing yet."""
        super().__init__(Path())
        self.storage = storage
        self.address = address.rstrip("/")
        self._listed: dict[str, list[Entry]] = {}

    def course_file(self) -> TomlFile:
        """Return its course.toml as read; raises CourseError, StoreError."""
        place = join(self.address, COURSE_FILE)
        if not self.storage.exists(place):
            raise CourseError(f"{self.address}: has no {COURSE_FILE}.", NO_COURSE)
        return parse_toml(self.storage.read(place, CourseError), place, CourseError)

    def path(self, name: str) -> Path:
        """Return the name as a path."""
        return Path(name)

    def holds(self, file: Path) -> bool:
        """Return whether the name stays in the folder; stores have no links."""
        return is_inside(file.as_posix())

    def has(self, file: Path) -> bool:
        """Return whether the store has it, as a file."""
        found = self._list(file.parent)
        return any(entry.name == file.name and not entry.is_folder for entry in found)

    def names_beside(self, file: Path) -> list[str]:
        """Return the names in the same part of the folder."""
        return [entry.name for entry in self._list(file.parent)]

    def address_of(self, file: Path) -> str:
        """Return the address of what `path` stands for."""
        return join(self.address, file.as_posix())

    def _list(self, folder: Path) -> list[Entry]:
        name = folder.as_posix()
        if name not in self._listed:
            address = self.address if name == "." else join(self.address, name)
            self._listed[name] = self.storage.listing(address)
        return self._listed[name]


def read_course_at(wanted: Wanted, storage: Storage, glossaries: Path | None = None) -> Placed:
    """Return the course at the address of `wanted`: a folder with course.toml, or one media file.

    The title, language and domain of `wanted` count for one media file; a course.toml says its
    own. glossaries: a folder of term files whose domains count beside the built-in ones.
    Raises CourseError, MediaError, CaptionsError, UsageError, StoreError.
    """
    read = _read_remote if is_remote(wanted.address) else _read_local
    placed = read(wanted, storage, glossaries)
    if not is_media(wanted.address):
        return placed
    course = placed.course
    lesson = replace(course.lessons[0], domain=wanted.domain or None)
    if wanted.title:
        lesson = replace(lesson, title=wanted.title)
    return replace(placed, course=replace(course, title=lesson.title, lessons=(lesson,)))


def _read_local(wanted: Wanted, storage: Storage, glossaries: Path | None) -> Placed:
    path = Path(storage.place(wanted.address)).absolute()  # type: ignore[arg-type]
    language = wanted.spoken or None if is_media(wanted.address) else None
    course = read_course(path, language=language, glossaries=glossaries)
    places = {
        lesson.id: (str(lesson.media), str(lesson.captions) if lesson.captions else "")
        for lesson in course.lessons
    }
    source = path.parent if path.name == COURSE_FILE else path
    return Placed(course, str(source), places)


def _read_remote(wanted: Wanted, storage: Storage, glossaries: Path | None) -> Placed:
    address = str(storage.place(wanted.address))
    above, name = split(address)
    if is_media(address):
        folder = RemoteFolder(storage, above)
        if not folder.has(Path(name)):
            raise MediaError(f"{address}: there is no such file.")
        course = read_media_in(folder, name, wanted.spoken or "en")
    else:
        address = above if name == COURSE_FILE else address
        folder = RemoteFolder(storage, address)
        course = read_course_in(folder, glossaries)
    places = {
        lesson.id: (
            folder.address_of(lesson.media),
            folder.address_of(lesson.captions) if lesson.captions else "",
        )
        for lesson in course.lessons
    }
    return Placed(course, address, places)


def _mark(storage: Storage, media: str, captions: str) -> str:
    mark = storage.mark(media)
    return f"{mark} | {storage.mark(captions, CaptionsError)}" if captions else mark
