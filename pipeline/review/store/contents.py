"""A track as packages are made from it: every line as it stands now, with the cues people set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.contents import Contents
from pipeline.review.models import Line, Track
from pipeline.review.store.cueing import set_cues
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
        layouts={
            line.sentence.key: tuple(set_cues(line.sentence.key, line.layout))
            for line in lines
            if line.layout
        },
        review=review,
    )
