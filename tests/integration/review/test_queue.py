"""A person's queue has what they can do something about, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.review.models import Job, JobState, Line, TermProposal, TranscriptState, User
from pipeline.review.store import comments, deciding, editing
from pipeline.review.store.editing import Edit
from pipeline.review.store.waiting import sections

from .conftest import World

BACKEND = "django.contrib.auth.backends.ModelBackend"


def line_of(world: World, number: int) -> Line:
    return world.track.lines.order_by("sentence__position")[number]


def edit(world: World, who: str, number: int) -> None:
    line = line_of(world, number)
    editing.save_text(world.people[who], line.pk, Edit(f"{line.text} जी", line.version))


def queue_of(world: World, who: str) -> dict[str, int]:
    user = User.objects.get(pk=world.people[who].pk)
    return {section.name: section.total for section in sections(user)}


def shown(user: User, **asked: str) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer = client.get(reverse("review:queue"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_reviewer_sees_tracks_of_their_languages(world: World) -> None:
    assert queue_of(world, "asha") == {"tracks": 1}
    assert queue_of(world, "tamil") == {}
    assert queue_of(world, "contributor") == {}
    page = shown(world.people["asha"])
    assert "/c/rti/one/hi/?show=todo&amp;order=risk" in page
    assert "4 lines left" in page
    assert "Nothing waits for you." in shown(world.people["tamil"])


def test_a_track_waits_until_its_transcript_is_approved(world: World) -> None:
    world.lesson.transcript = TranscriptState.IN_REVIEW
    world.lesson.save()
    assert queue_of(world, "asha") == {}
    assert queue_of(world, "listener") == {"transcripts": 1}
    assert "/c/rti/one/transcript/" in shown(world.people["listener"])


def test_an_edited_line_waits_for_a_second_person_only(world: World) -> None:
    edit(world, "bharat", 0)
    assert queue_of(world, "asha") == {"second_person": 1, "tracks": 1}
    assert queue_of(world, "bharat") == {"tracks": 1}


def test_a_returned_line_is_first_of_all_its_authors(world: World) -> None:
    edit(world, "bharat", 0)
    deciding.give_back(
        world.people["asha"], line_of(world, 0).pk, line_of(world, 0).version, "style"
    )
    page = shown(world.people["bharat"])
    assert "1 of them yours" in page
    assert page.index("Returned lines") < page.index("To review")
    assert "of them yours" not in shown(world.people["asha"])
    assert queue_of(world, "asha")["returned"] == 1


def test_a_mention_leads_to_its_line_until_it_is_seen(world: World) -> None:
    line, bharat = line_of(world, 2), world.people["bharat"]
    comments.say(world.people["asha"], line.pk, "Is this <b>right</b>?", [bharat.pk])
    page = shown(bharat)
    assert f"#line-{line.pk}" in page
    assert "Is this &lt;b&gt;right&lt;/b&gt;?" in page
    comments.see(bharat, line.pk)
    assert "mentions" not in queue_of(world, "bharat")


def test_a_reviewed_track_waits_for_a_publisher(world: World, approve_all) -> None:
    approve_all(world.people["asha"])
    assert queue_of(world, "publisher") == {"ready": 2}  # Hindi, and English as it is spoken
    assert "/c/rti/one/hi/publish/" in shown(world.people["publisher"])
    assert "tracks" not in queue_of(world, "asha")


def test_terms_wait_for_terminologists_and_failures_for_administrators(world: World) -> None:
    TermProposal.objects.create(language="hi", source="fee", target="शुल्क", by=world.people["asha"])
    Job.objects.create(kind="draft", lesson=world.lesson, state=JobState.FAILED, message="no model")
    assert queue_of(world, "terminologist") == {"proposals": 1}
    assert queue_of(world, "administrator") == {"failed": 1}
    assert "no model" in shown(world.people["administrator"])


@pytest.mark.parametrize("only", ["tracks", "nothing", "'"])
def test_one_section_can_be_shown_by_itself(world: World, only: str) -> None:
    edit(world, "bharat", 0)
    page = shown(world.people["asha"], only=only)
    assert ("To review" in page) == (only == "tracks")
    assert "waiting for a second person" not in page


def test_begun_tracks_come_before_riskier_ones(world: World) -> None:
    from pipeline.review.models import Lesson, Track

    other = Lesson.objects.create(
        course=world.course,
        slug="two",
        title="Two",
        position=1,
        language="en",
        transcript="approved",
    )
    Track.objects.create(lesson=other, language="hi", state="in-review", total=9, risky=9)
    deciding.approve(world.people["asha"], line_of(world, 0).pk, line_of(world, 0).version)
    found = next(one for one in sections(world.people["asha"]) if one.name == "tracks")
    assert [row.lesson.slug for row in found.rows] == ["one", "two"]
