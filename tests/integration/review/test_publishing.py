"""Nothing is published that two people do not stand behind, and what is says who they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from courses.errors import ForbiddenError, ReviewError
from pipeline.review.models import Track, TrackState, User
from pipeline.review.site import Site
from pipeline.review.store import deciding, editing, publishing
from pipeline.review.store.editing import Edit

from .conftest import HINDI, SOURCES, World

Approve = Callable[..., None]


def edited(world: World, number: int, text: str, by: str) -> None:
    line = world.track.lines.order_by("sentence__position")[number]
    editing.save_text(world.people[by], line.pk, Edit(text, line.version))


def test_a_published_package_says_who_approved_what(
    world: World, site: Site, approve_all: Approve
) -> None:
    edited(world, 0, "प्रत्येक नागरिक सूचना माँग सकता है।", "bharat")
    approve_all(world.people["asha"])
    release = publishing.publish(world.people["publisher"], world.track.pk)
    folder = site.published / release.folder
    assert release.folder == "rti/one/hi/v1"
    raw = (folder / "manifest.json").read_bytes()
    assert release.manifest == hashlib.sha256(raw).hexdigest()
    manifest = json.loads(raw)
    assert manifest["label"] == "AI-translated, human-approved"
    review = manifest["review"]
    assert (review["version"], review["published_by"]) == (1, "Publisher")
    lines = [(one["author"], one["approved_by"], one["verdict"]) for one in review["lines"]]
    assert lines[0] == ("Bharat", "Asha", "minor")
    assert lines[1:] == [("machine:starter", "Asha", "accepted")] * 3
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "प्रत्येक नागरिक" in (folder / "one.hi.vtt").read_text(encoding="utf-8")


def test_an_unapproved_line_keeps_a_package_back(
    world: World, site: Site, approve_all: Approve
) -> None:
    approve_all(world.people["asha"])
    edited(world, 0, HINDI[0] + " जी।", "bharat")
    with pytest.raises(ReviewError, match="Lines that are not approved: 1"):
        publishing.publish(world.people["publisher"], world.track.pk)
    assert not site.published.exists()


def test_only_a_publisher_publishes(world: World, site: Site, approve_all: Approve) -> None:
    approve_all(world.people["asha"])
    with pytest.raises(ForbiddenError):
        publishing.publish(world.people["administrator"], world.track.pk)


def test_one_person_alone_publishes_nothing(world: World, site: Site, approve_all: Approve) -> None:
    from pipeline.review.models import Grant, Role

    both: User = world.people["asha"]
    Grant.objects.create(user=both, role=Role.PUBLISHER)
    approve_all(both)
    with pytest.raises(ReviewError, match="nobody but you"):
        publishing.publish(User.objects.get(pk=both.pk), world.track.pk)


def test_an_open_error_keeps_a_package_back_until_it_is_waived(
    world: World, site: Site, approve_all: Approve
) -> None:
    approve_all(world.people["asha"])
    world.track.lines.filter(text=HINDI[1]).update(text="शुल्क 20 रुपये है।")
    with pytest.raises(ReviewError, match="Open errors: 1"):
        publishing.publish(world.people["publisher"], world.track.pk)
    publishing.recheck_track(Track.objects.get(pk=world.track.pk))
    found = world.track.findings.get(severity="error")
    deciding.waive(world.people["bharat"], found.pk, "The fee was raised since.")
    release = publishing.publish(world.people["publisher"], world.track.pk)
    manifest = json.loads((site.published / release.folder / "manifest.json").read_text())
    assert manifest["review"]["waived"] == [
        {"check": "numbers-differ", "by": "Bharat", "reason": "The fee was raised since."}
    ]


def test_a_withdrawn_package_is_issued_again_with_a_note(
    world: World, site: Site, approve_all: Approve
) -> None:
    publisher = world.people["publisher"]
    approve_all(world.people["asha"])
    first = publishing.publish(publisher, world.track.pk)
    publishing.withdraw(publisher, first.pk, "A rule was quoted wrongly.")
    assert Track.objects.get(pk=world.track.pk).state == TrackState.WITHDRAWN
    edited(world, 3, "अपील के लिए कोई शुल्क नहीं है।", "bharat")
    line = world.track.lines.order_by("sentence__position")[3]
    deciding.approve(world.people["asha"], line.pk, line.version)
    with pytest.raises(ReviewError, match="needs a note"):
        publishing.publish(publisher, world.track.pk)
    second = publishing.publish(publisher, world.track.pk, "The last sentence was made clearer.")
    assert (second.version, second.folder) == (2, "rti/one/hi/v2")
    assert (site.published / first.folder / "manifest.json").exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_published_is_not_translated_again(
    world: World, site: Site, approve_all: Approve, tmp_path: Path
) -> None:
    from translators.memory import Memory, Query

    approve_all(world.people["asha"])
    publishing.publish(world.people["publisher"], world.track.pk)
    memory = Memory(tmp_path / "memory.sqlite3", "local")
    found = memory.best(Query(SOURCES[1], "en", "hi", SOURCES[0], SOURCES[2]))
    memory.close()
    assert found is not None
    assert (found.percent, found.unit.target, found.unit.approved_by) == (101, HINDI[1], "Asha")
    publishing.withdraw(world.people["publisher"], world.track.releases.get().pk, "A mistake.")
    memory = Memory(tmp_path / "memory.sqlite3", "local")
    assert memory.best(Query(SOURCES[1], "en", "hi", SOURCES[0], SOURCES[2])) is None
    memory.close()
