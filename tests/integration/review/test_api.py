"""The API does what the pages do, for programs: with keys, scopes and the same permissions."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pipeline.review.models import User
from pipeline.review.site import Site
from pipeline.review.store import publishing, tokens

from .conftest import World

WAVE = b"RIFF" + bytes(3000)


class Program:
    """A contributor's system with its key."""

    def __init__(self, user: User, *scopes: str) -> None:
        self.row, secret = tokens.make(user, "LMS", list(scopes))
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.client = Client(enforce_csrf_checks=True)

    def get(self, address: str) -> Any:
        return self.client.get(f"/api/v1{address}", headers=self.headers)

    def post(self, address: str, **said: object) -> Any:
        return self.client.post(
            f"/api/v1{address}", json.dumps(said), "application/json", headers=self.headers
        )

    def put(self, address: str, piece: bytes) -> Any:
        kind = "application/octet-stream"
        return self.client.put(f"/api/v1{address}", piece, kind, headers=self.headers)


def test_a_program_hands_in_a_course_and_follows_it(people: dict[str, User], site: Site) -> None:
    program = Program(people["contributor"], "submit", "read")
    digest = hashlib.sha256(WAVE).hexdigest()
    begun = program.post("/uploads", name="one.wav", size=len(WAVE), sha256=digest).json()
    program.put(f"/uploads/{begun['id']}?offset=0", WAVE[:1000])
    assert program.get(f"/uploads/{begun['id']}").json()["received"] == 1000
    assert program.put(f"/uploads/{begun['id']}?offset=5", WAVE).status_code == 409
    done = program.put(f"/uploads/{begun['id']}?offset=1000", WAVE[1000:]).json()
    assert done["finished"] is True
    made = program.post("/courses", title="RTI", uploads=[begun["id"]], targets=["hi"])
    assert (made.status_code, made.json()["id"]) == (201, "rti")
    course = program.get("/courses/rti").json()
    assert [lesson["id"] for lesson in course["lessons"]] == ["one"]
    assert course["jobs"][0]["state"] == "waiting"
    again = program.post("/courses", title="RTI", uploads=[begun["id"]], targets=["hi"])
    assert again.status_code == 400
    assert again.json() == {"error": "A file is missing.", "advice": "Upload it again."}


def test_a_call_without_a_key_or_with_a_dead_one_is_refused(people: dict[str, User]) -> None:
    program = Program(people["contributor"], "read")
    assert Client().get("/api/v1/courses").status_code == 401
    assert program.get("/courses").status_code == 200
    tokens.revoke(people["contributor"], program.row.pk)
    assert program.get("/courses").status_code == 401
    other = Program(people["publisher"], "read")
    people["publisher"].is_active = False
    people["publisher"].save()
    assert other.get("/courses").status_code == 401


def test_a_key_does_no_more_than_its_scopes(world: World) -> None:
    program = Program(world.people["contributor"], "read")
    assert program.get("/courses/rti").status_code == 200
    assert program.post("/uploads", name="one.wav", size=3).status_code == 403
    assert program.get("/releases").status_code == 403


def test_a_key_sees_no_more_than_its_person(world: World) -> None:
    from pipeline.review.models import Grant, Role

    other = User.objects.create_user("other@example.org", "Other")
    Grant.objects.create(user=other, role=Role.CONTRIBUTOR)
    program = Program(other, "read", "fetch")
    assert program.get("/courses").json() == []
    assert program.get("/courses/rti").status_code == 404


def test_a_program_fetches_what_was_published_until_it_is_withdrawn(
    world: World, site: Site, approve_all: Callable[..., None]
) -> None:
    approve_all(world.people["asha"])
    release = publishing.publish(world.people["publisher"], world.track.pk)
    program = Program(world.people["contributor"], "fetch")
    found = program.get("/releases?course=rti").json()
    assert [(one["lesson"], one["language"], one["version"]) for one in found] == [("one", "hi", 1)]
    files = program.get(f"/releases/{release.pk}").json()["files"]
    got = program.get(f"/releases/{release.pk}/package.zip")
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert set(archive.namelist()) == {*files, "manifest.json"}
    publishing.withdraw(world.people["publisher"], release.pk, "A wrong rule.")
    refused = program.get(f"/releases/{release.pk}/package.zip")
    assert refused.status_code == 400
    assert "A wrong rule." in refused.json()["error"]


def test_the_description_names_every_call(people: dict[str, User]) -> None:
    program = Program(people["contributor"], "read")
    told = program.get("/openapi.json").json()
    assert set(told["paths"]) == {
        "/api/v1/uploads",
        "/api/v1/uploads/{key}",
        "/api/v1/courses",
        "/api/v1/courses/{slug}",
        "/api/v1/releases",
        "/api/v1/releases/{key}",
        "/api/v1/releases/{key}/package.zip",
    }


@pytest.mark.parametrize("said", [{}, {"name": "x"}, {"name": 3, "size": "big"}, {"size": -1}])
def test_a_malformed_call_is_told_what_is_wrong(
    said: dict[str, object], people: dict[str, User]
) -> None:
    program = Program(people["contributor"], "submit")
    assert program.post("/uploads", **said).status_code == 422


def test_a_key_is_shown_once_and_works(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["contributor"], backend="django.contrib.auth.backends.ModelBackend")
    made = client.post("/programs/keys/", {"name": "LMS", "scopes": ["read"]})
    found = re.search(r"kv_[\w-]{43}", made.content.decode())
    assert found
    assert found[0] not in client.get("/programs/").content.decode()
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert Client().get("/api/v1/courses", headers=headers).status_code == 200
    assert client.post("/programs/keys/", {"name": "LMS", "scopes": ["all"]}).status_code == 400


def test_nobody_revokes_the_key_of_another(people: dict[str, User]) -> None:
    program = Program(people["contributor"], "read")
    client = Client()
    client.force_login(people["publisher"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/programs/keys/{program.row.pk}/revoke/").status_code == 404
    assert program.get("/courses").status_code == 200
