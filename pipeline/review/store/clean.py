"""Which lines of a track are verified clean: machine drafts against which nothing is known.

Only reads. What is clean may be approved in bulk, after a sample: see `store.bulk`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.review.models import (
    BulkState,
    Line,
    LineFinding,
    LineState,
    Track,
    TranscriptState,
)
from pipeline.review.store.risk import CLEAN, DOUBTS

_OPEN = LineFinding.objects.filter(line=OuterRef("pk"), waived_by__isnull=True)
STEPS: tuple[tuple[str | Promise, Q | Combinable], ...] = (
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
    return Rest(fresh, left, blocked(track) or ("" if fresh else _("No line qualifies.")))


def _refused(track: Track) -> dict[int, int]:
    found: dict[int, int] = {}
    for lines in track.bulk_approvals.filter(state=BulkState.REFUSED).values_list("lines"):
        found |= {int(pk): version for pk, version in lines[0].items()}
    return found


def blocked(track: Track) -> str:
    """Return why no line of a track can be approved in bulk, empty where one may be."""
    if track.lesson.transcript not in (TranscriptState.APPROVED, TranscriptState.WAIVED):
        return _("The transcript is not approved yet.")
    if track.findings.filter(line__isnull=True, severity="error", waived_by__isnull=True).exists():
        return _("An error about the whole lesson is open.")
    return ""
