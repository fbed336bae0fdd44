"""The figures of the dashboards, summed by the database over what a person may see. Only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from pipeline.review.models import Effort, LineFinding, Track, TrackState, User

BY = {
    "language": "language",
    "ministry": "lesson__course__ministry",
    "partner": "lesson__course__partner",
}
"""What figures can be rolled up by -> the field of a track."""
_SUMS = (
    *("total", "approved", "minor", "major", "errors", "warnings"),
    *("expected", "honoured", "violated", "waived"),
)


@dataclass(frozen=True, slots=True)
class Rollup:
    """Sums over the tracks of one language, ministry or partner.

    Lines: total, approved, of these with minor or major changes. Terms: expected, honoured,
    violated, waived. errors, warnings: open findings. video is in ms.
    """

    name: str
    lessons: int
    published: int
    video: int
    total: int
    approved: int
    minor: int
    major: int
    errors: int
    warnings: int
    expected: int
    honoured: int
    violated: int
    waived: int

    @property
    def accepted(self) -> int:
        """Return the lines that were approved as the machine wrote them."""
        return self.approved - self.minor - self.major

    @property
    def adherence(self) -> float | None:
        """Return honoured / (honoured + violated) terms, None where none counts."""
        counted = self.honoured + self.violated
        return self.honoured / counted if counted else None

    def share(self, count: int) -> float | None:
        """Return `count` of the approved lines, 0..1; None where none is approved."""
        return count / self.approved if self.approved else None


def rollups(tracks: QuerySet[Track], by: str) -> Iterator[Rollup]:
    """Yield the sums of each language, ministry or partner (a key of BY), by name."""
    field = BY[by]
    rows = tracks.order_by(field).values_list(field)
    sums = [Sum(name) for name in _SUMS]
    for row in rows.annotate(
        lessons=Count("pk"),
        published=Count("pk", filter=Q(state=TrackState.PUBLISHED)),
        video=Sum("lesson__duration"),
        **{f"sum_{name}": one for name, one in zip(_SUMS, sums, strict=True)},
    ):
        yield Rollup(*row)


@dataclass(frozen=True, slots=True)
class Found:
    """How often one check says something in one language: open, and waived by a person."""

    language: str
    check: str
    severity: str
    open: int
    waived: int


def findings(tracks: QuerySet[Track], language: str = "") -> Iterator[Found]:
    """Yield the findings by language, check and severity, most open ones of a language first."""
    rows = LineFinding.objects.filter(track__in=tracks)
    if language:
        rows = rows.filter(track__language=language)
    counted = rows.values_list("track__language", "check_id", "severity").annotate(
        open=Count("pk", filter=Q(waived_by__isnull=True)),
        waived=Count("pk", filter=Q(waived_by__isnull=False)),
    )
    for row in counted.order_by("track__language", "-open", "check_id"):
        yield Found(*row)


@dataclass(slots=True)
class Work:
    """Review of one person, or of everybody, in one language. seconds of work; video in ms."""

    language: str
    name: str
    seconds: int = 0
    video: int = 0
    lessons: int = 0

    @property
    def ratio(self) -> float | None:
        """Return minutes of review for a minute of video, None where no video was worked on."""
        return self.seconds * 1000 / self.video if self.video else None


def work(tracks: QuerySet[Track], since: date, only: User | None = None) -> list[Work]:
    """Return the review since a day, by language: everybody together, then each person.

    `only`: the one person who is named; None names all. A lesson counts once for a language and
    once for each person, however many days they worked on it.
    """
    rows = Effort.objects.filter(track__in=tracks, day__gte=since, seconds__gt=0).order_by()
    each = rows.values_list("track_id", "track__language", "track__lesson__duration", "user")
    people = dict(User.objects.filter(efforts__in=rows).values_list("pk", "name"))
    found: dict[tuple[str, int], Work] = {}
    seen: set[int] = set()
    for track, language, video, user, seconds in each.annotate(sum=Sum("seconds")):
        everybody = found.setdefault((language, 0), Work(language, ""))
        _add(everybody, seconds, 0 if track in seen else video, track not in seen)
        seen.add(track)
        if only is None or only.pk == user:
            one = found.setdefault((language, user), Work(language, people[user]))
            _add(one, seconds, video, True)
    return sorted(found.values(), key=lambda one: (one.language, one.name))


def _add(row: Work, seconds: int, video: int, is_new: bool) -> None:
    row.seconds += seconds
    row.video += video
    row.lessons += is_new
