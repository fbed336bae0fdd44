"""Measures what each part of the layout brings: it is taken out, and the same is measured again.

    OMP_NUM_THREADS=1 python benchmarks/measure_layout_parts.py CORPORA [--languages hi,ta]

CORPORA is as for `measure_layout`, whose three long transcripts are used. Both tables of "What each
part brings" in benchmarks/layout.md are printed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from measure_layout import (
    COURSE,
    DIALOGUE,
    LANGUAGES,
    NEWS,
    Transcript,
    judge,
    percent,
    rows,
    spoken,
)

from pipeline.layout.clause_words import Words

KINDS = (COURSE, DIALOGUE, NEWS)
NO_LEAD = ("pipeline.layout.cue_times.LEAD_IN", 0)
NO_SHARING = ("pipeline.layout.cues.merge", lambda units, *_: list(units))
NO_WORDS = ("pipeline.layout.line_pieces.find_words", lambda _code: Words())
Lessons = dict[tuple[str, str], Transcript]


def tallies(lessons: Lessons, *without: tuple[str, Any]) -> dict[str, Counter[str]]:
    """Return the tally of each kind of transcript, with these things replaced."""
    with ExitStack() as stack:
        for name, other in without:
            stack.enter_context(patch(name, other))
        found: dict[str, Counter[str]] = {kind.name: Counter() for kind in KINDS}
        for (kind, code), lesson in lessons.items():
            found[kind] += judge(lesson, code)
    return found


def print_speeds(name: str, found: dict[str, Counter[str]]) -> None:
    """Print what is within the target speed, and the cues of the dialogues."""
    shares = (percent(one["target"], one["cues"]) for one in found.values())
    print(f"| {name} | {' | '.join(shares)} | {found[DIALOGUE.name]['cues']:,} |", flush=True)


def print_ends(name: str, found: dict[str, Counter[str]]) -> None:
    """Print where lines end inside sentences."""
    whole = sum(found.values(), Counter[str]())
    share = percent(whole["clauses"], whole["ends"])
    told = (f"{whole['ends']:,}", share, f"{whole['particles']:,}", f"{whole['conjunctions']:,}")
    print(f"| {name} | {' | '.join(told)} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    args = parser.parse_args()
    lessons = {
        (kind.name, code): spoken(rows(args.corpora, kind, code), kind, code)
        for kind in KINDS
        for code in args.languages.split(",")
    }
    as_it_is = tallies(lessons)
    print("| | within target, course | dialogue | news | cues in dialogue |\n|---|---|---|---|---|")
    print_speeds("as it is", as_it_is)
    print_speeds("without coming early", tallies(lessons, NO_LEAD))
    print_speeds("and without sharing a cue", tallies(lessons, NO_LEAD, NO_SHARING))
    print("\n| | line ends inside sentences | at a clause % | before a particle |", end="")
    print(" after a conjunction |\n|---|---|---|---|---|")
    print_ends("as it is", as_it_is)
    print_ends("without the lists of small words", tallies(lessons, NO_WORDS))


if __name__ == "__main__":
    main()
