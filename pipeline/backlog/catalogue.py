"""Which courses are wanted: a folder of them, a list of paths, or a catalogue with what each needs.

    FOLDER  a course, or a folder of courses and of loose media files, each of which is a course
    LIST    .txt, one path or address a line, # before remarks, relative to the list's own folder
    TABLE   .csv with a header, .json, .jsonl: columns of `catalogue_rows.COLUMNS`

A file is read twice: first all that is wrong in it is told at once, then its courses come one by
one, so that 100,000 of them need no memory. What is in a course is for `course_places`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from courses.errors import UsageError
from pipeline.backlog.addresses import is_remote, join, split
from pipeline.backlog.catalogue_rows import SUFFIXES, Problems, Row, Say, read_lines, read_rows
from pipeline.backlog.cells import Cells
from pipeline.backlog.entries import Entry
from pipeline.backlog.nouns import Lane
from pipeline.backlog.storage import Storage
from pipeline.course_folder import COURSE_FILE
from pipeline.course_input import MEDIA_SUFFIXES, make_slug

LIST_SUFFIX = ".txt"
DEPTH = 6  # folders below the one that is named
_OURS = ".karmavani"  # an output folder: its videos are our own previews


@dataclass(frozen=True, slots=True)
class Wanted:
    """One course that is wanted, with what was said about it.

    address: of a course folder or one media file: an absolute path, or an address. languages:
    target codes, or ("all",). learners: enrolled. minutes, cost: budgets. None: nothing was said.
    title, domain, spoken: count for one media file; spoken is its language. place: where it was
    said, for messages.
    """

    address: str
    languages: tuple[str, ...] = ()
    lane: Lane | None = None
    learners: int | None = None
    minutes: float | None = None
    cost: float | None = None
    title: str = ""
    domain: str = ""
    spoken: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How catalogues are read. usual: what counts where a course says nothing itself.

    domains: names of glossary domains, none for any. say: is told of what is not read but right.
    """

    storage: Storage
    usual: Wanted = Wanted("")
    domains: Sequence[str] = ()
    say: Say | None = None


def is_media(address: str) -> bool:
    """Return whether `address` is named like a media file, and not like a folder."""
    return PurePosixPath(address).suffix.lower() in MEDIA_SUFFIXES


def read_wanted(where: str, reading: Reading) -> Iterator[Wanted]:
    """Yield every course of `where`: a folder, a media file, a list or a catalogue.

    Raises UsageError naming file and line of everything that is wrong, before the first course is
    yielded; StoreError when a store cannot be asked.
    """
    place = reading.storage.place(where)
    suffix = PurePosixPath(where).suffix.lower()
    is_folder = isinstance(place, Path) and place.is_dir()
    if not is_folder and suffix in (*SUFFIXES, LIST_SUFFIX):
        yield from _from_file(where, reading)
    elif not is_folder and is_media(where):
        yield _single(where, reading)
    else:
        yield from _from_folder(where, reading)


def _single(where: str, reading: Reading) -> Wanted:
    if not reading.storage.exists(where):
        raise UsageError(f"{where}: there is no such file.")
    return replace(reading.usual, address=_whole(where), place=where)


def _from_folder(where: str, reading: Reading) -> Iterator[Wanted]:
    folder = split(where)[0] if split(where)[1] == COURSE_FILE else where
    problems, seen, count = Problems(where), dict[str, str](), 0
    for address in _walk(folder, reading, DEPTH):
        count += 1
        if is_media(address):
            slug = make_slug(PurePosixPath(address).stem)
            if (twin := seen.setdefault(slug, address)) != address:
                problems.add(0, f"{address} and {twin} would both be the course {slug!r}.")
    if not count:
        what = (
            "there is no such folder"
            if not reading.storage.exists(folder)
            else (f"no {COURSE_FILE} and no media in it, nor in {DEPTH} folders below it")
        )
        raise UsageError(f"{where}: {what}.")
    problems.raise_all()
    for address in _walk(folder, reading, DEPTH):
        yield replace(reading.usual, address=_whole(address), place=where)


def _walk(folder: str, reading: Reading, depth: int) -> Iterator[str]:
    entries = [entry for entry in reading.storage.listing(folder) if entry.name != ".git"]
    names = {entry.name for entry in entries}
    if COURSE_FILE in names:
        yield folder
        return
    if _OURS in names:
        return
    for entry in entries:
        if not entry.is_folder and is_media(entry.name) and not entry.name.startswith("."):
            yield join(folder, entry.name)
    for entry in entries:
        if _is_searched(folder, entry):
            if depth:
                yield from _walk(join(folder, entry.name), reading, depth - 1)
            elif reading.say:
                reading.say(f"{join(folder, entry.name)}: is too deep, and was not searched.")


def _is_searched(folder: str, entry: Entry) -> bool:
    if not entry.is_folder or entry.name.startswith("."):
        return False
    return is_remote(folder) or not Path(join(folder, entry.name)).is_symlink()


def _from_file(where: str, reading: Reading) -> Iterator[Wanted]:
    problems = Problems(where)
    silent = replace(reading, say=None)
    for _ in _File(where, reading, problems).courses(looking=True):
        pass
    problems.raise_all()
    yield from _File(where, silent, problems).courses(looking=False)
    problems.raise_all()  # the file was changed while it was read


class _File:
    """One list or catalogue, and what was found wrong in it."""

    def __init__(self, where: str, reading: Reading, problems: Problems) -> None:
        self.where = where
        self.reading = reading
        self.problems = problems
        self._lines: dict[bytes, int] = {}

    def courses(self, looking: bool) -> Iterator[Wanted]:
        """Yield what is right. looking: whether each course is there at all."""
        for row in self._rows():
            before = self.problems.count
            wanted = self._wanted(row)
            if self.problems.count == before and looking:
                self._look(wanted.address, row.line)
            if self.problems.count == before:
                yield wanted
        if not self._lines and not self.problems.count:
            self.problems.add(0, "names no course.")

    def _rows(self) -> Iterator[Row]:
        if not self.where.lower().endswith(LIST_SUFFIX):
            say = self.reading.say
            yield from read_rows(self.reading.storage, self.where, self.problems, say)
            return
        for line, text in enumerate(read_lines(self.reading.storage, self.where), 1):
            if (text := text.strip()) and not text.startswith("#"):
                yield Row(line, {"path": text})

    def _wanted(self, row: Row) -> Wanted:
        cells = Cells(row, self.problems)
        usual = self.reading.usual
        return Wanted(
            address=self._address(row),
            languages=cells.languages() or usual.languages,
            lane=cells.lane(usual.lane),
            learners=cells.count("learners", usual.learners),
            minutes=cells.amount("minutes", usual.minutes),
            cost=cells.amount("cost", usual.cost),
            title=cells.title() or usual.title,
            domain=cells.one_of("domain", self.reading.domains) or usual.domain,
            spoken=cells.spoken() or usual.spoken,
            place=f"{self.where}:{row.line}",
        )

    def _address(self, row: Row) -> str:
        named = [row.cells[name] for name in ("path", "address") if name in row.cells]
        if len(named) != 1:
            many = "both a path and an address" if named else "neither a path nor an address"
            self.problems.add(row.line, f"has {many}.")
            return ""
        try:
            address = self._beside(named[0])
        except UsageError as error:
            self.problems.add(row.line, str(error))
            return ""
        digest = hashlib.blake2b(address.encode(), digest_size=12).digest()
        if (first := self._lines.setdefault(digest, row.line)) != row.line:
            self.problems.add(row.line, f"{named[0]!r} is the course of line {first} again.")
        return address

    def _beside(self, name: str) -> str:
        """Return the whole address of a course that the file names; raises UsageError."""
        storage = self.reading.storage
        above = split(self.where)[0]
        whole = "://" in name or Path(name).is_absolute()
        if not whole and is_remote(above):
            name = name.removeprefix("./")
        place = storage.place(name if whole else join(above, name))
        address = _whole(str(place))
        return split(address)[0] if split(address)[1] == COURSE_FILE else address

    def _look(self, address: str, line: int) -> None:
        storage = self.reading.storage
        if is_media(address) and storage.exists(address):
            return
        if storage.exists(join(address, COURSE_FILE)):
            return
        if is_media(address) or not storage.exists(address):
            self.problems.add(line, f"{address} does not exist.")
        else:
            self.problems.add(line, f"{address} has no {COURSE_FILE} and is no media file.")


def _whole(address: str) -> str:
    """Return an address that means the same in every folder."""
    if is_remote(address):
        return address.rstrip("/")
    return os.path.abspath(address)  # noqa: PTH100 - Path.absolute() keeps a/../b
