"""The publish gate: what stands against publishing a track, publishing, and withdrawing.

A package is written from the approved lines with a manifest that names who approved what. Every
version stays in its own folder, ``published/<course>/<lesson>/<language>/v<version>``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ReviewError
from pipeline.package_folder import MANIFEST
from pipeline.packaging import package_at
from pipeline.review.audit import record
from pipeline.review.models import (
    BulkApproval,
    BulkState,
    Line,
    LineState,
    Release,
    Track,
    TrackState,
    TranscriptState,
    User,
)
from pipeline.review.permissions import Action, require
from pipeline.review.store import transcript, webhooks
from pipeline.review.store.contents import contents_of
from pipeline.review.store.editing import clean_note
from pipeline.review.store.rechecking import recheck_track
from pipeline.review.store.remembering import forget, remember

FORMATS = ("webvtt", "subrip", "ttml", "transcript", "html", "json")
ADHERENCE = 0.98
"""Share of the terms that have to be as the glossary says, waived ones left out."""
TERM_CHECKS = ("term-not-used", "term-forbidden", "keep-changed")


def obstacles(user: User, track: Track) -> list[str]:
    """Return what stands against publishing `track` by `user`, in words; empty where nothing."""
    lines = _lines(track)
    found = []
    if track.lesson.transcript not in (TranscriptState.APPROVED, TranscriptState.WAIVED):
        found.append(_("The transcript is not approved."))
    if changed := transcript.changed_since(track.lesson):
        found.append(
            _("Sentences of the transcript that were changed after it was approved: %(count)d.")
            % {"count": changed}
        )
    if not lines:
        found.append(_("There are no translations."))
    if missing := track.lesson.sentences.filter(retired=False).count() - len(lines):
        found.append(_("Sentences that are not translated: %(count)d.") % {"count": missing})
    if left := sum(line.state != LineState.APPROVED for line in lines):
        found.append(_("Lines that are not approved: %(count)d.") % {"count": left})
    open_ones = track.findings.filter(waived_by__isnull=True)
    if errors := open_ones.filter(severity="error").count():
        found.append(_("Open errors: %(count)d.") % {"count": errors})
    share = adherence(track)
    if share is not None and share < ADHERENCE:
        found.append(
            _("%(share).1f %% of the terms are as the glossary has them; %(bar).0f %% are needed.")
            % {"share": 100 * share, "bar": 100 * ADHERENCE}
        )
    if alone := sum(_alone(line, user) for line in lines):
        found.append(
            _("Lines with nobody but you behind them: %(count)d. Somebody else must publish.")
            % {"count": alone}
        )
    return found


def adherence(track: Track) -> float | None:
    """Return honoured / (honoured + violated) terms, None where none counts.

    A violation whose finding a person waived does not count.
    """
    rows = track.findings.filter(check_id__in=TERM_CHECKS, waived_by__isnull=True)
    violated = min(track.violated, rows.count())
    counted = track.honoured + violated
    return track.honoured / counted if counted else None


def _alone(line: Line, publisher: User) -> bool:
    """Return whether only one person would stand behind an approved line."""
    people = {line.author_id, line.approver_id, publisher.pk} - {None}
    is_own = line.approver_id is not None and line.approver_id == line.author_id
    return line.state == LineState.APPROVED and (is_own or len(people) < 2)


def _lines(track: Track) -> list[Line]:
    rows = track.lines.filter(sentence__retired=False).select_related("sentence", "approver")
    return list(rows.order_by("sentence__position"))


@transaction.atomic
def publish(user: User, pk: int, note: str = "") -> Release:
    """Publish a track as its next version and return the release.

    Everything is checked anew first. Raises ForbiddenError, ReviewError with all that stands
    against it, StoreError when the package cannot be written: then nothing is published.
    """
    require(user, Action.PUBLISH)
    track = Track.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if track.state == TrackState.PUBLISHED:
        raise ConflictError(
            _("Version %(version)s is published, and nothing changed since.")
            % {"version": track.version},
            _("Look at it."),
        )
    recheck_track(track)
    if against := obstacles(user, track):
        raise ReviewError(" ".join(against), _("Mend it, then publish again."))
    version, note = track.version + 1, clean_note(note)
    if version > 1 and not note:
        raise ReviewError(
            _("A new version needs a note."), _("Say what changed since the last one.")
        )
    course, lesson = track.lesson.course, track.lesson
    place = Path(course.slug, lesson.slug, track.language, f"v{version}")
    folder = settings.SITE.published / place
    lines = _lines(track)
    review = _review(track, lines, user, (version, note))
    package_at(contents_of(track, lines, review), folder, FORMATS)
    mark = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    track.version, track.state = version, TrackState.PUBLISHED
    track.save(update_fields=["version", "state"])
    release = Release.objects.create(
        track=track,
        version=version,
        folder=str(place),
        manifest=mark,
        note=note,
        by=user,
    )
    record(user, "publish", track, version=version, manifest=mark)
    webhooks.announce(
        webhooks.Event.PUBLISHED, course, webhooks.of_track(track) | {"release": release.pk}
    )
    transaction.on_commit(partial(_remember, track.pk))
    return release


def _remember(pk: int) -> None:
    remember(pk)


def _forget(pk: int) -> None:
    forget(pk)


def _review(
    track: Track, lines: Sequence[Line], user: User, issue: tuple[int, str]
) -> Mapping[str, Any]:
    """Return what the manifest says of the review: people by name, never by address."""
    version, note = issue
    lesson = track.lesson
    waived = track.findings.filter(waived_by__isnull=False).select_related("waived_by", "line")
    return {
        "version": version,
        "note": note,
        "published_by": user.name,
        "published": timezone.now().isoformat(timespec="seconds"),
        "transcript": {
            "state": lesson.transcript,
            "by": lesson.transcript_by.name if lesson.transcript_by else "",
            "reason": lesson.transcript_reason,
        },
        "lines": [_approval(line) for line in lines],
        "samples": [_sample(one) for one in _samples(track)],
        "waived": [
            {"check": one.check_id, "by": one.waived_by.name, "reason": one.waived_reason}
            for one in waived
            if one.waived_by
        ],
    }


def _samples(track: Track) -> QuerySet[BulkApproval]:
    """Return the bulk approvals behind a track, the oldest first."""
    rows = track.bulk_approvals.filter(state=BulkState.APPROVED)
    return rows.select_related("by").order_by("decided", "pk")


def _sample(bulk: BulkApproval) -> dict[str, Any]:
    """Return how a bulk approval was sampled: anybody can count with it."""
    return {
        "by": bulk.by.name,
        "decided": bulk.decided.isoformat(timespec="seconds") if bulk.decided else "",
        "rate": bulk.rate,
        "seed": bulk.seed,
        "lines": len(bulk.lines),
        "sample": len(bulk.sample),
        "failed": sum(not one["accepted"] for one in bulk.sample),
        "approved": bulk.approved,
    }


def _approval(line: Line) -> dict[str, Any]:
    assert line.approver is not None, "only approved lines are published"
    assert line.approved_at is not None, "an approval has its time"
    return {
        "segment_id": line.sentence.key,
        "author": line.author_name,
        "approved_by": line.approver.name,
        "approved": line.approved_at.isoformat(timespec="seconds"),
        "verdict": line.verdict,
        "in_bulk": line.approved_in_bulk,
    }


@transaction.atomic
def withdraw(user: User, pk: int, reason: str) -> Release:
    """Withdraw a release for a reason that stays; its files are kept, and no longer handed out."""
    require(user, Action.PUBLISH)
    if not (said := clean_note(reason)):
        raise ReviewError(_("A package is withdrawn for a reason."), _("Say why."))
    # The track first, as `publish` does: a version that is just coming out is not taken for this.
    track = Track.objects.select_for_update(of=("self",), no_key=True).get(releases=pk)
    release = Release.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if release.withdrawn_at:
        return release
    release.withdrawn_by, release.withdrawn_at = user, timezone.now()
    release.withdrawn_reason = said
    release.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    if track.version == release.version and track.state == TrackState.PUBLISHED:
        track.state = TrackState.WITHDRAWN
        track.save(update_fields=["state"])
        transaction.on_commit(partial(_forget, track.pk))
    record(user, "withdraw", track, version=release.version, reason=release.withdrawn_reason)
    facts = webhooks.of_track(track) | {"release": release.pk, "reason": release.withdrawn_reason}
    webhooks.announce(webhooks.Event.WITHDRAWN, track.lesson.course, facts)
    return release
