"""Somebody who sends what no browser would: archives, numbers, names, addresses."""

from __future__ import annotations

import hashlib
import io
import logging
import socket
import struct
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from courses.errors import CourseError, KarmavaniError, ReviewError
from pipeline.review import telling
from pipeline.review.models import Delivery, Upload, User
from pipeline.review.site import Site
from pipeline.review.store import archives, handing_in, invitations, jobs, uploads, webhooks
from pipeline.review.store.handing_in import Submission
from pipeline.review.store.uploads import Announced

from .conftest import HINDI, PASSPHRASE, World

TOML = """id = "rti"
title = "RTI"
[[lessons]]
id = "one"
title = "Asking"
media = "one.wav"
language = "en"
"""
WAVE = b"RIFF" + bytes(2000)
BACKEND = "django.contrib.auth.backends.ModelBackend"
HUGE = 10**30


def zipped(files: dict[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def as_person(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


# --- archives -----------------------------------------------------------------------------------
def many_entries() -> bytes:
    """Return an archive whose list of files is long, and says that it has one entry."""
    made = zipped({f"{n}.txt": b"" for n in range(60_000)}, zipfile.ZIP_STORED)
    end = made.rindex(b"PK\x05\x06")
    return made[: end + 8] + struct.pack("<HH", 1, 1) + made[end + 12 :]


def shared_bytes() -> bytes:
    """Return an archive of 300 entries that are all the same bytes, 100 times as long unpacked."""
    good = zipped({"course.toml": TOML, "one.wav": b"RIFF" + bytes(900_000)})
    end = good.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", good[end + 16 : end + 20])[0]
    entry = good[good.rindex(b"PK\x01\x02") : end]
    more = b"".join(entry.replace(b"one.wav", b"%03d.wav" % n) for n in range(300))
    tail = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, 302, 302, end - start + len(more), start, 0
    )
    return good[:end] + more + tail


def broken_deflate() -> bytes:
    made = bytearray(zipped({"course.toml": TOML, "one.wav": bytes(range(256)) * 20}))
    at = made.index(b"one.wav") + 12
    made[at : at + 20] = b"\xff" * 20
    return bytes(made)


def bad_name() -> bytes:
    made = zipped({"course.toml": TOML, "\u0936.wav": WAVE})
    return made.replace("\u0936".encode(), b"\xff\xfe\xfd")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a list of files without end": many_entries,
    "entries that share their bytes": shared_bytes,
    "a course file of many megabytes": lambda: zipped(
        {"course.toml": TOML + "#" * (2 << 20), "one.wav": WAVE}, zipfile.ZIP_STORED
    ),
    "broken bytes": broken_deflate,
    "a name that is no text": bad_name,
    "packed otherwise": lambda: zipped({"course.toml": TOML, "one.wav": WAVE}, zipfile.ZIP_LZMA),
    "a title with a direction": lambda: zipped(
        {"course.toml": TOML.replace("Asking", "A\u202egpj"), "one.wav": WAVE}
    ),
    "a title without end": lambda: zipped(
        {"course.toml": TOML.replace("Asking", "A" * 400), "one.wav": WAVE}
    ),
    "the same name twice": lambda: zipped(
        {"course.toml": TOML, "one.wav": WAVE, "two.wav": WAVE}
    ).replace(b"two.wav", b"one.wav"),
    "a name of two kinds": lambda: zipped(
        {"course.toml": TOML, "one.wav": WAVE, "one.wav/two.wav": WAVE}
    ),
    "media outside": lambda: zipped(
        {"course.toml": TOML.replace("one.wav", "../../review.sqlite3"), "one.wav": WAVE}
    ),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_in_words_that_tell_nothing_of_this_machine(
    kind: str, people: dict[str, User], site: Site
) -> None:
    data = HOSTILE[kind]()
    upload = uploads.begin(people["contributor"], Announced("rti.zip", len(data)))
    for at in range(0, len(data), 4 << 20):
        uploads.receive(people["contributor"], upload.pk, at, data[at : at + (4 << 20)])
    with pytest.raises((ReviewError, CourseError)) as caught:
        handing_in.hand_in(people["contributor"], Submission("", (upload.pk,), ("hi",)))
    assert str(site.data) not in str(caught.value)
    assert ".making" not in str(caught.value)
    assert list(site.media.iterdir()) == []


def test_an_archive_is_not_unpacked_onto_a_disk_without_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"course.toml": TOML, "one.wav": WAVE}))
    monkeypatch.setattr(archives, "SPARE", 1 << 60)
    with pytest.raises(ReviewError, match="no room"):
        archives.unpack(archive, tmp_path)


# --- uploads ------------------------------------------------------------------------------------
def test_files_that_are_announced_count_before_they_are_there(
    people: dict[str, User], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shutil import _ntuple_diskusage

    room = _ntuple_diskusage(0, 0, uploads.SPARE + 1000)
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda folder: room)
    uploads.begin(people["contributor"], Announced("one.mp4", 800))
    with pytest.raises(ReviewError, match="no room"):
        uploads.begin(people["contributor"], Announced("two.mp4", 800))


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "one.mp4", "size": 1e400}',
        b'{"name": "one.mp4", "size": Infinity}',
        b'{"name": "\\ud800.mp4", "size": 5}',
        b'{"name": "a\\u0000.mp4", "size": 5}',
        b'{"name": "\\u202e4pm.exe.mp4", "size": 5}',
        b"[" * 100_000,
        b"[]",
        b"\xff",
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(
    body: bytes, people: dict[str, User], site: Site
) -> None:
    client = as_person(people["contributor"])
    answer = client.post("/uploads/", body, content_type="application/json")
    assert answer.status_code == 400
    assert not Upload.objects.exists()


def test_pieces_out_of_place_never_make_a_file(people: dict[str, User], site: Site) -> None:
    client, data = as_person(people["contributor"]), b"RIFF" * 10
    upload = uploads.begin(
        people["contributor"], Announced("one.wav", 40, hashlib.sha256(data).hexdigest())
    )

    def put(offset: object, piece: bytes) -> int:
        headers = {"Upload-Offset": str(offset)}
        path = f"/uploads/{upload.pk}/"
        answer = client.put(path, piece, content_type="application/octet-stream", headers=headers)
        return answer.status_code

    assert put("9" * 5000, b"x") == 400
    assert put("-1", b"x") == 400
    assert put("٣", b"x") == 400
    assert put(4, b"x") == 409
    assert put(0, data + b"x") == 400
    assert put(0, b"LIES" * 10) == 400  # whole, and not what was announced
    assert uploads.look(people["contributor"], upload.pk).received == 0
    assert put(0, data[:20]) == 200
    assert put(20, data[20:]) == 200
    assert put(40, b"") == 200
    assert Upload.objects.get().finished is not None


def test_a_file_whose_last_piece_came_before_a_crash_is_finished_by_the_next_question(
    people: dict[str, User], site: Site
) -> None:
    user = people["contributor"]
    upload = uploads.begin(user, Announced("one.wav", 4))
    uploads.receive(user, upload.pk, 0, b"RIFF")
    Upload.objects.update(finished=None)
    assert uploads.receive(user, upload.pk, 4, b"").finished is not None


# --- any request --------------------------------------------------------------------------------
def test_a_request_that_is_too_long_is_refused_before_it_is_read(db: None) -> None:
    for length in ("18000000", "9" * 40, "x"):
        answer = Client().post(
            "/login/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length
        )
        assert answer.status_code == 413


def test_numbers_that_no_column_holds_are_no_failure_of_the_server(world: World) -> None:
    client, line = as_person(world.people["asha"]), world.track.lines.first()
    track = world.track.pk
    calls: dict[str, Any] = {
        f"/edit/lines/{HUGE}/save": {"text": "x", "version": 1, "request": str(uuid.uuid4())},
        f"/edit/lines/{line.pk}/save": {"text": "x", "version": HUGE, "request": str(uuid.uuid4())},
        f"/edit/lines/{line.pk}/restore": {"version": 1, "revision": HUGE},
        f"/edit/lines/{line.pk}/say": {"text": "x", "people": [HUGE]},
        f"/edit/lines/{line.pk}/cues": {
            "version": 1,
            "cues": [{"start": 0, "end": HUGE, "text": line.text}],
        },
        f"/edit/tracks/{track}/work": {"seconds": HUGE, "line": HUGE},
        f"/edit/tracks/{track}/replace": {"find": "x", "lines": {str(HUGE): 1}},
        f"/edit/tracks/{track}/undo-replace": {"batch": HUGE},
        f"/edit/findings/{HUGE}/waive": {"reason": "x"},
    }
    for path, body in calls.items():
        answer = client.post(path, body, content_type="application/json")
        assert answer.status_code in (200, 400, 404, 409), path


def test_reasons_and_notes_have_no_hidden_characters(world: World) -> None:
    client, line = as_person(world.people["asha"]), world.track.lines.first()
    for note in ("a\u0000b", "a\u202eb"):
        body = {"version": line.version, "reason": "style", "note": note}
        answer = client.post(f"/edit/lines/{line.pk}/return", body, content_type="application/json")
        assert answer.status_code == 400
    answer = client.post(
        f"/edit/lines/{line.pk}/save",
        b'{"text": "\\ud800", "version": 1, "request": "00000000-0000-4000-8000-000000000000"}',
        content_type="application/json",
    )
    assert answer.status_code == 400


def test_a_replacement_cannot_fill_the_memory(world: World) -> None:
    client = as_person(world.people["asha"])
    world.track.lines.update(text="x" * 5000)
    body = {"find": ".", "replace": "0123456789" * 10, "regex": True}
    path = f"/edit/tracks/{world.track.pk}/find"
    answer = client.post(path, body, content_type="application/json")
    assert (answer.status_code, "too long" in answer.json()["error"]) == (400, True)


def test_media_that_was_handed_in_is_opened_by_no_web_process(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.review.store import peaks

    def open_media(*args: object, **named: object) -> None:
        raise AssertionError("media was opened")

    monkeypatch.setattr(peaks, "decode", open_media)
    answer = as_person(world.people["asha"]).get(f"/edit/lessons/{world.lesson.pk}/peaks")
    assert (answer.status_code, answer.json()["peaks"]) == (200, "")


def test_the_secret_of_an_open_invitation_is_in_no_log(
    people: dict[str, User], settings: Any
) -> None:
    from logging.config import dictConfig

    _, secret = invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    written = io.StringIO()
    asked = settings.LOGGING
    handler = {**asked["handlers"]["stderr"], "stream": written}
    before = logging.root.handlers[:], logging.root.level
    try:
        dictConfig({**asked, "handlers": {"stderr": handler}})
        said = {"name": "New", "passphrase": "weak", "again": "weak"}
        assert Client().post(f"/invitation/{secret}/", said).status_code == 400
        assert Client().put(f"/invitation/{secret}/").status_code == 405
    finally:
        logging.root.handlers[:], logging.root.level = before
    assert "/invitation/…" in written.getvalue()
    assert secret not in written.getvalue()
    assert PASSPHRASE not in written.getvalue()


def test_a_job_that_failed_tells_contributors_nothing_of_this_machine(
    world: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.review import worker
    from pipeline.review.models import Job

    errors: list[Exception] = [
        KarmavaniError(f"{site.data.resolve()}/courses/rti/one.mp4: is no media."),
        OSError(2, "gone", f"{site.data}/work"),
    ]

    def fail(job: Job) -> str:
        raise errors.pop()

    monkeypatch.setitem(worker._DO, jobs.DRAFT, fail)
    for language in ("hi", "ta"):
        jobs.add_draft(world.lesson, [language], None)
        assert worker.work_once()
    told = list(Job.objects.order_by("pk").values_list("message", flat=True))
    assert told[0] == "An error of the program (FileNotFoundError); it is in the site's log."
    assert told[1] == "courses/rti/one.mp4: is no media."
    assert str(site.data) not in "".join(told)


# --- files that come back ---------------------------------------------------------------------
@pytest.mark.parametrize("text", ["a\u202eb", "\u0001", "\u0915" * 2500, "a\u2066b\u0007c"])
def test_a_file_brings_in_no_text_that_a_person_could_not_type(text: str, world: World) -> None:
    from pipeline.review.store import roundtrip

    asha = world.people["asha"]
    name, data = roundtrip.export(asha, world.track, "xliff2")
    changed = data.replace(HINDI[3].encode(), text.encode())
    before = list(world.track.lines.values_list("text", flat=True))
    with suppress(KarmavaniError):
        assert not roundtrip.take_in(asha, world.track.pk, (name, changed)).kept
    assert list(world.track.lines.values_list("text", flat=True)) == before


def test_a_file_reads_nothing_of_this_machine_and_does_not_grow(
    world: World, tmp_path: Path
) -> None:
    from pipeline.review.store import roundtrip

    asha, secret = world.people["asha"], tmp_path / "secret"
    secret.write_text("a secret", encoding="utf-8")
    name, data = roundtrip.export(asha, world.track, "xliff2")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    for entity in (f'<!ENTITY l8 SYSTEM "{secret.as_uri()}">', f'<!ENTITY l0 "ha">{laughs}'):
        head, _, rest = data.partition(b"?>")
        doctype = f"?><!DOCTYPE xliff [{entity}]>".encode()
        hostile = head + doctype + rest.replace(HINDI[3].encode(), b"&l8;")
        with suppress(KarmavaniError):
            assert not roundtrip.take_in(asha, world.track.pk, (name, hostile)).kept
    assert not world.track.lines.filter(text__contains="secret").exists()
    assert not world.track.lines.filter(text__contains="ha").exists()


# --- webhooks -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "169.254.169.254", "224.0.0.1", "240.0.0.1"),
        *("::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1"),
        *("fe80::1%1", "ff02::1", "fec0::1", "2001:0:7f00:1::"),
    ],
)
def test_no_address_leads_into_the_own_network(
    address: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    monkeypatch.setattr(telling.socket, "getaddrinfo", lambda *args, **named: [*found, public])
    with pytest.raises(ValueError, match="private network"):
        telling._public("hooks.example.org", 443)
    monkeypatch.setattr(telling.socket, "getaddrinfo", lambda *args, **named: [public])
    assert telling._public("hooks.example.org", 443) == "93.184.216.34"


@pytest.mark.parametrize(
    "url",
    [
        *("https://[::1", "https://h:99999/", "https://h:22/", "https://user:pw@h/", "ftp://h/"),
        *("https://", "javascript:alert(1)", "https://h:x/", "//h/"),
    ],
)
def test_what_is_no_address_of_a_receiver_is_refused(url: str, world: World, site: Site) -> None:
    with pytest.raises(ReviewError):
        webhooks.add(world.people["contributor"], url, ["lesson.drafted"])


def test_a_receiver_that_answers_a_byte_at_a_time_holds_nobody_up(
    world: World, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SITE = replace(site, webhook_hosts=("127.0.0.1",))
    monkeypatch.setattr(telling, "LONGEST", 0.3)
    server, cut = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def trickle() -> None:
        taken, _ = server.accept()
        with taken:
            for letter in b"x" * 1000:
                time.sleep(0.02)
                try:
                    taken.send(bytes([letter]))
                except OSError:
                    return cut.set()
        return None

    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    webhooks.add(world.people["contributor"], url, ["lesson.drafted"])
    jobs.finish(jobs.add_draft(world.lesson, ["hi"], None))
    assert telling.send_due() == 0
    thread.join()
    server.close()
    assert cut.is_set()
    assert Delivery.objects.get().attempts == 1
