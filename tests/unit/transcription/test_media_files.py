"""What counts as a media file, on files of a few bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from courses.errors import MediaError
from transcription.media_files import LONGEST_MS, check_duration, check_regular, mp3_states_length


def message_of(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        check_regular(path)
    assert caught.value.advice
    return caught.value.message


def test_a_missing_file_an_empty_one_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert "There is no file" in message_of(tmp_path / "missing.mp4")
    assert "is empty" in message_of(empty)
    assert "is a folder" in message_of(tmp_path)


def test_a_named_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "not a regular file" in message_of(tmp_path / "pipe.mp4")


def test_a_name_that_no_file_can_have_is_a_media_error() -> None:
    message_of(Path("a\0b.mp4"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    (tmp_path / "a.mp4").chmod(0)
    assert "cannot be read" in message_of(tmp_path / "a.mp4")


def test_no_length_and_days_of_it_are_refused_and_an_unknown_one_is_not() -> None:
    check_duration(Path("a"), None)
    check_duration(Path("a"), LONGEST_MS)
    for length in (0, -5, LONGEST_MS + 1):
        with pytest.raises(MediaError):
            check_duration(Path("a"), length)


def test_only_an_mp3_with_a_header_of_frames_states_its_length(tmp_path: Path) -> None:
    tag = b"ID3\x04\0\0\0\0\x02\0" + b"\0" * 256
    path = tmp_path / "a.mp3"
    for content, stated in [
        (b"\xff\xfb\x90\0" + b"\0" * 32 + b"Info", True),
        (tag + b"\xff\xfb\x90\0" + b"\0" * 32 + b"Xing", True),
        (b"\xff\xfb\x90\0" + b"\0" * 4000 + b"Xing", False),
        (tag + b"\xff\xfb\x90\0", False),
    ]:
        path.write_bytes(content)
        assert mp3_states_length(path) is stated
