"""A track as packages are made from it: every line as it stands now, with the cues people set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from courses.nouns import Cue
from pipeline.contents import Contents
from pipeline.review.models import Line, Track
from pipeline.review.store.nouns import (
    to_course,
    to_heard,
    to_hits,
    to_segment,
    to_translation,
)


def contents_of(
    track: Track, lines: Sequence[Line], review: Mapping[str, Any] | None = None
) -> Contents:
    """Return what a package of `track` is made from; `lines` are all of it, by position.

    `review` is what the manifest says of the review, None for anything but a publication.
    """
    lesson = track.lesson
    segments = tuple(to_segment(line.sentence, lesson.slug) for line in lines)
    return Contents(
        course=to_course(lesson.course),
        heard=to_heard(lesson, segments),
        language=track.language,
        translations=tuple(to_translation(line, track.language) for line in lines),
        hits=tuple(to_hits(line.terms) for line in lines),
        layouts=_layouts(lines),
        review=review,
    )


def _layouts(lines: Sequence[Line]) -> dict[str, tuple[Cue, ...]]:
    """Return segment id -> cues, of the lines whose cues a person set."""
    return {
        line.sentence.key: tuple(
            Cue(
                f"{line.sentence.key}-{number}",
                (line.sentence.key,),
                row["start"],
                row["end"],
                tuple(row["lines"]),
            )
            for number, row in enumerate(line.layout, 1)
        )
        for line in lines
        if line.layout
    }
