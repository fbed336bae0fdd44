"""Looks at every course again, where it came from, and puts back what has changed since."""

from __future__ import annotations

from django.db import transaction

from courses.errors import KarmavaniError, StoreError
from pipeline.backlog import adding, changes
from pipeline.backlog.arriving import read_again
from pipeline.backlog.changes import Refreshed
from pipeline.backlog.models import BacklogCourse
from pipeline.backlog.session import steps_of
from pipeline.config import Config
from pipeline.executors.base import enter_worker
from pipeline.prepare import abilities
from pipeline.targets import Abilities


def refresh(config: Config, dry_run: bool) -> Refreshed:
    """Find what has changed since it was done and put it back, or only list it."""
    found, able = Refreshed(dry_run), abilities(config)
    with steps_of(config) as steps:
        enter_worker(None, steps.asking.tools)  # what workers compute is computed here
        with transaction.atomic():
            for row in BacklogCourse.objects.order_by("pk"):
                _read_course_again(row, config, able, found)
            changes.reopen_changed(steps.bases, found)
            if dry_run:
                transaction.set_rollback(True)
    return found


def _read_course_again(
    row: BacklogCourse, config: Config, able: Abilities, found: Refreshed
) -> None:
    try:
        with transaction.atomic():
            found.courses += adding.add(read_again(row, config, able)).changed
    except StoreError:
        raise
    except KarmavaniError as error:
        found.problems.append(f"{row.slug}: {error}")
