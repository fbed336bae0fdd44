"""What `course_input` asks of the folder of a course: what is in it, and what leads out of it.

`Folder` is one on this machine; `backlog.course_places` has one in an object store.
"""

from __future__ import annotations

from pathlib import Path

from courses.errors import CourseError
from pipeline.toml_file import TomlFile, read_toml

COURSE_FILE = "course.toml"
NO_COURSE = "Write one (docs/courses.md shows how), or name one media file."


class Folder:
    """The folder of a course, which a stranger may have made."""

    def __init__(self, root: Path) -> None:
        """Look at nothing yet."""
        self.root = root

    def course_file(self) -> TomlFile:
        """Return its course.toml as read; raises CourseError."""
        file = self.root / COURSE_FILE
        if not file.is_file():
            raise CourseError(f"{self.root}: has no {COURSE_FILE}.", NO_COURSE)
        return read_toml(file, CourseError)

    def path(self, name: str) -> Path:
        """Return the path that stands for the file called `name` in course.toml."""
        return self.root / name

    def holds(self, file: Path) -> bool:
        """Return whether `file`, its links followed, is in this folder."""
        try:
            return file.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError, ValueError):  # a loop of links (to 3.12), a NUL
            return False

    def has(self, file: Path) -> bool:
        """Return whether there is such a file."""
        return is_file(file)

    def names_beside(self, file: Path) -> list[str]:
        """Return the names of what is in the same folder as `file`, in order."""
        folder = file.parent
        return sorted(found.name for found in folder.iterdir()) if is_dir(folder) else []


def is_file(path: Path) -> bool:
    """Return whether `path` is a file."""
    try:
        return path.is_file()
    except OSError:  # a name that is too long; other errors are False already
        return False


def is_dir(path: Path) -> bool:
    """Return whether `path` is a folder."""
    try:
        return path.is_dir()
    except OSError:
        return False
