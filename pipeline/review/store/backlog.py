"""What operators do to the backlog on the site: pause it, try again, move a course up.

The rules are `pipeline.backlog.control`'s, the same as on the command line; here is asked who may,
and it is written into the audit log.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from pipeline.backlog import control
from pipeline.backlog.models import BacklogCourse
from pipeline.backlog.nouns import Lane
from pipeline.review.audit import record
from pipeline.review.models import User
from pipeline.review.permissions import Action, require
from pipeline.review.store.backlog_failures import members
from pipeline.review.store.backlog_figures import forget_count

WHOLE = "backlog"
MOST_LEARNERS = 1_000_000_000


@transaction.atomic
def pause(user: User, slug: str = "") -> None:
    """Take up nothing more: of one course, or of the whole backlog."""
    require(user, Action.OPERATE)
    about = _course(slug) if slug else WHOLE
    control.pause(slug or None)
    record(user, "pause backlog", about)


@transaction.atomic
def resume(user: User, slug: str = "") -> None:
    """Let one course, or the whole backlog, go on."""
    require(user, Action.OPERATE)
    about = _course(slug) if slug else WHOLE
    control.resume(slug or None)
    record(user, "resume backlog", about)


@transaction.atomic
def change(user: User, slug: str, lane: Lane, learners: int) -> None:
    """Move a course to a lane, and to its place there by learners.

    Raises ReviewError for a number of learners that no course has.
    """
    require(user, Action.OPERATE)
    row = _course(slug)
    if not 0 <= learners <= MOST_LEARNERS:
        raise ReviewError(_("That is no number of learners."), _("Write a whole number."))
    before = {"lane": Lane(row.lane).label, "learners": row.learners}
    control.change(slug, lane=lane, learners=learners)
    record(user, "change backlog", row, before=before, lane=lane.label, learners=learners)


@transaction.atomic
def retry_one(user: User, item: int) -> int:
    """Try one failed item again; returns 0 where it has not failed any more."""
    return _retry(user, [item], item=item)


@transaction.atomic
def retry_kind(user: User, error: str, kind: str) -> int:
    """Try the failed items of one kind of reason again, those that the page counts."""
    return _retry(user, members(error, kind), error=error, kind=kind[:200])


@transaction.atomic
def retry_error(user: User, error: str) -> int:
    """Try all failed items again whose error has that name."""
    require(user, Action.OPERATE)
    count = control.retry(error=error)
    record(user, "retry backlog", WHOLE, error=error[:60], items=count)
    forget_count()
    return count


def _retry(user: User, items: list[int], **said: object) -> int:
    require(user, Action.OPERATE)
    failed = list(control.failures().filter(pk__in=items).values_list("pk", flat=True))
    count = control.retry(failed) if failed else 0  # nobody else retried them meanwhile
    record(user, "retry backlog", WHOLE, items=count, **said)
    forget_count()
    return count


def _course(slug: str) -> BacklogCourse:
    return BacklogCourse.objects.select_for_update(no_key=True).get(slug=slug)
