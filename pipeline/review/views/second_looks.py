"""Lines of the random sample, one after the other, for a second reviewer who sees no verdict."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.errors import ConflictError, ReviewError
from pipeline.review.models import SecondLook
from pipeline.review.permissions import Action, require, visible_tracks
from pipeline.review.store import sampling, second_looks
from pipeline.review.views.editor_words import reason_words
from pipeline.review.views.session import person


@require_GET
def next_look(request: HttpRequest) -> HttpResponse:
    """Show the line that waits longest; who approved it and how is not told."""
    user = person(request)
    require(user, Action.APPROVE)
    look = second_looks.next_for(user)
    shown = {
        "look": look,
        "line": look.line if look else None,
        "left": sampling.waiting(user).count(),
        "reasons": reason_words().items(),
    }
    return render(request, "review/dash/second_look.html", shown)


@require_POST
def judge(request: HttpRequest, key: int) -> HttpResponse:
    """Keep the answer and go to the next line."""
    user = person(request)
    seen = SecondLook.objects.filter(line__track__in=visible_tracks(user))
    sent = request.POST
    if sent.get("agreed") not in ("yes", "no"):
        raise ReviewError(_("Say whether you agree."))
    answer = second_looks.Answer(
        sent["agreed"] == "yes", sent.get("reason", ""), sent.get("note", "")
    )
    try:
        second_looks.judge(user, seen.get(pk=key).pk, answer)
    except ConflictError as error:
        messages.warning(request, error.message)
    return redirect("review:second_look")


ADDRESSES: list[URLPattern] = [
    path("second-looks/", next_look, name="second_look"),
    path("second-looks/<int:key>/", judge, name="judge_second_look"),
]
