"""Probing and decoding real media files, good, damaged and hostile, made here with PyAV."""

from __future__ import annotations

import re
import shutil
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import av
import numpy as np
import pytest

from courses.errors import MediaError
from transcription.media import RATE, decode, probe

SECONDS = 10
# container -> codec, sample rate, sample format
FORMS = {
    "mp4": ("aac", 48000, "fltp"),
    "m4a": ("aac", 22050, "fltp"),
    "mov": ("aac", 44100, "fltp"),
    "mkv": ("aac", 48000, "fltp"),
    "webm": ("libopus", 48000, "flt"),
    "mp3": ("libmp3lame", 44100, "fltp"),
    "wav": ("pcm_s16le", 8000, "s16"),
    "ogg": ("libopus", 48000, "flt"),
    "flac": ("flac", 44100, "s16"),
}


def tone(rate: int, seconds: float, *, beeps: tuple[float, ...] = (1.0, 4.0, 7.0)) -> np.ndarray:
    """Return silence with half a second of tone at each of `beeps` (seconds), mono float32."""
    sound = np.zeros(int(rate * seconds), np.float32)
    wave = 0.5 * np.sin(np.arange(rate // 2) * 2 * np.pi * 440 / rate).astype(np.float32)
    for beep in beeps:
        sound[int(beep * rate) : int(beep * rate) + len(wave)] = wave
    return sound


def write(path: Path, sound: np.ndarray, *, start: float = 0.0, channels: int = 1) -> Path:
    """Write `sound` in the form of the path's ending, beginning `start` seconds late."""
    codec, rate, form = FORMS[path.suffix[1:]]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono" if channels == 1 else "stereo"
        data = sound if form != "s16" else (sound * 32767).astype(np.int16)
        for at in range(0, len(data), 960):
            part = np.repeat(data[np.newaxis, at : at + 960], channels, axis=0)
            if not form.endswith("p"):
                part = part.T.reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(part), format=form, layout=stream.layout.name
            )
            frame.sample_rate = rate
            frame.time_base = Fraction(1, rate)
            frame.pts = at + int(start * rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def beep_of(path: Path) -> Path:
    return write(path, tone(FORMS[path.suffix[1:]][1], SECONDS))


def sound_of(path: Path, *, level: bool = False) -> np.ndarray:
    return np.concatenate(list(decode(path, level=level)))


def onsets(sound: np.ndarray) -> list[int]:
    """Return where the tones begin, in ms."""
    loud = np.abs(sound) > 0.1
    starts = [at for at in np.flatnonzero(loud) if not loud[max(0, at - 3200) : at].any()]
    return [int(at) * 1000 // RATE for at in starts]


def refusal_of(path: Path) -> str:
    """Return the message with which `path` is refused."""
    with pytest.raises(MediaError) as caught:
        sound_of(path)
    return str(caught.value)


@pytest.mark.parametrize("ending", FORMS)
@pytest.mark.parametrize("level", [False, True])
def test_every_container_gives_its_sound_in_time(tmp_path: Path, ending: str, level: bool) -> None:
    path = beep_of(tmp_path / f"lesson.{ending}")
    sound = sound_of(path, level=level)
    assert sound.dtype == np.float32
    assert len(sound) / RATE == pytest.approx(SECONDS, abs=0.1)
    assert onsets(sound) == pytest.approx([1000, 4000, 7000], abs=10)
    info = probe(path)
    assert info.duration == pytest.approx(SECONDS * 1000, abs=100)
    assert not info.has_video
    assert info.sound[0].rate == (FORMS[ending][1])


def test_stereo_becomes_mono_at_the_same_level(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", tone(44100, SECONDS), channels=2)
    assert np.abs(sound_of(path)).max() == pytest.approx(0.5, abs=0.02)
    assert probe(path).sound[0].channels == 2


def test_a_wav_that_does_not_know_its_length_is_read_to_its_end(tmp_path: Path) -> None:
    path = beep_of(tmp_path / "a.wav")
    data = bytearray(path.read_bytes())
    data[4:8] = b"\xff" * 4
    at = data.index(b"data")
    data[at + 4 : at + 8] = b"\xff" * 4
    path.write_bytes(data)
    assert len(sound_of(path)) / RATE == pytest.approx(SECONDS, abs=0.1)


def test_a_speaker_40_db_quieter_is_levelled(tmp_path: Path) -> None:
    sound = np.sin(np.arange(44100 * 40) * 0.05).astype(np.float32) * 0.5
    sound[44100 * 20 :] *= 0.01
    path = write(tmp_path / "a.flac", sound)
    raw, levelled = sound_of(path), sound_of(path, level=True)
    assert np.abs(raw[-10 * RATE :]).max() < 0.01
    assert np.abs(levelled[-10 * RATE :]).max() > 0.3
    assert len(levelled) == len(raw)


def test_sound_that_starts_late_is_heard_late(tmp_path: Path) -> None:
    path = add_picture(write(tmp_path / "a.mkv", tone(48000, SECONDS), start=2.0))
    assert onsets(sound_of(path)) == pytest.approx([3000, 6000, 9000], abs=15)


def test_a_hole_in_the_track_becomes_silence_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    rewrite(beep_of(path), lambda index, count: not count // 4 <= index < count // 2)
    holes: list[tuple[int, int]] = []
    sound = np.concatenate(
        list(decode(path, level=False, on_damage=lambda start, end: holes.append((start, end))))
    )
    ((start, end),) = holes
    assert (start, end) == (pytest.approx(2500, abs=60), pytest.approx(5000, abs=60))
    assert onsets(sound) == pytest.approx([1000, 7000], abs=15)


def rewrite(path: Path, keep: object, picture: bool = False) -> Path:
    """Write `path` again with only the packets for which ``keep(index, count)`` is true."""
    copy = path.with_name(f"whole-{path.name}")
    path.rename(copy)
    with av.open(str(copy)) as source:
        packets = [packet for packet in source.demux(audio=0) if packet.dts is not None]
        with av.open(str(path), "w") as target:
            stream = target.add_stream_from_template(source.streams.audio[0])
            if picture:
                mux_picture(target, SECONDS)
            for index, packet in enumerate(packets):
                if keep(index, len(packets)):  # type: ignore[operator]
                    packet.stream = stream
                    target.mux(packet)
    return path


def mux_picture(container: object, seconds: int) -> None:
    video = container.add_stream("mpeg4", rate=5)  # type: ignore[attr-defined]
    video.width = video.height = 32
    video.pix_fmt = "yuv420p"
    for at in range(seconds * 5):
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        frame.pts = at
        container.mux(video.encode(frame))  # type: ignore[attr-defined]
    container.mux(video.encode(None))  # type: ignore[attr-defined]


def add_picture(path: Path) -> Path:
    return rewrite(path, lambda index, count: True, picture=True)


def test_a_video_is_known_as_one(tmp_path: Path) -> None:
    path = add_picture(beep_of(tmp_path / "a.mp4"))
    assert probe(path).has_video
    assert onsets(sound_of(path)) == pytest.approx([1000, 4000, 7000], abs=30)


def test_sound_shorter_than_its_picture_is_no_damage(tmp_path: Path) -> None:
    path = beep_of(tmp_path / "a.mkv")
    rewrite(path, lambda index, count: index < count // 2, picture=True)
    assert len(sound_of(path)) / RATE == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize("ending", ["mp4", "mov", "m4a"])
def test_an_mp4_cut_off_before_its_index_says_so(tmp_path: Path, ending: str) -> None:
    path = beep_of(tmp_path / f"a.{ending}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "moov" in refusal_of(path)


@pytest.mark.parametrize("ending", ["mkv", "wav", "flac", "mp3"])
def test_a_file_cut_off_says_both_times(tmp_path: Path, ending: str) -> None:
    path = beep_of(tmp_path / f"a.{ending}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    message = refusal_of(path)
    assert "cut off" in message
    assert re.search(r"declares 00:00:(09\.9|10\.0)\d+ but ends at 00:00:0[3-7]", message)


def test_an_mp4_cut_off_after_its_index_says_both_times(tmp_path: Path) -> None:
    path = beep_of(tmp_path / "a.mp4")
    with (
        av.open(str(path)) as source,
        av.open(str(tmp_path / "fast.mp4"), "w", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    fast = tmp_path / "fast.mp4"
    fast.write_bytes(fast.read_bytes()[: fast.stat().st_size * 6 // 10])
    assert "cut off" in refusal_of(fast)


@pytest.mark.parametrize("ending", FORMS)
def test_a_damaged_middle_is_an_error_or_told_and_never_a_crash(
    tmp_path: Path, ending: str
) -> None:
    path = beep_of(tmp_path / f"a.{ending}")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(range(256)) * 15 + b"\xff" * 160
    path.write_bytes(data)
    try:
        sound = sound_of(path)
    except MediaError:
        return
    assert len(sound) / RATE == pytest.approx(SECONDS, abs=1.1)


def test_a_cover_picture_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    beep_of(path)
    png = (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`"
        b"\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
    )
    body = b"\0image/png\0\x03\0" + png
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = len(frame)
    tag = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    path.write_bytes(b"ID3\x03\0\0" + tag + frame + path.read_bytes())
    assert not probe(path).has_video
    assert onsets(sound_of(path))


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        mux_picture(container, 2)
    assert "no sound track" in refusal_of(path)


def test_a_wav_without_samples_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(
        b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0"
    )
    refusal_of(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.mp4", b"This is not a video. " * 500),
        ("page.mp4", b"<!DOCTYPE html><html><body>404</body></html>"),
        ("zeros.mp4", bytes(100_000)),
        ("archive.mp3", b"PK\x03\x04" + bytes(range(256)) * 40),
        ("picture.webm", b"\x89PNG\r\n\x1a\n" + bytes(2000)),
    ],
)
def test_what_is_no_media_is_refused_with_the_list_of_what_is(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert "mp4, mkv, webm, mov, mp3, wav, m4a, ogg or flac" in refusal_of(path)


class _Listening(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_POST = do_GET  # noqa: N815 - names of http.server

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Listen on loopback; yield the address and the paths asked for."""
    asked: list[str] = []
    handler = type("Handler", (_Listening,), {"asked": asked})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}", asked
        listening.shutdown()
        thread.join()


def playlists(folder: Path, address: str) -> dict[str, str]:
    """Return file name -> content of playlists that would open `address` or a local file."""
    secret = folder / "secret.wav"
    beep_of(secret)
    m3u8 = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"
    return {
        "hls-net.mp4": m3u8.format(f"{address}/a.ts"),
        "hls-file.mp4": m3u8.format(f"file://{secret}"),
        "hls.m3u8": m3u8.format(f"{address}/a.ts"),
        "concat.mp4": f"ffconcat version 1.0\nfile '{secret}'\n",
        "concat-net.mp4": f"ffconcat version 1.0\nfile '{address}/a.mp4'\n",
        "session.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        "m=audio 5004 RTP/AVP 0\n",
        "dash.mp4": f"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><Period>"
        f"<BaseURL>{address}/</BaseURL></Period></MPD>",
    }


def test_a_playlist_dressed_as_mp4_opens_nothing(
    tmp_path: Path, server: tuple[str, list[str]]
) -> None:
    address, asked = server
    for name, content in playlists(tmp_path, address).items():
        path = tmp_path / name
        path.write_text(content)
        assert "playlists are refused" in refusal_of(path), name
    assert asked == []


def test_the_same_concat_list_is_read_by_an_unguarded_open(tmp_path: Path) -> None:
    # The proof that the files above are real: without our lists PyAV opens the other file.
    path = tmp_path / "concat.mp4"
    path.write_text(playlists(tmp_path, "http://127.0.0.1")["concat.mp4"])
    with av.open(str(path), options={"safe": "0"}) as container:
        assert container.format.name == "concat"


def test_a_name_that_looks_like_an_address_is_a_file_name(
    tmp_path: Path, server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, asked = server
    monkeypatch.chdir(tmp_path)
    assert "There is no file" in refusal_of(Path(f"{address}/a.mp4"))
    beep_of(tmp_path / "plain.wav")
    for name in ("data:,hello.wav", "concat:plain.wav|plain.wav", "subfile,,:plain.wav", "-.wav"):
        shutil.copy(tmp_path / "plain.wav", tmp_path / name)
        assert probe(Path(name)).duration == SECONDS * 1000
    assert asked == []


def test_blocks_are_small_however_long_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", np.zeros(44100 * 300, np.float32))
    sizes = [len(block) for block in decode(path)]
    assert max(sizes) <= RATE
    assert sum(sizes) == 300 * RATE


_MEASURE = """
import resource, sys
from pathlib import Path
from transcription.media import decode
from transcription.voice import find_speech
from transcription.windows import cut_windows

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

list(cut_windows(decode(Path(sys.argv[1])), find_speech))
before = peak()
list(cut_windows(decode(Path(sys.argv[2])), find_speech))
print(peak() - before)
"""


@pytest.mark.slow
def test_an_hour_takes_hardly_more_memory_than_two_minutes(tmp_path: Path) -> None:
    short = write(tmp_path / "short.flac", np.zeros(44100 * 120, np.float32))
    hour = tmp_path / "hour.flac"
    with av.open(str(hour), "w") as container:
        stream = container.add_stream("flac", rate=16000)
        stream.layout = "mono"
        for at in range(0, 3600 * 16000, 160_000):
            silence = np.zeros((1, 160_000), np.int16)
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            frame.sample_rate = 16000
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    command = [sys.executable, "-c", _MEASURE, str(short), str(hour)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 80  # megabytes; the hour is 230 as float32
