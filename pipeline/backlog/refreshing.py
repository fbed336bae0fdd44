"""Looks at every course again, where it came from, and puts back what has changed since.

Reading a course, and working out what its results would be made from, takes long: no transaction
is open meanwhile. Each course is written in two short ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from courses.errors import KarmavaniError, StoreError
from pipeline.backlog import changes
from pipeline.backlog.arriving import put_in, read_again
from pipeline.backlog.changes import Done, Refreshed
from pipeline.backlog.models import BacklogCourse
from pipeline.backlog.session import steps_of
from pipeline.config import Config
from pipeline.executors.base import enter_worker
from pipeline.prepare import abilities
from pipeline.targets import Abilities


def refresh(config: Config, dry_run: bool) -> Refreshed:
    """Find what has changed since it was done and put it back, or only list it.

    Raises StoreError; what was put back before stays in the queue, and refreshing again goes on.
    """
    found, able = Refreshed(dry_run), abilities(config)
    with steps_of(config) as steps:
        enter_worker(None, steps.asking.tools)  # what workers compute is computed here
        for row in _courses():
            changed = changes.find_changed(
                steps.bases, _look_again(row, config, able, found), found
            )
            if not dry_run:
                changes.put_back(row.pk, changed)
    return found


def _courses() -> Iterator[BacklogCourse]:
    """Yield the courses one by one: others may write while one is looked at."""
    rows = BacklogCourse.objects.order_by("pk")
    row = rows.first()
    while row is not None:
        yield row
        row = rows.filter(pk__gt=row.pk).first()


def _look_again(
    row: BacklogCourse, config: Config, able: Abilities, found: Refreshed
) -> Sequence[Done]:
    """Bring a course up to date, in a dry run for a moment only; return what of it stays done."""
    try:
        entry = read_again(row, config, able)
        with transaction.atomic():
            said, done = put_in(entry).changed, changes.done_of(row.pk)
            transaction.set_rollback(found.dry)
    except StoreError:
        raise
    except KarmavaniError as error:
        found.problems.append(f"{row.slug}: {error}")
        return changes.done_of(row.pk)
    found.courses += said
    return done
