"""The operators' page of the backlog: how far it is, what failed, what goes first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from courses.errors import ReviewError
from pipeline.backlog.models import BacklogCourse, Run
from pipeline.backlog.nouns import Lane
from pipeline.backlog.reporting import in_words
from pipeline.review.permissions import Action, require
from pipeline.review.store import backlog, backlog_failures, backlog_figures
from pipeline.review.views.session import person, safe_next

PAGE = 25  # courses
RUNNING = 50  # items under way that are shown
_STATES = (
    ("open", gettext_lazy("not finished")),
    ("failed", gettext_lazy("with failures")),
    ("paused", gettext_lazy("paused")),
)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the whole page; the part that changes asks for itself again."""
    require(person(request), Action.OPERATE)
    shown = (
        _live()
        | _courses(request)
        | {
            "budget": backlog_figures.budget(),
            "lanes": backlog_figures.lanes(),
            "next": backlog_figures.upcoming(),
            "failures": backlog_failures.failures(),
            "runs": backlog_figures.runs(),
            "moment": timezone.now(),
            "asked": request.get_full_path(),
        }
    )
    return render(request, "review/backlog/page.html", shown)


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Return the part of the page that changes by itself."""
    require(person(request), Action.OPERATE)
    return render(request, "review/backlog/live.html", _live())


def _live() -> dict[str, Any]:
    now = backlog_figures.now()
    return {
        "now": now,
        "shown_states": backlog_figures.SHOWN,
        "running": now.running[:RUNNING],
        "more_running": max(0, len(now.running) - RUNNING),
        "has_workers": any(one.get("worker") for one in now.running[:RUNNING]),
    }


def _courses(request: HttpRequest) -> dict[str, Any]:
    asked = {key: request.GET.get(key, "").strip()[:200] for key in ("q", "lane", "state")}
    lane = Lane(int(asked["lane"])) if asked["lane"] in {str(int(one)) for one in Lane} else None
    rows = backlog_figures.courses(asked["q"], lane, asked["state"])
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {
        "courses": backlog_figures.progress(found),
        "page": found,
        "wanted": asked,
        "all_lanes": [(one, one is lane) for one in Lane],
        "states": [(value, words, value == asked["state"]) for value, words in _STATES],
    }


@require_GET
def run(request: HttpRequest, key: int) -> HttpResponse:
    """Show the report of one run."""
    require(person(request), Action.OPERATE)
    row = Run.objects.get(pk=key)
    words = in_words(row.report) if row.report else ""
    return render(request, "review/backlog/run.html", {"run": row, "words": words})


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Pause the whole backlog, or let it go on."""
    user = person(request)
    if request.POST.get("to") == "pause":
        backlog.pause(user)
        messages.success(request, _("The backlog is paused. What is under way is finished."))
    else:
        backlog.resume(user)
        messages.success(request, _("The backlog goes on."))
    return _back(request)


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Put failed items back: one, those of one kind of reason, or all of one error."""
    user, said = person(request), request.POST
    if item := said.get("item", ""):
        count = backlog.retry_one(user, _number(item))
    elif kind := said.get("kind", ""):
        count = backlog.retry_kind(user, said.get("error", ""), kind)
    elif error := said.get("error", ""):
        count = backlog.retry_error(user, error)
    else:
        raise ReviewError(_("Nothing was chosen."), _("Choose what to try again."))
    told = ngettext("%(n)d item is tried again.", "%(n)d items are tried again.", count)
    messages.success(request, told % {"n": count})
    return _back(request)


@require_POST
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """Pause a course, let it go on, or give it another place."""
    user, said = person(request), request.POST
    require(user, Action.OPERATE)
    row = BacklogCourse.objects.get(slug=slug)
    if said.get("to") == "pause":
        backlog.pause(user, slug)
        messages.success(request, _("The course is paused: %(title)s") % {"title": row.title})
    elif said.get("to") == "resume":
        backlog.resume(user, slug)
        messages.success(request, _("The course goes on: %(title)s") % {"title": row.title})
    else:
        learners = said.get("learners", str(row.learners))
        backlog.change(user, slug, _lane(said.get("lane", str(row.lane))), _number(learners))
        messages.success(
            request, _("The course has another place: %(title)s") % {"title": row.title}
        )
    return _back(request)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ReviewError(_("That is no number."), _("Write a whole number."))
    return int(text)


def _lane(text: str) -> Lane:
    if text not in {str(int(one)) for one in Lane}:
        raise ReviewError(_("There is no such lane."), _("Choose one of the list."))
    return Lane(int(text))


def _back(request: HttpRequest) -> HttpResponse:
    backlog_figures.count_anew()
    return redirect(safe_next(request, "/operations/backlog/"))


ADDRESSES: list[URLPattern] = [
    path("operations/backlog/", page, name="backlog"),
    path("operations/backlog/live/", live, name="backlog_live"),
    path("operations/backlog/switch/", switch, name="backlog_switch"),
    path("operations/backlog/retry/", retry, name="backlog_retry"),
    path("operations/backlog/runs/<int:key>/", run, name="backlog_run"),
    path("operations/backlog/courses/<slug:slug>/", course, name="backlog_course"),
]
