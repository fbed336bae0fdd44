"""The last stage, where it is wanted: drafts are handed to the reviewers of the site.

The site keeps what people wrote there; handing over again changes only what no person touched.
"""

from __future__ import annotations

from pathlib import Path

from courses import nouns
from pipeline.backlog.messages import Handed
from pipeline.backlog.models import BacklogCourse
from pipeline.backlog.nouns import Work
from pipeline.review.models import Lesson
from pipeline.review.store import intake


def wants_peaks(work: Work) -> bool:
    """Return whether the speech bar of a lesson has not been read from its media yet."""
    rows = Lesson.objects.filter(course__slug=work.course, slug=work.lesson)
    return not rows.exclude(peaks=b"").exists()


def take_in(work: Work, found: Handed) -> int:
    """Take a lesson in one language into the site; returns how many lines it has there."""
    contents = found.contents
    if contents is None:
        return 0
    lesson = _lesson(work)
    if found.peaks and not lesson.peaks:
        Lesson.objects.filter(pk=lesson.pk).update(peaks=found.peaks)
    intake.keep_transcript(lesson, contents.heard)
    if not contents.is_translated:
        return 0
    translations, hits = contents.translations, contents.hits
    return intake.keep_drafts(lesson, work.language, translations, hits).lines.count()


def _lesson(work: Work) -> Lesson:
    """Return the lesson of the site, its course made where it is not there yet."""
    rows = Lesson.objects.filter(course__slug=work.course, slug=work.lesson)
    if (row := rows.first()) is not None:
        return row
    intake.keep_course(_course(BacklogCourse.objects.get(pk=work.course_row)))
    return rows.get()


def _course(row: BacklogCourse) -> nouns.Course:
    lessons = tuple(
        nouns.Lesson(
            id=one.slug,
            course_id=row.slug,
            title=one.title,
            media=Path(one.media),
            language=one.language,
            captions=Path(one.captions) if one.captions else None,
            domain=one.domain or None,
        )
        for one in row.lessons.order_by("position")
    )
    return nouns.Course(row.slug, row.title, lessons, row.description, tuple(row.competencies))
