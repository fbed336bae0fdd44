"""Approving the verified-clean rest of a track, after a sample was looked at line by line."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from courses.errors import ReviewError
from pipeline.review.models import BulkApproval, BulkState, Line, Track
from pipeline.review.permissions import Action, require, visible_tracks
from pipeline.review.store import bulk, clean
from pipeline.review.views.publishing import track_of
from pipeline.review.views.session import person

_NAME = re.compile(r"line-(\d{1,18})")
_ANSWERS = {"yes": True, "no": False}


@require_http_methods(["GET", "POST"])
def rest(request: HttpRequest, course: str, lesson: str, language: str) -> HttpResponse:
    """Show what can be approved in bulk, or the sample that is being looked at; draw a sample."""
    user = person(request)
    track = track_of(user, course, lesson, language)
    require(user, Action.APPROVE, track.language)
    if request.method == "POST":
        bulk.draw(user, track.pk, _rate(request.POST.get("rate", "")))
        return redirect("review:bulk", course, lesson, language)
    found = clean.look(track)
    sample = bulk.open_sample(user, track)
    shown = {
        "track": track,
        "lesson": track.lesson,
        "rest": found,
        "least": bulk.LEAST,
        "rates": bulk.RATES,
        "rate": settings.SITE.bulk_sample,
        "bar": settings.SITE.bulk_failures,
        "sample": sample,
        "rows": _rows(sample) if sample else [],
        "undecided": _undecided(sample) if sample else 0,
        "before": track.bulk_approvals.exclude(state=BulkState.OPEN).select_related("by")[:20],
    }
    return render(request, "review/dash/rest.html", shown)


def _rate(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise ReviewError(_("The rate is a whole number of percent."))
    return int(text)


def _rows(sample: BulkApproval) -> list[tuple[Line, bool | None, bool]]:
    """Return the lines of a sample, what was said of each, and whether it changed since."""
    keys = [one["line"] for one in sample.sample]
    lines = Line.objects.select_related("sentence").in_bulk(keys)
    return [
        (lines[one["line"]], one["accepted"], lines[one["line"]].version != one["version"])
        for one in sample.sample
        if one["line"] in lines
    ]


def _undecided(sample: BulkApproval) -> int:
    return sum(one["accepted"] is None for one in sample.sample)


def _said(request: HttpRequest) -> dict[int, bool]:
    """Return line key -> accepted, of what the form says."""
    found = ((_NAME.fullmatch(name), value) for name, value in request.POST.items())
    return {int(name[1]): _ANSWERS[value] for name, value in found if name and value in _ANSWERS}


def _open(request: HttpRequest, key: int) -> tuple[BulkApproval, Track]:
    """Return a sample of the person's own, and its track; raises DoesNotExist."""
    user = person(request)
    rows = BulkApproval.objects.filter(by=user, track__in=visible_tracks(user))
    found = rows.select_related("track__lesson__course").get(pk=key)
    return found, found.track


@require_POST
def judge(request: HttpRequest, key: int) -> HttpResponse:
    """Keep what was said so far of the lines of a sample; returns how many are left, in words."""
    found, _track = _open(request, key)
    kept = bulk.judge(person(request), found.pk, _said(request))
    return HttpResponse(left_words(_undecided(kept)))


def left_words(count: int) -> str:
    """Return in words how many lines of a sample are still to be judged."""
    if not count:
        return _("All lines are judged.")
    words = ngettext(
        "%(n)d line is still to be judged.", "%(n)d lines are still to be judged.", count
    )
    return words % {"n": count}


@require_POST
def finish(request: HttpRequest, key: int) -> HttpResponse:
    """Approve the rest where the sample holds."""
    user = person(request)
    found, track = _open(request, key)
    if said := _said(request):
        bulk.judge(user, found.pk, said)
    done = bulk.finish(user, found.pk)
    _tell(request, done)
    return redirect("review:bulk", track.lesson.course.slug, track.lesson.slug, track.language)


def _tell(request: HttpRequest, done: BulkApproval) -> None:
    if done.state == BulkState.APPROVED:
        said = ngettext("%(n)d line is approved.", "%(n)d lines are approved.", done.approved)
        messages.success(request, said % {"n": done.approved})
        if done.left_out:
            said = ngettext(
                "%(n)d line changed meanwhile and was left out.",
                "%(n)d lines changed meanwhile and were left out.",
                done.left_out,
            )
            messages.warning(request, said % {"n": done.left_out})
    elif done.state == BulkState.REFUSED:
        messages.error(
            request,
            _("Too many lines of the sample failed: every line is looked at by itself now."),
        )
    else:
        messages.warning(request, _("Drafts changed meanwhile: nothing was approved. Draw again."))


ADDRESSES: list[URLPattern] = [
    path("c/<slug:course>/<slug:lesson>/<str:language>/rest/", rest, name="bulk"),
    path("samples/<int:key>/judge/", judge, name="bulk_judge"),
    path("samples/<int:key>/finish/", finish, name="bulk_finish"),
]
