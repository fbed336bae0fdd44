"""A person moves, splits or merges the subtitles of a line; its text stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from courses.nouns import Cue, Finding
from pipeline.review.audit import record
from pipeline.review.models import Line, LineFinding, Track, TrackState, User
from pipeline.review.permissions import Action, require
from pipeline.review.store.cueing import Place, Wish, findings_of, place_of, wished
from pipeline.review.store.editing import StaleSave, lock_line
from pipeline.review.store.rechecking import count_track


@transaction.atomic
def set_layout(user: User, pk: int, version: int, wishes: Sequence[Wish]) -> tuple[Line, list[Cue]]:
    """Set the cues of a line, or none to have them computed again; returns them as shown.

    The line keeps its state: its words are what they were. A published track becomes one that is
    reviewed and can be issued again. Raises ForbiddenError, StaleSave, ReviewError.
    """
    line = lock_line(pk)
    require(user, Action.EDIT, line.track.language)
    if line.version != version:
        raise StaleSave(line)
    layout = wished(line, wishes) if wishes else []
    if layout == line.layout:
        return line, place_of(line).own
    line.layout = layout
    line.version += 1
    line.updated = timezone.now()
    line.save(update_fields=["layout", "version", "updated"])
    record(user, "set cues" if layout else "reset cues", line, cues=len(layout))
    if line.track.state == TrackState.PUBLISHED:
        line.track.state = TrackState.REVIEWED
        line.track.save(update_fields=["state"])
    return line, _follow(line).own


def lay_out(user: User, pk: int) -> tuple[Line, Place]:
    """Bring the layout findings of a line up to date after its text changed; returns its place.

    Mostly they are so already: then nothing is locked.
    """
    line = Line.objects.select_related("track__lesson__course", "sentence").get(pk=pk)
    require(user, Action.EDIT, line.track.language)
    place = place_of(line)
    if _said(findings_of(line, place=place)) == _held(_old(line)):
        return line, place
    with transaction.atomic():
        line = lock_line(pk)
        return line, _follow(line)


def _old(line: Line) -> list[LineFinding]:
    return list(line.findings.filter(check_id__startswith="cue-").order_by("pk"))


def _said(found: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(one.check, one.severity.value, one.message) for one in found]


def _held(old: Sequence[LineFinding]) -> list[tuple[str, str, str]]:
    return [(one.check_id, one.severity, one.message) for one in old]


def _follow(line: Line) -> Place:
    """Let the layout findings of a line follow its cues."""
    place, old = place_of(line), _old(line)
    waived = {(one.check_id, one.message): one for one in old if one.waived_by_id}
    found = findings_of(line, place=place)
    if _said(found) == _held(old):
        return place
    line.findings.filter(pk__in=[one.pk for one in old]).delete()
    rows = []
    for one in found:
        before = waived.get((one.check, one.message))
        rows.append(
            LineFinding(
                track=line.track,
                line=line,
                check_id=one.check,
                severity=one.severity.value,
                message=one.message,
                start=one.start,
                end=one.end,
                waived_by=before.waived_by if before else None,
                waived_reason=before.waived_reason if before else "",
            )
        )
    LineFinding.objects.bulk_create(rows)
    Line.objects.filter(pk=line.pk).update(updated=timezone.now())
    count_track(Track.objects.get(pk=line.track_id))
    return place
