"""Place speech and slides on one timeline, and make the narration and the video.

All times are milliseconds from the start of the media.
"""

from __future__ import annotations

import json
import re
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]  # it ships no types
import numpy as np
from PIL import Image

from studio.script import Script, Sentence
from studio.voice import Audio, Speech
from studio.words import Span

_LEAD, _TAIL = 1200, 2000  # silence before the first and after the last word
_PAUSES = {"slide": 1400, "bullet": 750, "sentence": 550}
_FRAME = 100  # one frame: the pictures change on this grid
_COLOURS = (
    "scale=out_color_matrix=bt709:out_range=tv,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
)
_LOUDNESS, _PEAK = -19.0, -1.5  # LUFS (mono; heard as -16 in stereo), dBFS
_SOUND, _PICTURES = "narration.wav", "pictures.txt"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence with its speech and the (start, end) samples of its words in that speech."""

    sentence: Sentence
    speech: Speech
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A spoken sentence of slide number `slide`; word times are in the media."""

    spoken: Spoken
    slide: int
    words: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.words[0][0]

    @property
    def end(self) -> int:
        return self.words[-1][1]


def place(script: Script, spoken: Sequence[Spoken]) -> list[Placed]:
    """Lay sentences one after the other; pauses run from last word to first word."""
    placed: list[Placed] = []
    queue = iter(spoken)
    for number, slide in enumerate(script.slides):
        for _ in slide.sentences:
            item = next(queue)
            start = _LEAD if not placed else placed[-1].end + _pause(placed[-1], number, item)
            per_ms = item.speech.rate / 1000
            zero = item.words[0][0]
            times = [
                (round((a - zero) / per_ms), round((b - zero) / per_ms)) for a, b in item.words
            ]
            words = tuple((start + a, start + b) for a, b in times)
            placed.append(Placed(item, number, words))
    return placed


def _pause(before: Placed, slide: int, item: Spoken) -> int:
    if before.slide != slide:
        return _PAUSES["slide"]
    same = before.spoken.sentence.bullets == item.sentence.bullets
    return _PAUSES["sentence" if same else "bullet"]


def length(placed: Sequence[Placed]) -> int:
    """Length of the media, a whole number of frames."""
    return -(-(placed[-1].end + _TAIL) // _FRAME) * _FRAME


def mix(placed: Sequence[Placed]) -> Audio:
    rate = placed[0].spoken.speech.rate
    track = np.zeros(length(placed) * rate // 1000, dtype=np.float32)
    for item in placed:
        first = item.start * rate // 1000 - item.spoken.words[0][0]
        audio = item.spoken.speech.audio
        track[first : first + len(audio)] += audio
    return track


def pictures(placed: Sequence[Placed]) -> list[tuple[int, int, int]]:
    """Return (start, slide, bullets) of each picture; a bullet comes just before its words."""
    shots: list[tuple[int, int, int]] = [(0, 0, 0)]
    for before, item in pairwise(placed):
        bullets = item.spoken.sentence.bullets
        if item.slide != before.slide:
            middle = (before.end + item.start) // 2
            shots.append((middle // _FRAME * _FRAME, item.slide, 0))
        if (item.slide, bullets) != shots[-1][1:]:
            shots.append(((item.start - 200) // _FRAME * _FRAME, item.slide, bullets))
    return shots


def write_timing(path: Path, lesson: str, placed: Sequence[Placed]) -> None:
    """Write true times: one sentence a line, its words, and the spoken words of expressions."""
    lines = [json.dumps(_timing(item), ensure_ascii=False) for item in placed]
    head = f'{{"lesson": "{lesson}", "unit": "ms", "media_end": {length(placed)}, "sentences": [\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def _timing(item: Placed) -> dict[str, object]:
    words: list[dict[str, object]] = []
    first = 0
    for unit in item.spoken.sentence.units:
        spans = item.words[first : first + len(unit.spoken)]
        word: dict[str, object] = {"text": unit.written, "start": spans[0][0], "end": spans[-1][1]}
        if unit.expanded:
            word["spoken"] = [[text, *span] for text, span in zip(unit.spoken, spans, strict=True)]
        words.append(word)
        first += len(unit.spoken)
    sentence = item.spoken.sentence
    times = {"start": item.start, "end": item.end}
    return {"text": sentence.written, "spoken": sentence.spoken, **times, "words": words}


def write_film(
    target: Path, track: Audio, rate: int, stills: Sequence[tuple[int, Image.Image]], work: Path
) -> None:
    """Make one mp4 of the narration and the (start, picture) stills."""
    work.mkdir(parents=True, exist_ok=True)
    _write_wav(work / _SOUND, track, rate)
    end = len(track) * 1000 // rate
    entries = []
    for number, (start, image) in enumerate(stills):
        image.save(work / f"{number:03}.png")
        until = stills[number + 1][0] if number + 1 < len(stills) else end
        entries.append(f"file '{number:03}.png'\nduration {(until - start) / 1000:.3f}\n")
    entries.append(f"file '{len(stills) - 1:03}.png'\n")  # the list format needs its last twice
    (work / _PICTURES).write_text("".join(entries), encoding="utf-8")
    encode(work, end, target)


def encode(work: Path, end: int, target: Path) -> None:
    """Encode the sound and pictures in `work`: H.264 and AAC, index in front, no dates."""
    sound = work / _SOUND
    inputs = ["-f", "concat", "-i", str(work / _PICTURES), "-i", str(sound)]
    picture = ["-vf", f"fps={1000 // _FRAME},{_COLOURS}"]
    picture += ["-c:v", "libx264", "-preset", "slow", "-tune", "stillimage", "-crf", "22"]
    picture += ["-pix_fmt", "yuv420p", "-g", "100"]
    level = f"volume={_gain(sound):.2f}dB,alimiter=limit={_PEAK}dB:level=disabled:latency=1"
    voice = ["-af", level, "-ar", "44100", "-c:a", "aac", "-b:a", "64k"]
    exact = ["-threads", "1", "-fflags", "+bitexact", "-map_metadata", "-1"]
    exact += ["-flags:v", "+bitexact", "-flags:a", "+bitexact"]
    out = ["-movflags", "+faststart", "-t", f"{end / 1000:.3f}", str(target)]
    _ffmpeg([*inputs, *picture, *voice, *exact, *out])


def _gain(sound: Path) -> float:
    """Measure the loudness of a file; return the gain in dB that brings it to the target."""
    log = _ffmpeg(["-i", str(sound), "-af", "ebur128", "-f", "null", "-"])
    found = re.findall(r"I:\s+(-?[\d.]+) LUFS", log)
    return _LOUDNESS - float(found[-1])


def _write_wav(path: Path, track: Audio, rate: int) -> None:
    samples = np.clip(track * 32767.0, -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def _ffmpeg(arguments: Sequence[str]) -> str:
    """Run the pinned ffmpeg; return its log."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ffmpeg failed ({done.returncode}): {done.stderr[-2000:]}")
    return done.stderr
