"""What was named on the command line arrives in the backlog: found, read, checked, added.

A course that cannot be read ends no other; all problems are in what is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from courses.errors import KarmavaniError, StoreError, UsageError
from courses.languages import find_writing
from courses.nouns import Course
from glossaries.layers import all_domains
from pipeline.backlog import adding, handing_over
from pipeline.backlog.adding import Added, Entry
from pipeline.backlog.catalogue import Reading, Wanted, read_wanted
from pipeline.backlog.course_places import Placed, read_course_at
from pipeline.backlog.lengths import refuse_unfit
from pipeline.backlog.models import BacklogCourse
from pipeline.backlog.nouns import Lane
from pipeline.backlog.session import storage_of
from pipeline.backlog.storage import Storage
from pipeline.config import Config
from pipeline.prepare import abilities
from pipeline.progress import counted
from pipeline.targets import ALL, Abilities, Targets, choose_targets

Say = Callable[[str], None]


@dataclass(slots=True)
class Arrived:
    """What came of adding a folder, a list or a catalogue."""

    added: Added = field(default_factory=Added)
    read: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def in_words(self) -> str:
        """Return it for people."""
        added = self.added
        lines = [
            f"{counted(self.read, 'course')} read: {counted(added.courses, 'course')},"
            f" {counted(added.lessons, 'lesson')} and {counted(added.items, 'item')} of work are"
            " new."
        ]
        lines += added.changed
        if self.refused:
            lines.append(
                f"{counted(self.refused, 'lesson')} cannot be done by these engines and stand"
                " among what failed: karmavani backlog status --failed"
            )
        return "\n".join(lines)


def add_all(source: str, config: Config, said: Mapping[str, Any], say: Say) -> Arrived:
    """Add every course that `source` names. `said`: lane, learners, minutes, cost, review.

    What a catalogue says of a course goes before `said`. Raises UsageError for a source that is
    none or has wrong rows, and LanguageError for languages that no engine can write.
    """
    storage, able, arrived = storage_of(config), abilities(config), Arrived()
    usual = Wanted(
        "",
        languages=config.languages,
        lane=Lane[said["lane"].upper()] if said["lane"] else None,
        learners=said["learners"],
        minutes=said["minutes"],
        cost=said["cost"],
    )
    for code in config.languages if config.languages != ALL else ():
        find_writing(code)  # a wrong option is told once, not for every course
    reading = Reading(storage, usual, all_domains(config.glossaries.folder), say)
    for wanted in read_wanted(source, reading):
        try:
            entry = _entry(wanted, config, storage, able, said["review"])
            made = put_in(entry)
        except StoreError:
            raise
        except KarmavaniError as error:
            first = not (arrived.read or arrived.problems)
            if first and not (wanted.languages or config.languages):
                raise  # no language is named: a wrong command, not a wrong course
            said_where = f"{wanted.place}: {error}" if wanted.place else str(error)
            arrived.problems.append(said_where)
            say(f"FAILED  {said_where}")
            continue
        _note(arrived, made, entry)
    return arrived


@transaction.atomic
def put_in(entry: Entry) -> Added:
    """Add a course as `adding.add`, and tell the review site what is different of it."""
    added = adding.add(entry)
    if added.changed:
        handing_over.tell_site(entry.course.id)
    return added


def _note(arrived: Arrived, made: Added, entry: Entry) -> None:
    arrived.read += 1
    arrived.refused += len(entry.refused)
    arrived.added.courses += made.courses
    arrived.added.lessons += made.lessons
    arrived.added.items += made.items
    arrived.added.changed += made.changed


def _entry(
    wanted: Wanted, config: Config, storage: Storage, able: Abilities, review: bool
) -> Entry:
    """Return a course as it is to be added; raises our errors for one that cannot be."""
    placed = read_course_at(wanted, storage, config.glossaries.folder)
    _follow(placed, storage)
    targets = _targets(config, placed.course, wanted.languages, able)
    if review or BacklogCourse.objects.filter(slug=placed.course.id, review=True).exists():
        _refuse_far_media(placed)
    entry = Entry(
        course=placed.course,
        source=placed.source,
        places=placed.places,
        marks=placed.marks(storage),
        targets=targets.by_lesson,
        refused=targets.refused,
        lane=wanted.lane,
        learners=wanted.learners,
        minutes=wanted.minutes,
        cost=wanted.cost,
        review=review,
    )
    refuse_unfit(entry)
    return entry


def _follow(placed: Placed, storage: Storage) -> None:
    """Let a course of the backlog be where it is now, when it is no more where it was."""
    row = BacklogCourse.objects.filter(slug=placed.course.id).first()
    if row and row.source != placed.source and not storage.exists(row.source):
        BacklogCourse.objects.filter(pk=row.pk).update(source=placed.source)


def _targets(
    config: Config, course: Course, languages: tuple[str, ...], able: Abilities
) -> Targets:
    """Return what is to be made of each lesson; here a course may have nothing that can be done."""
    wanted = replace(config, languages=tuple(languages) or config.languages)
    return choose_targets(wanted, course, able, all_may_fail=True)


def _refuse_far_media(placed: Placed) -> None:
    for media, _ in placed.places.values():
        if "://" in media:
            raise UsageError(
                f"{media}: reviewers need the media on the site's own machine.",
                "Copy the course there and add it from its folder. Without reviewers: leave out"
                " --review, under an id that they have not had.",
            )


def read_again(row: BacklogCourse, config: Config, able: Abilities) -> Entry:
    """Return a course of the backlog as it is where it came from; raises our errors."""
    first = row.lessons.order_by("position").first()
    wanted = Wanted(
        address=row.source,
        languages=tuple(row.languages),
        lane=Lane(row.lane),
        learners=row.learners,
        minutes=row.minutes,
        cost=row.cost,
        title=row.title,
        # One media file has no course.toml that says these two.
        domain=first.domain if first else "",
        spoken=first.language if first else "",
    )
    return _entry(wanted, config, storage_of(config), able, row.review)
