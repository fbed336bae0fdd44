"""Makes a backlog to try things on: courses whose speech is cut up and put together anew.

    python -m benchmarks.synthetic_backlog OUT [--lessons 200] [--seconds 20-60] [--heard 10]

The sentences of the sample course, which say when each begins and ends, are cut at their pauses and
drawn by chance into lessons, so that no two have the same content: OUT/course-001/course.toml with
about ten lessons each, OUT/catalogue.csv with lanes and learners, and OUT/made.json with what is in
every lesson. Most lessons have captions, which cost next to nothing to read; `--heard` percent are
left to the recogniser. The same seed gives the same speech, captions and damage.

The voice of the sample course is a synthetic one; `--speech` adds recordings that have captions.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from courses.timing import to_clock
from pipeline.backlog.nouns import Lane
from transcription.caption_reader import read_captions
from transcription.media import RATE, decode

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "rti-basics"
LANGUAGES = ("as", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "or", "pa", "ta", "te", "ur")
CODECS = {".m4a": "aac", ".mp3": "libmp3lame", ".wav": "pcm_s16le"}
FORMS = (".m4a", ".m4a", ".m4a", ".mp3", ".mp3", ".wav")  # as often as each is used
BITS = 32_000
MARGIN, PAUSE = 100, 450  # ms: kept around a sentence, and of silence after it
DAMAGES = ("truncated", "zeroed", "text")  # only mp4 shows at its head that its end is missing
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spoken:
    """One recorded sentence: mono sound at 16 kHz, and what is said."""

    text: str
    sound: Sound


@dataclass(frozen=True)
class Wanted:
    """What to make. seconds: of a lesson, least and most; heard, corrupt: shares, 0..1."""

    lessons: int = 200
    seconds: tuple[int, int] = (20, 60)
    heard: float = 0.1
    corrupt: float = 0.0
    a_course: int = 10
    languages: tuple[str, ...] = LANGUAGES
    forms: tuple[str, ...] = FORMS
    numbered: bool = False  # each caption names its lesson: no sentence is said twice
    seed: int = 7
    prefix: str = "course"  # of the courses' ids


@dataclass(frozen=True)
class Made:
    """One lesson that was made. damage: empty, or what was done to its media; times in ms."""

    course: str
    lesson: str
    media: str
    heard: bool
    damage: str
    duration: int
    texts: tuple[str, ...]


def read_speech(extra: Sequence[Path] = ()) -> list[Spoken]:
    """Return the sentences of the sample course, and of recordings with captions beside them."""
    spoken: list[Spoken] = []
    for file in sorted((SAMPLES / "scripts").glob("*.timing.json")):
        said = json.loads(file.read_bytes())
        times = [(one["text"], one["start"], one["end"]) for one in said["sentences"]]
        spoken += _cut(SAMPLES / "media" / f"{said['lesson']}.mp4", times)
    for media in extra:
        there = next(p for s in (".srt", ".vtt") if (p := media.with_suffix(s)).is_file())
        captions, _ = read_captions(there.read_bytes(), there.name)
        spoken += _cut(media, [(" ".join(one.lines), one.start, one.end) for one in captions])
    return spoken


def _cut(media: Path, times: Sequence[tuple[str, int, int]]) -> Iterator[Spoken]:
    sound = np.concatenate(list(decode(media, level=False)))
    for text, start, end in times:
        first, last = (RATE * max(0, ms) // 1000 for ms in (start - MARGIN, end + MARGIN))
        yield Spoken(text, sound[first:last])


def make(out: Path, wanted: Wanted, spoken: Sequence[Spoken]) -> list[Made]:
    """Write the courses and return their lessons; the same arguments give the same lessons."""
    chance = random.Random(wanted.seed)
    damaged = set(chance.sample(range(wanted.lessons), round(wanted.lessons * wanted.corrupt)))
    heard = set(chance.sample(range(wanted.lessons), round(wanted.lessons * wanted.heard)))
    made = []
    for number in range(wanted.lessons):
        course = f"{wanted.prefix}-{number // wanted.a_course + 1:03}"
        form = chance.choice(wanted.forms)
        plain = Made(course, f"lesson-{number + 1:05}", "", number in heard, "", 0, ())
        plain = replace(plain, media=f"media/{plain.lesson}{form}")
        one = _write_lesson(out / course, plain, wanted, spoken, chance)
        if number in damaged:
            one = replace(one, damage=chance.choice(DAMAGES if form == ".m4a" else DAMAGES[1:]))
            damage(out / course / one.media, one.damage)
        made.append(one)
    for course in dict.fromkeys(one.course for one in made):
        _write_course(out / course, [one for one in made if one.course == course])
    _write_catalogue(out, made, wanted, chance)
    facts = {"wanted": asdict(wanted), "lessons": [asdict(one) for one in made]}
    (out / "made.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    return made


def _write_lesson(
    folder: Path, one: Made, wanted: Wanted, spoken: Sequence[Spoken], chance: random.Random
) -> Made:
    length, parts, cues = chance.uniform(*wanted.seconds) * 1000, [], []
    at = 0
    for sentence in _drawn(spoken, chance):
        lasts = len(sentence.sound) * 1000 // RATE
        if cues and at + lasts > length:
            break
        name = f"{one.lesson} {len(cues) + 1}: " if wanted.numbered else ""
        cues.append((name + sentence.text, at + MARGIN, at + lasts - MARGIN))
        parts += [sentence.sound, np.zeros(RATE * PAUSE // 1000, np.float32)]
        at += lasts + PAUSE
    media = folder / one.media
    media.parent.mkdir(parents=True, exist_ok=True)
    write_sound(media, np.concatenate(parts))
    if not one.heard:
        write_captions(media.with_suffix(".srt"), cues)
    return replace(one, duration=at, texts=tuple(text for text, _, _ in cues))


def _drawn(spoken: Sequence[Spoken], chance: random.Random) -> Iterator[Spoken]:
    """Yield all sentences in one order after the other, none twice before all were said."""
    while True:
        yield from chance.sample(spoken, len(spoken))


def write_captions(path: Path, cues: Sequence[tuple[str, int, int]]) -> None:
    """Write SubRip captions of (text, start, end) in ms."""
    blocks = (
        f"{number}\n{to_clock(start, ',')} --> {to_clock(end, ',')}\n{text}\n"
        for number, (text, start, end) in enumerate(cues, 1)
    )
    path.write_text("\n".join(blocks), encoding="utf-8")


def write_sound(path: Path, sound: Sound) -> None:
    """Write mono sound at 16 kHz in the form that the ending of `path` names."""
    import av

    samples = (np.clip(sound, -1, 1) * 32767).astype("<i2").reshape(1, -1)
    with av.open(str(path), "w") as file:
        stream = file.add_stream(CODECS[path.suffix], rate=RATE, layout="mono")
        if path.suffix != ".wav":
            stream.bit_rate = BITS
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def damage(path: Path, kind: str) -> None:
    """Damage a media file: cut to a third, overwritten with zeros, or text under its name."""
    whole = path.read_bytes()
    path.write_bytes(
        {
            "truncated": whole[: len(whole) // 3],
            "zeroed": bytes(len(whole)),
            "text": b"This is a text, and no sound at all.\n" * (len(whole) // 40 + 1),
        }[kind]
    )


def _write_course(folder: Path, lessons: Sequence[Made]) -> None:
    name = lessons[0].course
    rows = [f'id = "{name}"\ntitle = "Made {name.replace("-", " ")}"\n']
    rows += (
        f'[[lessons]]\nid = "{one.lesson}"\ntitle = "Made {one.lesson.replace("-", " ")}"\n'
        f'media = "{one.media}"\nlanguage = "en"\n'
        for one in lessons
    )
    (folder / "course.toml").write_text("\n".join(rows), encoding="utf-8")


def _write_catalogue(
    out: Path, made: Sequence[Made], wanted: Wanted, chance: random.Random
) -> None:
    lanes = [Lane.URGENT, *[Lane.CAMPAIGN] * 3, *[Lane.NORMAL] * 10, *[Lane.BULK] * 6]
    with (out / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("path", "lane", "learners", "languages"))
        for course in dict.fromkeys(one.course for one in made):
            learners = int(chance.lognormvariate(8, 1.5))
            lane = chance.choice(lanes).label
            table.writerow((course, lane, learners, " ".join(wanted.languages)))


def read_made(out: Path) -> list[Made]:
    """Return the lessons that `make` wrote to `out`."""
    rows: list[dict[str, Any]] = json.loads((out / "made.json").read_bytes())["lessons"]
    return [Made(**{**row, "texts": tuple(row["texts"])}) for row in rows]


def _range(text: str) -> tuple[int, int]:
    least, _, most = text.partition("-")
    return int(least), int(most or least)


def main() -> None:
    """Make the backlog that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lessons", type=int, default=200)
    parser.add_argument("--seconds", type=_range, default=(20, 60), help="Of a lesson: 20-60.")
    parser.add_argument("--heard", type=float, default=10, help="Percent for the recogniser.")
    parser.add_argument("--corrupt", type=float, default=0, help="Percent with damaged media.")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--speech", type=Path, action="append", default=[], metavar="MEDIA")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    wanted = Wanted(
        lessons=options.lessons,
        seconds=options.seconds,
        heard=options.heard / 100,
        corrupt=options.corrupt / 100,
        languages=tuple(options.languages.split(",")),
        seed=options.seed,
    )
    made = make(options.out, wanted, read_speech(options.speech))
    hours = sum(one.duration for one in made) / 3_600_000
    heard, bad = sum(one.heard for one in made), sum(bool(one.damage) for one in made)
    print(f"{len(made)} lessons, {hours:.2f} hours, {heard} to be recognised, {bad} damaged")


if __name__ == "__main__":
    main()
