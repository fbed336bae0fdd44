"""Somebody who means harm: two people behind every text, a gate that holds, history that stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client

from courses.errors import ConflictError, ForbiddenError, ReviewError
from courses.nouns import segment_ids
from pipeline.review.models import (
    ApiToken,
    AuditEntry,
    Delivery,
    Grant,
    Line,
    LineState,
    Revision,
    Role,
    SentenceText,
    Track,
    TrackState,
    User,
)
from pipeline.review.site import Site
from pipeline.review.store import (
    deciding,
    editing,
    intake,
    jobs,
    people,
    publishing,
    replacing,
    retiming,
    tokens,
    transcript,
    webhooks,
)
from pipeline.review.store.cueing import Wish
from pipeline.review.store.editing import Edit

from .conftest import HINDI, SOURCES, World, translations

Approve = Callable[..., None]
NOTHING = ((), (), (), ())


def line_of(world: World, number: int) -> Line:
    return world.track.lines.select_related("sentence").order_by("sentence__position")[number]


def also(world: World, name: str, *roles: tuple[Role, str]) -> User:
    """Return a person who has more roles than before."""
    for role, language in roles:
        Grant.objects.create(user=world.people[name], role=role, language=language)
    return User.objects.get(pk=world.people[name].pk)


# --- nobody approves what they wrote ------------------------------------------------------------
def test_restoring_ones_own_text_over_anothers_makes_it_ones_own_again(world: World) -> None:
    asha, bharat = world.people["asha"], world.people["bharat"]
    line, _ = editing.save_text(asha, line_of(world, 0).pk, Edit("आशा का पाठ।", 1))
    line, _ = editing.save_text(bharat, line.pk, Edit("भरत का पाठ।", 2))
    line, _ = editing.restore(asha, line.pk, 2, 3)
    with pytest.raises(ForbiddenError):
        deciding.approve(asha, line.pk, line.version)


@pytest.mark.parametrize("origin", ["repair", "restore", "replace"])
def test_no_way_to_write_a_line_leaves_it_without_its_author(origin: str, world: World) -> None:
    asha, line = world.people["asha"], line_of(world, 1)
    if origin == "replace":
        query = replacing.Query("दस", "१०")
        replacing.replace(asha, world.track, query, {line.pk: line.version})
    else:
        editing.save_text(asha, line.pk, Edit("शुल्क १० रुपये है।", 1, origin=origin))
    line = line_of(world, 1)
    assert line.author == asha
    with pytest.raises(ForbiddenError):
        deciding.approve(asha, line.pk, line.version)


def test_nobody_waives_what_is_found_in_their_own_text(world: World) -> None:
    asha = world.people["asha"]
    line, found = editing.save_text(asha, line_of(world, 1).pk, Edit("शुल्क 20 रुपये है।", 1))
    with pytest.raises(ForbiddenError):
        deciding.waive(asha, found[0].pk, "I am sure.")
    assert line.findings.filter(waived_by__isnull=False).count() == 0


def test_who_corrects_and_approves_the_transcript_approves_no_word_of_their_own(
    world: World,
) -> None:
    listener, row = world.people["listener"], world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(listener, row.pk, "The fee is 20 rupees.", row.version)
    transcript.approve_transcript(listener, world.lesson.pk)
    track = world.lesson.tracks.get(language="en")
    assert track.lines.get(sentence=row).state == LineState.EDITED
    assert (track.state, track.approved) == (TrackState.IN_REVIEW, 3)


def test_the_spoken_words_are_corrected_in_the_transcript_alone(world: World) -> None:
    english = also(world, "asha", (Role.TRANSLATION_REVIEWER, "en"))
    line = world.lesson.tracks.get(language="en").lines.first()
    with pytest.raises(ReviewError, match="transcript"):
        editing.save_text(english, line.pk, Edit("Something else.", line.version))


def test_subtitles_change_no_word_of_an_approved_line(world: World) -> None:
    line = line_of(world, 0)
    deciding.approve(world.people["asha"], line.pk, line.version)
    glued = line.text.replace(" ", "", 1)
    apart = f"{line.text[:1]} {line.text[1:]}"
    turned = f"\u2067{line.text}\u2069"
    for text in (glued, apart):
        with pytest.raises(ReviewError, match="words"):
            retiming.set_layout(world.people["bharat"], line.pk, 2, [Wish(0, 4000, text)])
    _, own = retiming.set_layout(world.people["bharat"], line.pk, 2, [Wish(0, 3500, turned)])
    assert "\u2067" not in own[0].lines[0]


# --- the gate -----------------------------------------------------------------------------------
def test_a_transcript_that_was_edited_after_its_approval_keeps_packages_back(
    world: World, site: Site, approve_all: Approve
) -> None:
    listener, row = world.people["listener"], world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(listener, row.pk, "The fee is only ten rupees.", row.version)
    editing.save_text(world.people["bharat"], line_of(world, 1).pk, Edit("शुल्क केवल दस रुपये है।", 2))
    approve_all(world.people["asha"])
    with pytest.raises(ReviewError, match="changed after it was approved: 1"):
        publishing.publish(world.people["publisher"], world.track.pk)
    transcript.approve_transcript(listener, world.lesson.pk)
    assert publishing.publish(world.people["publisher"], world.track.pk).version == 1


def test_a_sentence_without_a_translation_keeps_a_package_back(
    world: World, site: Site, approve_all: Approve, make_heard: Any
) -> None:
    approve_all(world.people["asha"])
    world.lesson.transcript, world.lesson.heard = "in-review", {}
    world.lesson.save()
    intake.keep_transcript(world.lesson, make_heard((*SOURCES, "Keep the receipt.")))
    transcript.approve_transcript(world.people["listener"], world.lesson.pk)
    with pytest.raises(ReviewError, match="Sentences that are not translated: 1"):
        publishing.publish(world.people["publisher"], world.track.pk)


def test_a_line_that_one_person_wrote_and_approved_is_not_published(
    world: World, site: Site, approve_all: Approve
) -> None:
    approve_all(world.people["asha"])
    world.track.lines.filter(pk=line_of(world, 0).pk).update(author=world.people["asha"])
    with pytest.raises(ReviewError, match="nobody but you"):
        publishing.publish(world.people["publisher"], world.track.pk)


def test_what_is_published_and_did_not_change_is_not_published_twice(
    world: World, site: Site, approve_all: Approve
) -> None:
    approve_all(world.people["asha"])
    publishing.publish(world.people["publisher"], world.track.pk)
    with pytest.raises(ConflictError, match="nothing changed"):
        publishing.publish(world.people["publisher"], world.track.pk, "Clicked twice.")


def test_a_server_killed_while_publishing_leaves_nothing_that_stops_the_next_time(
    world: World, site: Site, approve_all: Approve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    approve_all(world.people["asha"])
    publisher, version = world.people["publisher"], Track.objects.get(pk=world.track.pk).version
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "record", lambda *args, **named: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publishing.publish(publisher, world.track.pk)
    assert (site.published / "rti/one/hi/v1/manifest.json").exists()
    assert Track.objects.get(pk=world.track.pk).version == version
    release = publishing.publish(publisher, world.track.pk)
    manifest = json.loads((site.published / release.folder / "manifest.json").read_bytes())
    assert (release.version, manifest["review"]["version"]) == (1, 1)
    assert [path.name for path in (site.published / "rti/one/hi").iterdir()] == ["v1"]


def test_a_full_disk_publishes_nothing(
    world: World, site: Site, approve_all: Approve, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from courses.errors import StoreError

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    approve_all(world.people["asha"])
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left"):
            publishing.publish(world.people["publisher"], world.track.pk)
    assert world.track.releases.count() == 0
    assert list((site.published / "rti/one/hi").iterdir()) == []


# --- machines and people at once ----------------------------------------------------------------
def test_drafts_of_an_older_wording_touch_no_sentence_that_was_corrected_meanwhile(
    world: World, make_heard: Any
) -> None:
    row = world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(world.people["listener"], row.pk, "It is free.", row.version)
    late = tuple(f"{text} (देर से)" for text in HINDI)
    intake.keep_drafts(world.lesson, "hi", translations(make_heard(), late, "hi"), NOTHING)
    lines = world.track.lines.order_by("sentence__position")
    assert [line.text for line in lines] == [late[0], HINDI[1], *late[2:]]
    assert (lines[1].state, lines[1].sentence_version) == (LineState.STALE, 1)
    with pytest.raises(ReviewError, match="source sentence changed"):
        deciding.approve(world.people["asha"], lines[1].pk, lines[1].version)


def test_new_lines_take_a_published_track_back_into_review(
    world: World, site: Site, approve_all: Approve, make_heard: Any
) -> None:
    approve_all(world.people["asha"])
    publishing.publish(world.people["publisher"], world.track.pk)
    world.lesson.transcript, world.lesson.heard = "in-review", {}
    world.lesson.save()
    heard = make_heard((*SOURCES, "Keep the receipt."))
    intake.keep_transcript(world.lesson, heard)
    texts = (*HINDI, "रसीद सँभालकर रखें।")
    intake.keep_drafts(world.lesson, "hi", translations(heard, texts, "hi"), (*NOTHING, ()))
    world.track.refresh_from_db()
    assert (world.track.state, world.track.total) == (TrackState.IN_REVIEW, 5)


def test_the_texts_of_two_sentences_change_places_and_no_translation_follows(
    world: World, make_heard: Any
) -> None:
    first, second = world.lesson.sentences.order_by("position")[:2]
    listener = world.people["listener"]
    transcript.save_sentence(listener, first.pk, SOURCES[1], 1)
    transcript.save_sentence(listener, second.pk, SOURCES[0], 1)
    keys = [row.key for row in world.lesson.sentences.order_by("position")[:2]]
    assert len({*keys}) == 2
    assert keys[1] == segment_ids("one", [SOURCES[0]])[0]
    assert {line.state for line in world.track.lines.all()[:2]} == {LineState.STALE}


# --- people who went ----------------------------------------------------------------------------
def test_what_was_queued_for_somebody_who_was_shut_out_is_not_sent(
    world: World, site: Site, settings: Any
) -> None:
    from pipeline.review.telling import send_due

    settings.SITE = replace(site, webhook_hosts=("127.0.0.1",))
    contributor = world.people["contributor"]
    webhooks.add(contributor, "http://127.0.0.1:9/hook", ["lesson.drafted"])
    jobs.finish(jobs.add_draft(world.lesson, ["hi"], None))
    assert Delivery.objects.filter(failed=None).count() == 1
    people.deactivate(world.people["administrator"], contributor.pk)
    assert send_due() == 0
    assert (Delivery.objects.get().attempts, Delivery.objects.get().answer) == (0, "not sent")
    assert not contributor.webhooks.filter(active=True).exists()


def test_a_role_that_was_taken_away_counts_in_the_next_call_of_a_program(world: World) -> None:
    contributor = world.people["contributor"]
    _, secret = tokens.make(contributor, "feed", ["read", "submit", "fetch"])
    ask = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert len(Client().get("/api/v1/courses", **ask).json()) == 1
    people.revoke(world.people["administrator"], contributor.pk, contributor.grants.get().pk)
    assert Client().get("/api/v1/courses", **ask).json() == []
    assert Client().get("/api/v1/courses/rti", **ask).status_code == 404
    body = {"name": "one.mp4", "size": 10}
    answer = Client().post("/api/v1/uploads", body, content_type="application/json", **ask)
    assert answer.status_code == 403
    assert ApiToken.objects.get().revoked is None


def test_a_contributor_reaches_nothing_of_anothers_course(world: World, site: Site) -> None:
    other = User.objects.create_user("other@example.org", "Other")
    Grant.objects.create(user=other, role=Role.CONTRIBUTOR)
    client, line = Client(), line_of(world, 0)
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    pages = ("c/rti/", "c/rti/one/", "c/rti/one/hi/", "c/rti/one/transcript/", "c/rti/progress/")
    calls = (f"lines/{line.pk}/history", f"tracks/{world.track.pk}/lines", "lessons/{}/media")
    calls = (*calls, "lessons/{}/peaks", "lessons/{}/sentences", f"tracks/{world.track.pk}/people")
    paths = [*pages, *(f"edit/{call.format(world.lesson.pk)}" for call in calls)]
    assert {path: client.get(f"/{path}").status_code for path in paths} == dict.fromkeys(paths, 404)


# --- history ------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", [Revision, SentenceText, AuditEntry])
def test_history_is_changed_in_no_way_that_django_offers(model: Any, world: World) -> None:
    before = list(model.objects.values())
    row = model.objects.first()
    for attempt in (
        lambda: model.objects.update(pk=99),
        lambda: model.objects.filter(pk=row.pk).delete(),
        lambda: model.objects.bulk_update([row], ["created" if model is Revision else "id"]),
        lambda: model.objects.bulk_create([row], update_conflicts=True, update_fields=["id"]),
        row.save,
        row.delete,
    ):
        with pytest.raises(ValueError, match="istory"):
            attempt()
    assert list(model.objects.values()) == before


def test_a_course_with_a_history_is_not_deleted(world: World) -> None:
    for row in (world.course, world.lesson, world.track, line_of(world, 0)):
        with pytest.raises(ProtectedError):
            row.delete()
    assert Line.objects.filter(track=world.track).count() == 4


def test_a_killed_hand_in_does_not_keep_its_id_for_ever(
    people: dict[str, User], site: Site, tmp_path: Path
) -> None:
    from pipeline.review.store import handing_in, uploads
    from pipeline.review.store.handing_in import Submission
    from pipeline.review.store.uploads import Announced

    left = site.media / "rti"
    left.mkdir(parents=True)
    (left / "old.wav").write_bytes(b"old")
    upload = uploads.begin(people["contributor"], Announced("one.wav", 4))
    uploads.receive(people["contributor"], upload.pk, 0, b"RIFF")
    course = handing_in.hand_in(people["contributor"], Submission("RTI", (upload.pk,), ("hi",)))
    assert Path(course.lessons.get().media).read_bytes() == b"RIFF"
    assert not (left / "old.wav").exists()


def test_every_row_is_locked_so_that_nobody_who_names_it_waits() -> None:
    # PostgreSQL locks a row that another row names. A plain FOR UPDATE stands against that, and two
    # who lock a lesson and a track in one order still wait for each other at the end.
    from pipeline.review import store

    folder = Path(store.__file__).parent
    locks = [
        (file.name, line.strip())
        for file in folder.glob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "select_for_update(" in line
    ]
    assert len(locks) > 20
    assert [lock for lock in locks if "no_key=True" not in lock[1] and "skip_" not in lock[1]] == []


def test_nobody_accepts_a_term_that_they_proposed(world: World, site: Site) -> None:
    from pipeline.review.store import proposals

    user = world.people["terminologist"]
    row = proposals.propose(user, proposals.Wanted("public authority", "लोक प्राधिकारी", "hi"))
    with pytest.raises(ForbiddenError):
        proposals.decide(user, row.pk, accepted=True, note="I know.")
    assert proposals.decide(user, row.pk, accepted=False, note="Withdrawn.").accepted is False
