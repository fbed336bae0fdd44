"""The main flow: a course goes in, draft packages in many languages come out."""

from __future__ import annotations

from courses.nouns import Course, Translation
from pipeline import reviewed
from pipeline.checking.adherence import write_course
from pipeline.contents import Contents
from pipeline.drafting import draft
from pipeline.kit import Kit, Summary, failing_alone
from pipeline.package_folder import sweep
from pipeline.packaging import package
from pipeline.progress import Row
from pipeline.targets import Targets
from pipeline.terminology import find_terms
from pipeline.transcribing import Heard, transcribe


def localise(course: Course, targets: Targets, kit: Kit) -> Summary:
    """Make one package a lesson and target language, skipping all that is done.

    A lesson or language that fails is in the summary and does not end the others. Raises
    StoreError when results cannot be kept, and KeyboardInterrupt; whatever was finished by then
    is kept.
    """
    sweep(kit.out / course.id)
    summary = Summary()
    for refused, error in targets.refused:
        with failing_alone(Row(refused.id, "language"), kit.reporter, summary):
            raise error
    lessons = [lesson for lesson in course.lessons if lesson.id in targets.by_lesson]
    heard = list(transcribe(lessons, kit, summary))
    for one, target, translations in draft(heard, targets, kit, summary):
        row = Row(one.lesson.id, "package", target)
        with failing_alone(row, kit.reporter, summary):
            hits = find_terms(one, target, kit.terms)
            texts = _people_first(kit, one, target, translations)
            contents = Contents(course, one, target, texts, hits)
            made = package(contents, kit.out, kit.formats)
            kit.reporter.finish(row, made.note)
            summary.add_package(one.lesson.id, target, made)
    write_course(kit.out / course.id, course.id)
    return summary


def _people_first(
    kit: Kit, heard: Heard, target: str, drafts: tuple[Translation, ...]
) -> tuple[Translation, ...]:
    """Return what people wrote for this lesson, and the drafts where they wrote nothing."""
    if target == heard.lesson.language:
        return drafts
    place = reviewed.place_of(kit.out / heard.lesson.course_id / heard.lesson.id / target)
    return reviewed.put_over(heard.segments, drafts, reviewed.read(place))
