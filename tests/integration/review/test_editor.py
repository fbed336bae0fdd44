"""The endpoints behind the editor: who may, what is refused, and that nothing is done twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pipeline.review.models import Effort, Line, LineState, Revision

from .conftest import HINDI, World

Send = Callable[..., Any]


@pytest.fixture
def as_person(client: Client, world: World) -> Callable[[str], Client]:
    """Return a function that signs somebody in."""

    def sign_in(name: str) -> Client:
        backend = "django.contrib.auth.backends.ModelBackend"
        client.force_login(world.people[name], backend=backend)
        return client

    return sign_in


@pytest.fixture
def send(as_person: Callable[[str], Client]) -> Send:
    """Return a function that posts JSON as somebody and returns (status, what came)."""

    def post(name: str, path: str, **body: object) -> tuple[int, dict[str, Any]]:
        answer = as_person(name).post(
            f"/edit/{path}", json.dumps(body), content_type="application/json"
        )
        return answer.status_code, answer.json()

    return post


def line_of(world: World, number: int) -> Line:
    return world.track.lines.select_related("sentence").order_by("sentence__position")[number]


def saving(text: str, version: int = 1, **more: object) -> dict[str, object]:
    return {"text": text, "version": version, "request": str(uuid.uuid4()), **more}


def test_the_page_opens_for_a_reviewer_of_the_language_alone(as_person) -> None:
    assert as_person("asha").get("/c/rti/one/hi/").status_code == 200
    assert as_person("tamil").get("/c/rti/one/hi/").status_code == 404
    assert as_person("stranger").get("/c/rti/one/hi/").status_code == 404
    assert as_person("asha").get("/c/rti/one/ta/").status_code == 404


def test_all_lines_come_with_their_findings_in_order(as_person, world: World) -> None:
    answer = as_person("asha").get(f"/edit/tracks/{world.track.pk}/lines").json()
    assert [row["text"] for row in answer["rows"]] == list(HINDI)
    assert [row["n"] for row in answer["rows"]] == [1, 2, 3, 4]
    assert answer["counts"]["total"] == 4


def test_the_lines_are_sent_packed(as_person, world: World) -> None:
    client = as_person("asha")
    address = f"/edit/tracks/{world.track.pk}/lines"
    assert client.get(address, headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_a_save_answers_with_the_line_and_its_findings(send: Send, world: World) -> None:
    line = line_of(world, 1)
    status, told = send("asha", f"lines/{line.pk}/save", **saving("शुल्क बीस रुपये है।"))
    assert status == 200
    assert (told["row"]["state"], told["row"]["version"], told["row"]["mine"]) == (
        "edited",
        2,
        True,
    )
    assert "numbers-differ" in [one["check"] for one in told["row"]["findings"]]
    assert told["counts"]["errors"] == 1


def test_a_save_that_is_sent_again_is_done_once(send: Send, world: World) -> None:
    line, body = line_of(world, 0), saving("नया पाठ।")
    first = send("asha", f"lines/{line.pk}/save", **body)
    again = send("asha", f"lines/{line.pk}/save", **body)
    assert first[0] == again[0] == 200
    assert again[1]["row"]["version"] == first[1]["row"]["version"]
    assert Revision.objects.filter(line=line).count() == 2


def test_a_save_of_an_older_version_gets_the_text_that_stands_there(send, world: World) -> None:
    line = line_of(world, 0)
    send("bharat", f"lines/{line.pk}/save", **saving("भरत का पाठ।"))
    status, told = send("asha", f"lines/{line.pk}/save", **saving("आशा का पाठ।"))
    assert status == 409
    assert (told["row"]["text"], told["row"]["by"]) == ("भरत का पाठ।", "Bharat")
    assert line_of(world, 0).text == "भरत का पाठ।"


@pytest.mark.parametrize("name", ["tamil", "stranger"])
def test_a_line_that_one_may_not_see_is_not_there(send: Send, world: World, name: str) -> None:
    line = line_of(world, 0)
    for what, body in (
        ("save", saving("x")),
        ("approve", {"version": 1}),
        ("return", {"version": 1, "reason": "style"}),
        ("restore", {"version": 1, "revision": 1}),
        ("layout", {}),
        ("cues", {"version": 1, "cues": []}),
        ("say", {"text": "x"}),
        ("seen", {}),
    ):
        assert send(name, f"lines/{line.pk}/{what}", **body)[0] == 404, what
    for what in ("find", "replace", "undo-replace", "work"):
        body = {"find": {"find": "x"}, "replace": {"find": "x", "lines": {}}}
        sent = body.get(what, {"batch": 1} if what == "undo-replace" else {"seconds": 1})
        assert send(name, f"tracks/{world.track.pk}/{what}", **sent)[0] == 404, what
    assert line_of(world, 0).text == HINDI[0]


@pytest.mark.parametrize("name", ["listener", "publisher", "terminologist", "administrator"])
def test_who_may_only_read_is_refused(send: Send, as_person, world: World, name: str) -> None:
    line = line_of(world, 0)
    assert as_person(name).get(f"/edit/tracks/{world.track.pk}/lines").status_code == 200
    assert send(name, f"lines/{line.pk}/save", **saving("x"))[0] == 403
    assert send(name, f"lines/{line.pk}/approve", version=1)[0] == 403
    assert send(name, f"lines/{line.pk}/cues", version=1, cues=[])[0] == 403
    assert send(name, f"tracks/{world.track.pk}/replace", find="हर", lines={})[0] == 403


def test_somebody_signed_out_is_told_so_and_not_led_away(client: Client, world: World) -> None:
    answer = client.get(f"/edit/tracks/{world.track.pk}/lines")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")


def test_a_page_of_another_person_saves_nothing(as_person, world: World) -> None:
    answer = as_person("asha").post(
        f"/edit/lines/{line_of(world, 0).pk}/save",
        json.dumps(saving("नया पाठ।")),
        content_type="application/json",
        headers={"X-Person": str(world.people["bharat"].pk)},
    )
    assert answer.status_code == 401
    assert line_of(world, 0).text == HINDI[0]


def test_a_save_without_the_token_of_our_pages_is_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.people["asha"], backend="django.contrib.auth.backends.ModelBackend")
    address = f"/edit/lines/{line_of(world, 0).pk}/save"
    answer = strict.post(address, json.dumps(saving("x")), content_type="application/json")
    assert answer.status_code == 403
    assert line_of(world, 0).text == HINDI[0]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"text": 1}', b'{"text":"x","version":1,"request":"no"}']
)
def test_what_cannot_be_understood_is_refused(as_person, world: World, body: bytes) -> None:
    address = f"/edit/lines/{line_of(world, 0).pk}/save"
    answer = as_person("asha").post(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_approving_and_returning_follow_the_rules(send: Send, world: World) -> None:
    first, second = line_of(world, 0), line_of(world, 1)
    assert send("asha", f"lines/{first.pk}/approve", version=1)[1]["counts"]["approved"] == 1
    send("asha", f"lines/{second.pk}/save", **saving("शुल्क 10 रुपये है।"))
    assert send("asha", f"lines/{second.pk}/approve", version=2)[0] == 403
    status, told = send("bharat", f"lines/{second.pk}/return", version=2, reason="style", note="n")
    assert (status, told["row"]["reason"], told["row"]["state"]) == (200, "style", "returned")
    assert send("bharat", f"lines/{second.pk}/return", version=3, reason="none")[0] == 400


def test_a_text_of_before_comes_back(send: Send, as_person, world: World) -> None:
    line = line_of(world, 0)
    send("asha", f"lines/{line.pk}/save", **saving("नया पाठ।"))
    status, told = send("asha", f"lines/{line.pk}/restore", version=2, revision=1)
    assert (status, told["row"]["text"]) == (200, HINDI[0])
    texts = as_person("asha").get(f"/edit/lines/{line.pk}/history").json()["texts"]
    assert [one["text"] for one in texts] == [HINDI[0], "नया पाठ।", HINDI[0]]
    assert send("asha", f"lines/{line.pk}/restore", version=3, revision=77)[0] == 404


def test_a_waived_finding_counts_no_more(send: Send, world: World) -> None:
    line = line_of(world, 1)
    _, told = send("asha", f"lines/{line.pk}/save", **saving("शुल्क बीस रुपये है।"))
    key = next(one["id"] for one in told["row"]["findings"] if one["check"] == "numbers-differ")
    assert send("tamil", f"findings/{key}/waive", reason="x")[0] == 404
    assert send("asha", f"findings/{key}/waive", reason="x")[0] == 403  # of her own text
    assert send("bharat", f"findings/{key}/waive", reason=" ")[0] == 400
    status, told = send("bharat", f"findings/{key}/waive", reason="The fee was raised.")
    assert (status, told["counts"]["errors"]) == (200, 0)


def test_what_others_changed_is_told_and_who_is_here(send: Send, as_person, world: World) -> None:
    now = as_person("asha").get(f"/edit/tracks/{world.track.pk}/lines").json()["now"]
    line = line_of(world, 2)
    send("bharat", f"lines/{line.pk}/save", **saving("लोक प्राधिकरण 30 दिन में उत्तर देता है।"))
    send("bharat", f"tracks/{world.track.pk}/work", seconds=5, line=line.pk)
    news = as_person("asha").get(f"/edit/tracks/{world.track.pk}/news", {"since": now}).json()
    assert line.pk in [row["id"] for row in news["rows"]]
    assert news["here"] == [{"name": "Bharat", "line": line.pk}]
    assert as_person("asha").get(f"/edit/tracks/{world.track.pk}/news?since=x").status_code == 400


def test_work_is_counted_by_day_and_never_too_much(send: Send, world: World) -> None:
    for seconds in (30, 20, 86_400, -5):
        assert send("asha", f"tracks/{world.track.pk}/work", seconds=seconds)[0] == 200
    assert Effort.objects.get().seconds == 30 + 20 + 120


def test_markup_in_a_text_stays_text(send: Send, as_person, world: World) -> None:
    nasty = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    line = line_of(world, 0)
    send("asha", f"lines/{line.pk}/save", **saving(nasty))
    world.lesson.title = nasty
    world.lesson.save()
    page = as_person("asha").get("/c/rti/one/hi/")
    assert b"<script>alert" not in page.content
    assert b"<img src=x" not in page.content
    assert "script-src 'self'" in page["Content-Security-Policy"]
    lines = as_person("asha").get(f"/edit/tracks/{world.track.pk}/lines")
    assert lines["Content-Type"] == "application/json"
    assert lines["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def media(world: World, tmp_path: Path) -> bytes:
    """Give the lesson a file of 9 MB; only its name says that it is a video."""
    held = bytes(range(256)) * (9 << 12)
    file = tmp_path / "one.mp4"
    file.write_bytes(held)
    world.lesson.media = str(file)
    world.lesson.save()
    return held


def read(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, 5 + (4 << 20)), ("bytes=-7", -7, None)],
)
def test_media_comes_in_the_range_that_was_asked_for(
    as_person, world: World, media: bytes, asked: str, start: int, stop: int | None
) -> None:
    address = f"/edit/lessons/{world.lesson.pk}/media"
    answer = as_person("asha").get(address, headers={"Range": asked})
    wanted = media[start:stop]
    assert (answer.status_code, read(answer)) == (206, wanted)
    first = start % len(media)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(media)}"
    assert (answer["Content-Type"], answer["Content-Length"]) == ("video/mp4", str(len(wanted)))


def test_media_comes_whole_where_no_range_holds(as_person, world: World, media: bytes) -> None:
    client, address = as_person("asha"), f"/edit/lessons/{world.lesson.pk}/media"
    assert read(client.get(address)) == media
    changed = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (changed.status_code, len(read(changed))) == (200, len(media))
    odd = client.get(address, headers={"Range": "lines=1-2"})
    assert (odd.status_code, len(read(odd))) == (200, len(media))


def test_media_beyond_the_end_is_refused(as_person, world: World, media: bytes) -> None:
    address = f"/edit/lessons/{world.lesson.pk}/media"
    answer = as_person("asha").get(address, headers={"Range": f"bytes={len(media)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(media)}")


def test_media_is_only_for_those_who_see_the_course_and_only_media(
    as_person, world: World, media: bytes, tmp_path: Path
) -> None:
    address = f"/edit/lessons/{world.lesson.pk}/media"
    assert as_person("stranger").get(address).status_code == 404
    (tmp_path / "secret.txt").write_text("secret")
    world.lesson.media = str(tmp_path / "secret.txt")
    world.lesson.save()
    assert as_person("asha").get(address).status_code == 404


def test_a_line_cannot_be_approved_in_a_state_that_changed(send: Send, world: World) -> None:
    line = line_of(world, 0)
    send("bharat", f"lines/{line.pk}/save", **saving("भरत का पाठ।"))
    status, told = send("asha", f"lines/{line.pk}/approve", version=1)
    assert (status, told["row"]["state"]) == (409, LineState.EDITED)
