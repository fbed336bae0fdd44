"""The transcript editor: who may, what becomes stale, slips put right, approval and waiver."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from pipeline.review.models import LineState, TranscriptState

from .conftest import SOURCES, World

PAGE = "/c/rti/one/transcript/"


@pytest.fixture
def as_person(client: Client, world: World) -> Callable[[str], Client]:
    """Return a function that signs somebody in."""

    def sign_in(name: str) -> Client:
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(world.people[name], backend=backend)
        return client

    return sign_in


def save(client: Client, pk: int, text: str, version: int = 1) -> tuple[int, dict]:
    body = json.dumps({"text": text, "version": version})
    answer = client.post(f"/edit/sentences/{pk}/save", body, content_type="application/json")
    return answer.status_code, answer.json()


def test_the_page_and_its_sentences_open_for_who_may_see_the_course(as_person, world) -> None:
    client = as_person("listener")
    assert client.get(PAGE).status_code == 200
    rows = client.get(f"/edit/lessons/{world.lesson.pk}/sentences").json()["rows"]
    assert [row["text"] for row in rows] == list(SOURCES)
    assert rows[0]["words"][0][0] == "Every"
    assert as_person("stranger").get(PAGE).status_code == 404
    hidden = as_person("stranger").get(f"/edit/lessons/{world.lesson.pk}/sentences")
    assert hidden.status_code == 404


def test_a_saved_sentence_makes_its_lines_stale(as_person, world) -> None:
    row = world.lesson.sentences.order_by("position")[1]
    status, told = save(as_person("listener"), row.pk, "The fee is eleven rupees.")
    assert (status, told["row"]["version"], told["row"]["state"]) == (200, 2, "edited")
    assert world.track.lines.get(sentence=row).state == LineState.STALE
    status, told = save(as_person("listener"), row.pk, "Another.")
    assert (status, told["row"]["text"]) == (409, "The fee is eleven rupees.")


@pytest.mark.parametrize(("name", "status"), [("asha", 403), ("stranger", 404)])
def test_others_do_not_change_a_sentence(as_person, world, name: str, status: int) -> None:
    row = world.lesson.sentences.first()
    assert save(as_person(name), row.pk, "x")[0] == status
    row.refresh_from_db()
    assert row.version == 1


def test_a_slip_of_recognition_comes_with_its_repair(as_person, world) -> None:
    row = world.lesson.sentences.first()
    _, told = save(as_person("listener"), row.pk, "Write to the our tea eye cell.")
    slip = next(one for one in told["row"]["findings"] if one["check"] == "heard-otherwise")
    assert slip["repair"]["text"] == "Write to the RTI cell."


def test_what_others_corrected_is_told(as_person, world) -> None:
    client = as_person("listener")
    now = client.get(f"/edit/lessons/{world.lesson.pk}/sentences").json()["now"]
    row = world.lesson.sentences.order_by("position")[3]
    save(client, row.pk, "An appeal costs nothing.")
    address = f"/edit/lessons/{world.lesson.pk}/sentence-news"
    news = client.get(address, {"since": now}).json()["rows"]
    assert "An appeal costs nothing." in [one["text"] for one in news]


def test_the_review_is_approved_or_waived_with_a_reason(as_person, world) -> None:
    world.lesson.transcript = TranscriptState.IN_REVIEW
    world.lesson.save()
    assert as_person("asha").post(f"{PAGE}approve/").status_code == 403
    client = as_person("listener")
    client.post(f"{PAGE}approve/", {"reason": " "})
    world.lesson.refresh_from_db()
    assert world.lesson.transcript == TranscriptState.IN_REVIEW
    client.post(f"{PAGE}approve/", {"reason": "It is the speaker's own script."})
    world.lesson.refresh_from_db()
    assert world.lesson.transcript == TranscriptState.WAIVED
    assert client.post(f"{PAGE}approve/")["Location"] == PAGE
    world.lesson.refresh_from_db()
    assert world.lesson.transcript == TranscriptState.APPROVED


def test_the_history_of_a_sentence_begins_with_the_recogniser(as_person, world) -> None:
    client, row = as_person("listener"), world.lesson.sentences.first()
    save(client, row.pk, "Each citizen may ask for information.")
    texts = client.get(f"/edit/sentences/{row.pk}/history").json()["texts"]
    assert [one["by"] for one in texts] == ["Listener", "machine"]
