"""SQLite and PostgreSQL do the same; every test of this folder runs on both (``.ci/run``)."""

from __future__ import annotations

import json
import threading
import uuid

import pytest
from django.core.management import call_command
from django.db import DataError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from courses.errors import ConflictError, UsageError
from pipeline.review.middleware import Problems
from pipeline.review.models import Line, Revision, Track
from pipeline.review.site import Site, database
from pipeline.review.store import editing, transcript
from pipeline.review.store.editing import Edit

from .conftest import HINDI, World


@pytest.mark.django_db
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_an_address_says_how_postgresql_is_reached() -> None:
    said = database(Site(database="postgresql://me:p%40ss@db:6543/k?sslmode=verify-full"))
    named = {key: said[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    assert named == {
        "NAME": "k",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_socket_is_named_as_postgresql_names_it() -> None:
    said = database(Site(database="postgresql:///karmavani?host=/var/run/postgresql"))
    assert (said["HOST"], said["NAME"], said["OPTIONS"]) == ("/var/run/postgresql", "karmavani", {})


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql://host", "postgresql://h:x/name"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="no database address"):
        database(Site(database=address))


def test_what_a_database_cannot_hold_is_bad_input() -> None:
    request = RequestFactory().get("/", headers={"accept": "application/json"})
    answer = Problems(lambda _: HttpResponse()).process_exception(request, DataError("too long"))
    assert answer is not None
    assert answer.status_code == 400


def test_text_is_kept_to_the_letter(world: World) -> None:
    line = world.track.lines.order_by("pk")[0]
    said = "क्\u200dष र\u094d\u200cय ’ \u2067x\u2069 \U0001d11e ॲ"
    editing.save_text(world.people["asha"], line.pk, Edit(said, line.version))
    line.refresh_from_db()
    assert (line.text, line.revisions.latest("version").text) == (said, said)


def test_facts_come_back_as_they_were_kept(world: World) -> None:
    facts = [{"b": None, "a": [1, 2.5, "दस"]}, []]
    Line.objects.filter(track=world.track).update(terms=facts)
    assert json.dumps(world.track.lines.first().terms, sort_keys=True) == json.dumps(
        facts, sort_keys=True
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_kept_and_the_other_told(world: World) -> None:
    line = world.track.lines.order_by("pk")[0]
    outcomes = at_once(
        *(
            lambda who=who: editing.save_text(
                world.people[who], line.pk, Edit(f"{HINDI[0]} {who}", line.version)
            )
            for who in ("asha", "bharat")
        )
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["StaleSave", "tuple"]
    assert Revision.objects.filter(line=line).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_save_that_is_sent_twice_at_once_is_done_once(world: World) -> None:
    line = world.track.lines.order_by("pk")[0]
    edit = Edit(HINDI[0] + " जी", line.version, uuid.uuid4())
    outcomes = at_once(*[lambda: editing.save_text(world.people["asha"], line.pk, edit)] * 3)
    assert [type(one).__name__ for one in outcomes] == ["tuple"] * 3
    assert Revision.objects.filter(line=line).count() == 2


@pytest.mark.django_db(transaction=True)
def test_saves_and_changes_of_the_source_never_wait_for_each_other_for_ever(world: World) -> None:
    lines = list(world.track.lines.select_related("sentence").order_by("sentence__position"))
    writing = [
        lambda line=line: editing.save_text(
            world.people["asha"], line.pk, Edit(line.text + " जी", line.version)
        )
        for line in lines
    ]
    hearing = [
        lambda row=line.sentence: transcript.save_sentence(
            world.people["listener"], row.pk, row.text + " Indeed.", row.version
        )
        for line in lines
    ]
    outcomes = at_once(*(job for pair in zip(writing, hearing, strict=True) for job in pair))
    assert [one for one in outcomes if isinstance(one, Exception)] == [
        one for one in outcomes if isinstance(one, ConflictError)
    ]
    assert set(world.track.lines.values_list("state", flat=True)) == {"stale"}
    assert Track.objects.get(pk=world.track.pk).approved == 0


def at_once(*jobs: object) -> list[object]:
    """Run all jobs in threads of their own; return what each returned or raised."""
    outcomes: list[object] = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(number: int) -> None:
        try:
            start.wait(30)
            outcomes[number] = jobs[number]()  # type: ignore[operator]
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
