"""The counts of a track follow each change, and are those that counting anew gives."""

from __future__ import annotations

import random

import pytest

from courses.errors import ForbiddenError, ReviewError
from pipeline.review.models import Line, LineFinding, Track
from pipeline.review.store import deciding, editing
from pipeline.review.store.deciding import REASONS
from pipeline.review.store.editing import Edit
from pipeline.review.store.rechecking import count_track

from .conftest import HINDI, World

COUNTS = ("total", "approved", "risky", "minor", "major", "errors", "warnings")
TEXTS = ("शुल्क 20 रुपये है।", "Fee ten rupees.", "दस", *HINDI)


def counts_of(track: Track) -> dict[str, int]:
    return {name: getattr(track, name) for name in COUNTS}


def do_something(world: World, source: random.Random) -> None:
    line = source.choice(list(Line.objects.filter(track=world.track)))
    who = world.people[source.choice(("asha", "bharat"))]
    kind = source.choice(("edit", "edit", "approve", "approve", "return", "waive"))
    if kind == "edit":
        editing.save_text(who, line.pk, Edit(source.choice(TEXTS), line.version))
    elif kind == "approve":
        deciding.approve(who, line.pk, line.version)
    elif kind == "return":
        deciding.give_back(who, line.pk, line.version, source.choice(REASONS))
    elif found := LineFinding.objects.filter(line=line).first():
        deciding.waive(who, found.pk, "It is right.")


@pytest.mark.parametrize("seed", range(4))
def test_counts_that_follow_and_counts_anew_agree(world: World, seed: int) -> None:
    source, seen = random.Random(seed), set()
    for _ in range(40):
        try:
            do_something(world, source)
        except (ForbiddenError, ReviewError):
            continue
        track = Track.objects.get(pk=world.track.pk)
        followed = counts_of(track)
        seen.add(tuple(followed.values()))
        count_track(track)
        assert counts_of(track) == followed
    assert len(seen) > 5  # something really moved


def test_a_count_that_is_wrong_stops_no_save_and_is_mended(world: World) -> None:
    line = world.track.lines.order_by("pk")[1]
    editing.save_text(world.people["asha"], line.pk, Edit(TEXTS[0], line.version))
    Track.objects.filter(pk=world.track.pk).update(errors=0, approved=3)
    line.refresh_from_db()
    editing.save_text(world.people["bharat"], line.pk, Edit(HINDI[1] + " जी", line.version))
    track = Track.objects.get(pk=world.track.pk)
    assert (track.errors, track.state) == (0, "in-review")
    other = world.track.lines.order_by("pk")[0]
    deciding.approve(world.people["asha"], other.pk, other.version)
    track.refresh_from_db()
    assert (track.approved, track.state) == (1, "in-review")


def test_a_finding_that_stays_keeps_its_row(world: World) -> None:
    line = world.track.lines.order_by("pk")[1]
    _, first = editing.save_text(world.people["asha"], line.pk, Edit("शुल्क 20 रुपये है।", 1))
    _, then = editing.save_text(world.people["asha"], line.pk, Edit("शुल्क 20 रुपये है ।", 2))
    kept = {one.check_id: one.pk for one in first}
    assert then
    assert all(one.pk == kept[one.check_id] for one in then if one.check_id in kept)
    assert LineFinding.objects.filter(line=line).count() == len(then)
