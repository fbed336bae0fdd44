"""Handing in, watching, publishing and fetching, as a browser does it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.review.models import Course, Job, JobState, Release, User
from pipeline.review.site import Site

from .conftest import World

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAVE = b"RIFF" + bytes(3000)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def put(client: Client, address: str, offset: int, piece: bytes) -> dict[str, object]:
    answer = client.put(
        address,
        piece,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset)},
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_contributor_uploads_a_file_in_pieces_and_hands_in_a_course(
    people: dict[str, User], site: Site
) -> None:
    client = signed_in(people["contributor"])
    said = json.dumps({"name": "one.wav", "size": len(WAVE)})
    begun = client.post(reverse("review:uploads"), said, content_type="application/json").json()
    address = reverse("review:upload", args=[begun["id"]])
    assert put(client, address, 0, WAVE[:2000])["received"] == 2000
    assert client.get(address).json()["received"] == 2000
    assert put(client, address, 2000, WAVE[2000:])["finished"] is True
    form = {
        "title": "Right to Information",
        "language": "en",
        "targets": ["hi", "ta"],
        "uploads": begun["id"],
    }
    answer = client.post(reverse("review:hand_in"), form)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/c/right-to-information/"
    page = client.get(answer["Location"]).content.decode()
    assert "Right to Information" in page
    progress = client.get(reverse("review:progress", args=["right-to-information"]))
    assert "every 2s" in progress.content.decode()


def test_a_form_without_files_says_so(people: dict[str, User], site: Site) -> None:
    client = signed_in(people["contributor"])
    answer = client.post(reverse("review:hand_in"), {"title": "x", "language": "en"})
    assert answer.status_code == 400
    assert "Choose at least one file." in answer.content.decode()


def test_a_contributor_sees_no_course_of_another(world: World, site: Site) -> None:
    from pipeline.review.models import Grant, Role

    other = User.objects.create_user("other@example.org", "Other")
    Grant.objects.create(user=other, role=Role.CONTRIBUTOR)
    client = signed_in(other)
    assert client.get(reverse("review:course", args=["rti"])).status_code == 404
    assert client.get(reverse("review:progress", args=["rti"])).status_code == 404
    assert "Right to Information" not in client.get(reverse("review:home")).content.decode()


def test_an_administrator_tries_failed_work_again(world: World, site: Site) -> None:
    job = Job.objects.create(
        kind="draft", course=world.course, lesson=world.lesson, state=JobState.FAILED, message="no"
    )
    client = signed_in(world.people["administrator"])
    assert "Try again" in client.get(reverse("review:operations")).content.decode()
    assert client.post(reverse("review:retry", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.state == JobState.WAITING


@pytest.fixture
def release(world: World, site: Site, approve_all: Callable[..., None]) -> Release:
    approve_all(world.people["asha"])
    client = signed_in(world.people["publisher"])
    address = reverse("review:publish", args=["rti", "one", "hi"])
    assert "Publish as version 1" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    return Release.objects.get()


def test_a_published_package_is_fetched_whole(release: Release, world: World) -> None:
    client = signed_in(world.people["contributor"])
    got = client.get(reverse("review:release_zip", args=[release.pk]))
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        raw = archive.read("manifest.json")
        manifest = json.loads(raw)
        assert hashlib.sha256(raw).hexdigest() == release.manifest
        for name, digest in manifest["files"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    vtt = client.get(reverse("review:release_file", args=[release.pk, "one.hi.vtt"]))
    assert vtt["Content-Type"] == "text/vtt; charset=utf-8"
    assert b"".join(vtt.streaming_content).startswith(b"WEBVTT")


@pytest.mark.parametrize("name", ["../v1/manifest.json", "other.txt", "%2e%2e%2fsecret-key"])
def test_no_other_file_is_handed_out(name: str, release: Release, world: World) -> None:
    client = signed_in(world.people["publisher"])
    assert client.get(f"/releases/{release.pk}/files/{name}").status_code == 404


def test_a_withdrawn_package_is_handed_out_to_nobody(release: Release, world: World) -> None:
    client = signed_in(world.people["publisher"])
    withdraw = reverse("review:withdraw_release", args=[release.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 400
    assert client.post(withdraw, {"reason": "A wrong rule."}).status_code == 302
    for address in ("release_zip", "release_file"):
        args = [release.pk, "one.hi.vtt"] if address == "release_file" else [release.pk]
        assert client.get(reverse(f"review:{address}", args=args)).status_code == 404
    assert Course.objects.exists()


def test_a_reviewer_of_another_language_sees_no_release(release: Release, world: World) -> None:
    client = signed_in(world.people["tamil"])
    assert client.get(reverse("review:release", args=[release.pk])).status_code == 404
