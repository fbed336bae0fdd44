"""What was published goes into the translation memory, so that it is not translated again.

After the publication, and apart from it: a memory that cannot be written keeps no package back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.conf import settings

from courses.errors import KarmavaniError
from pipeline.config import read_config
from pipeline.memory_files import open_memory
from pipeline.review.models import Line, Track
from translators.memory import Unit

log = logging.getLogger("karmavani.review.memory")


def remember(pk: int) -> int:
    """Put the approved lines of a track into the memory; returns how many are new.

    What another approved translation contradicts is left out, as on the command line.
    """
    track = Track.objects.select_related("lesson__course").get(pk=pk)
    config = read_config(settings.SITE.config)
    if track.language == track.lesson.language:
        return 0
    try:
        memory = open_memory(config.memory, create=True)
        if memory is None:
            return 0
        try:
            return memory.add(_units(track, config.memory.organisation)).new
        finally:
            memory.close()
    except KarmavaniError as error:
        log.warning("track %s is published and not in the memory: %s", pk, error)
        return 0


def _units(track: Track, organisation: str) -> Iterator[Unit]:
    lesson = track.lesson
    rows = track.lines.filter(sentence__retired=False).select_related("sentence", "approver")
    lines = list(rows.order_by("sentence__position"))
    texts = ["", *(line.sentence.text for line in lines), ""]
    for number, line in enumerate(lines):
        if line.approver is None or line.approved_at is None:
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
