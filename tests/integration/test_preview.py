"""Previews made by the real ffmpeg from a small film that the test makes, and looked at."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from courses.errors import EngineError, MediaError, UsageError
from courses.nouns import Cue
from pipeline.config import read_config
from pipeline.model_rows import MODELS_FOLDER
from pipeline.preview import drawing, ffmpeg_program
from pipeline.preview.font_places import make_shelf
from pipeline.preview.fonts import Place, Shelf
from pipeline.preview.hls import make_hls
from pipeline.preview.hls_playlists import durations
from pipeline.preview.material import Material
from pipeline.preview.soft import make_mp4

SIZE = (320, 180)
OWN = MODELS_FOLDER / "fonts"
HELLO = "ᱡᱚᱦᱟᱨ"
HINDI = "प्रत्येक नागरिक को अधिकार है।"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a grey film of 14 s with a tone; its name is as bad as names of files get."""
    path = tmp_path_factory.mktemp("films") / "-i it's [a]:b,c;d=%1 'x'.mp4"
    command = [ffmpeg_program.find_program(), "-v", "error", "-f", "lavfi", "-i"]
    command += [f"color=gray:s={SIZE[0]}x{SIZE[1]}:r=10:d=14", "-f", "lavfi", "-i"]
    command += ["sine=d=14", "-c:v", "libx264", "-g", "20", "-c:a", "aac", f"file:{path}"]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sounds") / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 8000 * 7)
    return path


def material(*texts: str, code: str = "sat", length: int = 4000) -> Material:
    cues = [
        Cue(str(n), (), n * length + 500, (n + 1) * length - 500, tuple(text.split("\n")))
        for n, text in enumerate(texts)
    ]
    return Material(f"lesson.{code}", code, tuple(cues))


def stage(subtitles: Material, media: Path | None) -> drawing.Stage:
    seen = ffmpeg_program.look(media) if media else None
    return drawing.Stage(subtitles, seen, Shelf([Place(lambda: OWN)], subtitles.code))


def shoot(
    on: drawing.Stage, out: Path, times: Sequence[int] = (), cues: Sequence[int] = ()
) -> Path:
    (path,) = drawing.draw_frames(on, drawing.choose_shots(on, times, cues), out)
    return path


def pixels(path: Path, at: float = 0) -> np.ndarray:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is None or frame.time >= at:
                return frame.to_ndarray(format="gray").astype(int)
    raise AssertionError("no frame")


def changed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs(one - other) > 40


def test_a_frame_shows_the_subtitle_in_the_lower_part_within_the_margins(
    film: Path, tmp_path: Path
) -> None:
    on = stage(material(HELLO), film)
    with_text = pixels(shoot(on, tmp_path, cues=[1]))
    without = pixels(shoot(on, tmp_path, times=[200]))
    rows, columns = np.nonzero(changed(with_text, without))
    assert with_text.shape == (SIZE[1], SIZE[0])
    assert rows.min() > SIZE[1] * 0.7
    assert rows.max() < SIZE[1] * 0.97
    assert columns.min() > SIZE[0] * 0.04
    assert abs((columns.min() + columns.max()) / 2 - SIZE[0] / 2) < 4


def test_a_lesson_that_is_only_heard_is_drawn_on_a_plain_picture(
    sound: Path, tmp_path: Path
) -> None:
    picture = pixels(shoot(stage(material(HELLO), sound), tmp_path, cues=[1]))
    assert picture.shape == (720, 1280)
    assert np.unique(picture[:500]).size == 1
    assert picture[500:].max() > 200


def test_a_film_that_a_phone_turned_is_drawn_upright(film: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned.mp4"
    command = [ffmpeg_program.find_program(), "-v", "error", "-display_rotation", "90", "-i"]
    subprocess.run([*command, f"file:{film}", "-c", "copy", str(turned)], check=True)
    on = stage(material(HELLO), turned)
    assert pixels(shoot(on, tmp_path, cues=[1])).shape == (SIZE[0], SIZE[1])
    make_hls([material(HELLO)], turned, tmp_path / "x.hls")
    assert f"RESOLUTION={SIZE[1]}x{SIZE[0]}" in (tmp_path / "x.hls" / "master.m3u8").read_text()


def test_a_clip_begins_and_ends_with_the_subtitle_where_it_is_in_the_lesson(
    film: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a clip.mp4"
    drawing.draw_clip(stage(material(HELLO, HELLO), film), 2000, 6000, target)
    seen = ffmpeg_program.look(target)
    assert seen.duration == pytest.approx(4000, abs=150)
    assert (seen.picture, seen.sound) == ("h264", "aac")
    bright = {at: pixels(target, at)[120:].max() > 200 for at in (0.2, 2.0, 3.0)}
    assert bright == {0.2: True, 2.0: False, 3.0: True}


def test_an_mp4_carries_each_language_and_the_picture_untouched(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.mp4"
    subtitles = [material(HINDI, "{\\p1}a <b> & c", code="hi"), material(HELLO, code="sat")]
    make_mp4(subtitles, film, target)
    with av.open(str(target)) as made, av.open(f"file:{film}") as source:
        assert [stream.language for stream in made.streams.subtitles] == ["hin", "sat"]
        titles = [stream.metadata["handler_name"] for stream in made.streams.subtitles]
        assert titles == ["हिन्दी (Hindi)", "ᱥᱟᱱᱛᱟᱲᱤ (Santali)"]
        kept = [bytes(packet) for packet in source.demux(video=0) if packet.size]
        assert [bytes(packet) for packet in made.demux(video=0) if packet.size] == kept
    assert f"00:00:00,500 --> 00:00:03,500\n{HINDI}" in subtitles_of(target, 0)
    assert "a <b> & c" in subtitles_of(target, 0)
    assert HELLO in subtitles_of(target, 1)


def subtitles_of(path: Path, track: int) -> str:
    command = [ffmpeg_program.find_program(), "-v", "error", "-i", str(path)]
    command += ["-map", f"0:s:{track}", "-c:s", "srt", "-f", "srt", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_hls_holds_every_cue_in_every_segment_it_is_shown_in(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "lesson.hls"
    subtitles = material("ᱡᱚᱦᱟᱨ", "ᱟᱲᱟᱝ", "ᱚᱞ", length=4600)
    make_hls([subtitles], film, target)
    seconds = durations((target / "video.m3u8").read_text())
    playlist = (target / "sat-Olck" / "subtitles.m3u8").read_text()
    assert durations(playlist) == seconds
    assert sum(seconds) == pytest.approx(14, abs=0.3)
    names = [line for line in playlist.splitlines() if line.endswith(".vtt")]
    shown: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        text = (target / "sat-Olck" / name).read_text(encoding="utf-8")
        assert text.startswith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:")
        for cue in subtitles.cues:
            if cue.lines[0] in text:
                shown.setdefault(cue.lines[0], []).append(number)
    assert set(shown) == {cue.lines[0] for cue in subtitles.cues}
    assert shown["ᱟᱲᱟᱝ"] == [0, 1]
    master = (target / "master.m3u8").read_text(encoding="utf-8")
    assert 'CODECS="avc1.' in master
    assert 'LANGUAGE="sat-Olck"' in master


def test_the_time_map_of_hls_is_the_first_time_stamp_of_the_film(
    film: Path, tmp_path: Path
) -> None:
    target = tmp_path / "lesson.hls"
    make_hls([material(HELLO)], film, target)
    line = (target / "sat-Olck" / "00000.vtt").read_text().splitlines()[1]
    ticks = int(line.partition("MPEGTS:")[2].partition(",")[0])
    with av.open(str(target / "video-00000.ts")) as container:
        first = next(container.decode(video=0))
    assert first.time is not None
    assert ticks / 90_000 == pytest.approx(first.time, abs=0.1)


def test_sound_alone_becomes_a_film_that_a_player_can_show_subtitles_on(
    sound: Path, tmp_path: Path
) -> None:
    make_mp4([material(HELLO)], sound, tmp_path / "a.mp4")
    seen = ffmpeg_program.look(tmp_path / "a.mp4")
    assert (seen.picture, seen.sound, seen.width) == ("h264", "aac", 1280)
    make_hls([material(HELLO)], sound, tmp_path / "a.hls")
    assert len(durations((tmp_path / "a.hls" / "video.m3u8").read_text())) == 2


def test_previews_made_before_are_replaced_and_films_of_others_are_not(
    film: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.mp4"
    target.write_bytes(film.read_bytes())
    with pytest.raises(UsageError, match="was not made by karmavani preview"):
        make_mp4([material(HELLO)], film, target)
    assert target.read_bytes() == film.read_bytes()
    target.unlink()
    for _ in range(2):
        make_mp4([material(HELLO)], film, target)
        make_hls([material(HELLO)], film, tmp_path / "x.hls")
        shoot(stage(material(HELLO), film), tmp_path / "frames", cues=[1])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frames", "out.mp4", "x.hls"]


def test_the_film_itself_is_never_overwritten(film: Path) -> None:
    with pytest.raises(UsageError, match="is what the preview is made of"):
        make_mp4([material(HELLO)], film, film)


@pytest.mark.parametrize("data", [b"no film", b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"])
def test_what_is_no_media_is_refused_and_leaves_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(data)
    with pytest.raises(MediaError, match="is not a media file"):
        make_hls([material(HELLO)], tmp_path / "x.mp4", tmp_path / "x.hls")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]


def test_a_damaged_film_leaves_nothing_behind(film: Path, tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(film.read_bytes()[:-2000])
    with pytest.raises(MediaError):
        make_mp4([material(HELLO)], tmp_path / "x.mp4", tmp_path / "y.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp4"]


def test_times_and_cues_beyond_the_end_are_refused(film: Path, tmp_path: Path) -> None:
    on = stage(material(HELLO), film)
    with pytest.raises(UsageError, match=r"00:00:20.000 is beyond the end"):
        drawing.choose_shots(on, [20_000], [])
    with pytest.raises(UsageError, match="no cue 2"):
        drawing.choose_shots(on, [], [2])
    with pytest.raises(UsageError, match="ends after it starts"):
        drawing.draw_clip(on, 2000, 2000, tmp_path / "a.mp4")
    with pytest.raises(UsageError, match="at most five minutes"):
        drawing.draw_clip(on, 0, 400_000, tmp_path / "a.mp4")


def test_a_missing_ffmpeg_is_told_with_the_way_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    ffmpeg_program.find_program.cache_clear()
    try:
        with pytest.raises(EngineError, match=r"no ffmpeg.*imageio-ffmpeg"):
            ffmpeg_program.find_program()
    finally:
        monkeypatch.undo()
        ffmpeg_program.find_program.cache_clear()


def test_an_ffmpeg_that_takes_too_long_is_stopped(film: Path, tmp_path: Path) -> None:
    read = ffmpeg_program.media_input(film)
    with pytest.raises(MediaError, match="took more than 0 seconds"):
        ffmpeg_program.make([read["V:0"]], "x.mp4", {"f": "mp4"}, (tmp_path, 0.01))


@pytest.mark.models
@pytest.mark.parametrize("tag", [r"{\fs200}", r"{\p1}", r"{\an8}", r"{\t(\fs300)}", r"\N\N"])
def test_a_tag_in_a_cue_is_letters_on_one_line_of_the_usual_size(tag: str, tmp_path: Path) -> None:
    subtitles = material(f"{tag}m 0 0 l 900 0 900 300", "m 0 0 l 900 0 900 300", code="en")
    on = drawing.Stage(subtitles, None, make_shelf(read_config(), "en", None))
    shots = drawing.choose_shots(on, [], [1, 2])
    tagged, plain = map(pixels, drawing.draw_frames(on, shots, tmp_path))
    assert width_of(tagged) > width_of(plain)
    assert tagged[:600].max() < 60
    assert tagged[600:].max() > 200


@pytest.mark.models
def test_hindi_is_drawn_by_a_font_of_its_own_with_conjuncts_and_not_as_boxes(
    tmp_path: Path,
) -> None:
    subtitles = material("क्ष", "क\u094d\u200cष", code="hi")
    config = read_config()
    on = drawing.Stage(subtitles, None, make_shelf(config, "hi", None))
    shots = drawing.choose_shots(on, [], [1, 2])
    joined, apart = map(pixels, drawing.draw_frames(on, shots, tmp_path))
    # Boxes would be as many as code points; the conjunct is one letter, narrower than two.
    assert width_of(joined) < 0.8 * width_of(apart)


def width_of(picture: np.ndarray) -> int:
    columns = np.nonzero(picture[500:] > 150)[1]
    return int(columns.max() - columns.min())
