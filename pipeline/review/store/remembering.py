"""What was published goes into the translation memory, so that it is not translated again.

Only lines that a person looked at one by one: what was approved with the rest of a lesson is not
remembered. What is withdrawn is forgotten. Both after the decision, and apart from it: a memory
that cannot be written keeps no package back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from courses.errors import KarmavaniError
from pipeline.memory_files import open_memory
from pipeline.review.models import Line, Track
from pipeline.review.site_config import site_config
from translators.memory import Memory, Unit

log = logging.getLogger("karmavani.review.memory")


def remember(pk: int) -> int:
    """Put the approved lines of a track into the memory; returns how many are new.

    What another approved translation contradicts is left out, as on the command line.
    """
    return _with_memory(pk, lambda memory, units: memory.add(units).new)


def forget(pk: int) -> int:
    """Take the lines of a track out of the memory again; returns how many were there."""
    return _with_memory(pk, lambda memory, units: memory.remove(units))


def _with_memory(pk: int, change: Callable[[Memory, Iterator[Unit]], int]) -> int:
    track = Track.objects.select_related("lesson__course").get(pk=pk)
    if track.language == track.lesson.language:
        return 0
    wanted = site_config().memory
    try:
        memory = open_memory(wanted, create=True)
        if memory is None:
            return 0
        try:
            return change(memory, _units(track, wanted.organisation))
        finally:
            memory.close()
    except KarmavaniError as error:
        log.warning("the memory could not follow track %s: %s", pk, error)
        return 0


def _units(track: Track, organisation: str) -> Iterator[Unit]:
    lesson = track.lesson
    rows = track.lines.filter(sentence__retired=False).select_related("sentence", "approver")
    lines = list(rows.order_by("sentence__position"))
    texts = ["", *(line.sentence.text for line in lines), ""]
    for number, line in enumerate(lines):
        if line.approver is None or line.approved_at is None or line.approved_in_bulk:
            continue
        yield Unit(
            source_language=lesson.language,
            target_language=track.language,
            source=line.sentence.text,
            target=line.text,
            organisation=organisation,
            approved_by=line.approver.name,
            approved=_utc(line),
            course=lesson.course.slug,
            lesson=lesson.slug,
            previous=texts[number],
            following=texts[number + 2],
        )


def _utc(line: Line) -> str:
    assert line.approved_at is not None, "only approved lines are remembered"
    return line.approved_at.strftime("%Y-%m-%dT%H:%M:%SZ")
