"""Files here, in memory and on a real S3 server: the same, and every way it can go wrong."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from courses.errors import (
    CaptionsError,
    CourseError,
    KarmavaniError,
    MediaError,
    StoreError,
    UsageError,
)
from courses.nouns import Course
from pipeline.backlog import storage as module
from pipeline.backlog.catalogue import Reading, Wanted, read_wanted
from pipeline.backlog.course_places import read_course_at
from pipeline.backlog.entries import Entry
from pipeline.backlog.storage import BLOCK, Storage
from tests.integration.backlog.conftest import BUCKET, ObjectStore

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "samples/rti-basics"
ALL = Storage(("file", "s3", "memory"))
LARGE = hashlib.shake_256(b"lecture").digest(2 * BLOCK + 12345)


@pytest.fixture(params=["path", "file", "memory", "s3"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a folder of each kind, empty."""
    if request.param == "s3":
        request.getfixturevalue("s3")
    folders = {"path": str(tmp_path), "file": f"file://{tmp_path}", "s3": f"s3://{BUCKET}/rti"}
    return folders.get(request.param, f"memory://{tmp_path.name}")


def fetched(address: str, cache: Path, sha256: str = "", storage: Storage = ALL) -> bytes:
    with storage.local(address, cache, sha256) as path:
        return path.read_bytes()


def kept(cache: Path) -> list[str]:
    """Return every file in the cache, whole or half, that is not a lock."""
    folders = ("objects", "making", "origins")
    return [
        path.name for folder in folders for path in (cache / folder).rglob("*") if path.is_file()
    ]


def test_files_are_the_same_wherever_they_lie(where: str, tmp_path: Path) -> None:
    ALL.write(f"{where}/media/पाठ 1.mp4", LARGE)
    ALL.write(f"{where}/course.toml", b"id")
    assert ALL.listing(where) == [Entry("course.toml", False, 2), Entry("media", True)]
    assert ALL.listing(f"{where}/media") == [Entry("पाठ 1.mp4", False, len(LARGE))]
    assert ALL.listing(f"{where}/none") == []
    assert ALL.read(f"{where}/course.toml") == b"id"
    assert b"".join(ALL.blocks(f"{where}/media/पाठ 1.mp4")) == LARGE
    assert fetched(f"{where}/media/पाठ 1.mp4", tmp_path / "cache") == LARGE
    assert (ALL.size(f"{where}/course.toml"), ALL.size(f"{where}/media")) == (2, 0)
    assert ALL.exists(f"{where}/media")
    ALL.remove(f"{where}/course.toml")
    ALL.remove(f"{where}/course.toml")
    assert not ALL.exists(f"{where}/course.toml")


def test_another_content_has_another_mark(where: str) -> None:
    ALL.write(f"{where}/a.mp4", b"one")
    first = ALL.mark(f"{where}/a.mp4")
    assert first == ALL.mark(f"{where}/a.mp4")
    assert first.startswith("size:3 ")
    ALL.write(f"{where}/a.mp4", b"two")
    assert ALL.mark(f"{where}/a.mp4") != first
    assert len(first) <= 140


def test_what_is_not_there_is_missing_and_a_folder_is_no_file(where: str, tmp_path: Path) -> None:
    ALL.write(f"{where}/media/a.mp4", b"x")
    with pytest.raises(MediaError, match="no such file"):
        ALL.mark(f"{where}/none.mp4")
    with pytest.raises(CaptionsError, match="no such file"):
        ALL.mark(f"{where}/none.vtt", CaptionsError)
    with pytest.raises(MediaError, match="is a folder"):
        ALL.mark(f"{where}/media")
    with pytest.raises(CourseError, match="no such file"):
        ALL.read(f"{where}/none.toml", CourseError)


def test_a_large_file_is_not_read_whole(where: str) -> None:
    ALL.write(f"{where}/course.toml", bytes(module.SMALL + 1))
    with pytest.raises(CourseError, match="more than 4 MiB"):
        ALL.read(f"{where}/course.toml", CourseError)


def test_the_settings_may_be_sent_to_workers() -> None:
    storage = Storage(("file", "s3"), "http://127.0.0.1:9", keep=5)
    assert pickle.loads(pickle.dumps(storage)) == storage


def test_a_path_is_yielded_as_itself(tmp_path: Path) -> None:
    with Storage().local("media/a.mp4", tmp_path) as path:
        assert path == Path("media/a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_offline_refuses_addresses_before_asking_anybody(s3: ObjectStore, tmp_path: Path) -> None:
    s3.put("a.mp4", b"x")
    offline = Storage(offline=True)
    with pytest.raises(UsageError, match="the network must not be used"):
        offline.mark(f"s3://{BUCKET}/a.mp4")
    with pytest.raises(UsageError, match="--offline"):
        fetched(f"s3://{BUCKET}/a.mp4", tmp_path, storage=offline)


@pytest.mark.parametrize("library", ["fsspec", "s3fs"])
def test_without_the_library_it_says_what_to_install(library: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from pipeline.backlog.storage import Storage\n"
        "try: Storage().mark('s3://courses/a.mp4')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT)
    assert said.startswith("UsageError ")
    assert "pip install 'karmavani[s3]'" in said


@pytest.mark.parametrize("parts", [1, 2])
def test_an_object_is_fetched_whole_however_it_was_uploaded(
    mortal_s3: ObjectStore, tmp_path: Path, parts: int
) -> None:
    if parts == 1:
        mortal_s3.put("a.mp4", LARGE)
    else:
        _upload_in_parts(mortal_s3, "a.mp4", LARGE)
    tag = Storage().mark(f"s3://{BUCKET}/a.mp4")
    assert ("-2" in tag) == (parts == 2)
    digest = hashlib.sha256(LARGE).hexdigest()
    assert fetched(f"s3://{BUCKET}/a.mp4", tmp_path) == LARGE
    mortal_s3.stop()
    assert fetched(f"s3://{BUCKET}/a.mp4", tmp_path, digest) == LARGE  # nobody was asked


def _upload_in_parts(s3: ObjectStore, key: str, content: bytes) -> None:
    at = {"Bucket": BUCKET, "Key": key}
    upload = s3.client.create_multipart_upload(**at)["UploadId"]
    tags = []
    for number, data in enumerate((content[:BLOCK], content[BLOCK:]), 1):
        part = {"PartNumber": number, "UploadId": upload, "Body": data}
        tags.append({"PartNumber": number, "ETag": s3.client.upload_part(**at, **part)["ETag"]})
    s3.client.complete_multipart_upload(**at, UploadId=upload, MultipartUpload={"Parts": tags})


def test_an_object_that_changes_while_it_is_read_is_not_kept(
    s3: ObjectStore, tmp_path: Path
) -> None:
    s3.put("a.mp4", LARGE)
    blocks = Storage().blocks(f"s3://{BUCKET}/a.mp4")
    next(blocks)
    s3.put("a.mp4", LARGE[::-1])
    with pytest.raises(StoreError, match="changed while it was read"):
        list(blocks)


def test_a_missing_bucket_is_told_apart_from_a_missing_file(s3: ObjectStore) -> None:
    with pytest.raises(StoreError, match="there is no bucket 'nowhere'"):
        Storage().mark("s3://nowhere/a.mp4")
    with pytest.raises(StoreError, match="there is no bucket 'nowhere'"):
        Storage().write("s3://nowhere/a.txt", b"x")
    with pytest.raises(MediaError, match="no such file"):
        Storage().mark(f"s3://{BUCKET}/a.mp4")


def test_wrong_credentials_are_told_without_them(s3: ObjectStore) -> None:
    s3.put("a.mp4", b"x")
    s3.reset("reset-auth", b"0")
    try:
        with pytest.raises(StoreError, match="access is denied") as caught:
            Storage().mark(f"s3://{BUCKET}/a.mp4")
    finally:
        s3.reset("reset-auth", b"inf")
    assert "AKIA" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_missing_credentials_say_which_to_set(
    mortal_s3: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StoreError, match=r"no credentials for it. Set AWS_ACCESS_KEY_ID"):
        Storage().mark(f"s3://{BUCKET}/a.mp4")


def test_a_server_that_is_not_there_is_told(mortal_s3: ObjectStore, tmp_path: Path) -> None:
    mortal_s3.stop()
    with pytest.raises(StoreError, match=r"cannot be reached\. Check the network") as caught:
        Storage().listing(f"s3://{BUCKET}/rti")
    assert mortal_s3.url not in str(caught.value)
    with pytest.raises(StoreError, match="cannot be reached"):
        Storage(endpoint=mortal_s3.url).mark(f"s3://{BUCKET}/a.mp4")


class _Cut(Storage):
    """Ends the server when the first block has come."""

    server: ObjectStore

    def blocks(self, address: str, missing: type[KarmavaniError] = MediaError) -> Iterator[bytes]:
        for block in super().blocks(address, missing):
            yield block
            type(self).server.stop()


def test_a_server_that_ends_meanwhile_leaves_nothing_half(
    mortal_s3: ObjectStore, tmp_path: Path
) -> None:
    mortal_s3.put("a.mp4", LARGE)
    _Cut.server = mortal_s3
    with pytest.raises(StoreError, match="the server"):
        fetched(f"s3://{BUCKET}/a.mp4", tmp_path, storage=_Cut())
    assert kept(tmp_path) == []


WORKER = """
import hashlib, os, sys, time
from pathlib import Path
from pipeline.backlog.storage import Storage

class Told(Storage):
    def blocks(self, address, *more):
        print("fetching", flush=True)
        for block in super().blocks(address, *more):
            yield block
            if "hang" in sys.argv:
                time.sleep(600)
            time.sleep(0.3)

print("ready", flush=True)
sys.stdin.readline()
with Told().local(sys.argv[1], Path(sys.argv[2])) as path:
    print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def start_worker(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", WORKER, *arguments]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    worker = subprocess.Popen(command, text=True, cwd=ROOT, **streams)  # type: ignore[call-overload]
    assert worker.stdout
    assert worker.stdout.readline() == "ready\n"
    return worker


def test_two_workers_that_want_the_same_file_fetch_it_once(s3: ObjectStore, tmp_path: Path) -> None:
    s3.put("a.mp4", LARGE)
    workers = [start_worker(f"s3://{BUCKET}/a.mp4", str(tmp_path)) for _ in range(2)]
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.communicate(timeout=120) for worker in workers]
    digest = hashlib.sha256(LARGE).hexdigest()
    assert sorted(out.split() for out, _ in told) == sorted([[digest], ["fetching", digest]])
    # No warning at the end of a process, no thread that keeps it.
    assert [(worker.returncode, said) for worker, (_, said) in zip(workers, told, strict=True)] == [
        (0, ""),
        (0, ""),
    ]


def test_a_worker_killed_while_fetching_costs_only_its_time(
    s3: ObjectStore, tmp_path: Path
) -> None:
    s3.put("a.mp4", LARGE)
    worker = start_worker(f"s3://{BUCKET}/a.mp4", str(tmp_path), "hang")
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("go\n")
    worker.stdin.flush()
    assert worker.stdout.readline() == "fetching\n"
    deadline = time.monotonic() + 60
    while not any((tmp_path / "making").glob("*.part")) and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.kill()
    worker.communicate()
    assert fetched(f"s3://{BUCKET}/a.mp4", tmp_path) == LARGE
    assert list((tmp_path / "making").iterdir()) == []


def test_an_object_with_a_hostile_name_stays_in_the_cache(s3: ObjectStore, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for key in ("rti/..hidden.mp4", "rti/a:b|c.mp4", "rti/" + "x" * 250 + ".mp4"):
        s3.put(key, key.encode())
        assert fetched(f"s3://{BUCKET}/{key}", cache) == key.encode()
    s3.put("rti/../../../evil.mp4", b"x")
    with pytest.raises(UsageError, match="is no address"):
        fetched(f"s3://{BUCKET}/rti/../../../evil.mp4", cache)
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert "evil.mp4" not in [entry.name for entry in Storage().listing(f"s3://{BUCKET}/rti")]


@pytest.fixture
def sample(s3: ObjectStore) -> str:
    """Put the sample course into the store, with captions beside one of its videos."""
    for path in SAMPLE.rglob("*"):
        if path.is_file():
            s3.put(f"deep/rti/{path.relative_to(SAMPLE).as_posix()}", path.read_bytes())
    s3.put("deep/rti/media/noting-and-drafting.en.vtt", b"WEBVTT\n")
    return f"s3://{BUCKET}/deep/rti"


def test_a_course_in_a_store_reads_as_the_same_course(sample: str, tmp_path: Path) -> None:
    here = read_course_at(Wanted(str(SAMPLE)), Storage())
    there = read_course_at(Wanted(sample), Storage())
    assert _bare(there.course) == _bare(here.course)
    assert there.source == sample
    assert there.places["noting-and-drafting"] == (
        f"{sample}/media/noting-and-drafting.mp4",
        f"{sample}/media/noting-and-drafting.en.vtt",
    )
    assert here.places["noting-and-drafting"] == (
        str(SAMPLE / "media/noting-and-drafting.mp4"),
        "",
    )
    for lesson, (media, _) in there.places.items():
        assert fetched(media, tmp_path) == Path(here.places[lesson][0]).read_bytes()


def _bare(course: Course) -> object:
    lessons = [
        (one.id, one.title, one.media.name, one.language, one.domain) for one in course.lessons
    ]
    return course.id, course.title, course.description, course.competencies, lessons


def test_marks_of_a_course_change_with_its_captions(sample: str, s3: ObjectStore) -> None:
    placed = read_course_at(Wanted(sample), Storage())
    before = placed.marks(Storage())
    s3.put("deep/rti/media/noting-and-drafting.en.vtt", b"WEBVTT\n\n")
    after = placed.marks(Storage())
    assert {lesson for lesson in before if before[lesson] != after[lesson]} == {
        "noting-and-drafting"
    }
    assert max(map(len, after.values())) <= 300


def test_courses_and_loose_media_are_found_in_a_store(sample: str, s3: ObjectStore) -> None:
    s3.put("deep/talk.mp3", b"x")
    s3.put("deep/list.txt", b"rti\ntalk.mp3\n")
    for where in ("", "/list.txt"):
        found = read_wanted(f"s3://{BUCKET}/deep{where}", Reading(Storage()))
        assert sorted(one.address for one in found) == [sample, f"s3://{BUCKET}/deep/talk.mp3"]


def test_one_media_file_in_a_store_is_a_course(s3: ObjectStore) -> None:
    s3.put("talks/Vigilance.mp3", b"x")
    s3.put("talks/Vigilance.hi.srt", b"")
    address = f"s3://{BUCKET}/talks/Vigilance.mp3"
    wanted = Wanted(address, title="सतर्कता", domain="administration", spoken="hi")
    placed = read_course_at(wanted, Storage())
    (lesson,) = placed.course.lessons
    assert (placed.course.id, lesson.title, lesson.language) == ("vigilance", "सतर्कता", "hi")
    assert lesson.domain == "administration"
    assert placed.places == {"vigilance": (address, f"s3://{BUCKET}/talks/Vigilance.hi.srt")}


def test_problems_of_a_course_in_a_store_name_its_address_and_line(s3: ObjectStore) -> None:
    s3.put("bad/media/act.mp4", b"x")
    lesson = '[[lessons]]\nid = "{0}"\ntitle = "T"\nlanguage = "en"\nmedia = "{1}"\n'
    files = (("one", "media/acts.mp4"), ("two", "../rti/a.mp4"), ("three", "/etc/a.mp4"))
    text = 'id = "bad"\ntitle = "Bad"\n' + "".join(lesson.format(*one) for one in files)
    s3.put("bad/course.toml", text.encode())
    with pytest.raises(CourseError) as caught:
        read_course_at(Wanted(f"s3://{BUCKET}/bad"), Storage())
    place = f"  s3://{BUCKET}/bad/course.toml"
    assert str(caught.value).splitlines()[1:] == [
        f"{place}:7: media 'media/acts.mp4' does not exist. Did you mean 'act.mp4'?",
        f"{place}:12: media '../rti/a.mp4' is outside the course folder.",
        f"{place}:17: media '/etc/a.mp4' is outside the course folder.",
    ]
    with pytest.raises(CourseError, match=r"has no course\.toml"):
        read_course_at(Wanted(f"s3://{BUCKET}/none"), Storage())


def test_a_catalogue_in_a_store_names_what_is_missing(sample: str, s3: ObjectStore) -> None:
    s3.put("deep/all.csv", f"address\n{sample}/\nnone\n{sample}/media\nnone.mp4\n".encode())
    with pytest.raises(UsageError) as caught:
        list(read_wanted(f"s3://{BUCKET}/deep/all.csv", Reading(Storage())))
    file = f"  s3://{BUCKET}/deep/all.csv"
    assert str(caught.value).splitlines()[1:] == [
        f"{file}:3: s3://{BUCKET}/deep/none does not exist.",
        f"{file}:4: {sample}/media has no course.toml and is no media file.",
        f"{file}:5: s3://{BUCKET}/deep/none.mp4 does not exist.",
    ]
