"""Small courses with real media, for tests of the backlog; their lessons have captions."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

SENTENCES = (
    "every citizen may ask for information.",
    "the fee is ten rupees.",
    "the public authority replies within 30 days.",
)


def make_course(
    folder: Path, name: str = "rti", lessons: int = 2, sentences: tuple[str, ...] = SENTENCES
) -> Path:
    """Write a course with `lessons` short lessons of silence, captions beside each."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    told = [f'id = "{name}"\ntitle = "Course {name}"\n']
    for number in range(1, lessons + 1):
        write_media(place / f"l{number}.wav", 4 * len(sentences))
        write_captions(
            place / f"l{number}.srt", [f"In part {number}, {text}" for text in sentences]
        )
        told.append(
            f'[[lessons]]\nid = "l{number}"\ntitle = "Lesson {number}"\n'
            f'media = "l{number}.wav"\nlanguage = "en"\n'
        )
    (place / "course.toml").write_text("\n".join(told), encoding="utf-8")
    return place


def write_media(place: Path, seconds: int, seed: int = 0) -> None:
    """Write a quiet sound file of so many seconds; another seed, another content."""
    noise = np.random.default_rng(seed).integers(-90, 90, 8000 * seconds, dtype=np.int16)
    with wave.open(str(place), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(noise.tobytes())


def write_captions(place: Path, sentences: list[str]) -> None:
    """Write captions, four seconds a sentence."""
    lines = []
    for number, text in enumerate(sentences):
        start, end = 4 * number, 4 * number + 3
        lines.append(f"{number + 1}\n00:00:{start:02},000 --> 00:00:{end:02},500\n{text}\n")
    place.write_text("\n".join(lines), encoding="utf-8")
