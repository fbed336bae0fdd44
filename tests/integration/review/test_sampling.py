"""Second looks are blind, by somebody else, and what two people disagree on is written anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from courses.errors import ConflictError, ForbiddenError, ReviewError
from pipeline.review.models import AuditEntry, LineState, SecondLook, TrackState
from pipeline.review.site import Site
from pipeline.review.store import deciding, editing, sampling, second_looks
from pipeline.review.store.editing import Edit
from pipeline.review.store.second_looks import Answer

from .conftest import World

BACKEND = "django.contrib.auth.backends.ModelBackend"
AGREED = Answer(True)
OTHER = Answer(False, "meaning", "Not what is said.")


@pytest.fixture
def all_looked_at(settings: object, site: Site) -> None:
    """Let every approved line be in the sample."""
    settings.SITE = replace(settings.SITE, second_looks=100)


@pytest.fixture
def looks(world: World, all_looked_at: None, approve_all: Callable[..., None]) -> list[SecondLook]:
    """Return the looks at a track that Asha approved, one of its lines written by Bharat."""
    line = world.track.lines.order_by("sentence__position")[0]
    editing.save_text(world.people["bharat"], line.pk, Edit("हर नागरिक सूचना पाए।", line.version))
    approve_all(world.people["asha"])
    return list(SecondLook.objects.order_by("line__sentence__position"))


def test_no_line_is_drawn_where_the_share_is_nothing(
    world: World, settings: object, site: Site, approve_all: Callable[..., None]
) -> None:
    settings.SITE = replace(settings.SITE, second_looks=0)
    approve_all(world.people["asha"])
    assert not SecondLook.objects.exists()


def test_the_share_that_is_drawn_is_the_sites(
    world: World, settings: object, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import random

    monkeypatch.setattr(sampling, "_CHANCE", random.Random(7))
    line = world.track.lines.first()
    drawn = sampling.draw([line] * 2000, world.people["asha"])
    assert 70 <= drawn <= 130  # 5 % of 2000


def test_a_look_waits_for_neither_author_nor_approver(
    world: World, looks: list[SecondLook]
) -> None:
    assert len(looks) == 4
    assert sampling.waiting(world.people["asha"]).count() == 0
    assert sampling.waiting(world.people["bharat"]).count() == 3
    assert sampling.waiting(world.people["tamil"]).count() == 0
    for who in ("asha", "bharat"):
        with pytest.raises(ForbiddenError):
            second_looks.judge(world.people[who], looks[0].pk, AGREED)


def test_an_agreement_leaves_the_line_approved(world: World, looks: list[SecondLook]) -> None:
    done = second_looks.judge(world.people["bharat"], looks[1].pk, AGREED)
    assert (done.agreed, done.second) == (True, world.people["bharat"])
    assert done.line.state == LineState.APPROVED
    with pytest.raises(ConflictError):
        second_looks.judge(world.people["bharat"], looks[1].pk, OTHER)


def test_a_disagreement_returns_the_line_with_its_reason(
    world: World, looks: list[SecondLook]
) -> None:
    with pytest.raises(ReviewError, match="would change"):
        second_looks.judge(world.people["bharat"], looks[1].pk, Answer(False, "meaning", " "))
    second_looks.judge(world.people["bharat"], looks[1].pk, OTHER)
    line = looks[1].line
    line.refresh_from_db()
    assert (line.state, line.reason, line.note) == ("returned", "meaning", "Not what is said.")
    world.track.refresh_from_db()
    assert (world.track.state, world.track.approved) == (TrackState.IN_REVIEW, 3)
    assert AuditEntry.objects.filter(what="second look").get().detail["agreed"] is False


def test_a_reason_that_is_none_changes_nothing(world: World, looks: list[SecondLook]) -> None:
    with pytest.raises(ReviewError):
        second_looks.judge(world.people["bharat"], looks[1].pk, Answer(False, "mood", "So."))
    looks[1].refresh_from_db()
    assert looks[1].decided is None


def test_a_line_that_changed_since_is_not_judged(world: World, looks: list[SecondLook]) -> None:
    line = looks[1].line
    deciding.give_back(world.people["asha"], line.pk, looks[1].version, "style")
    assert sampling.waiting(world.people["bharat"]).count() == 2
    with pytest.raises(ConflictError):
        second_looks.judge(world.people["bharat"], looks[1].pk, AGREED)


def test_the_page_does_not_tell_the_first_verdict(world: World, looks: list[SecondLook]) -> None:
    client = Client()
    client.force_login(world.people["bharat"], backend=BACKEND)
    page = client.get(reverse("review:second_look")).content.decode()
    assert looks[1].line.text in page
    assert "Asha" not in page
    assert "accepted" not in page
    judge = reverse("review:judge_second_look", args=[looks[1].pk])
    assert client.post(judge, {"agreed": "perhaps"}).status_code == 400
    assert client.post(judge, {"agreed": "yes"}).status_code == 302
    assert looks[1].line.text not in client.get(reverse("review:second_look")).content.decode()
    again = client.post(judge, {"agreed": "yes"}, follow=True)
    assert "Somebody judged or changed this line meanwhile." in again.content.decode()


def test_a_look_of_another_language_is_not_there(world: World, looks: list[SecondLook]) -> None:
    client = Client()
    client.force_login(world.people["tamil"], backend=BACKEND)
    judge = reverse("review:judge_second_look", args=[looks[1].pk])
    assert client.post(judge, {"agreed": "yes"}).status_code == 404


def test_agreement_is_counted_by_language_and_pair(world: World, looks: list[SecondLook]) -> None:
    second_looks.judge(world.people["bharat"], looks[1].pk, AGREED)
    second_looks.judge(world.people["bharat"], looks[2].pk, OTHER)
    (whole,) = second_looks.agreements(SecondLook.objects.all(), by_pair=False)
    assert (whole.language, whole.judged, whole.agreed, whole.share) == ("hi", 2, 1, None)
    (pair,) = second_looks.agreements(SecondLook.objects.all(), by_pair=True)
    assert (pair.first, pair.second) == ("Asha", "Bharat")


def test_numbers_of_agreement_are_right() -> None:
    low, high = second_looks.wilson(90, 100)
    assert (round(low, 4), round(high, 4)) == (0.8256, 0.9448)
    assert second_looks.wilson(10, 10)[1] == pytest.approx(1.0)
    assert round(second_looks.ac1(90, 100), 4) == 0.8895
    assert second_looks.ac1(10, 10) == 1.0
    row = second_looks.Agreement("hi", "", "", 100, 90)
    assert row.share == 0.9
