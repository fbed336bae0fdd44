"""Approving the verified-clean rest of a track, after a person has looked at a random sample of it.

Clean is a machine draft against which nothing is known: see `STEPS`. The sample is drawn once; when
too much of it fails, none of these lines can be approved in bulk any more, so drawing again until
chance is kind is no way. Everything is decided on the versions that were drawn.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import ConflictError, ReviewError
from pipeline.review.audit import record, record_each
from pipeline.review.models import (
    BulkApproval,
    BulkState,
    Line,
    LineFinding,
    LineState,
    Track,
    TranscriptState,
    User,
)
from pipeline.review.permissions import Action, require
from pipeline.review.store import sampling
from pipeline.review.store.deciding import follow, verdict_of
from pipeline.review.store.risk import CLEAN, DOUBTS

RATES = (5, 50)
"""Least and most percent of the clean lines that a sample has."""
LEAST = 5
"""Lines that every sample has, if there are as many."""

_OPEN = LineFinding.objects.filter(line=OuterRef("pk"), waived_by__isnull=True)
STEPS: tuple[tuple[str | Promise, Q], ...] = (
    (
        gettext_lazy("edited, returned or made stale: each is looked at by itself"),
        Q(state=LineState.DRAFT, author__isnull=True),
    ),
    (gettext_lazy("without a text"), ~Q(text="")),
    (gettext_lazy("the source changed since"), Q(sentence_version=F("sentence__version"))),
    (
        gettext_lazy("with an open error or warning"),
        ~Exists(_OPEN.filter(severity__in=("error", "warning"))),
    ),
    (
        gettext_lazy("a number or a term is in doubt"),
        ~Exists(_OPEN.filter(check_id__in=sorted(DOUBTS))),
    ),
    (gettext_lazy("of higher risk"), Q(risk__lt=CLEAN)),
)
"""What makes a line not clean, in words, and the condition that holds where it does not."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What of a track can be approved in bulk: line key -> version; and how many cannot, and why.

    `against` says why nothing can be, empty where nothing stands against it.
    """

    clean: dict[int, int]
    left: list[tuple[str, int]]
    against: str


def clean_lines(track: Track) -> QuerySet[Line]:
    """Return the verified-clean lines of a track, but for what `look` knows of refused samples."""
    rows = _unapproved(track)
    for _words, condition in STEPS:
        rows = rows.filter(condition)
    return rows


def _unapproved(track: Track) -> QuerySet[Line]:
    return track.lines.filter(sentence__retired=False).exclude(state=LineState.APPROVED)


def look(track: Track) -> Rest:
    """Return what of a track can be approved in bulk, and why the others cannot."""
    rows, left = _unapproved(track), []
    count = rows.count()
    for words, condition in STEPS:
        rows = rows.filter(condition)
        kept = rows.count()
        if kept < count:
            left.append((str(words), count - kept))
        count = kept
    clean = dict(rows.order_by("sentence__position").values_list("pk", "version"))
    refused = _refused(track)
    fresh = {pk: version for pk, version in clean.items() if refused.get(pk) != version}
    if len(fresh) < len(clean):
        words = _("in a sample that failed: each is looked at by itself")
        left.append((words, len(clean) - len(fresh)))
    return Rest(fresh, left, _against(track, fresh))


def _refused(track: Track) -> dict[int, int]:
    found: dict[int, int] = {}
    for lines in track.bulk_approvals.filter(state=BulkState.REFUSED).values_list("lines"):
        found |= {int(pk): version for pk, version in lines[0].items()}
    return found


def _against(track: Track, clean: dict[int, int]) -> str:
    if track.lesson.transcript not in (TranscriptState.APPROVED, TranscriptState.WAIVED):
        return _("The transcript is not approved yet.")
    if track.findings.filter(line__isnull=True, severity="error", waived_by__isnull=True).exists():
        return _("An error about the whole lesson is open.")
    return "" if clean else _("No line qualifies.")


def size_of(clean: int, rate: int) -> int:
    """Return how many of `clean` lines a sample of `rate` percent has."""
    return min(clean, max(LEAST, ceil(clean * rate / 100)))


def open_sample(user: User, track: Track) -> BulkApproval | None:
    """Return the sample that `user` has begun to look at, None where there is none."""
    return track.bulk_approvals.filter(by=user, state=BulkState.OPEN).first()


@transaction.atomic
def draw(user: User, pk: int, rate: int) -> BulkApproval:
    """Draw the sample of a track's clean lines; one that was begun is returned as it is.

    Raises ForbiddenError, ReviewError for a wrong rate or where nothing can be approved.
    """
    track = Track.objects.select_for_update(of=("self",)).select_related("lesson").get(pk=pk)
    require(user, Action.APPROVE, track.language)
    if begun := open_sample(user, track):
        return begun
    if not RATES[0] <= rate <= RATES[1]:
        raise ReviewError(f"{rate} % is no rate.", f"From {RATES[0]} to {RATES[1]} %.")
    rest = look(track)
    if rest.against:
        raise ReviewError(rest.against)
    seed = secrets.token_hex(8)
    keys = random.Random(seed).sample(list(rest.clean), size_of(len(rest.clean), rate))
    chosen = set(keys)
    sample = [
        {"line": key, "version": version, "accepted": None}
        for key, version in rest.clean.items()
        if key in chosen
    ]
    bulk = BulkApproval.objects.create(
        track=track,
        by=user,
        rate=rate,
        bar=settings.SITE.bulk_failures,
        seed=seed,
        lines=rest.clean,
        sample=sample,
    )
    record(user, "draw sample", track, bulk=bulk.pk, rate=rate, seed=seed, lines=sorted(chosen))
    return bulk


@transaction.atomic
def judge(user: User, pk: int, verdicts: dict[int, bool]) -> BulkApproval:
    """Keep what the reviewer says of lines of their open sample: line key -> accepted.

    Raises BulkApproval.DoesNotExist for another's or an ended one.
    """
    bulk = _locked(user, pk)
    for one in bulk.sample:
        if one["line"] in verdicts:
            one["accepted"] = verdicts[one["line"]]
    bulk.save(update_fields=["sample"])
    return bulk


def _locked(user: User, pk: int) -> BulkApproval:
    open_ones = BulkApproval.objects.select_for_update(of=("self",)).select_related("track__lesson")
    bulk = open_ones.filter(by=user, state=BulkState.OPEN).get(pk=pk)
    require(user, Action.APPROVE, bulk.track.language)
    return bulk


@transaction.atomic
def finish(user: User, pk: int) -> BulkApproval:
    """Approve the rest if the sample holds; refuse it if more of it failed than the bar allows.

    A line of the sample that somebody edited or returned meanwhile has failed; where others of it
    changed, nothing is decided and a new sample is drawn. Lines of the rest that changed are left
    out. Raises ConflictError for another's or an ended sample, ReviewError while lines of it are
    not judged.
    """
    track_pk = BulkApproval.objects.values_list("track_id", flat=True).get(pk=pk, by=user)
    Track.objects.select_for_update().get(pk=track_pk)
    try:
        bulk = _locked(user, pk)
    except BulkApproval.DoesNotExist:
        raise ConflictError("This sample is finished already.", "Load the page again.") from None
    if any(one["accepted"] is None for one in bulk.sample):
        raise ReviewError("Not every line of the sample is judged.", "Look at all of them first.")
    bulk.decided = timezone.now()
    failed = _failed(bulk)
    if failed is None:
        bulk.state = BulkState.OVERTAKEN
    elif 100 * len(failed) > bulk.bar * len(bulk.sample):
        bulk.state = BulkState.REFUSED
    else:
        bulk.state = BulkState.APPROVED
        _approve(bulk, failed)
    bulk.save()
    record(
        user,
        "bulk approval",
        bulk.track,
        bulk=bulk.pk,
        outcome=bulk.state,
        rate=bulk.rate,
        seed=bulk.seed,
        sample=len(bulk.sample),
        failed=sorted(failed or ()),
        approved=bulk.approved,
        left_out=bulk.left_out,
    )
    return bulk


def _failed(bulk: BulkApproval) -> set[int] | None:
    """Return the lines of the sample that failed, None where drafts changed under it."""
    failed = {one["line"] for one in bulk.sample if not one["accepted"]}
    now = Line.objects.in_bulk([one["line"] for one in bulk.sample])
    for one in bulk.sample:
        line = now.get(one["line"])
        if line is not None and line.version == one["version"]:
            continue
        if line is not None and line.state in (LineState.EDITED, LineState.RETURNED):
            failed.add(one["line"])
        elif line is None or line.state != LineState.APPROVED:
            return None
    return failed


def _approve(bulk: BulkApproval, failed: set[int]) -> None:
    """Approve what is still clean as it was drawn; lines of the sample count as looked at."""
    seen = {one["line"] for one in bulk.sample}
    drawn = {int(pk): version for pk, version in bulk.lines.items() if int(pk) not in failed}
    rows = clean_lines(bulk.track).exclude(author=bulk.by).select_for_update(of=("self",))
    lines = [line for line in rows if drawn.get(line.pk) == line.version]
    now = timezone.now()
    for line in lines:
        line.state, line.approver, line.approved_at = LineState.APPROVED, bulk.by, now
        line.approved_in_bulk, line.verdict = line.pk not in seen, verdict_of(line)
        line.version += 1
        line.updated = now
    Line.objects.bulk_update(lines, _APPROVED, batch_size=200)
    _tell(bulk, lines, seen)
    sampling.draw(lines, bulk.by)
    bulk.approved, bulk.left_out = len(lines), len(drawn) - len(lines)
    follow(bulk.track)


_APPROVED = (
    *("state", "approver", "approved_at", "approved_in_bulk"),
    *("verdict", "version", "updated"),
)


def _tell(bulk: BulkApproval, lines: Sequence[Line], seen: set[int]) -> None:
    for in_bulk in (False, True):
        some = [line for line in lines if (line.pk not in seen) is in_bulk]
        record_each(bulk.by, "approve", some, bulk=bulk.pk, in_bulk=in_bulk)
