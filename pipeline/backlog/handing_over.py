"""The last stage, where it is wanted: drafts are handed to the reviewers of the site.

The site keeps what people wrote there; handing over again changes only what no person touched.
"""

from __future__ import annotations

from pathlib import Path

from django.db import models, transaction

from courses import nouns
from courses.errors import CourseError
from pipeline.backlog import queue
from pipeline.backlog.messages import Handed
from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item
from pipeline.backlog.nouns import Stage, Work
from pipeline.review.models import Course, Lesson
from pipeline.review.store import intake


def wants_peaks(work: Work) -> bool:
    """Return whether the speech bar of a lesson has not been read from its media yet."""
    return not _on_site(work).exclude(peaks=b"").exists()


def take_in(work: Work, found: Handed) -> int:
    """Take a lesson in one language into the site; returns how many lines it has there.

    Raises CourseError when the lesson was taken out of its course.
    """
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


def tell_site(slug: str) -> None:
    """Tell the site of a course it has what is different: titles, where media and captions are."""
    row = BacklogCourse.objects.filter(slug=slug, review=True).first()
    if row is not None and Course.objects.filter(slug=slug).exists():
        intake.keep_course(_course(row))


def media_changed(work: Work) -> None:
    """Have the speech bar of a lesson made anew: reading found other media than before.

    All its stages look again, the last one too, though what is said may be the same.
    """
    with transaction.atomic():
        queue.lock(work.course_row)
        items = Item.objects.filter(lesson=work.lesson_row)
        if items.filter(stage=Stage.REVIEW).exists() and _on_site(work).update(peaks=b""):
            items.update(made="")


def _on_site(work: Work) -> models.QuerySet[Lesson]:
    return Lesson.objects.filter(course__slug=work.course, slug=work.lesson)


def _lesson(work: Work) -> Lesson:
    """Return the lesson of the site, made or brought up to date with its course."""
    ours = BacklogLesson.objects.select_related("course").filter(pk=work.lesson_row).first()
    if ours is not None:
        theirs = _on_site(work).select_related("course").first()
        if theirs is None or not _is_same(ours, theirs):
            intake.keep_course(_course(ours.course))
    lesson = _on_site(work).first()
    if ours is None or lesson is None:
        raise CourseError(f"{work.lesson} is in the course no more.")
    return lesson


def _is_same(ours: BacklogLesson, theirs: Lesson) -> bool:
    """Return whether the site knows a lesson and its course as the backlog does."""
    lesson = ("title", "language", "domain")
    course = ("title", "description", "competencies")
    return (
        all(getattr(ours, name) == getattr(theirs, name) for name in lesson)
        and all(getattr(ours.course, name) == getattr(theirs.course, name) for name in course)
        and (_place(ours.media), _place(ours.captions)) == (theirs.media, theirs.captions)
    )


def _place(path: str) -> str:
    return str(Path(path).resolve()) if path else ""


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
