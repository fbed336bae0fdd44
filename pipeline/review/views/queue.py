"""My queue: what waits for the signed-in person, one click from the place where it is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from pipeline.review.permissions import Action, require
from pipeline.review.store.waiting import SHOWN, sections
from pipeline.review.views.session import person

MOST = 300
"""Rows of one section by itself."""


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person; ``?only=`` a section shows more of it."""
    user = person(request)
    require(user, Action.SEE)
    only = request.GET.get("only", "")
    found = list(sections(user, MOST if only else SHOWN, only))
    return render(request, "review/dash/queue.html", {"sections": found, "only": only})


ADDRESSES: list[URLPattern] = [path("queue/", queue, name="queue")]
