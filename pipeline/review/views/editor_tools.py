"""Endpoints beside the lines: cues, find and replace, comments, effort."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.gzip import gzip_page
from pydantic import Field

from courses.nouns import Cue
from pipeline.review.models import Comment, Line
from pipeline.review.permissions import Action, may
from pipeline.review.store import comments, cueing, effort, replacing, retiming
from pipeline.review.views.editor_json import (
    Body,
    answers,
    line_of,
    said,
    sent,
    track_of,
    visible_line,
)
from pipeline.review.views.editor_rows import counts, row_of
from pipeline.review.views.session import person

MOST_CALLED = 20
"""People that one comment may call."""


class CueWish(Body):
    """One cue as a person wants it: ms, and its text."""

    start: int
    end: int
    text: str


class Layout(Body):
    """All cues of a line; none has them computed again."""

    version: int
    cues: list[CueWish]


class Search(Body):
    """What is looked for in a track."""

    find: str
    replace: str = ""
    regex: bool = False
    whole: bool = False
    exact: bool = False

    def query(self) -> replacing.Query:
        """Return what the store takes."""
        return replacing.Query(self.find, self.replace, self.regex, self.whole, self.exact)


class Chosen(Search):
    """The lines in which to replace: key and the version that was shown."""

    lines: dict[int, int]


class Batch(Body):
    """A replacement that is undone."""

    batch: int


class Remark(Body):
    """A comment and the people it calls."""

    text: str
    people: list[int] = Field(default_factory=list)


class Settled(Body):
    """Whether a comment is done with."""

    settled: bool


class Work(Body):
    """Seconds of work since the last report, and the line that is open."""

    seconds: int
    line: int = 0
    leaving: bool = False


def _cue_facts(cue: Cue) -> dict[str, object]:
    return {"id": cue.id, "start": cue.start, "end": cue.end, "lines": cue.lines}


@gzip_page
@answers("GET")
def cues(request: HttpRequest, track: int) -> HttpResponse:
    """Return all subtitles of a track as they are shown, by line."""
    row = track_of(request, track)
    keys = dict(row.lines.values_list("sentence__key", "pk"))
    found: dict[int, list[dict[str, object]]] = {}
    for cue in cueing.shown(row):
        found.setdefault(keys[cue.segment_ids[0]], []).append(_cue_facts(cue))
    return said(cues=found)


@answers("POST")
def lay_out(request: HttpRequest, line: int) -> HttpResponse:
    """Return the subtitles of a line as they are now; its layout findings follow its text."""
    row = line_of(request, line)
    if may(person(request), Action.EDIT, row.track.language):
        row, place = retiming.lay_out(person(request), row.pk)
    else:
        place = cueing.place_of(row)
    return _with_cues(request, row, place)


@answers("POST")
def set_cues(request: HttpRequest, line: int) -> HttpResponse:
    """Set the subtitles of a line."""
    what = sent(request, Layout)
    wishes = [cueing.Wish(one.start, one.end, one.text) for one in what.cues]
    pk = visible_line(request, line)
    row, _ = retiming.set_layout(person(request), pk, what.version, wishes)
    return _with_cues(request, row, cueing.place_of(row))


def _with_cues(request: HttpRequest, row: Line, place: cueing.Place) -> HttpResponse:
    room = {
        "from": place.before[-1].end if place.before else 0,
        "to": place.after[0].start if place.after else row.track.lesson.duration,
    }
    facts = row_of(row, person(request))
    return said(row=facts, cues=[_cue_facts(cue) for cue in place.own], room=room)


@gzip_page
@answers("POST")
def find(request: HttpRequest, track: int) -> HttpResponse:
    """Return what a replacement would change, changing nothing; spans in UTF-16 units."""
    row = track_of(request, track)
    found = replacing.find(row, sent(request, Search).query())
    matches = [
        {
            "line": one.line,
            "version": one.version,
            "n": one.position + 1,
            "before": one.before,
            "spans": [[_utf16(one.before, a), _utf16(one.before, b)] for a, b in one.spans],
            "after": one.after,
        }
        for one in found
    ]
    return said(matches=matches)


def _utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2


@answers("POST")
def replace(request: HttpRequest, track: int) -> HttpResponse:
    """Replace in the chosen lines."""
    what, row = sent(request, Chosen), track_of(request, track)
    done = replacing.replace(person(request), row, what.query(), what.lines)
    return _replaced(request, track, done)


@answers("POST")
def undo_replace(request: HttpRequest, track: int) -> HttpResponse:
    """Take a replacement back."""
    row = track_of(request, track)
    done = replacing.undo(person(request), row, sent(request, Batch).batch)
    return _replaced(request, track, done)


def _replaced(request: HttpRequest, track: int, done: replacing.Replaced) -> HttpResponse:
    now = counts(track_of(request, track))
    return said(batch=done.batch, changed=done.changed, left=done.left, counts=now)


@answers("GET")
def remarks(request: HttpRequest, line: int) -> HttpResponse:
    """Return what was said about a line, oldest first."""
    row = line_of(request, line)
    return said(comments=[_remark(one) for one in _remarks(row.pk)])


def _remarks(line: int) -> list[Comment]:
    chosen = Comment.objects.filter(line=line).select_related("author", "resolved_by")
    return list(chosen.prefetch_related("mentions__user"))


def _remark(comment: Comment) -> dict[str, object]:
    return {
        "id": comment.pk,
        "by": comment.author.name,
        "text": comment.text,
        "at": comment.created,
        "settled": comment.resolved_by.name if comment.resolved_by else "",
        "called": [one.user.name for one in comment.mentions.all()],
    }


@answers("POST")
def say(request: HttpRequest, line: int) -> HttpResponse:
    """Add a comment."""
    what = sent(request, Remark)
    comments.say(person(request), line, what.text, what.people[:MOST_CALLED])
    return said(comments=[_remark(one) for one in _remarks(line)])


@answers("POST")
def seen(request: HttpRequest, line: int) -> HttpResponse:
    """Note that the comments of a line were read."""
    return said(seen=comments.see(person(request), line))


@answers("POST")
def settle(request: HttpRequest, comment: int) -> HttpResponse:
    """Settle a comment, or open it again."""
    row = comments.settle(person(request), comment, sent(request, Settled).settled)
    return said(comments=[_remark(one) for one in _remarks(row.line_id)])


@answers("GET")
def people(request: HttpRequest, track: int) -> HttpResponse:
    """Return who can be called to a line."""
    found = comments.who_may_see(track_of(request, track))
    return said(people=[{"id": one.pk, "name": one.name} for one in found])


@answers("POST")
def work(request: HttpRequest, track: int) -> HttpResponse:
    """Take a report of work, and with it that the person is here."""
    what, row = sent(request, Work), track_of(request, track)
    effort.work(person(request), row, what.seconds, what.line)
    if what.leaving:
        effort.leave(person(request), row)
    return said()


ADDRESSES: list[URLPattern] = [
    path("edit/tracks/<int:track>/cues", cues, name="editor-cues"),
    path("edit/lines/<int:line>/layout", lay_out, name="editor-layout"),
    path("edit/lines/<int:line>/cues", set_cues, name="editor-set-cues"),
    path("edit/tracks/<int:track>/find", find, name="editor-find"),
    path("edit/tracks/<int:track>/replace", replace, name="editor-replace"),
    path("edit/tracks/<int:track>/undo-replace", undo_replace, name="editor-undo-replace"),
    path("edit/lines/<int:line>/comments", remarks, name="editor-comments"),
    path("edit/lines/<int:line>/say", say, name="editor-say"),
    path("edit/lines/<int:line>/seen", seen, name="editor-seen"),
    path("edit/comments/<int:comment>/settle", settle, name="editor-settle"),
    path("edit/tracks/<int:track>/people", people, name="editor-people"),
    path("edit/tracks/<int:track>/work", work, name="editor-work"),
]
