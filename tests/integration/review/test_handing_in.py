"""Files come in whole or go on where they stopped; a course is taken once, or not at all."""

from __future__ import annotations

import hashlib
import io
import threading
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from courses.errors import ConflictError, CourseError, ForbiddenError, ReviewError
from pipeline.review.models import Course, Job, Upload, User
from pipeline.review.site import Site
from pipeline.review.store import handing_in, uploads
from pipeline.review.store.handing_in import Submission
from pipeline.review.store.uploads import Announced

WAVE = b"RIFF" + bytes(2000)
TOML = """id = "rti"
title = "RTI"
[[lessons]]
id = "one"
title = "Asking"
media = "media/one.wav"
language = "en"
"""
Send = Callable[..., uuid.UUID]


@pytest.fixture
def send(people: dict[str, User], site: Site) -> Send:
    """Return a function that uploads bytes under a name and returns the upload's id."""

    def go(name: str, data: bytes = WAVE, user: User = people["contributor"]) -> uuid.UUID:
        upload = uploads.begin(user, Announced(name, len(data), hashlib.sha256(data).hexdigest()))
        uploads.receive(user, upload.pk, 0, data)
        return upload.pk

    return go


def zipped(**files: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def wish(*ids: uuid.UUID, title: str = "Right to Information") -> Submission:
    return Submission(title, ids, ("hi", "ta"), ministry="DoPT")


def test_an_upload_goes_on_where_the_connection_was_lost(
    people: dict[str, User], site: Site
) -> None:
    user, data = people["contributor"], bytes(range(256)) * 10
    file = Announced("one.mp4", len(data), hashlib.sha256(data).hexdigest())
    first = uploads.begin(user, file)
    uploads.receive(user, first.pk, 0, data[:1000])
    again = uploads.begin(user, file)
    assert (again.pk, again.received) == (first.pk, 1000)
    uploads.receive(user, first.pk, 0, data[:1000])
    with pytest.raises(ConflictError, match="byte 1000"):
        uploads.receive(user, first.pk, 1500, data[1500:])
    done = uploads.receive(user, first.pk, 1000, data[1000:])
    assert done.finished is not None
    assert uploads.path_of(done).read_bytes() == data


def test_a_file_that_was_damaged_on_its_way_begins_again(
    people: dict[str, User], site: Site
) -> None:
    user = people["contributor"]
    upload = uploads.begin(user, Announced("one.mp4", 4, hashlib.sha256(b"good").hexdigest()))
    with pytest.raises(ReviewError, match="damaged"):
        uploads.receive(user, upload.pk, 0, b"evil")
    upload.refresh_from_db()
    assert (upload.received, upload.finished) == (0, None)
    assert uploads.receive(user, upload.pk, 0, b"good").finished is not None


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.mp4\0",
        "a\u202egpj.mp4",
        "",
        ".hidden.mp4",
        "virus.exe",
        "x" * 300 + ".mp4",
    ],
)
def test_a_bad_name_is_refused(name: str, people: dict[str, User], site: Site) -> None:
    with pytest.raises(ReviewError):
        uploads.begin(people["contributor"], Announced(name, 10))


def test_a_file_that_is_too_big_is_refused_before_a_byte_is_sent(
    people: dict[str, User], site: Site
) -> None:
    with pytest.raises(ReviewError, match="bytes"):
        uploads.begin(people["contributor"], Announced("one.mp4", uploads.MOST_BYTES + 1))


def test_nobody_goes_on_with_the_upload_of_another(people: dict[str, User], site: Site) -> None:
    from pipeline.review.models import Grant, Role

    upload = uploads.begin(people["contributor"], Announced("one.mp4", 10))
    other = User.objects.create_user("other@example.org", "Other")
    Grant.objects.create(user=other, role=Role.CONTRIBUTOR)
    with pytest.raises(Upload.DoesNotExist):
        uploads.receive(other, upload.pk, 0, b"x")
    with pytest.raises(ForbiddenError):
        uploads.receive(people["asha"], upload.pk, 0, b"x")


def test_files_become_a_course_with_work_queued(
    people: dict[str, User], site: Site, send: Send
) -> None:
    ids = (send("Lecture 1.wav"), send("lecture 1.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHi\n"))
    course = handing_in.hand_in(people["contributor"], wish(*ids))
    lesson = course.lessons.get()
    assert (course.slug, course.ministry) == ("right-to-information", "DoPT")
    assert Path(lesson.media).read_bytes() == WAVE
    assert Path(lesson.captions).name == "lecture 1.srt"
    assert Job.objects.get().payload == {"languages": ["hi", "ta"]}
    assert not Upload.objects.exists()
    assert list(site.uploads.iterdir()) == []


def test_a_zip_with_a_course_file_is_a_course(
    people: dict[str, User], site: Site, send: Send
) -> None:
    files = {"rti/course.toml": TOML, "rti/media/one.wav": WAVE, "rti/notes.txt": b"?"}
    course = handing_in.hand_in(people["contributor"], wish(send("rti.zip", zipped(**files))))
    assert (course.slug, course.lessons.get().slug) == ("rti", "one")
    kept = sorted(p.relative_to(site.media).as_posix() for p in site.media.rglob("*.*"))
    assert kept == ["rti/course.toml", "rti/media/one.wav"]


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"course.toml": TOML, "../one.wav": WAVE}, ReviewError),
        ({"course.toml": TOML}, CourseError),
        ({"one.wav": WAVE}, ReviewError),
        ({"course.toml": TOML, "media/one.wav": bytes(5 << 20)}, ReviewError),
    ],
    ids=["a path that leads out", "media missing", "no course file", "a bomb"],
)
def test_a_bad_zip_leaves_nothing_behind(
    files: dict[str, bytes], error: type[Exception], people: dict[str, User], site: Site, send: Send
) -> None:
    key = send("rti.zip", zipped(**files))
    with pytest.raises(error):
        handing_in.hand_in(people["contributor"], wish(key))
    assert not Course.objects.exists()
    assert list(site.media.iterdir()) == []
    assert Upload.objects.get().pk == key


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_in_the_same_course_one_wins_and_the_other_is_told(
    people: dict[str, User], site: Site, send: Send
) -> None:
    from django.db import connection

    keys, told = [send("one.wav"), send("two.wav")], []

    def go(key: uuid.UUID) -> None:
        try:
            told.append(handing_in.hand_in(people["contributor"], wish(key)).slug)
        except ConflictError as error:
            told.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["ConflictError", "right-to-information"]
    assert Course.objects.count() == 1


def test_languages_that_no_engine_can_do_are_refused_at_once(
    people: dict[str, User], site: Site, send: Send
) -> None:
    key = send("one.wav")
    with pytest.raises(ReviewError, match="sa"):
        handing_in.hand_in(people["contributor"], Submission("RTI", (key,), ("sa",)))
    with pytest.raises(ReviewError, match="hi"):
        handing_in.hand_in(people["contributor"], Submission("RTI", (key,), ("ta",), language="hi"))
    assert not Course.objects.exists()
