"""Nothing is approved in bulk that nobody sampled, that changed, or of which the sample failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from courses.errors import ConflictError, ForbiddenError, ReviewError
from pipeline.review.models import (
    AuditEntry,
    BulkApproval,
    BulkState,
    Line,
    LineFinding,
    LineState,
    SecondLook,
    Track,
    TrackState,
    TranscriptState,
    User,
)
from pipeline.review.site import Site
from pipeline.review.store import bulk, clean, deciding, editing, intake, transcript
from pipeline.review.store.editing import Edit

from .conftest import World, translations

BACKEND = "django.contrib.auth.backends.ModelBackend"
COUNT = 60


@pytest.fixture
def track(world: World, make_heard: Callable[..., object], site: Site) -> Track:
    """Return a track of 60 clean Hindi drafts in a lesson of its own."""
    from courses import nouns

    texts = ("नागरिक को सूचना मिलती है।", "अधिकारी पत्र पढ़ता है।", "सभा कल बैठती है।")
    sources = ("A citizen gets information.", "An officer reads the letter.", "The board meets.")
    heard = make_heard(tuple(sources[n % 3] for n in range(COUNT)), "two")
    course = intake.keep_course(nouns.Course("rti2", "More", (heard.lesson,)))
    lesson = course.lessons.get()
    lesson.slug = "two"
    lesson.save()
    intake.keep_transcript(lesson, heard)
    transcript.approve_transcript(world.people["listener"], lesson.pk)
    lesson.refresh_from_db()
    drafts = translations(heard, tuple(texts[n % 3] for n in range(COUNT)), "hi")
    return intake.keep_drafts(lesson, "hi", drafts, ((),) * COUNT)


def accept_all(user: User, sample: BulkApproval, but: int = 0) -> BulkApproval:
    """Judge every line of a sample, the first `but` of them as not acceptable."""
    verdicts = {one["line"]: n >= but for n, one in enumerate(sample.sample)}
    bulk.judge(user, sample.pk, verdicts)
    return bulk.finish(user, sample.pk)


def line_at(track: Track, number: int) -> Line:
    return track.lines.order_by("sentence__position")[number]


def test_the_rest_is_approved_after_its_sample(world: World, track: Track) -> None:
    asha = world.people["asha"]
    sample = bulk.draw(asha, track.pk, 10)
    assert (len(sample.sample), len(sample.lines)) == (6, COUNT)
    done = accept_all(asha, sample)
    assert (done.state, done.approved, done.left_out) == (BulkState.APPROVED, COUNT, 0)
    track.refresh_from_db()
    assert (track.state, track.approved) == (TrackState.REVIEWED, COUNT)
    in_bulk = track.lines.filter(approved_in_bulk=True)
    assert in_bulk.count() == COUNT - 6
    assert {one["line"] for one in sample.sample}.isdisjoint(in_bulk.values_list("pk", flat=True))
    told = AuditEntry.objects.get(what="bulk approval").detail
    assert (told["rate"], told["seed"], told["sample"]) == (10, sample.seed, 6)
    assert AuditEntry.objects.filter(what="approve", detail__bulk=sample.pk).count() == COUNT


def test_every_sample_has_five_lines_and_a_stated_rate(world: World, track: Track) -> None:
    assert bulk.size_of(1000, 5) == 50
    assert bulk.size_of(60, 5) == 5
    assert bulk.size_of(3, 50) == 3
    for rate in (4, 51, 0, -1):
        with pytest.raises(ReviewError, match="is no rate"):
            bulk.draw(world.people["asha"], track.pk, rate)


def test_a_sample_can_be_drawn_again_from_what_is_recorded(world: World, track: Track) -> None:
    made = bulk.draw(world.people["asha"], track.pk, 20)
    made.refresh_from_db()
    again = bulk.chosen_by(made.seed, [int(key) for key in made.lines], len(made.sample))
    assert again == {one["line"] for one in made.sample}
    assert again != bulk.chosen_by("another", [int(key) for key in made.lines], len(made.sample))


def test_a_sample_that_fails_refuses_the_rest_for_good(world: World, track: Track) -> None:
    asha, bharat = world.people["asha"], world.people["bharat"]
    done = accept_all(asha, bulk.draw(asha, track.pk, 10), but=1)
    assert (done.state, done.approved) == (BulkState.REFUSED, 0)
    assert not track.lines.filter(state=LineState.APPROVED).exists()
    rest = clean.look(track)
    assert (rest.clean, rest.against) == ({}, "No line qualifies.")
    assert rest.left[-1][1] == COUNT
    with pytest.raises(ReviewError, match="No line qualifies"):
        bulk.draw(bharat, track.pk, 10)


def test_few_failures_of_a_large_sample_leave_only_these_lines_out(
    world: World, track: Track
) -> None:
    asha = world.people["asha"]
    sample = bulk.draw(asha, track.pk, 50)
    done = accept_all(asha, sample, but=1)
    assert (done.state, done.approved) == (BulkState.APPROVED, COUNT - 1)
    assert track.lines.get(pk=sample.sample[0]["line"]).state == LineState.DRAFT


def test_a_line_of_the_sample_that_was_edited_has_failed(world: World, track: Track) -> None:
    asha = world.people["asha"]
    sample = bulk.draw(asha, track.pk, 10)
    first = sample.sample[0]
    editing.save_text(asha, first["line"], Edit("दूसरा पाठ।", first["version"]))
    assert accept_all(asha, sample).state == BulkState.REFUSED


def test_a_sample_under_which_drafts_changed_decides_nothing(world: World, track: Track) -> None:
    asha = world.people["asha"]
    sample = bulk.draw(asha, track.pk, 10)
    track.lines.filter(pk=sample.sample[0]["line"]).update(version=9, text="नया पाठ।")
    assert accept_all(asha, sample).state == BulkState.OVERTAKEN
    assert bulk.draw(asha, track.pk, 10).pk != sample.pk


def test_lines_that_changed_since_the_draw_are_left_out_and_told(
    world: World, track: Track
) -> None:
    asha, bharat = world.people["asha"], world.people["bharat"]
    sample = bulk.draw(asha, track.pk, 10)
    outside = next(
        line for line in track.lines.all() if line.pk not in {one["line"] for one in sample.sample}
    )
    editing.save_text(bharat, outside.pk, Edit("भरत का पाठ।", outside.version))
    done = accept_all(asha, sample)
    assert (done.approved, done.left_out) == (COUNT - 1, 1)
    outside.refresh_from_db()
    assert outside.state == LineState.EDITED


def test_only_clean_machine_drafts_qualify(world: World, track: Track) -> None:
    asha = world.people["asha"]
    editing.save_text(asha, line_at(track, 0).pk, Edit("आशा का पाठ।", line_at(track, 0).version))
    deciding.give_back(asha, line_at(track, 1).pk, line_at(track, 1).version, "style")
    for number, (check, severity) in enumerate(
        [("length-ratio", "warning"), ("number-repaired", "info"), ("spaces-odd", "info")], 2
    ):
        LineFinding.objects.create(
            track=track, line=line_at(track, number), check_id=check, severity=severity, message="x"
        )
    Line.objects.filter(pk=line_at(track, 5).pk).update(risk=0.5)
    Line.objects.filter(pk=line_at(track, 6).pk).update(sentence_version=0)
    rest = clean.look(track)
    assert len(rest.clean) == COUNT - 6
    assert line_at(track, 4).pk in rest.clean
    assert [count for _, count in rest.left] == [2, 1, 1, 1, 1]


def test_nothing_qualifies_before_the_transcript_is_approved(world: World, track: Track) -> None:
    track.lesson.transcript = TranscriptState.IN_REVIEW
    track.lesson.save()
    with pytest.raises(ReviewError, match="transcript"):
        bulk.draw(world.people["asha"], track.pk, 10)


def test_nothing_is_approved_after_the_transcript_was_opened_again(
    world: World, track: Track
) -> None:
    asha = world.people["asha"]
    sample = bulk.draw(asha, track.pk, 10)
    track.lesson.transcript = TranscriptState.IN_REVIEW
    track.lesson.save()
    with pytest.raises(ReviewError, match="transcript"):
        accept_all(asha, sample)
    assert not track.lines.filter(state=LineState.APPROVED).exists()


def test_a_sample_is_finished_once_by_who_drew_it_and_judged_it_all(
    world: World, track: Track
) -> None:
    asha, bharat = world.people["asha"], world.people["bharat"]
    sample = bulk.draw(asha, track.pk, 10)
    assert bulk.draw(asha, track.pk, 50).pk == sample.pk
    with pytest.raises(ReviewError, match="Not every line"):
        bulk.finish(asha, sample.pk)
    with pytest.raises(BulkApproval.DoesNotExist):
        bulk.judge(bharat, sample.pk, {sample.sample[0]["line"]: True})
    accept_all(asha, sample)
    with pytest.raises(ConflictError):
        bulk.finish(asha, sample.pk)
    with pytest.raises(ForbiddenError):
        bulk.draw(world.people["tamil"], track.pk, 10)


def test_bulk_approvals_are_drawn_for_second_looks(
    world: World, track: Track, settings: object
) -> None:
    settings.SITE = replace(settings.SITE, second_looks=100)
    accept_all(world.people["asha"], bulk.draw(world.people["asha"], track.pk, 10))
    assert SecondLook.objects.count() == COUNT


def page(user: User) -> tuple[Client, str]:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client, reverse("review:bulk", args=["rti2", "two", "hi"])


def test_a_reviewer_draws_judges_and_approves_on_the_page(world: World, track: Track) -> None:
    client, address = page(world.people["asha"])
    assert "60" in client.get(address).content.decode()
    assert client.post(address, {"rate": "10"}).status_code == 302
    sample = BulkApproval.objects.get()
    shown = client.get(address).content.decode()
    assert shown.count('value="yes"') == 6
    first = sample.sample[0]["line"]
    judged = client.post(
        reverse("review:bulk_judge", args=[sample.pk]),
        {f"line-{first}": "yes"},
        headers={"HX-Request": "true"},
    )
    assert judged.content.decode() == "5 lines are still to be judged."
    early = client.post(reverse("review:bulk_finish", args=[sample.pk]), {})
    assert early.status_code == 400
    answers = {f"line-{one['line']}": "yes" for one in sample.sample}
    assert client.post(reverse("review:bulk_finish", args=[sample.pk]), answers).status_code == 302
    track.refresh_from_db()
    assert track.approved == COUNT
    assert "60" in client.get(address).content.decode()


def test_a_published_manifest_says_how_the_rest_was_sampled(world: World, track: Track) -> None:
    import json
    from pathlib import Path

    from django.conf import settings

    from pipeline.review.store import publishing

    accept_all(world.people["asha"], bulk.draw(world.people["asha"], track.pk, 20))
    release = publishing.publish(world.people["publisher"], track.pk)
    manifest = Path(settings.SITE.published, release.folder, "manifest.json")
    review = json.loads(manifest.read_text(encoding="utf-8"))["review"]
    (sampled,) = review["samples"]
    assert (sampled["by"], sampled["rate"], sampled["sample"]) == ("Asha", 20, 12)
    assert (sampled["lines"], sampled["failed"], sampled["approved"]) == (COUNT, 0, COUNT)
    assert sum(line["in_bulk"] for line in review["lines"]) == COUNT - 12


def test_a_rate_that_is_no_number_is_told(world: World, track: Track) -> None:
    client, address = page(world.people["asha"])
    assert client.post(address, {"rate": "many"}).status_code == 400
    assert not BulkApproval.objects.exists()
