"""Measures the layout of subtitles: limits kept, reading speed, where lines end, seconds.

    OMP_NUM_THREADS=1 python benchmarks/measure_layout.py PACKAGES CORPORA [--languages hi,ta]

PACKAGES is the output folder of `karmavani localise` for the sample course; CORPORA has files
en-<code>.tsv.gz with English, target and source name in columns, of which three long transcripts
are made with the pace and the pauses of speech. The tables for benchmarks/layout.md are printed.
Not a test: the gate asserts no times.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from courses import script
from courses.languages import find_language
from courses.nouns import Cue, Segment
from pipeline.checking.cue_checks import check_cues
from pipeline.layout.clause_words import find_words, fold_word
from pipeline.layout.cues import fit

LANGUAGES = ["as", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "or", "pa", "ta", "te", "ur"]
REPLIES = {
    "as": ("হয়।", "ঠিক আছে।"), "bn": ("হ্যাঁ।", "ঠিক আছে।"), "gu": ("હા.", "ઠીક છે."),
    "hi": ("हाँ।", "ठीक है।"), "kn": ("ಹೌದು.", "ಸರಿ."), "ml": ("അതെ.", "ശരി."),
    "mr": ("हो.", "ठीक आहे."), "ne": ("हो।", "ठीक छ।"), "or": ("ହଁ।", "ଠିକ୍ ଅଛି।"),
    "pa": ("ਹਾਂ।", "ਠੀਕ ਹੈ।"), "ta": ("ஆம்.", "சரி."), "te": ("అవును.", "సరే."),
    "ur": ("ہاں۔", "ٹھیک ہے۔"),
}  # fmt: skip
""" "Yes." and "Okay." """
_MARKUP = re.compile(r"[`*_|<>{}#\[\]\\=~]|https?:|\w/\w|&[a-z]+;")


@dataclass(frozen=True)
class Kind:
    """A kind of transcript: its texts, words of English in a sentence, pauses in ms."""

    name: str
    sources: tuple[str, ...]
    words: tuple[int, int]
    pauses: tuple[int, int]
    sentences: int
    replies: bool = False


PACE = 150
"""Words of six characters a minute; in the sample's two lessons it is 143 and 161."""
PACES = (130, 150, 170, 190)
COURSE = Kind("course", ("ms-courses-mt", "kb-igot-faq", "sunbird-ed"), (5, 28), (400, 1200), 450)
TALES = ("pratham-books", "tatoeba-laser", "tico19")
DIALOGUE = Kind("dialogue", TALES, (2, 12), (150, 700), 600, replies=True)
NEWS = Kind("news", ("flores200-dev",), (8, 45), (250, 800), 400)


@dataclass(frozen=True)
class Transcript:
    """One lesson with its translation; `duration` in ms."""

    segments: list[Segment]
    texts: list[str]
    duration: int


def rows(corpora: Path, kind: Kind, code: str) -> list[tuple[str, str]]:
    """Return sentences of the kind's sources with their translations, in an order that stays."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in kind.sources}
    with gzip.open(corpora / f"en-{code}.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            source, target, name = line.rstrip("\n").split("\t")
            words = len(source.split())
            plain = not _MARKUP.search(source + target) and source.endswith((".", "?", "!"))
            if name in found and plain and kind.words[0] <= words <= kind.words[1]:
                found[name].append((source, target))
    picked: list[tuple[str, str]] = []
    for some in found.values():
        random.Random(7).shuffle(some)
        picked += some[: kind.sentences - len(picked)]
    random.Random(8).shuffle(picked)
    return picked


def spoken(
    pairs: list[tuple[str, str]], kind: Kind, code: str, per_minute: int = PACE
) -> Transcript:
    """Return a transcript in which `pairs` are said at a pace, give or take a tenth, with pauses.

    The pauses are shorter than the sample's, which are of 0.7 s in the middle.
    """
    chance, segments, texts, now = random.Random(9), [], [], 1000
    for number, (source, target) in enumerate(pairs):
        said = [(source, target, 0)]
        if kind.replies and number % 12 == 5:
            yes, okay = REPLIES[code]
            said += [("Yes.", yes, 350), ("Okay.", okay, 400)]
        for text, translation, fixed in said:
            # six characters are a word of usual length, with its space
            pace = 60_000 / per_minute * chance.uniform(0.9, 1.1)
            length = fixed or round(len(text) / 6 * pace)
            index = len(segments)
            segments.append(Segment(f"s{index}", kind.name, index, now, now + length, text))
            texts.append(translation)
            now += length + (120 if fixed else chance.randint(*kind.pauses))
    return Transcript(segments, texts, now)


def packaged(folder: Path, code: str) -> Iterator[Transcript]:
    """Yield the lessons of an output folder in one language."""
    for path in sorted(folder.glob(f"*/*/{code}/segments.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        manifest = json.loads((path.parent / "manifest.json").read_text(encoding="utf-8"))
        segments = [
            Segment(one["id"], data["lesson"], index, one["start"], one["end"], one["source"])
            for index, one in enumerate(data["segments"])
        ]
        texts = [one["target"] for one in data["segments"]]
        yield Transcript(segments, texts, manifest["source"]["duration_ms"])


def judge(lesson: Transcript, code: str) -> Counter[str]:
    """Lay a lesson out and count what its cues keep, without asking the code that is measured."""
    cues = fit(lesson.segments, lesson.texts, code, lesson.duration)
    profile, tally = find_language(code).profile, Counter[str]()
    found = {(one.start, one.check) for one in check_cues(cues, code, lesson.duration)}
    for cue in cues:
        widths = [script.width(line) for line in cue.lines]
        speed = sum(widths) * 1000 / (cue.end - cue.start)
        tally["cues"] += 1
        tally["fit"] += len(widths) <= profile.lines and max(widths) <= profile.width
        tally["target"] += speed <= profile.target_cps
        tally["hard"] += speed <= profile.hard_cps
        tally["silent"] += speed > profile.hard_cps and (cue.start, "cue-too-fast") not in found
        tally["short"] += cue.end - cue.start < profile.shortest
        tally["long"] += cue.end - cue.start > profile.longest
        tally["merged"] += len(cue.segment_ids) > 1
    for cue, later in pairwise(cues):
        tally["overlaps"] += cue.end > later.start
        tally["gaps"] += later.start - cue.end < profile.gap
    tally["lost"] = lost(lesson, cues)
    tally += torn(cues, code)
    tally["ms"] += lesson.duration
    return tally


def lost(lesson: Transcript, cues: list[Cue]) -> int:
    """Return the number of words that are said and not shown, or shown in another order."""
    shown = " ".join(line for cue in cues for line in cue.lines)
    shown = re.sub("[\u2066-\u2069]", "", shown)
    said = " ".join(lesson.texts)
    return 0 if "".join(said.split()) == "".join(shown.split()) else len(said.split())


def torn(cues: list[Cue], code: str) -> Counter[str]:
    """Count line ends that part what belongs together, over the ends inside sentences."""
    words, tally = find_words(code), Counter[str]()
    for cue, later in pairwise([*cues, Cue("", ("",), 0, 1, ())]):
        same = cue.segment_ids == later.segment_ids
        following = [*cue.lines[1:], later.lines[0] if same and later.lines else ""]
        for upper, lower in zip(cue.lines, following, strict=True):
            if not lower:
                continue
            tally["ends"] += 1
            last, first = fold_word(upper.split()[-1]), fold_word(lower.split()[0])
            stops = upper.rstrip("\"'”’)\u2069")[-1:] in ",;:।.?!۔،؛…–—"
            tally["particles"] += first in words.clings and not stops
            tally["conjunctions"] += last in words.opens and not stops
            tally["numbers"] += upper[-1].isdecimal()
            tally["clauses"] += stops or first in words.opens or last in words.closes
    return tally


def percent(part: int, whole: int) -> str:
    """Return a share as percent to a tenth, never rounded up to 100."""
    if part == whole:
        return "100"
    return f"{int(1000 * part / whole) / 10:.1f}"


COLUMNS = (
    "language", "min", "cues", "lines and width %", "overlaps", "gaps missed", "target %", "hard %",
    "faster, no finding", "too short", "too long", "merged", "words lost",
)  # fmt: skip


def row(name: str, tally: Counter[str]) -> str:
    """Return one row of the first tables."""
    cells = [
        *(name, f"{tally['ms'] / 60_000:.0f}", tally["cues"]),
        *(percent(tally["fit"], tally["cues"]), tally["overlaps"], tally["gaps"]),
        *(percent(tally["target"], tally["cues"]), percent(tally["hard"], tally["cues"])),
        *(tally["silent"], tally["short"], tally["long"], tally["merged"], tally["lost"]),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def print_table(title: str, tallies: dict[str, Counter[str]]) -> None:
    """Print one table of limits and speeds."""
    print(f"\n## {title.capitalize()}\n\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for code, tally in tallies.items():
        print(row(code, tally))
    print(row("all", sum(tallies.values(), Counter[str]())))


def print_ends(tallies: dict[str, Counter[str]]) -> None:
    """Print where lines end inside sentences."""
    print("\n## Where lines end inside sentences\n")
    names = ("ends", "clauses", "particles", "conjunctions", "numbers")
    heads = (
        *("language", "line ends", "at a clause %", "before a particle"),
        *("after a conjunction", "after a number"),
    )
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for code, tally in tallies.items():
        cells = [tally[name] for name in names]
        cells[1] = percent(cells[1], cells[0])
        print(f"| {code} | {' | '.join(map(str, cells))} |")


def seconds(corpora: Path, hours: float) -> tuple[int, int, float]:
    """Return sentences, cues and the best of three times for a lesson in Hindi of so many hours."""
    pairs = [pair for kind in (COURSE, DIALOGUE) for pair in rows(corpora, kind, "hi")]
    random.Random(1).shuffle(pairs)
    while spoken(pairs, COURSE, "hi").duration < hours * 3_600_000:
        pairs += pairs[:100]
    lesson, taken, cues = spoken(pairs, COURSE, "hi"), [], []
    for _ in range(3):
        began = time.perf_counter()
        cues = fit(lesson.segments, lesson.texts, "hi", lesson.duration)
        taken.append(time.perf_counter() - began)
    return len(lesson.segments), len(cues), min(taken)


def print_paces(corpora: Path, codes: list[str]) -> None:
    """Print how much of the densest transcript is within the target at other paces of speech."""
    print("\n## Within target %, by words a minute, news\n")
    print(f"| language | {' | '.join(map(str, PACES))} |")
    print(f"|{'---|' * (1 + len(PACES))}")
    for code in codes:
        pairs = rows(corpora, NEWS, code)
        tallies = [judge(spoken(pairs, NEWS, code, pace), code) for pace in PACES]
        cells = [percent(tally["target"], tally["cues"]) for tally in tallies]
        print(f"| {code} | {' | '.join(cells)} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", type=Path)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    args = parser.parse_args()
    codes = args.languages.split(",")
    sample = {code: [judge(one, code) for one in packaged(args.packages, code)] for code in codes}
    sets = {"sample": {code: sum(found, Counter[str]()) for code, found in sample.items()}}
    for kind in (COURSE, DIALOGUE, NEWS):
        sets[kind.name] = {
            code: judge(spoken(rows(args.corpora, kind, code), kind, code), code) for code in codes
        }
    for name, tallies in sets.items():
        print_table(name, tallies)
    whole = {code: sum((found[code] for found in sets.values()), Counter()) for code in codes}
    print_table("all four", whole)
    print_paces(args.corpora, codes)
    print_ends(whole)
    sentences, cues, best = seconds(args.corpora, 3)
    print(f"\nThree hours in Hindi, {sentences} sentences, {cues} cues: {best:.2f} s.")


if __name__ == "__main__":
    main()
