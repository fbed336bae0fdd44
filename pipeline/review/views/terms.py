"""Proposed terms: propose one, list them, decide on them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.errors import ReviewError
from courses.languages import WRITINGS
from pipeline.review.models import TermProposal, User
from pipeline.review.permissions import Action, languages_of, may, require
from pipeline.review.store import proposals
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.editor_json import Body, answers, said, sent
from pipeline.review.views.session import person
from pipeline.review.views.spreadsheet import csv_answer, wants_csv

PAGE = 50
_SHOWN = {"open": {"accepted__isnull": True}, "accepted": {"accepted": True},
          "declined": {"accepted": False}}  # fmt: skip
_HEAD = (
    *("language", "term", "wording", "note", "proposed by", "on"),
    *("accepted", "decided by", "decision note"),
)


class Proposal(Body):
    """What the editor sends: English term, wording, language code, line key, and a note."""

    source: str
    target: str
    language: str
    line: int | None = None
    note: str = ""


@answers("POST")
def propose(request: HttpRequest) -> HttpResponse:
    """Keep a proposal that a script sends."""
    what = sent(request, Proposal)
    wanted = proposals.Wanted(what.source, what.target, what.language, what.note, what.line)
    row = proposals.propose(person(request), wanted)
    return said(id=row.pk, source=row.source, target=row.target)


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """List proposals, those to be decided first; a form keeps a new one."""
    user = person(request)
    require(user, Action.PROPOSE_TERM)
    if request.method == "POST":
        return _keep(request, user)
    seen, language = _seen(user), request.GET.get("language", "")
    state = request.GET.get("state", "open")
    state = state if state in _SHOWN else "open"
    rows = _asked(seen, state, language)
    if wants_csv(request):
        return csv_answer("terms", _HEAD, (_flat(row) for row in rows.iterator(chunk_size=500)))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [(row, proposals.held_for(row) if state == "open" else None) for row in page],
        "state": state,
        "states": _states(),
        "language": language,
        "languages": sorted(set(seen.values_list("language", flat=True)), key=language_name),
        "own": sorted(_own(user), key=language_name),
        "may_decide": may(user, Action.DECIDE_TERM),
    }
    return render(request, "review/dash/terms.html", shown)


def _keep(request: HttpRequest, user: User) -> HttpResponse:
    form = request.POST
    said = [form.get(key, "") for key in ("source", "target", "language", "note")]
    row = proposals.propose(user, proposals.Wanted(said[0], said[1], said[2], said[3]))
    messages.success(request, _("The term is proposed."))
    return redirect(f"{reverse('review:terms')}?language={row.language}")


def _asked(seen: QuerySet[TermProposal], state: str, language: str) -> QuerySet[TermProposal]:
    rows = seen.filter(**_SHOWN[state])
    if language:
        rows = rows.filter(language=language)
    rows = rows.select_related("by", "decided_by", "line__track__lesson__course")
    return rows.order_by("language", "source", "pk")


def _states() -> list[tuple[str, str]]:
    return [("open", _("To decide")), ("accepted", _("Accepted")), ("declined", _("Declined"))]


def _seen(user: User) -> QuerySet[TermProposal]:
    """Return the proposals that a person may see: reviewers those of their languages."""
    rows = TermProposal.objects.all()
    wide = may(user, Action.DECIDE_TERM) or may(user, Action.EDIT_TRANSCRIPT)
    return rows if wide else rows.filter(language__in=languages_of(user))


def _own(user: User) -> list[str]:
    """Return the codes that a person may propose terms in without a line."""
    wide = may(user, Action.DECIDE_TERM)
    return [code for code in WRITINGS if code != "en"] if wide else languages_of(user)


def _flat(row: TermProposal) -> tuple[object, ...]:
    decided = row.decided_by.name if row.decided_by else ""
    answer = {True: "yes", False: "no", None: ""}[row.accepted]
    return (
        *(row.language, row.source, row.target, row.note, row.by.name),
        *(row.created.date().isoformat(), answer, decided, row.decision_note),
    )


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or decline a proposal."""
    user = person(request)
    require(user, Action.DECIDE_TERM)
    answer = request.POST.get("answer", "")
    if answer not in ("accept", "decline"):
        raise ReviewError(_("Accept it or decline it."))
    row = _seen(user).get(pk=key)
    row = proposals.decide(user, row.pk, answer == "accept", request.POST.get("note", ""))
    messages.success(
        request,
        _("Accepted: drafts and checks use it from now on; lines that it touches are checked anew.")
        if row.accepted
        else _("Declined."),
    )
    return redirect(f"{reverse('review:terms')}?language={row.language}")


ADDRESSES: list[URLPattern] = [
    path("terms/", terms, name="terms"),
    path("terms/propose", propose, name="propose_term"),
    path("terms/<int:key>/decide/", decide, name="decide_term"),
]
