"""Measures the checks of numbers: alarms on human translations, planted faults found.

    python benchmarks/measure_guards.py CORPORA [--languages hi,ta] [--show 5]

CORPORA has files en-<code>.tsv.gz with English, target and source name in columns. The tables for
benchmarks/guards.md are printed.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from courses.nouns import Segment, Signature, Translation, TranslationStatus
from courses.quantities import words
from courses.quantities.comparing import compare
from courses.quantities.digits import mentions
from courses.quantities.sides import say_digits
from courses.quantities.swaps import numbers_with_neighbours
from pipeline.checking.checks import check, check_source

LANGUAGES = ["as", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "or", "pa", "ta", "te", "ur"]
SOURCES = ("flores200-dev", "tico19", "ms-courses-mt", "pratham-books")
HUMAN = frozenset({"flores200-dev", "tico19"})
GUARDS = (
    "numbers-differ", "reference-differs", "address-changed", "unit-differs", "numbers-swapped",
    "label-differs", "time-of-day",
)  # fmt: skip
EACH = 1500
"""At most so many rows of a source."""
LESSON = 2000
"""Sentences in the lesson that is timed."""
_DIGITS = re.compile(r"(?<![\w:.,/-])(?!0|[12]\b)\d(?:[\d.,]*\d)?(?![\w:/-]|[.,]\d)")
_BRACKETS = re.compile(r"\([^()]*\)")
Row = tuple[str, str, str]


def rows(corpora: Path, language: str) -> list[Row]:
    """Return rows of the sources, the same at every run."""
    found: dict[str, list[Row]] = {name: [] for name in SOURCES}
    with gzip.open(corpora / f"en-{language}.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            source, target, name = line.rstrip("\n").split("\t")
            if name in found:
                found[name].append((source, target, name))
    picked = []
    for some in found.values():
        random.Random(1).shuffle(some)
        picked += some[:EACH]
    return picked


def found_in(source: str, target: str, language: str) -> set[str]:
    """Return the ids of the guards that find something."""
    segment = Segment("s", "lesson", 0, 0, 1, source)
    draft = Translation("s", language, target, TranslationStatus.DRAFT, "m", Signature("m"))
    return {one.check for one in check([segment], [draft])}


def says_numbers(source: str, target: str, language: str) -> bool:
    """Return whether either side says a number."""
    return bool(mentions(say_digits(source, "en")) or mentions(say_digits(target, language)))


def plant(row: Row, language: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a kind of fault and the target with it, for its digits and its words.

    Only numbers from three on that stand alone and that the source surely says in the same way;
    nothing in brackets, which may only repeat what was said, and nothing that is repeated in them:
    "மூன்று (three)" still says three without its first word.
    """
    source, target, _ = row
    said_twice = _repeated(target)
    told = {one.key for one in mentions(say_digits(source, "en"))}
    open_text = _BRACKETS.sub(lambda found: "(" + " " * (len(found.group()) - 2) + ")", target)
    digits = [
        one
        for one in _DIGITS.finditer(open_text)
        if one.group() in source and not said_twice & _keys(one.group())
    ]
    if digits:
        at = chance.choice(digits)
        new = str(chance.choice([n for n in range(61, 99) if str(n) not in target]))
        yield "digits changed", target[: at.start()] + new + target[at.end() :]
        yield "digits dropped", target[: at.start()] + target[at.end() :]
        yield "digits twice", f"{target[: at.end()]}, {at.group()}{target[at.end() :]}"
        yield "digits to words", target[: at.start()] + _word(61, language) + target[at.end() :]
        yield from _swapped(digits, source, target)
    sure = [one for one in words.numbers_in(target, language) if not one.weak and one.value >= 3]
    sure = [one for one in sure if str(one.value) in told - said_twice]
    if sure:
        said = chance.choice(sure)
        yield "word changed", target[: said.start] + _word(61, language) + target[said.end :]
        yield "word dropped", target[: said.start] + target[said.end :]


def _swapped(digits: list[re.Match[str]], source: str, target: str) -> Iterator[tuple[str, str]]:
    """Yield the target with two of its numbers in each other's place.

    "known neighbours" where the source has a unit, a month or the like beside both.
    """
    pairs = list(combinations(digits, 2))
    for one, other in [pair for pair in pairs if pair[0].group() != pair[1].group()][:1]:
        text = target[: one.start()] + other.group() + target[one.end() : other.start()]
        beside = {number for number, _ in numbers_with_neighbours(source, "en")}
        known = {one.group().replace(",", ""), other.group().replace(",", "")} <= beside
        kind = "known neighbours" if known else "swapped"
        yield kind, text + one.group() + target[other.end() :]


def _keys(text: str) -> set[str]:
    return {one.key for one in mentions(say_digits(text, "en"))}


def _repeated(target: str) -> set[str]:
    """Return the numbers that `target` has in brackets, in digits or in English."""
    return {key for found in _BRACKETS.findall(target) for key in _keys(found)}


def _word(number: int, language: str) -> str:
    """Return how a language says a number in one word."""
    table = words.TABLES[language]
    listed = table.cardinals.split()
    if number < len(listed):
        return listed[number].split("/")[0].strip("~")
    stem = re.search(rf"(?:^| ){number}=([^/ ]+)", table.others)
    ends = {"ta": "ு", "te": "ి", "kn": "ು", "ml": "്"}
    return (stem[1] if stem else "") + ends.get(language, "")


def measure(corpora: Path, language: str, show: int) -> dict[str, object]:
    """Return the figures of one language; print `show` alarms of each guard."""
    asked, alarms, kinds = Counter[str](), Counter[str](), Counter[str]()
    planted, caught = Counter[str](), Counter[str]()
    unread = now = 0
    chance = random.Random(2)
    every = rows(corpora, language)
    for source, target, name in every:
        if not says_numbers(source, target, language):
            continue
        found = found_in(source, target, language)
        asked[name] += 1
        old = compare(source, target)
        unread += bool(old.unsure and not old.lost and not old.added)
        now += "number-word-unverified" in found
        ours = found & set(GUARDS)
        alarms[name] += bool(ours)
        kinds.update(ours)
        if ours and kinds.total() <= show:
            print(sorted(ours), source, target, sep="\n  ")
        if ours or name == "pratham-books":
            continue
        for kind, text in plant((source, target, name), language, chance):
            planted[kind] += 1
            caught[kind] += bool(found_in(source, text, language) & set(GUARDS))
    return {
        "asked": asked, "alarms": alarms, "kinds": kinds, "planted": planted, "caught": caught,
        "unread": (unread, now), "seconds": _timed(every, language),
    }  # fmt: skip


def _timed(every: list[Row], language: str) -> float:
    """Return the processor seconds of all checks of a lesson of LESSON sentences, caches cold."""
    lesson = (every * (LESSON // len(every) + 1))[:LESSON]
    segments = [Segment(f"s{n}", "l", n, n, n + 1, row[0]) for n, row in enumerate(lesson)]
    drafts = [
        Translation(f"s{n}", language, row[1], TranslationStatus.DRAFT, "m", Signature("m"))
        for n, row in enumerate(lesson)
    ]
    start = time.process_time()
    list(check(segments, drafts))
    list(check_source(segments, "en"))
    return time.process_time() - start


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} ({part} of {whole})" if whole else "-"


def main() -> None:
    """Print one row a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--show", type=int, default=0, help="alarms to print a language")
    arguments = parser.parse_args()
    kinds = (
        "digits changed",
        "digits dropped",
        "digits twice",
        "digits to words",
        "word changed",
        "word dropped",
        "known neighbours",
        "swapped",
    )
    print("| | " + " | ".join((*SOURCES, *kinds, "unverified before", "now", "seconds")) + " |")
    print("|---" * (len(SOURCES) + len(kinds) + 4) + "|")
    for language in arguments.languages.split(","):
        made = measure(arguments.corpora, language, arguments.show)
        cells = [_share(made["alarms"][name], made["asked"][name]) for name in SOURCES]
        cells += [_share(made["caught"][kind], made["planted"][kind]) for kind in kinds]
        cells += [str(made["unread"][0]), str(made["unread"][1]), f"{made['seconds']:.2f}"]
        print(f"| {language} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
