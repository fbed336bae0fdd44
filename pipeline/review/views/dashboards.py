"""Dashboards: terms and verdicts, findings, effort, agreement. Each is a plain table, and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.findings import TABLE
from pipeline.review.models import SecondLook, User
from pipeline.review.permissions import Action, may, require, visible_tracks
from pipeline.review.store import coverage, figures, second_looks
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.session import person
from pipeline.review.views.spreadsheet import csv_answer, wants_csv

SINCE = timedelta(days=90)
"""How far back the effort is shown unless a day is chosen."""

Answer = HttpResponse | StreamingHttpResponse


@dataclass(frozen=True, slots=True)
class Table:
    """A table for the page and for CSV: `head` is (words, is a number), `rows` cells as shown.

    A number is an int or a float of two places; a share is 0..1 and shown in percent; None is
    nothing to say. `shares` are the columns with shares, `notes` what has to be said below.
    """

    name: str
    title: str
    head: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Any]]
    shares: frozenset[int] = frozenset()
    notes: Sequence[str] = field(default_factory=tuple)


def _answer(request: HttpRequest, table: Table, **more: Any) -> Answer:
    if wants_csv(request):
        raw = ([_plain(cell) for cell in row] for row in table.rows)
        return csv_answer(table.name, [words for words, _number in table.head], raw)
    asked = request.GET.copy()
    asked.pop("as", None)
    shown = {
        "table": table,
        "rows": [[_cell(table, n, cell) for n, cell in enumerate(row)] for row in table.rows],
        "asked": asked.urlencode(),
        "tabs": _tabs(),
        "here": request.resolver_match.url_name if request.resolver_match else "",
        **more,
    }
    return render(request, "review/dash/dashboard.html", shown)


def _plain(cell: Any) -> Any:
    return round(cell, 4) if isinstance(cell, float) else cell


def _cell(table: Table, column: int, cell: Any) -> dict[str, Any]:
    is_share = column in table.shares and cell is not None
    return {
        "value": 100 * cell if is_share else cell,
        "number": table.head[column][1],
        "share": is_share,
        "real": isinstance(cell, float) and not is_share,
    }


def _tabs() -> list[tuple[str, str]]:
    return [
        ("dashboards", _("Terms and verdicts")),
        ("findings", _("Findings")),
        ("effort", _("Effort")),
        ("agreement", _("Agreement")),
    ]


@require_GET
def overview(request: HttpRequest) -> Answer:
    """Show adherence, findings and verdicts by language, ministry or partner."""
    user = person(request)
    require(user, Action.SEE)
    by = request.GET.get("by", "language")
    by = by if by in figures.BY else "language"
    names = {
        "language": _("Language"),
        "ministry": _("Ministry or state"),
        "partner": _("Partner"),
    }
    head = [(names[by], False)] + [
        (words, True)
        for words in (
            *(_("Lessons"), _("Published"), _("Lines"), _("Approved"), _("Terms"), _("Adherence")),
            *(_("Open errors"), _("Open warnings")),
            *(_("As drafted"), _("Minor changes"), _("Major changes")),
        )
    ]
    rows = [
        (
            language_name(one.name) if by == "language" else one.name or "–",
            *(one.lessons, one.published, one.total, one.approved, one.expected, one.adherence),
            *(one.errors, one.warnings),
            *(one.share(count) for count in (one.accepted, one.minor, one.major)),
        )
        for one in figures.rollups(visible_tracks(user), by)
    ]
    table = Table(
        name=f"review-by-{by}",
        title=_("Terms and verdicts"),
        head=head,
        rows=rows,
        shares=frozenset({6, 9, 10, 11}),
        notes=(
            _("Adherence: terms that are as the glossary has them, of those that are or are not."),
            _("Verdicts: shares of the approved lines, by how far they are from the draft."),
        ),
    )
    return _answer(request, table, by=by, by_choices=list(names.items()))


@require_GET
def findings(request: HttpRequest) -> Answer:
    """Show how often each check says something in each language."""
    user = person(request)
    require(user, Action.SEE)
    head = [(_("Language"), False), (_("Finding"), False), (_("What it is"), False)]
    head += [(_("Severity"), False), (_("Open"), True), (_("Waived"), True)]
    language = request.GET.get("language", "")
    rows = [
        (language_name(one.language), one.check, _summary(one.check), _(one.severity), one.open,
         one.waived)
        for one in figures.findings(visible_tracks(user), language)
    ]  # fmt: skip
    table = Table("findings", _("Findings"), head, rows)
    known = sorted(coverage.totals(visible_tracks(user)), key=language_name)
    return _answer(request, table, languages=known, language=language)


def _summary(check: str) -> str:
    kind = TABLE.get(check)
    return _(kind.summary) if kind else ""


@require_GET
def effort(request: HttpRequest) -> Answer:
    """Show minutes of review for a minute of video, by language and person."""
    user = person(request)
    require(user, Action.SEE)
    since = _day(request.GET.get("since", "")) or timezone.localdate() - SINCE
    head = [(_("Language"), False), (_("Person"), False), (_("Lessons"), True)]
    head += [(_("Minutes of review"), True), (_("Minutes of video"), True)]
    head += [(_("Review for a minute of video"), True)]
    rows = [
        (language_name(one.language), one.name or _("everybody"), one.lessons,
         round(one.seconds / 60), round(one.video / 60_000), one.ratio)
        for one in figures.work(visible_tracks(user), since, _named(user))
    ]  # fmt: skip
    notes = [_("Counted while the editor is open and used; a pause counts no more than 2 minutes.")]
    table = Table("effort", _("Effort"), head, rows, notes=notes)
    return _answer(request, table, since=since)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _named(user: User) -> User | None:
    """Return the only person whose name `user` may see beside figures, None for everybody's."""
    sees_all = may(user, Action.PUBLISH) or may(user, Action.MANAGE_PEOPLE)
    return None if sees_all else user


@require_GET
def agreement(request: HttpRequest) -> Answer:
    """Show how often second reviewers agree, by language and by pair of people."""
    user = person(request)
    require(user, Action.SEE)
    head = [(_("Language"), False), (_("Approved by"), False), (_("Second look by"), False)]
    head += [(words, True) for words in (_("Lines"), _("Agreed"), _("Share"))]
    head += [(_("At least"), True), (_("At most"), True), ("AC1", True)]
    looks = SecondLook.objects.filter(line__track__in=visible_tracks(user))
    pairs = looks
    if only := _named(user):
        pairs = looks.filter(second=only)
    rows = _agreed(second_looks.agreements(looks, by_pair=False))
    rows += _agreed(second_looks.agreements(pairs, by_pair=True))
    notes = [
        _("Every line of the sample was approved once, so Cohen's kappa would be 0 whatever people"
          " say. AC1 (Gwet 2008) is agreement corrected for chance; the two columns before it are"
          " the confidence interval of the share (Wilson, 0.95)."),
        _("Below %(n)d lines no number is made of it.") % {"n": second_looks.ENOUGH},
    ]  # fmt: skip
    table = Table("agreement", _("Agreement"), head, rows, frozenset({5, 6, 7}), notes)
    return _answer(request, table)


def _agreed(found: Iterable[second_looks.Agreement]) -> list[Sequence[Any]]:
    return [
        (language_name(one.language), one.first or _("everybody"), one.second or _("everybody"),
         one.judged, one.agreed, one.share, *(one.interval or (None, None)), one.ac1)
        for one in found
    ]  # fmt: skip


ADDRESSES: list[URLPattern] = [
    path("dashboards/", overview, name="dashboards"),
    path("dashboards/findings/", findings, name="findings"),
    path("dashboards/effort/", effort, name="effort"),
    path("dashboards/agreement/", agreement, name="agreement"),
]
