"""Approving and returning lines. Nobody approves what they wrote; the server holds that.

A machine's text may be approved by any reviewer of the language; a person's only by another
person. That two people stand behind every published line is held once more when a package is
published: see `store.publishing`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz.distance import Levenshtein

from courses.errors import ForbiddenError, ReviewError
from courses.script import graphemes
from pipeline.review.audit import record
from pipeline.review.models import (
    Line,
    LineFinding,
    LineState,
    Track,
    TrackState,
    TranscriptState,
    User,
    Verdict,
)
from pipeline.review.permissions import Action, require
from pipeline.review.store import sampling, webhooks
from pipeline.review.store.counting import Counts, counted, recount
from pipeline.review.store.editing import StaleSave, clean_note, lock_line
from pipeline.review.store.rechecking import count_track
from pipeline.review.store.risk import risk_of

REASONS = ("meaning", "term", "number", "grammar", "style", "too-long", "other")
"""Why a line is returned: codes, shown in words by the pages."""

MAJOR = 0.25
"""Share of the clusters that a reviewer changed from which the changes count as major."""

_DECIDED = (
    *("state", "approver", "approved_at", "approved_in_bulk", "verdict"),
    *("reason", "note", "risk", "version", "updated"),
)


def verdict_of(line: Line) -> Verdict:
    """Return how far the approved text is from what the machine wrote."""
    if line.text == line.machine:
        return Verdict.ACCEPTED
    ours, theirs = list(graphemes(line.text)), list(graphemes(line.machine))
    changed = Levenshtein.normalized_distance(ours, theirs)
    return Verdict.MINOR if changed <= MAJOR else Verdict.MAJOR


def why_not(user: User, line: Line) -> str:
    """Return why `user` cannot approve a line, empty where nothing stands against it.

    Roles are asked before: this is about the line itself.
    """
    if line.author_id == user.pk:
        return _("You wrote this text: somebody else has to approve it.")
    if not line.text:
        return _("There is no text.")
    if line.state == LineState.RETURNED:
        return _("It was returned: somebody has to write or save it anew first.")
    if line.sentence_version != line.sentence.version:
        return _("The source sentence changed: check the text and save it first.")
    lesson = line.track.lesson
    if lesson.transcript not in (TranscriptState.APPROVED, TranscriptState.WAIVED):
        return _("The transcript is not approved yet.")
    if line.findings.filter(severity="error", waived_by__isnull=True).exists():
        return _("An error is open: mend it, or waive it with a reason.")
    return ""


@transaction.atomic
def approve(user: User, pk: int, version: int, in_bulk: bool = False) -> Line:
    """Approve a line as it stands at `version`.

    Raises ForbiddenError for one's own text or a missing role, StaleSave when it changed since,
    ReviewError when something else stands against it.
    """
    line = lock_line(pk)
    require(user, Action.APPROVE, line.track.language)
    if line.version != version:
        raise StaleSave(line)
    if line.state == LineState.APPROVED:
        return line
    before = counted(line, ())
    if reason := why_not(user, line):
        raise (ForbiddenError if line.author_id == user.pk else ReviewError)(reason)
    line.state, line.approver, line.approved_at = LineState.APPROVED, user, timezone.now()
    line.approved_in_bulk, line.verdict = in_bulk, verdict_of(line)
    line.version += 1
    line.updated = timezone.now()
    line.save(update_fields=_DECIDED)
    record(user, "approve", line, version=line.version, verdict=line.verdict, in_bulk=in_bulk)
    sampling.draw([line], user)
    _follow_line(line, before)
    return line


@transaction.atomic
def give_back(user: User, pk: int, version: int, reason: str, note: str = "") -> Line:
    """Return a line with a code of REASONS: it has to be written anew.

    Raises as `approve` does.
    """
    line = lock_line(pk)
    require(user, Action.APPROVE, line.track.language)
    if reason not in REASONS:
        raise ReviewError(
            _("“%(reason)s” is no reason.") % {"reason": reason},
            _("Reasons: %(reasons)s.") % {"reasons": ", ".join(REASONS)},
        )
    if line.version != version:
        raise StaleSave(line)
    before = counted(line, ())
    line.state, line.reason, line.note = LineState.RETURNED, reason, clean_note(note)
    line.approver, line.approved_at, line.verdict = None, None, ""
    line.approved_in_bulk = False
    line.risk = risk_of(line, line.findings.all())
    line.version += 1
    line.updated = timezone.now()
    line.save(update_fields=_DECIDED)
    record(user, "return", line, version=line.version, reason=reason)
    _follow_line(line, before)
    return line


def _follow_line(line: Line, before: Counts) -> None:
    """Let the track follow a decision on one line, whose findings are as they were."""
    track = line.track
    recount(track, before, counted(line, ()))
    if track.approved >= track.total:
        follow(track)  # what is called reviewed was counted line by line
    else:
        _settle(track)


def follow(track: Track) -> None:
    """Let the track's counts and state follow decisions on its lines."""
    count_track(track)
    _settle(track)


def _settle(track: Track) -> None:
    """Let the track's state follow its counts."""
    done = track.total > 0 and track.approved == track.total
    if done and track.state == TrackState.IN_REVIEW:
        track.state = TrackState.REVIEWED
        track.save(update_fields=["state"])
        webhooks.announce(webhooks.Event.REVIEWED, track.lesson.course, webhooks.of_track(track))
    elif not done and track.state in (TrackState.REVIEWED, TrackState.PUBLISHED):
        track.state = TrackState.IN_REVIEW
        track.save(update_fields=["state"])


@transaction.atomic
def waive(user: User, finding: int, reason: str) -> LineFinding:
    """Close a finding without a change, for a reason that stays.

    Raises ForbiddenError for one on a text of one's own, ReviewError without a reason.
    """
    track = Track.objects.select_for_update(of=("self",), no_key=True).get(findings=finding)
    row = LineFinding.objects.get(pk=finding)
    require(user, Action.APPROVE, track.language)
    if row.line and row.line.author_id == user.pk:
        raise ForbiddenError(_("You wrote this text: somebody else has to waive what is found."))
    if not (said := clean_note(reason)):
        raise ReviewError(
            _("A finding is waived with a reason."), _("Say why it is right as it is.")
        )
    row.waived_by, row.waived_reason = user, said
    row.save(update_fields=["waived_by", "waived_reason"])
    record(user, "waive", row.line or track, check=row.check_id, reason=row.waived_reason)
    count_track(track)
    row.track = track
    return row


def open_errors(lines: Iterable[Line]) -> int:
    """Return how many open error findings the lines have."""
    return LineFinding.objects.filter(
        line__in=[line.pk for line in lines], severity="error", waived_by__isnull=True
    ).count()
