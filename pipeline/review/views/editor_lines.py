"""Endpoints for lines: read them, save, approve, return, restore, waive, and see what is new."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from courses.errors import UsageError
from pipeline.review.models import Line, LineFinding, Origin, Sentence
from pipeline.review.permissions import visible_tracks
from pipeline.review.store import deciding, editing, effort
from pipeline.review.views.editor_json import (
    Body,
    answers,
    line_of,
    said,
    sent,
    track_of,
    visible_line,
)
from pipeline.review.views.editor_rows import counts, moment, row_of, rows_of
from pipeline.review.views.session import person

_OVERLAP = timedelta(seconds=10)
"""A change is dated before its transaction ends, so what is new is looked for a little earlier."""

_BY_HAND = {"edit": Origin.EDIT, "repair": Origin.REPAIR, "restore": Origin.RESTORE}


class Save(Body):
    """A text, the version it was made from, and the id of this attempt, the same at each retry."""

    text: str
    version: int
    request: uuid.UUID
    origin: str = "edit"


class Decision(Body):
    """What is decided about the line as it was at `version`."""

    version: int


class Return(Decision):
    """Why a line is returned."""

    reason: str
    note: str = ""


class Restore(Decision):
    """The revision whose text comes back."""

    revision: int


class Waiver(Body):
    """Why a finding is right as it is."""

    reason: str


def _now(request: HttpRequest, line: Line) -> HttpResponse:
    return said(row=row_of(line, person(request)), counts=counts(line.track))


@gzip_page
@answers("GET")
def lines(request: HttpRequest, track: int) -> HttpResponse:
    """Return all lines of a track, and the moment from which `news` goes on."""
    now = timezone.now()
    row = track_of(request, track)
    return said(rows=rows_of(row, person(request)), counts=counts(row), now=now.isoformat())


@gzip_page
@answers("GET")
def news(request: HttpRequest, track: int) -> HttpResponse:
    """Return the lines that changed since a moment, and who else is here."""
    now, row = timezone.now(), track_of(request, track)
    since = moment(request.GET.get("since", "")) - _OVERLAP
    changed = rows_of(row, person(request), updated__gt=since) if row.updated > since else []
    here = [{"name": name, "line": at} for name, at in effort.others_here(person(request), row)]
    return said(rows=changed, counts=counts(row), here=here, now=now.isoformat())


@answers("POST")
def save(request: HttpRequest, line: int) -> HttpResponse:
    """Save a text; the same request id again changes nothing and is answered the same."""
    what = sent(request, Save)
    if what.origin not in _BY_HAND:
        raise UsageError(f"{what.origin!r} is no way to edit.")
    pk = visible_line(request, line)
    edit = editing.Edit(what.text, what.version, what.request, _BY_HAND[what.origin])
    row, _ = editing.save_text(person(request), pk, edit)
    return _now(request, row)


@answers("POST")
def approve(request: HttpRequest, line: int) -> HttpResponse:
    """Approve a line."""
    version = sent(request, Decision).version
    return _now(request, deciding.approve(person(request), visible_line(request, line), version))


@answers("POST")
def give_back(request: HttpRequest, line: int) -> HttpResponse:
    """Return a line with a reason."""
    what, pk = sent(request, Return), visible_line(request, line)
    row = deciding.give_back(person(request), pk, what.version, what.reason, what.note)
    return _now(request, row)


@answers("POST")
def restore(request: HttpRequest, line: int) -> HttpResponse:
    """Give a line a text that it had."""
    what, pk = sent(request, Restore), visible_line(request, line)
    row, _ = editing.restore(person(request), pk, what.revision, what.version)
    return _now(request, row)


@answers("POST")
def waive(request: HttpRequest, finding: int) -> HttpResponse:
    """Close a finding without a change."""
    reason = sent(request, Waiver).reason
    seen = LineFinding.objects.filter(track__in=visible_tracks(person(request)), line__isnull=False)
    found = deciding.waive(person(request), seen.get(pk=finding).pk, reason)
    assert found.line is not None
    return _now(request, line_of(request, found.line.pk))


@gzip_page
@answers("GET")
def history(request: HttpRequest, line: int) -> HttpResponse:
    """Return the texts that a line had, newest first, and the wordings of its source."""
    row = line_of(request, line)
    texts = [
        {
            "version": one.version,
            "text": one.text,
            "origin": one.get_origin_display(),
            "by": one.author_name,
            "at": one.created.isoformat(),
        }
        for one in row.revisions.order_by("-version")
    ]
    return said(texts=texts, sources=_sources(row.sentence))


def _sources(sentence: Sentence) -> list[dict[str, object]]:
    rows = sentence.texts.order_by("-version").select_related("author")
    return [
        {"text": one.text, "by": one.author.name if one.author else "", "at": one.created}
        for one in rows
    ]


ADDRESSES: list[URLPattern] = [
    path("edit/tracks/<int:track>/lines", lines, name="editor-lines"),
    path("edit/tracks/<int:track>/news", news, name="editor-news"),
    path("edit/lines/<int:line>/save", save, name="editor-save"),
    path("edit/lines/<int:line>/approve", approve, name="editor-approve"),
    path("edit/lines/<int:line>/return", give_back, name="editor-return"),
    path("edit/lines/<int:line>/restore", restore, name="editor-restore"),
    path("edit/lines/<int:line>/history", history, name="editor-history"),
    path("edit/findings/<int:finding>/waive", waive, name="editor-waive"),
]
