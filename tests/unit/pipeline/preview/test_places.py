"""Previews never take the place of what they did not make."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.errors import StoreError, UsageError
from pipeline.preview.places import MARK, MASTER, put_files, put_folder, refuse_foreign, workshop


def test_a_file_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "made").write_text(MARK)
    (tmp_path / "mine.mp4").write_text("a film")
    with pytest.raises(UsageError, match="was not made by karmavani preview"):
        put_files([(tmp_path / "made", tmp_path / "mine.mp4")])
    assert (tmp_path / "mine.mp4").read_text() == "a film"


def test_an_earlier_preview_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "made").write_text(f"new {MARK}")
    (tmp_path / "old.mp4").write_text(f"old {MARK}")
    put_files([(tmp_path / "made", tmp_path / "old.mp4")])
    assert (tmp_path / "old.mp4").read_text() == f"new {MARK}"


@pytest.mark.parametrize("extra", ["notes.txt", "hi/notes.md"])
def test_a_folder_with_anything_of_a_person_is_never_replaced(extra: str, tmp_path: Path) -> None:
    folder = tmp_path / "x.hls"
    (folder / "hi").mkdir(parents=True)
    (folder / MASTER).write_text(MARK)
    refuse_foreign(folder)
    (folder / extra).write_text("mine")
    with pytest.raises(UsageError):
        refuse_foreign(folder)


def test_a_folder_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    for name in ("made", "x.hls"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MASTER).write_text(f"{name} {MARK}")
    put_folder(tmp_path / "made", tmp_path / "x.hls")
    assert (tmp_path / "x.hls" / MASTER).read_text() == f"made {MARK}"
    assert [path.name for path in tmp_path.iterdir()] == ["x.hls"]


def test_what_a_preview_is_made_of_is_never_its_target(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text(MARK)
    with pytest.raises(UsageError, match="is what the preview is made of"):
        refuse_foreign(tmp_path / "a.mp4", [tmp_path / "a.mp4"])


def test_the_workshop_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), workshop(tmp_path) as folder:
        folder.write_text("half")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"), workshop(tmp_path / "file" / "x"):
        pass
