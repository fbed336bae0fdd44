"""Finished packages handed out to a folder and to a real S3 server."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from courses.errors import KarmavaniError, StoreError, UsageError
from pipeline.backlog.exporting import Exported, Named, export
from pipeline.backlog.storage import Storage
from pipeline.package_folder import contents_of, write_package
from tests.integration.backlog.conftest import BUCKET, ObjectStore

PACKAGES: list[Named] = [
    ("rti", "act", "hi"),
    ("rti", "act", "ta"),
    ("noting", "draft", "hi"),
]


class Counting(Storage):
    """Notes what is written and removed, in order."""

    done: list[str]

    def write(self, address: str, data: bytes, sha256: str = "", kind: str = "") -> None:
        super().write(address, data, sha256, kind)
        type(self).done.append(address)

    def remove(self, address: str) -> None:
        super().remove(address)
        type(self).done.append(f"-{address}")


@pytest.fixture(params=["folder", "s3"])
def to(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "handed/out")
    request.getfixturevalue("s3")
    return f"s3://{BUCKET}/handed/out"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for named in PACKAGES:
        make(tmp_path / "OUT", named, "1")
    return tmp_path / "OUT"


def make(out: Path, named: Named, inputs: str, **more: str) -> Path:
    course, lesson, language = named
    folder = out / course / lesson / language
    stem = f"{lesson}.{language}"
    files = {f"{stem}.vtt": f"WEBVTT {inputs}", f"{stem}.txt": "सूचना", **more}
    write_package(folder, contents_of(inputs, files, {"label": "machine draft"}))
    return folder


def run(out: Path, to: str, packages: list[Named] | None = None, **more: Any) -> Exported:
    Counting.done = []
    return export(out, to, packages or PACKAGES, Counting(), **more)


def read(to: str, name: str) -> Any:
    return json.loads(Storage().read(f"{to}/{name}"))


def names(to: str) -> set[str]:
    return set(Storage().sizes(to))


def test_packages_arrive_whole_and_are_listed(out: Path, to: str) -> None:
    done = run(out, to)
    assert (done.index, done.written, done.unchanged, done.refused) == (
        f"{to}/index.json",
        3,
        0,
        (),
    )
    for course, lesson, language in PACKAGES:
        folder = out / course / lesson / language
        for path in folder.iterdir():
            there = f"{to}/{course}/{lesson}/{language}/{path.name}"
            assert Storage().read(there) == path.read_bytes()
    assert [one["course"] for one in read(to, "index.json")["courses"]] == ["noting", "rti"]
    listed = Storage().read(f"{to}/rti/index.json")
    assert read(to, "index.json")["courses"][1] == {
        "course": "rti",
        "packages": 2,
        "sha256": hashlib.sha256(listed).hexdigest(),
    }
    first = json.loads(listed)["packages"][0]
    manifest = (out / "rti/act/hi/manifest.json").read_bytes()
    assert first == {
        "course": "rti",
        "lesson": "act",
        "language": "hi",
        "label": "machine draft",
        "inputs": "1",
        "files": json.loads(manifest)["files"],
        "manifest": hashlib.sha256(manifest).hexdigest(),
    }


def test_the_manifest_comes_last_and_the_list_after_all(out: Path, to: str) -> None:
    run(out, to, PACKAGES[:1])
    order = [address.removeprefix(f"{to}/") for address in Counting.done]
    assert order == [
        "rti/act/hi/act.hi.txt",
        "rti/act/hi/act.hi.vtt",
        "rti/act/hi/manifest.json",
        "rti/index.json",
        "index.json",
    ]


def test_a_second_export_writes_nothing(out: Path, to: str) -> None:
    run(out, to)
    done = run(out, to)
    assert (done.written, done.unchanged) == (0, 3)
    assert Counting.done == []


def test_a_changed_package_is_replaced_manifest_first_and_last(out: Path, to: str) -> None:
    make(out, PACKAGES[0], "1", **{"act.hi.srt": "1"})
    run(out, to)
    make(out, PACKAGES[0], "2")
    done = run(out, to)
    assert (done.written, done.unchanged) == (1, 2)
    assert [address.replace(f"{to}/", "") for address in Counting.done[:4]] == [
        "-rti/act/hi/manifest.json",
        "rti/act/hi/act.hi.vtt",
        "-rti/act/hi/act.hi.srt",
        "rti/act/hi/manifest.json",
    ]
    assert "rti/act/hi/act.hi.srt" not in names(to)


def test_what_was_lost_there_is_copied_again(out: Path, to: str) -> None:
    run(out, to)
    Storage().remove(f"{to}/rti/act/ta/act.ta.vtt")
    Storage().remove(f"{to}/noting/draft/hi/manifest.json")
    done = run(out, to)
    assert (done.written, done.unchanged) == (2, 1)
    assert "rti/act/ta/act.ta.vtt" in names(to)


def test_a_package_changed_by_hand_is_told_and_left_out(out: Path, to: str) -> None:
    run(out, to)
    (out / "rti/act/hi/act.hi.vtt").write_text("WEBVTT better", encoding="utf-8")
    (out / "rti/act/ta/act.ta.txt").unlink()
    (out / "rti/act/ta/notes.doc").write_text("x", encoding="utf-8")
    (out / "noting/draft/hi/.DS_Store").write_text("x", encoding="utf-8")
    done = run(out, to)
    assert done.refused == (
        (PACKAGES[0], "changed by hand or damaged: act.hi.vtt"),
        (PACKAGES[1], "changed by hand or damaged: act.ta.txt, notes.doc"),
    )
    assert (done.written, done.unchanged) == (0, 1)
    assert done.in_words() == (
        f"0 packages copied, 1 there already: {to}/index.json\n"
        "left out: rti/act/hi: changed by hand or damaged: act.hi.vtt\n"
        "left out: rti/act/ta: changed by hand or damaged: act.ta.txt, notes.doc"
    )
    assert done.facts()["refused"][0] == {
        "course": "rti",
        "lesson": "act",
        "language": "hi",
        "reason": "changed by hand or damaged: act.hi.vtt",
    }
    assert Storage().read(f"{to}/rti/act/hi/act.hi.vtt") == b"WEBVTT 1"
    assert len(read(to, "rti/index.json")["packages"]) == 2  # what is there stays listed


def test_a_package_changed_by_hand_is_handed_out_when_asked(out: Path, to: str) -> None:
    (out / "rti/act/hi/act.hi.vtt").write_text("WEBVTT better", encoding="utf-8")
    assert run(out, to, changed=True).refused == ()
    manifest = read(to, "rti/act/hi/manifest.json")
    assert manifest["changed_by_hand"] == ["act.hi.vtt"]
    data = Storage().read(f"{to}/rti/act/hi/act.hi.vtt")
    assert manifest["files"]["act.hi.vtt"] == hashlib.sha256(data).hexdigest()
    assert read(to, "rti/index.json")["packages"][0]["changed_by_hand"] == ["act.hi.vtt"]
    assert run(out, to, changed=True).written == 0


def test_what_is_no_package_is_told(out: Path, to: str) -> None:
    (out / "rti/act/ta/manifest.json").write_text("[]", encoding="utf-8")
    done = run(out, to, [*PACKAGES[:2], ("rti", "none", "hi")])
    assert [reason for _, reason in done.refused] == [
        "its manifest.json is damaged",
        "there is no package",
    ]
    assert done.written == 1


def test_an_export_of_one_course_keeps_the_others_listed(out: Path, to: str) -> None:
    run(out, to)
    run(out, to, PACKAGES[1:2])
    assert [one["packages"] for one in read(to, "index.json")["courses"]] == [1, 2]


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"format": "karmavani-export/1"}'])
def test_a_damaged_list_is_made_anew(out: Path, to: str, damage: bytes) -> None:
    run(out, to)
    for name in ("index.json", "rti/index.json"):
        Storage().write(f"{to}/{name}", damage)
    run(out, to)
    assert [one["packages"] for one in read(to, "index.json")["courses"]] == [1, 2]


def test_an_export_cut_off_goes_on_from_what_is_there(
    out: Path, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Counting.write

    def full(self: Counting, address: str, *more: Any) -> None:
        if address.endswith("hi/manifest.json"):
            raise StoreError("full")
        write(self, address, *more)

    monkeypatch.setattr(Counting, "write", full)
    with pytest.raises(StoreError):
        run(out, to, PACKAGES[:1])
    assert "rti/act/hi/manifest.json" not in names(to)
    monkeypatch.setattr(Counting, "write", write)
    assert run(out, to, PACKAGES[:1]).written == 1
    # The files were there already, and are not sent twice.
    assert [address.rpartition("/")[2] for address in Counting.done] == [
        "manifest.json",
        "index.json",
        "index.json",
    ]


def test_an_export_into_the_output_folder_is_refused(out: Path) -> None:
    with pytest.raises(UsageError, match="is in the output folder itself"):
        run(out, str(out / "rti"))


@pytest.mark.parametrize("name", ["..", "a/b", "", "."])
def test_names_that_lead_elsewhere_are_refused(out: Path, tmp_path: Path, name: str) -> None:
    for named in ((name, "act", "hi"), ("rti", name, "hi"), ("rti", "act", name)):
        with pytest.raises(KarmavaniError, match="is no name of"):
            run(out, str(tmp_path / "to"), [named])
    assert list(tmp_path.rglob("to/**/*.vtt")) == []


def test_subtitles_have_a_type_that_browsers_take(out: Path, s3: ObjectStore) -> None:
    run(out, f"s3://{BUCKET}/web", PACKAGES[:1])
    found = s3.client.head_object(Bucket=BUCKET, Key="web/rti/act/hi/act.hi.vtt")
    assert found["ContentType"] == "text/vtt; charset=utf-8"
    assert found["Metadata"]["sha256"] == hashlib.sha256(b"WEBVTT 1").hexdigest()


def test_a_missing_bucket_leaves_a_plain_message(out: Path, s3: ObjectStore) -> None:
    with pytest.raises(StoreError, match="there is no bucket 'nowhere'"):
        run(out, "s3://nowhere/out")
