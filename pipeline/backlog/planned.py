"""Catalogues of courses whose videos are not here yet: how much there is, for an estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.backlog.catalogue import Reading
from pipeline.backlog.catalogue_rows import Problems, Row, read_rows
from pipeline.backlog.cells import Cells
from pipeline.backlog.nouns import Lane

HOUR = 3_600_000  # ms
LONGEST = 10_000  # hours of video in one course


@dataclass(frozen=True, slots=True)
class Planned:
    """One course that is planned. duration_ms: of all its lessons together.

    language: that is spoken; languages: target codes, or ("all",), or none where nothing says it.
    """

    course: str
    lessons: int
    duration_ms: int
    language: str
    languages: tuple[str, ...]
    lane: Lane
    learners: int


def read_planned(where: str, reading: Reading) -> Iterator[Planned]:
    """Yield the courses of a catalogue, .csv, .json or .jsonl, without asking for any file.

    A row says `hours` or `minutes_of_video`, and may say `lessons` (1 where it does not). Raises
    UsageError naming file and line of everything that is wrong, before the first is yielded.
    """
    problems = Problems(where)
    count = sum(1 for _ in _planned(where, reading, problems, told=True))
    if not count and not problems.count:
        problems.add(0, "names no course.")
    problems.raise_all()
    yield from _planned(where, reading, problems, told=False)
    problems.raise_all()


def _planned(where: str, reading: Reading, problems: Problems, told: bool) -> Iterator[Planned]:
    usual = reading.usual
    for row in read_rows(reading.storage, where, problems, reading.say if told else None):
        before = problems.count
        cells = Cells(row, problems)
        planned = Planned(
            course=_name(row),
            lessons=cells.count("lessons", 1, least=1),
            duration_ms=_duration(row, cells, problems),
            language=cells.spoken() or usual.spoken or "en",
            languages=cells.languages() or usual.languages,
            lane=cells.lane(Lane.NORMAL if usual.lane is None else usual.lane),
            learners=cells.count("learners", usual.learners or 0),
        )
        if problems.count == before:
            yield planned


def _name(row: Row) -> str:
    names = (row.cells.get(column, "") for column in ("course", "title", "path", "address"))
    return next(filter(None, names), f"course of line {row.line}")


def _duration(row: Row, cells: Cells, problems: Problems) -> int:
    """Return ms."""
    hours = cells.amount("hours", None)
    minutes = cells.amount("minutes_of_video", None)
    if hours is not None and minutes is not None and abs(hours * 60 - minutes) > 1:
        problems.add(row.line, f"hours {hours:g} and minutes_of_video {minutes:g} do not agree.")
    length = hours * HOUR if hours is not None else (minutes or 0) * HOUR / 60
    if not 0 < length <= LONGEST * HOUR:
        problems.add(
            row.line, f"hours or minutes_of_video must say how much video: 0 to {LONGEST} hours."
        )
    return round(length)
