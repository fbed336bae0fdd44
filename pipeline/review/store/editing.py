"""A person changes the text of a line. Nothing is overwritten unseen, nothing is done twice."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ReviewError
from courses.script import count
from pipeline.review.audit import record
from pipeline.review.models import (
    Line,
    LineFinding,
    LineState,
    Origin,
    Revision,
    Track,
    TrackState,
    User,
)
from pipeline.review.permissions import Action, require
from pipeline.review.store.counting import counted, recount
from pipeline.review.store.rechecking import recheck_line
from pipeline.reviewed import SPACES, UNSAFE

MOST_CLUSTERS = 2000
"""Grapheme clusters of one line; a minute of speech has half of that."""

_HEAVY = ("lesson__peaks", "lesson__heard", "lesson__course__description")
"""What no save looks at, of a long lesson more than all the rest."""

_WRITTEN = (
    *("text", "state", "version", "sentence_version", "author", "author_name", "approver"),
    *("approved_at", "approved_in_bulk", "verdict", "reason", "note", "risk", "layout", "updated"),
)


class StaleSave(ConflictError):
    """The line was changed by somebody else since it was read; `line` is as it stands now."""

    def __init__(self, line: Line) -> None:
        super().__init__(
            f"{line.author_name} changed this line since you opened it.",
            "Look at both texts and choose.",
        )
        self.line = line


@dataclass(frozen=True, slots=True)
class Edit:
    """One save: the text, the version it was made from, and the id the sender gave it.

    A save that comes again with the same `request` is not done again: its first answer holds.
    """

    text: str
    version: int
    request: uuid.UUID | None = None
    origin: Origin = Origin.EDIT


def clean(text: str) -> str:
    """Return a person's text as it is stored; raises ReviewError for what no line can hold.

    Line ends and runs of spaces are one space. Letters are kept as they were typed.
    """
    if found := UNSAFE.search(text):
        code = f"U+{ord(found[0]):04X}"
        raise ReviewError(
            _("The text has the invisible character %(code)s.") % {"code": code}, _("Type it anew.")
        )
    cleaned = SPACES.sub(" ", text).strip()
    if len(cleaned) > 20 * MOST_CLUSTERS or count(cleaned) > MOST_CLUSTERS:
        raise ReviewError(
            _("The text is longer than %(clusters)s characters.") % {"clusters": MOST_CLUSTERS},
            _("Shorten it."),
        )
    return cleaned


def clean_note(text: str) -> str:
    """Return a reason or note as it is kept, 500 code points at most; raises as `clean` does."""
    return clean(text)[:500]


def lock_line(pk: int) -> Line:
    """Return a line with its track, locked until the transaction ends, the track first.

    Everything that counts a track locks it first, so that two saves never wait for each other.
    Raises Track.DoesNotExist where there is no such line.
    """
    tracks = Track.objects.select_for_update(of=("self",), no_key=True)
    held = tracks.select_related("lesson__course").defer(*_HEAVY).get(lines=pk)
    lines = Line.objects.select_for_update(of=("self",), no_key=True)
    line = lines.select_related("sentence").get(pk=pk)
    line.track = held
    return line


@transaction.atomic
def save_text(user: User, pk: int, edit: Edit) -> tuple[Line, list[LineFinding]]:
    """Give a line a new text and return it with its findings.

    Raises ForbiddenError, StaleSave when `edit.version` is not the line's version, ReviewError for
    an empty or impossible text. An unchanged text changes nothing.
    """
    line = lock_line(pk)
    require(user, Action.EDIT, line.track.language)
    if line.version != edit.version and _is_done(line, edit):
        return line, list(line.findings.all())
    text = clean(edit.text)
    if not text:
        raise ReviewError(_("A line cannot be empty."), _("Return it with a reason instead."))
    if line.version != edit.version:
        raise StaleSave(line)
    if text == line.text and line.state not in (LineState.STALE, LineState.RETURNED):
        return line, list(line.findings.all())
    return line, write_text(user, line, text, edit)


def _is_done(line: Line, edit: Edit) -> bool:
    """Return whether this very save was done before: then the line's version rose with it."""
    return bool(edit.request) and line.revisions.filter(request=edit.request).exists()


def write_text(user: User, line: Line, text: str, edit: Edit) -> list[LineFinding]:
    """Write a text into a locked line, with its revision, findings and audit entry.

    Raises ReviewError in the language that is spoken: its lines say what the transcript says.
    """
    if line.track.language == line.track.lesson.language:
        raise ReviewError(_("These are the spoken words."), _("Correct them in the transcript."))
    old = list(line.findings.all())
    before = counted(line, old)
    line.text, line.state = text, LineState.EDITED
    line.version += 1
    line.sentence_version = line.sentence.version
    line.author, line.author_name = user, user.name
    line.approver, line.approved_at, line.verdict = None, None, ""
    line.approved_in_bulk = False
    line.layout = []  # a person's cues were of the old text
    line.reason = line.note = ""
    line.updated = timezone.now()
    findings = recheck_line(line, old)
    line.save(update_fields=_WRITTEN)
    Revision.objects.create(
        line=line,
        version=line.version,
        text=text,
        origin=edit.origin,
        author=user,
        author_name=user.name,
        request=edit.request,
    )
    reopen(line.track)
    record(user, str(edit.origin), line, version=line.version)
    recount(line.track, before, counted(line, findings))
    return findings


def reopen(track: Track) -> None:
    """Set a track back in review: something in it changed. What is published stays published."""
    if track.state in (TrackState.REVIEWED, TrackState.PUBLISHED, TrackState.DRAFTING):
        track.state = TrackState.IN_REVIEW
        track.save(update_fields=["state"])


@transaction.atomic
def restore(user: User, pk: int, revision: int, version: int) -> tuple[Line, list[LineFinding]]:
    """Give a line the text it had at `revision`, as a new edit of `user`."""
    text = Revision.objects.get(line_id=pk, version=revision).text
    return save_text(user, pk, Edit(text, version, origin=Origin.RESTORE))
