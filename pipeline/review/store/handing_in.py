"""A contributor hands in a course: files that were uploaded become lessons with work queued.

The course's id is taken first, in the database, so that of two who hand in the same course at
once one wins and the other is told. A course that cannot be read leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses import nouns
from courses.errors import (
    ConflictError,
    CourseError,
    LanguageError,
    ReviewError,
    StoreError,
    UsageError,
)
from courses.languages import find_language, find_writing
from glossaries.layers import all_domains
from pipeline.course_input import CAPTIONS_SUFFIXES, MEDIA_SUFFIXES, make_slug, read_course
from pipeline.prepare import abilities
from pipeline.review.audit import record
from pipeline.review.models import Course, Upload, User
from pipeline.review.permissions import Action, require
from pipeline.review.site_config import site_config
from pipeline.review.store import intake, jobs
from pipeline.review.store.archives import unpack
from pipeline.review.store.editing import clean, clean_note
from pipeline.review.store.uploads import ARCHIVE, path_of
from pipeline.targets import choose_targets

MOST_TITLE = 300
MOST_WORDS = 10_000
"""Code points of a description, or of all competencies."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a contributor says of a course.

    `uploads`: finished uploads, media with captions of the same stem, or one .zip with a
    course.toml, which then says title and languages itself. `targets`: target codes.
    """

    title: str
    uploads: tuple[uuid.UUID, ...]
    targets: tuple[str, ...]
    language: str = "en"
    domain: str = ""
    description: str = ""
    ministry: str = ""
    partner: str = ""


def hand_in(user: User, what: Submission) -> Course:
    """Make a course of uploaded files, queue its work, and return it.

    Raises ForbiddenError, ConflictError when a course of that id is there, ReviewError or
    CourseError with all that is wrong. Then nothing is kept but the uploads.
    """
    require(user, Action.HAND_IN)
    targets = tuple(dict.fromkeys(find_writing(code).code for code in what.targets))
    if not targets:
        raise ReviewError(_("No target language is chosen."), _("Choose at least one."))
    making = Path(settings.SITE.media) / f".making-{uuid.uuid4()}"
    try:
        making.mkdir(parents=True)
        course = _checked(_read(user, what, making))
        _refuse_undoable(course, targets)
        place = Path(settings.SITE.media) / course.id
        with transaction.atomic():
            row = _keep(user, what, _moved(course, making, place))
            for lesson in row.lessons.all():
                jobs.add_transcribe(lesson, targets, user)
            _clear(place)
            making.rename(place)
    except CourseError as error:  # its messages name the folder that it was read from
        said = error.message.replace(f"{making}/", "").replace(str(making), "the archive")
        raise CourseError(said, error.advice) from error
    except OSError as error:
        raise StoreError(f"The course cannot be kept: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _forget(user, what)
    return row


def _read(user: User, what: Submission, folder: Path) -> nouns.Course:
    """Put the uploads into `folder` and read them as a course."""
    files = list(Upload.objects.filter(pk__in=what.uploads, owner=user))
    if len(files) != len(set(what.uploads)) or not files:
        raise ReviewError(_("A file is missing."), _("Upload it again."))
    if unfinished := [one.name for one in files if one.finished is None]:
        raise ReviewError(
            _("Not finished: %(unfinished)s.") % {"unfinished": ", ".join(unfinished)},
            _("Wait for the upload."),
        )
    archives = [one for one in files if one.name.lower().endswith(ARCHIVE)]
    if archives:
        if len(files) > 1:
            raise ReviewError(_("A .zip is handed in alone."), _("Put everything into it."))
        unpack(path_of(archives[0]), folder)
        return read_course(folder, glossaries=_glossaries())
    return _of_files(what, files, folder)


def _of_files(what: Submission, files: Sequence[Upload], folder: Path) -> nouns.Course:
    title = " ".join(what.title.split())
    if not title:
        raise ReviewError(_("The course has no title."), _("Give it one."))
    if what.domain and what.domain not in all_domains(_glossaries()):
        raise ReviewError(
            _("There is no glossary domain “%(domain)s”.") % {"domain": what.domain[:80]}
        )
    slug, language = make_slug(title), find_language(what.language).code
    names: dict[str, Path] = {}
    for one in files:
        if one.name.lower() in names:
            raise ReviewError(
                _("Two files are called %(name)s.") % {"name": one.name}, _("Rename one.")
            )
        place = folder / one.name
        os.link(path_of(one), place)  # both folders are the site's own, on one disk
        names[one.name.lower()] = place
    media = [path for name, path in names.items() if PurePath(name).suffix in MEDIA_SUFFIXES]
    if not media:
        raise ReviewError(_("There is no video or sound file."), _("Upload at least one."))
    lessons = tuple(_lesson(path, slug, (language, what.domain), names) for path in sorted(media))
    if len({lesson.id for lesson in lessons}) < len(lessons):
        raise ReviewError(_("Two files have nearly the same name."), _("Rename one."))
    return nouns.Course(slug, title, lessons, what.description)


def _lesson(
    path: Path, course: str, facts: tuple[str, str], names: dict[str, Path]
) -> nouns.Lesson:
    language, domain = facts
    stems = [path.stem.lower() + suffix for suffix in CAPTIONS_SUFFIXES]
    captions = next((names[name] for name in stems if name in names), None)
    slug = make_slug(path.stem)
    return nouns.Lesson(slug, course, path.stem, path, language, captions, domain or None)


def _glossaries() -> Path | None:
    return site_config().glossaries.folder


def _refuse_undoable(course: nouns.Course, targets: tuple[str, ...]) -> None:
    """Raise ReviewError for lessons or languages that no engine of this site can do."""
    config = site_config(targets)
    try:
        chosen = choose_targets(config, course, abilities(config))
    except (LanguageError, UsageError) as error:
        raise ReviewError(error.message, _("Choose other languages, or give captions.")) from error
    for _refused, refusal in chosen.refused:
        raise ReviewError(refusal.message, _("Choose other languages, or give captions."))


def _checked(course: nouns.Course) -> nouns.Course:
    """Return the course; raises ReviewError for titles that mislead or that no row can hold."""
    for title in (course.title, *(lesson.title for lesson in course.lessons)):
        if not clean(title) or len(title) > MOST_TITLE:
            raise ReviewError(
                _("A title has 1 to %(title)s characters.") % {"title": MOST_TITLE},
                _("Shorten it."),
            )
    if len(course.description) > MOST_WORDS or len(repr(course.competencies)) > MOST_WORDS:
        raise ReviewError(
            _("The description or the competencies are too long."), _("Shorten them.")
        )
    for text in (course.description, *course.competencies):
        clean(text)
    return course


def _clear(place: Path) -> None:
    """Put aside what a killed server left there: the id is ours, so no course has that folder."""
    if place.exists():
        place.rename(place.with_name(f".left-{uuid.uuid4()}"))


def _moved(course: nouns.Course, old: Path, new: Path) -> nouns.Course:
    """Return a course whose files lie in `new` instead of `old`."""

    def there(path: Path | None) -> Path | None:
        return new / path.relative_to(old) if path else None

    lessons = tuple(
        replace(one, media=new / one.media.relative_to(old), captions=there(one.captions))
        for one in course.lessons
    )
    return replace(course, lessons=lessons)


def _keep(user: User, what: Submission, course: nouns.Course) -> Course:
    try:
        with transaction.atomic():
            row = Course.objects.create(
                slug=course.id,
                title=course.title,
                contributor=user,
                ministry=clean_note(what.ministry)[:200],
                partner=clean_note(what.partner)[:200],
            )
    except IntegrityError as error:
        raise ConflictError(
            _("A course “%(id)s” is here already.") % {"id": course.id},
            _("Give this one another title or id."),
        ) from error
    record(user, "hand in course", row, lessons=len(course.lessons))
    return intake.keep_course(course)


def _forget(user: User, what: Submission) -> None:
    for one in Upload.objects.filter(pk__in=what.uploads, owner=user):
        path_of(one).unlink(missing_ok=True)
        one.delete()


@transaction.atomic
def add_from_disk(
    course: nouns.Course, targets: Mapping[str, Sequence[str]], contributor: str | None
) -> int:
    """Take in a course of this machine whose files stay where they are; returns its lessons.

    `targets`: lesson id -> target codes. For the command line, which asks for no role. Raises
    ReviewError when nobody has the address `contributor`.
    """
    user = None
    if contributor:
        user = User.objects.filter(email=contributor.strip().lower(), is_active=True).first()
        if user is None:
            raise ReviewError(
                _("Nobody here has the address %(contributor)s.") % {"contributor": contributor},
                _("Invite them first."),
            )
    row = intake.keep_course(course, user)
    for lesson in row.lessons.filter(slug__in=targets):
        jobs.add_transcribe(lesson, targets[lesson.slug], user)
    return len(targets)
