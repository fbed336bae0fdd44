"""Background work: how far a course is, and, for administrators, what failed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pipeline.review.models import Job, JobState
from pipeline.review.permissions import Action, may, require, visible_courses
from pipeline.review.store import jobs
from pipeline.review.views.courses import grid
from pipeline.review.views.session import person

SHOWN = 200
_ACTIVE = (JobState.WAITING, JobState.RUNNING)


@require_GET
def progress(request: HttpRequest, course: str) -> HttpResponse:
    """Return the part of a page that says how far a course's work is; it asks again by itself.

    It says then how much was finished; where that is more by now, the table of lessons comes too.
    """
    user = person(request)
    row = visible_courses(user).get(slug=course)
    found = list(row.jobs.select_related("lesson").order_by("-created")[:SHOWN])
    finished = sum(job.state not in _ACTIVE for job in found)
    again = request.GET.get("finished", str(finished)) != str(finished)
    shown = {
        "course": row,
        "jobs": found,
        "active": any(job.state in _ACTIVE for job in found),
        "finished": finished,
        "again": again,
        "may_retry": may(user, Action.OPERATE),
    }
    if again:
        shown |= grid(user, row)
    return render(request, "review/progress.html", shown)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """List the latest background work of all courses."""
    require(person(request), Action.OPERATE)
    rows = Job.objects.select_related("course", "lesson").order_by("-created")
    if state := request.GET.get("state", ""):
        rows = rows.filter(state=state)
    states = [(value, label, value == state) for value, label in JobState.choices]
    shown = {"jobs": rows[:SHOWN], "states": states}
    return render(request, "review/operations.html", shown)


@require_POST
def retry(request: HttpRequest, key: int) -> HttpResponse:
    """Put a failed job back into the queue."""
    user = person(request)
    require(user, Action.OPERATE)
    jobs.retry(user, key)
    messages.success(request, _("It is in the queue again."))
    return redirect("review:operations")


ADDRESSES: list[URLPattern] = [
    path("c/<slug:course>/progress/", progress, name="progress"),
    path("operations/", overview, name="operations"),
    path("operations/<int:key>/retry/", retry, name="retry"),
]
