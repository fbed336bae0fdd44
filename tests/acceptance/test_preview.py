"""`karmavani preview` as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Karmavani, write_silence

SANTALI = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nᱡᱚᱦᱟᱨ\n\n00:00:04.000 --> 00:00:06.000\nᱚᱞ\n"


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.sat.vtt"
    path.write_text(SANTALI, encoding="utf-8")
    return path


@pytest.fixture
def media(tmp_path: Path) -> Path:
    write_silence(tmp_path / "lesson.wav", 8)
    return tmp_path / "lesson.wav"


def test_frames_are_drawn_and_named_by_cue_and_time(
    karmavani: Karmavani, captions: Path, tmp_path: Path
) -> None:
    done = karmavani("preview", "frame", captions, "--cue", 2, "--at", "0:02", "--at", "3.5")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "karmavani-preview/lesson.sat.cue-0002.png",
        "karmavani-preview/lesson.sat.00-00-02-000.png",
        "karmavani-preview/lesson.sat.00-00-03-500.png  (no subtitle then)",
    ]
    names = sorted(path.name for path in (tmp_path / "karmavani-preview").iterdir())
    assert names == sorted(Path(line.split("  ")[0]).name for line in done.stdout.splitlines())


def test_the_subtitles_of_a_package_go_beside_its_media(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    made = karmavani("localise", course, "--to", "hi", "--translator", "echo", "--out", "out")
    assert made.returncode == 0, made.stderr
    package = tmp_path / "out" / "small" / "first" / "hi"
    target = ["--media", course / "first.wav", "--out", "soft.mp4"]
    done = karmavani("preview", "mp4", package, *target)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "soft.mp4").is_file()


def test_every_kind_is_made_of_a_captions_file_and_sound(
    karmavani: Karmavani, captions: Path, media: Path, tmp_path: Path
) -> None:
    span = ("--from", "0:01", "--to", "0:02")
    for words in (("clip", captions, *span), ("mp4", captions), ("hls", captions)):
        done = karmavani("preview", *words, "--media", media)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / done.stdout.strip()).is_file()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("frame", "{captions}", "--cue", 9), 2, "There is no cue 9"),
        (("frame", "{captions}", "--at", "9:00"), 2, "00:09:00.000 is beyond the end"),
        (("frame", "{captions}", "--at", "soon"), 2, "'soon' is no time"),
        (("frame", "{captions}", "--media", "none.mp4"), 4, "There is no file"),
        (("frame", "{captions}", "--media", "{captions}"), 4, "is not a media file"),
        (("frame", "{captions}", "--fonts", "none"), 2, "is no folder"),
        (("frame", "none.hi.vtt"), 4, "cannot be read"),
        (("frame", "{captions}", "--out", "x.png"), 2, "--out x"),
        (("mp4", "{captions}", "--media", "{media}", "--out", "x.mkv"), 2, "no name for an mp4"),
        (("mp4", "{captions}", "{captions}", "--media", "{media}"), 2, "several subtitles"),
        (("hls", "{captions}", "--media", "{media}", "--out", "."), 2, "was not made by"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    words: tuple[object, ...],
    code: int,
    told: str,
    karmavani: Karmavani,
    captions: Path,
    media: Path,
    tmp_path: Path,
) -> None:
    before = sorted(tmp_path.rglob("*"))
    places = {"captions": captions, "media": media}
    done = karmavani("preview", *(str(word).format(**places) for word in words))
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_letters_without_a_font_are_named_and_nothing_is_drawn(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "x.sat.vtt").write_text(
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n\U0001f9ff\n", encoding="utf-8"
    )
    done = karmavani("preview", "frame", "x.sat.vtt")
    assert done.returncode == 6
    assert "(U+1F9FF)" in done.stderr
    assert not (tmp_path / "karmavani-preview").exists()
