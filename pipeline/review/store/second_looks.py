"""A second reviewer judges lines of the random sample, without seeing who approved them or how.

How far two people agree is the one measure of review itself. Every line of the sample was approved
once, so the first judge always said yes: Cohen's kappa is then 0 by construction and says nothing.
Shown are the share on which both agree with its 95 % interval (Wilson), and Gwet's AC1, which
corrects for agreement by chance and holds where nearly all answers are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ForbiddenError, ReviewError
from pipeline.review.audit import record
from pipeline.review.models import LineState, SecondLook, User
from pipeline.review.permissions import Action, require
from pipeline.review.store import deciding
from pipeline.review.store.editing import clean_note, lock_line
from pipeline.review.store.sampling import waiting

ENOUGH = 10
"""Lines that two people must have judged before a number is made of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a second reviewer says; `reason` is a code of `deciding.REASONS` where they disagree."""

    agreed: bool
    reason: str = ""
    note: str = ""


@transaction.atomic
def judge(user: User, pk: int, answer: Answer) -> SecondLook:
    """Keep the answer; a line they disagree with is returned, with their reason and note.

    Raises SecondLook.DoesNotExist for one that is not theirs to judge, ConflictError when the line
    changed or somebody else judged it meanwhile, ReviewError for a disagreement without a note.
    """
    found = SecondLook.objects.select_related("line__track").get(pk=pk)
    language = found.line.track.language
    require(user, Action.APPROVE, language)
    line = lock_line(found.line_id)
    look = SecondLook.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if user.pk in (look.first_id, line.author_id, line.approver_id):
        raise ForbiddenError(_("You approved or wrote this line: somebody else judges it again."))
    if look.decided or line.version != look.version or line.state != LineState.APPROVED:
        raise ConflictError(
            _("Somebody judged or changed this line meanwhile."), _("Take the next one.")
        )
    note = clean_note(answer.note)
    if not answer.agreed and not note:
        raise ReviewError(_("Say what you would change."), _("A few words are enough."))
    look.second, look.agreed, look.note, look.decided = user, answer.agreed, note, timezone.now()
    look.save(update_fields=["second", "agreed", "note", "decided"])
    record(user, "second look", line, agreed=answer.agreed, look=pk)
    if not answer.agreed:
        deciding.give_back(user, line.pk, line.version, answer.reason, note)
    return look


def next_for(user: User) -> SecondLook | None:
    """Return the look that waits longest for `user`, with its line; None where there is none."""
    rows = waiting(user).select_related("line__sentence", "line__track__lesson__course")
    return rows.first()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often second reviewers agreed; the numbers are None below `ENOUGH` lines.

    `share`, `low` and `high` are the share of agreement and its 95 % interval, `ac1` is Gwet's.
    """

    language: str
    first: str
    second: str
    judged: int
    agreed: int

    @property
    def share(self) -> float | None:
        """Return the share of lines on which both agree, 0..1."""
        return self.agreed / self.judged if self.judged >= ENOUGH else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the share (Wilson 1927)."""
        return wilson(self.agreed, self.judged) if self.judged >= ENOUGH else None

    @property
    def ac1(self) -> float | None:
        """Return Gwet's AC1 (2008) for two judges and two answers."""
        return ac1(self.agreed, self.judged) if self.judged >= ENOUGH else None


def wilson(agreed: int, judged: int) -> tuple[float, float]:
    """Return the Wilson score interval of a share at 95 %; `judged` is not 0."""
    z, share = 1.959964, agreed / judged
    middle = share + z * z / (2 * judged)
    half = z * sqrt(share * (1 - share) / judged + z * z / (4 * judged * judged))
    below = 1 + z * z / judged
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


def ac1(agreed: int, judged: int) -> float:
    """Return Gwet's AC1 where the first judge said yes to all and the second to `agreed`."""
    share = agreed / judged
    yes = (1.0 + share) / 2
    by_chance = 2 * yes * (1 - yes)
    return (share - by_chance) / (1 - by_chance)


def agreements(looks: QuerySet[SecondLook], by_pair: bool) -> list[Agreement]:
    """Return how far people agree, a row a language, or a row a language and pair of people."""
    pair = ["first__name", "second__name"] if by_pair else []
    rows = looks.filter(decided__isnull=False).values_list("line__track__language", *pair)
    counted = rows.annotate(judged=Count("pk"), agreed=Count("pk", filter=Q(agreed=True)))
    return [
        Agreement(row[0], *(row[1:3] if by_pair else ("", "")), *row[-2:])
        for row in counted.order_by("line__track__language", *pair)
    ]
