"""The main flow: a course goes in, draft packages in many languages come out."""

from __future__ import annotations

from collections.abc import Sequence

from courses.nouns import Course
from pipeline.drafting import draft, refuse_targets
from pipeline.kit import Kit, Summary
from pipeline.package_folder import sweep
from pipeline.packaging import Contents, package
from pipeline.progress import Row
from pipeline.transcribing import transcribe


def localise(course: Course, targets: Sequence[str], kit: Kit) -> Summary:
    """Make one package a lesson and target language (codes), skipping all that is done.

    A lesson or language that fails is in the summary and does not end the others. Raises
    LanguageError before any work for a target that the translator cannot write, StoreError when
    results cannot be kept, KeyboardInterrupt; whatever was finished by then is kept.
    """
    refuse_targets(course, targets, kit.translator)
    sweep(kit.out / course.id)
    summary = Summary()
    heard = list(transcribe(course.lessons, kit, summary))
    for lesson, target, translations in draft(heard, targets, kit, summary):
        row = Row(lesson.lesson.id, "package", target)
        made = package(Contents(course, lesson, target, translations), kit.out, kit.formats)
        kit.reporter.finish(row, made.note)
        summary.add_package(lesson.lesson.id, target, made)
    return summary
