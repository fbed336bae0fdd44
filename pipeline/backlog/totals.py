"""What a report says of the whole backlog: courses that are finished, and budgets that are used."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from pipeline.backlog.models import BacklogCourse, Control, Item
from pipeline.backlog.nouns import State
from pipeline.backlog.reporting import Totals

NAMED = 20  # courses that are named
_OPEN = [state.value for state in State if state is not State.DONE]


def totals() -> Totals:
    """Return the totals as they are now; asks by course, never of all items."""
    courses = BacklogCourse.objects.order_by("-pk")
    own = Item.objects.filter(course=OuterRef("pk"))
    finished = finished_of(courses)
    over = courses.filter(Q(spent_seconds__gte=F("minutes") * 60) | Q(spent_cost__gte=F("cost")))
    stuck = courses.filter(Exists(own.filter(state=State.FAILED.value)))
    control = Control.objects.filter(pk=1).first() or Control()
    spent = courses.aggregate(seconds=Sum("spent_seconds"), cost=Sum("spent_cost"))
    return Totals(
        courses=courses.count(),
        finished=finished.count(),
        stuck=stuck.count(),
        names=tuple(finished.values_list("slug", flat=True)[:NAMED]),
        minutes=control.minutes,
        cost=control.cost,
        spent_minutes=(spent["seconds"] or 0.0) / 60,
        spent_cost=spent["cost"] or 0.0,
        over=tuple(over.values_list("slug", flat=True)[:NAMED]),
    )


def finished_of(courses: QuerySet[BacklogCourse]) -> QuerySet[BacklogCourse]:
    """Return those of `courses` that have items, all of them done."""
    own = Item.objects.filter(course=OuterRef("pk"))
    return courses.filter(Exists(own), ~Exists(own.filter(state__in=_OPEN)))
