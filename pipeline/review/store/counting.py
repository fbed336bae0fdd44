"""The counts of a track follow one line that changed, without counting all of its lines.

Counting anew is `rechecking.count_track`, done with every check of a whole track; a test holds both
against each other. The track must be locked, as `editing.lock_line` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from pipeline.review.models import Line, LineFinding, LineState, Track, Verdict
from pipeline.review.store.risk import RISKY

Counts = Counter[str]
"""Name of a count of Track -> what one line adds to it."""


def counted(line: Line, findings: Iterable[LineFinding]) -> Counts:
    """Return what a line with these findings adds to the counts of its track."""
    open_ones = Counter(one.severity for one in findings if one.waived_by_id is None)
    counts = Counter(errors=open_ones["error"], warnings=open_ones["warning"])
    if line.sentence.retired:
        return counts
    approved = line.state == LineState.APPROVED
    counts["approved"] = int(approved)
    counts["risky"] = int(line.risk >= RISKY and not approved)
    counts["minor"] = int(approved and line.verdict == Verdict.MINOR)
    counts["major"] = int(approved and line.verdict == Verdict.MAJOR)
    return counts


def recount(track: Track, before: Counts, after: Counts) -> None:
    """Let the counts of a locked track, here and in the database, follow a line that changed.

    `before` and `after` are what `counted` said of the line; nothing else of the track is written.
    """
    steps = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    track.updated = timezone.now()
    # Never below nothing: a count that is wrong is mended at the next check, and stops no save.
    sums = {name: Greatest(F(name) + step, 0) for name, step in steps.items()}
    Track.objects.filter(pk=track.pk).update(updated=track.updated, **sums)
    for name, step in steps.items():
        setattr(track, name, max(getattr(track, name) + step, 0))
