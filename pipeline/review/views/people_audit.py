"""The audit log: who did what to what, when, and from where; read only, for administrators."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from pipeline.review.audit import record
from pipeline.review.models import AuditEntry, User
from pipeline.review.permissions import Action, require
from pipeline.review.views.session import person

PAGE = 100  # entries
_COLUMNS = ("at", "person", "what", "about", "detail", "address")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class FilterForm(forms.Form):
    """Which entries are asked for; everything may be left empty."""

    who = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.order_by("name"), required=False
    )
    what = forms.CharField(label=_("What"), max_length=60, required=False)
    about = forms.CharField(label=_("To what"), max_length=80, required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)


def _asked(form: FilterForm) -> QuerySet[AuditEntry]:
    """Return the entries that a valid form asks for, the newest first."""
    said = form.cleaned_data
    wanted = {
        "who": said["who"],
        "what": said["what"],
        "about": said["about"],
        "at__gte": said["since"] and _midnight(said["since"]),
        "at__lt": said["until"] and _midnight(said["until"] + timedelta(days=1)),
    }
    rows = AuditEntry.objects.filter(**{key: value for key, value in wanted.items() if value})
    return rows.order_by("-pk")


def _midnight(day: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Show entries, the newest first, a page at a time."""
    require(person(request), Action.SEE_AUDIT)
    form = FilterForm(request.GET)
    if not form.is_valid():
        return render(request, "review/people/audit.html", {"form": form, "rows": []}, status=400)
    rows = _asked(form)
    if form.cleaned_data["before"]:
        rows = rows.filter(pk__lt=form.cleaned_data["before"])
    found = list(rows[: PAGE + 1])
    asked = request.GET.copy()
    asked.pop("before", None)
    shown = {
        "form": form,
        "rows": found[:PAGE],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "asked": asked.urlencode(),
    }
    return render(request, "review/people/audit.html", shown)


@require_GET
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send all entries that are asked for as comma-separated text in UTF-8."""
    require(person(request), Action.SEE_AUDIT)
    form = FilterForm(request.GET)
    if not form.is_valid():
        return render(request, "review/people/audit.html", {"form": form, "rows": []}, status=400)
    record(person(request), "export audit", person(request))
    response = StreamingHttpResponse(_lines(_asked(form)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="karmavani-audit.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return `text`."""
        return text


def _lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it spreadsheet programs take UTF-8 for something else
    yield writer.writerow(_COLUMNS)
    for row in rows.iterator(chunk_size=500):
        detail = json.dumps(row.detail, ensure_ascii=False) if row.detail else ""
        when = timezone.localtime(row.at).isoformat(timespec="seconds")
        cells = (when, row.name, row.what, row.about, detail, row.address or "")
        yield writer.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


ADDRESSES: list[URLPattern] = [
    path("audit/", audit, name="audit"),
    path("audit/export/", export, name="audit_export"),
]
