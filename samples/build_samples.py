"""Build the sample course: narrate each script, draw its slides, make its video and its timing.

Reads COURSE/course.toml and COURSE/scripts/<lesson>.md; writes COURSE/media/<lesson>.mp4 and
COURSE/scripts/<lesson>.timing.json. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image
from studio import data
from studio.film import Placed, Spoken, length, mix, pictures, place, write_film, write_timing
from studio.script import Script, read_script
from studio.slides import Fonts, draw_slide, draw_title_card
from studio.voice import phonemize, prepare_voice, speak
from studio.words import word_spans

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where things are made, and the voice and fonts they are made with."""

    folder: Path
    voice: Path
    fonts: Fonts


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the videos of the sample course.")
    parser.add_argument("--course", type=Path, default=HERE / "rti-basics")
    parser.add_argument("--work", type=Path, default=HERE.parent / "build" / "samples")
    parser.add_argument("--lesson", help="build this lesson only")
    options = parser.parse_args()
    course = tomllib.loads((options.course / "course.toml").read_text(encoding="utf-8"))
    workshop = open_workshop(options.work)
    for number, lesson in enumerate(course["lessons"], 1):
        if options.lesson in (None, lesson["id"]):
            label = f"Lesson {number} of {len(course['lessons'])}"
            build_lesson(options.course, course["title"], lesson, label, workshop)


def open_workshop(folder: Path) -> Workshop:
    folder.mkdir(parents=True, exist_ok=True)
    model, config = data.fetch(data.VOICE, folder), data.fetch(data.VOICE_CONFIG, folder)
    fonts = Fonts(data.fetch(data.SANS, folder), data.fetch(data.SERIF, folder))
    return Workshop(folder, prepare_voice(model, config, folder / "voice.onnx"), fonts)


def build_lesson(
    folder: Path, course: str, lesson: dict[str, str], label: str, workshop: Workshop
) -> None:
    script = read_script(folder / "scripts" / f"{lesson['id']}.md")
    work = workshop.folder / lesson["id"]
    placed = place(script, narrate(script, workshop.voice, work))
    stills = [
        (start, draw(script, slide, bullets, (course, label), workshop.fonts))
        for start, slide, bullets in pictures(placed)
    ]
    target = folder / lesson["media"]
    target.parent.mkdir(parents=True, exist_ok=True)
    write_film(target, mix(placed), placed[0].spoken.speech.rate, stills, work)
    write_timing(folder / "scripts" / f"{lesson['id']}.timing.json", lesson["id"], placed)
    print(report(lesson["id"], placed, target))


def narrate(script: Script, voice: Path, work: Path) -> list[Spoken]:
    """Speak every sentence, and find its words by what each word sounds like alone."""
    sentences = script.sentences
    words = sorted({word for sentence in sentences for word in sentence.words})
    sounds = phonemize([*(sentence.spoken for sentence in sentences), *words], voice, work)
    alone = dict(zip(words, sounds[len(sentences) :], strict=True))
    spoken = []
    for sentence, phonemes in zip(sentences, sounds[: len(sentences)], strict=True):
        speech = speak(phonemes, voice)
        spans = word_spans(sentence.words, speech.phonemes, speech.spans, alone)
        spoken.append(Spoken(sentence, speech, tuple(spans)))
    return spoken


def draw(script: Script, slide: int, bullets: int, header: tuple[str, str], fonts: Fonts) -> Image:
    course, label = header
    if slide == 0:
        return draw_title_card(course, script.title, label, fonts)
    count = f"{slide} / {len(script.slides) - 1}"
    return draw_slide(script.slides[slide], bullets, (script.title, count), fonts)


def report(lesson: str, placed: list[Placed], target: Path) -> str:
    words = sum(len(item.words) for item in placed)
    seconds = length(placed) / 1000
    size = target.stat().st_size / 1e6
    rate = words / seconds * 60
    return f"{lesson}: {seconds:.1f} s, {words} words, {rate:.0f} words a minute, {size:.2f} MB"


if __name__ == "__main__":
    main()
