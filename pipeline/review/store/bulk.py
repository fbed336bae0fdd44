"""Approving the verified-clean rest of a track, after a person has looked at a random sample of it.

Clean is what `store.clean` says. The sample is drawn once; when
too much of it fails, none of these lines can be approved in bulk any more, so drawing again until
chance is kind is no way. Everything is decided on the versions that were drawn.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Iterator, Sequence, Set
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ReviewError
from pipeline.review.audit import record, record_each
from pipeline.review.models import (
    BulkApproval,
    BulkState,
    Line,
    LineState,
    Track,
    User,
    Verdict,
)
from pipeline.review.permissions import Action, require
from pipeline.review.store import sampling
from pipeline.review.store.clean import blocked, clean_lines, look
from pipeline.review.store.deciding import follow, verdict_of

RATES = (5, 50)
"""Least and most percent of the clean lines that a sample has."""
LEAST = 5
"""Lines that every sample has, if there are as many."""
_AT_ONCE = 500


def size_of(clean: int, rate: int) -> int:
    """Return how many of `clean` lines a sample of `rate` percent has."""
    return min(clean, max(LEAST, ceil(clean * rate / 100)))


def chosen_by(seed: str, clean: Iterable[int], size: int) -> set[int]:
    """Return the line keys that a seed draws; with what is recorded anybody can draw them again."""
    return set(random.Random(seed).sample(sorted(clean), size))


def open_sample(user: User, track: Track) -> BulkApproval | None:
    """Return the sample that `user` has begun to look at, None where there is none."""
    return track.bulk_approvals.filter(by=user, state=BulkState.OPEN).first()


@transaction.atomic
def draw(user: User, pk: int, rate: int) -> BulkApproval:
    """Draw the sample of a track's clean lines; one that was begun is returned as it is.

    Raises ForbiddenError, ReviewError for a wrong rate or where nothing can be approved.
    """
    track = _track(pk)
    require(user, Action.APPROVE, track.language)
    if begun := open_sample(user, track):
        return begun
    if not RATES[0] <= rate <= RATES[1]:
        raise ReviewError(
            _("%(rate)s %% is no rate.") % {"rate": rate},
            _("From %(least)s to %(most)s %%.") % {"least": RATES[0], "most": RATES[1]},
        )
    rest = look(track)
    if rest.against:
        raise ReviewError(rest.against)
    seed = secrets.token_hex(8)
    chosen = chosen_by(seed, rest.clean, size_of(len(rest.clean), rate))
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


def _track(pk: int) -> Track:
    """Return a track, locked as every change of its lines locks it."""
    rows = Track.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("lesson").get(pk=pk)


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
    open_ones = BulkApproval.objects.select_for_update(of=("self",), no_key=True).select_related(
        "track__lesson"
    )
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
    _track(track_pk)
    try:
        bulk = _locked(user, pk)
    except BulkApproval.DoesNotExist:
        raise ConflictError(
            _("This sample is finished already."), _("Load the page again.")
        ) from None
    if against := blocked(bulk.track):
        raise ReviewError(against)
    if any(one["accepted"] is None for one in bulk.sample):
        raise ReviewError(
            _("Not every line of the sample is judged."), _("Look at all of them first.")
        )
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
    rows = (
        clean_lines(bulk.track).exclude(author=bulk.by).select_for_update(of=("self",), no_key=True)
    )
    lines = [line for line in rows if drawn.get(line.pk) == line.version]
    for line in lines:
        line.version += 1
    for in_bulk, verdict, some in _alike(lines, seen):
        _mark(bulk, some, in_bulk, verdict)
    _tell(bulk, lines, seen)
    sampling.draw(lines, bulk.by)
    bulk.approved, bulk.left_out = len(lines), len(drawn) - len(lines)
    follow(bulk.track)


def _alike(lines: Sequence[Line], seen: Set[int]) -> Iterator[tuple[bool, Verdict, Sequence[Line]]]:
    """Yield the lines that are marked alike: whether unseen, and with which verdict."""
    groups: dict[tuple[bool, Verdict], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.pk not in seen, verdict_of(line)), []).append(line)
    for (in_bulk, verdict), some in groups.items():
        for start in range(0, len(some), _AT_ONCE):
            yield in_bulk, verdict, some[start : start + _AT_ONCE]


def _mark(bulk: BulkApproval, lines: Sequence[Line], in_bulk: bool, verdict: Verdict) -> None:
    now = timezone.now()
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(
        state=LineState.APPROVED,
        approver=bulk.by,
        approved_at=now,
        approved_in_bulk=in_bulk,
        verdict=verdict,
        version=F("version") + 1,
        updated=now,
    )


def _tell(bulk: BulkApproval, lines: Sequence[Line], seen: set[int]) -> None:
    for in_bulk in (False, True):
        some = [line for line in lines if (line.pk not in seen) is in_bulk]
        record_each(bulk.by, "approve", some, bulk=bulk.pk, in_bulk=in_bulk)
