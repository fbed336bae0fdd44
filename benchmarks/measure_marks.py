"""Measures the checks of marks, digits and leftovers: alarms, planted faults, repairs.

    python benchmarks/measure_marks.py CORPORA [--languages hi,ta]

CORPORA has files en-<code>.tsv.gz with English, target and source name in columns. The tables for
benchmarks/marks.md are printed.
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from courses.findings import TABLE, Area
from courses.languages import find_writing
from courses.nouns import Finding, Segment, Signature, Translation, TranslationStatus
from courses.script import to_ascii_digits
from pipeline.checking.checks import check
from pipeline.checking.end_marks import ending
from pipeline.checking.repairs import Subject, offer

LANGUAGES = "as,bn,gu,hi,kn,ks,mai,ml,mni_Beng,mr,ne,or,pa,sa,sat,sd,ta,te,ur"
SOURCES = ("flores200-dev", "tico19")
OURS = [name for name, kind in TABLE.items() if kind.area is Area.WRITING]
EACH = 300
"""At most so many rows of a source."""
Row = tuple[str, str]


def rows(corpora: Path, language: str) -> list[Row]:
    """Return English sentences and their translations, the same at every run."""
    found: dict[str, list[Row]] = {name: [] for name in SOURCES}
    with gzip.open(corpora / f"en-{language}.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            source, target, name = line.rstrip("\n").split("\t")
            if name in found and len(source.split()) > 3:
                found[name].append((source, target))
    for some in found.values():
        random.Random(1).shuffle(some)
    return [row for some in found.values() for row in some[:EACH]]


def look(source: str, target: str, language: str) -> tuple[list[Finding], Subject]:
    """Return the findings of our section, and what repairs are asked with.

    One sentence has no lesson, so what most of a lesson decides (its digits, its full stop) is
    not measured.
    """
    segment = Segment("s", "lesson", 0, 0, 1, source)
    draft = Translation("s", language, target, TranslationStatus.DRAFT, "m", Signature("m"))
    found = [one for one in check([segment], [draft]) if one.check in OURS]
    return found, Subject(language, (), 1, (segment,), (draft,))


def plant(row: Row, language: str) -> Iterator[tuple[str, str]]:
    """Yield an id and the target with the fault that it is for."""
    target, end = row[1], ending(row[1])
    middle = target.find(" ", len(target) // 2)
    if end.marks and middle > 0:
        yield "end-mark-missing", target[: end.start] + target[end.stop :]
        yield "end-mark-doubled", target[: end.stop] + end.marks + target[end.stop :]
        yield "placeholder-left", f"{target[:middle]} <ID41>{target[middle:]}"
        yield "markup-left", f"{target[:middle]} <b>{target[middle + 1 :]}"
        yield "odd-characters", f"{target[:middle]}\u200b{target[middle:]}"
        yield "spaces-odd", f"{target[:middle]} {target[middle:]}"
    for mark, name in (('"', "quotes-unbalanced"), ("(", "brackets-unbalanced")):
        if target.count(mark) in (1, 2) and mark in row[0]:
            yield name, target.replace(mark, "", 1)
    digits = find_writing(language).digits
    numbers = [part for part in target.split() if part.isdecimal() and part.isascii()]
    if len(numbers) > 1 and numbers.count(numbers[0]) == 1 and to_ascii_digits(target) == target:
        native = numbers[0].translate(str.maketrans("0123456789", digits))
        yield "digits-mixed", f" {target} ".replace(f" {numbers[0]} ", f" {native} ", 1).strip()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--languages", default=LANGUAGES)
    given = parser.parse_args()
    planted, seen, mended, exact = Counter(), Counter(), Counter(), Counter()
    print("| | sentences |", " | ".join(OURS), "|\n" + "|---" * (len(OURS) + 2) + "|")
    for language in given.languages.split(","):
        alarms: Counter[str] = Counter()
        chosen = rows(given.corpora, language)
        for row in chosen:
            found = {one.check for one in look(*row, language)[0]}
            alarms.update(found)
            for name, text in plant(row, language) if not found else ():
                planted[name] += 1
                findings, subject = look(row[0], text, language)
                hits = [one for one in findings if one.check == name]
                seen[name] += bool(hits)
                repairs = [one for one in offer(hits, subject) if one]
                mended[name] += bool(repairs)
                exact[name] += any(one.text == row[1] for one in repairs)
        told = (f"{100 * alarms[name] / len(chosen):.1f}" for name in OURS)
        print(f"| {language} | {len(chosen)} |", " | ".join(told), "|", flush=True)
    print("\n| | planted | found | with a repair | gives the text again |")
    print("|---|---|---|---|---|")
    for name in OURS:
        if total := planted[name]:
            shares = (f"{100 * of[name] / total:.1f}" for of in (seen, mended, exact))
            print(f"| {name} | {total} |", " | ".join(shares), "|")


if __name__ == "__main__":
    main()
