"""What a page asks of the database does not grow with what is in it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses import nouns
from pipeline.review.models import Line, Track, User
from pipeline.review.store import intake, transcript

from .conftest import HINDI, SOURCES, World, heard_of, translations

BACKEND = "django.contrib.auth.backends.ModelBackend"
MOST_OF_A_SAVE = 20
Ask = Callable[[Client, Track], object]


@pytest.fixture
def larger(world: World) -> Track:
    """Return a track of 60 lines in the same course, and make three more courses beside it."""
    made = [_track(world, f"other-{n}", "one", 1) for n in range(3)]
    assert len(made) == 3
    return _track(world, "rti", "long", 15)


def _track(world: World, course: str, lesson: str, times: int) -> Track:
    heard = heard_of(SOURCES * times, lesson)
    row = intake.keep_course(
        nouns.Course(course, course, (heard.lesson,)), world.people["contributor"]
    )
    own = row.lessons.get(slug=lesson)
    intake.keep_transcript(own, heard)
    transcript.approve_transcript(world.people["listener"], own.pk)
    own.refresh_from_db()
    texts = translations(heard, HINDI * times, "hi")
    return intake.keep_drafts(own, "hi", texts, ((),) * len(texts))


def save(client: Client, track: Track) -> object:
    line = Line.objects.filter(track=track).order_by("pk")[2]
    body = {"text": line.text + " जी", "version": line.version, "request": str(uuid.uuid4())}
    return client.post(f"/edit/lines/{line.pk}/save", json.dumps(body), "application/json")


def approve(client: Client, track: Track) -> object:
    line = Line.objects.filter(track=track).order_by("pk")[1]
    body = json.dumps({"version": line.version})
    return client.post(f"/edit/lines/{line.pk}/approve", body, "application/json")


def layout(client: Client, track: Track) -> object:
    line = Line.objects.filter(track=track).order_by("pk")[0]
    return client.post(f"/edit/lines/{line.pk}/layout", "{}", "application/json")


def lines(client: Client, track: Track) -> object:
    return client.get(f"/edit/tracks/{track.pk}/lines")


def news(client: Client, track: Track) -> object:
    return client.get(f"/edit/tracks/{track.pk}/news", {"since": "2020-01-01T00:00:00+00:00"})


def editor(client: Client, track: Track) -> object:
    return client.get(f"/c/{track.lesson.course.slug}/{track.lesson.slug}/hi/")


def page(name: str) -> Ask:
    def ask(client: Client, track: Track) -> object:
        arguments = [track.lesson.course.slug] if name == "course" else []
        return client.get(reverse(f"review:{name}", args=arguments))

    return ask


def count(person: object, ask: Ask, track: Track) -> int:
    """Return how many statements the answer takes, with the one that finds a line."""
    assert isinstance(person, User)
    client = Client()
    client.force_login(person, backend=BACKEND)
    track = Track.objects.select_related("lesson__course").get(pk=track.pk)
    with CaptureQueriesContext(connection) as asked:
        answer = ask(client, track)
    assert answer.status_code == 200, answer  # type: ignore[attr-defined]
    return len(asked)


CALLS: dict[str, Ask] = {
    "save": save,
    "approve": approve,
    "layout": layout,
    "lines": lines,
    "news": news,
    "editor": editor,
    "queue": page("queue"),
    "home": page("home"),
    "matrix": page("matrix"),
    "course": page("course"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_takes_no_more_statements_for_more_lines_or_courses(
    world: World, request: pytest.FixtureRequest, settings: object, name: str
) -> None:
    settings.SITE = replace(settings.SITE, second_looks=0)  # drawn by chance
    ask = CALLS[name]
    world.track.lines.update(version=1)
    small = count(world.people["asha"], ask, world.track)
    larger = request.getfixturevalue("larger")
    assert count(world.people["asha"], ask, larger) <= small


def test_a_save_takes_few_statements(world: World) -> None:
    assert count(world.people["asha"], save, world.track) <= MOST_OF_A_SAVE
