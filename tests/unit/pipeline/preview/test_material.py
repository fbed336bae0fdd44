"""What is previewed, and what is refused before anything is drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from courses.errors import CaptionsError, KarmavaniError, MediaError, UsageError
from pipeline.cli_preview import CLOCK
from pipeline.preview.material import one_of_each, read_material, refuse_late

VTT = """\
WEBVTT

00:00:01.000 --> 00:00:03.000
एक

00:00:04.000 --> 00:00:06.000
दो
"""


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.hi.vtt"
    path.write_text(VTT, encoding="utf-8")
    return path


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "hi"
    folder.mkdir()
    (folder / "lesson.hi.vtt").write_text(VTT, encoding="utf-8")
    manifest = {
        "files": {"lesson.hi.vtt": "", "segments.json": ""},
        "language": {"code": "hi"},
        "findings": [{"start": 4500, "end": 4600}, {"start": 0, "end": 0}],
        "source": {"duration_ms": 9000},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_captions_file_tells_its_language_by_its_name(captions: Path) -> None:
    found = read_material(captions)
    assert (found.code, found.name, len(found.cues)) == ("hi", "lesson.hi", 2)


def test_a_language_that_is_said_overrules_the_name(captions: Path) -> None:
    assert read_material(captions, "ks-Deva").code == "ks_Deva"


def test_a_package_knows_its_language_its_length_and_its_findings(package: Path) -> None:
    found = read_material(package)
    assert (found.code, found.duration, found.end) == ("hi", 9000, 9000)
    assert found.troubled() == [2]


def test_cues_are_found_by_number_and_by_time(captions: Path) -> None:
    found = read_material(captions)
    assert found.cue(2).lines == ("दो",)
    assert found.shown_at(4000) == (found.cue(2),)
    assert found.shown_at(3000) == ()
    with pytest.raises(UsageError, match=r"no cue 3.*cues 1 to 2"):
        found.cue(3)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("x.vtt", VTT, UsageError),
        ("x.hi.txt", "text", UsageError),
        ("x.hi.vtt", "no captions", CaptionsError),
        ("x.hi.vtt", "WEBVTT\n", CaptionsError),
        ("x.hi.json", "[]", CaptionsError),
    ],
)
def test_what_cannot_be_previewed_is_refused(
    name: str, data: str, error: type[KarmavaniError], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(data, encoding="utf-8")
    with pytest.raises(error):
        read_material(tmp_path / name)


def test_a_file_that_is_not_there_and_a_folder_that_is_no_package_are_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(CaptionsError, match="cannot be read"):
        read_material(tmp_path / "none.hi.vtt")
    with pytest.raises(UsageError, match="is no package"):
        read_material(tmp_path)


@pytest.mark.parametrize("name", ["../../secret.hi.vtt", "/etc/x.vtt"])
def test_a_manifest_cannot_name_a_file_elsewhere(name: str, package: Path) -> None:
    manifest = json.loads((package / "manifest.json").read_bytes())
    manifest["files"] = {name: ""}
    (package / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match="has no subtitles"):
        read_material(package)


@pytest.mark.parametrize(
    "change",
    [
        {"files": 3},
        {"language": {}},
        {"findings": [{"start": "x", "end": 1}]},
        {"findings": None},
        {"source": []},
    ],
)
def test_a_manifest_of_another_form_is_refused(change: dict[str, object], package: Path) -> None:
    manifest = json.loads((package / "manifest.json").read_bytes()) | change
    (package / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match="is no package"):
        read_material(package)


def test_subtitles_of_another_lesson_are_refused(captions: Path) -> None:
    with pytest.raises(MediaError, match=r"1 cues.*after the end of the media \(00:00:02.000\)"):
        refuse_late(read_material(captions), 2000)


def test_two_subtitles_in_one_language_are_refused(captions: Path) -> None:
    with pytest.raises(UsageError, match="several subtitles in hi"):
        one_of_each([read_material(captions)] * 2)


@pytest.mark.parametrize(
    ("text", "ms"),
    [("75", 75_000), ("1:15", 75_000), ("01:01:15.5", 3_675_500), ("0:10,25", 10_250)],
)
def test_a_time_is_read_as_people_write_it(text: str, ms: int) -> None:
    assert CLOCK.convert(text, None, None) == ms
