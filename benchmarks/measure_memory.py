"""Measures the translation memory: look-ups in a large one, and whether any match is missed.

    OMP_NUM_THREADS=1 python benchmarks/measure_memory.py [--entries 1000000] [--json FILE]

The sentences are made: words drawn by Zipf's law, lengths as in spoken lessons, some numbers, and
families of sentences that differ in a few words, as lessons have them. The truth is rapidfuzz over
all entries, without any index. Not a test: the gate has a small version without times.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from courses.script import comparison_key
from translators.memory import Memory, Query, Unit
from translators.memory_match import THRESHOLD, mask, percent, split

VOCABULARY = 60_000
SYLLABLES = [c + v for c in "bcdfghjklmnprstv" for v in ("a", "e", "i", "o", "u", "an", "er")]
FAMILY = 0.1  # share of sentences that are an earlier one with a few words changed
NUMBERS = 0.15  # share of sentences with a number in them


class Sentences:
    """Makes sentences; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            words["".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4)))] = None
        self.words = list(words)
        ranks = np.arange(1, VOCABULARY + 1)
        self.shares = np.cumsum(1 / (ranks + 2.7))  # Zipf, with Mandelbrot's offset
        self.numpy = np.random.default_rng(seed)

    def fresh(self) -> list[str]:
        """Return a new sentence of 3 to 45 words, 13 in the middle."""
        count = int(np.clip(self.numpy.lognormal(2.55, 0.5), 3, 45))
        drawn = np.searchsorted(self.shares, self.numpy.random(count) * self.shares[-1])
        sentence = [self.words[index] for index in drawn]
        if self.random.random() < NUMBERS:
            sentence[self.random.randrange(count)] = str(self.random.randint(1, 2500))
        return sentence

    def edited(self, sentence: Sequence[str], edits: int) -> list[str]:
        """Return the sentence with `edits` words replaced, put in or left out."""
        changed = list(sentence)
        for _ in range(edits):
            place = self.random.randrange(len(changed))
            word = self.random.choice(self.words)
            kind = self.random.random()
            if kind < 0.6:
                changed[place] = word
            elif kind < 0.8:
                changed.insert(place, word)
            elif len(changed) > 3:
                del changed[place]
        return changed

    def many(self, count: int) -> Iterator[list[str]]:
        """Yield `count` sentences; some are an earlier one, a little changed."""
        kept: list[list[str]] = []
        for _ in range(count):
            if kept and self.random.random() < FAMILY:
                old = self.random.choice(kept)
                yield self.edited(old, self.random.randint(1, max(1, len(old) // 4)))
                continue
            sentence = self.fresh()
            if len(kept) < 20_000:
                kept.append(sentence)
            yield sentence


@dataclass(frozen=True)
class Times:
    """Milliseconds of many look-ups: by the clock, and of processor time."""

    p50: float
    p95: float
    p99: float
    longest: float
    processor_p95: float
    processor_p99: float


def as_text(sentence: Sequence[str]) -> str:
    """Return words as a sentence."""
    return " ".join(sentence).capitalize() + "."


def measured(look_up: Callable[[str], object], texts: Sequence[str]) -> Times:
    """Return the times of one look-up a text."""
    taken, worked = [], []
    for text in texts:
        began, began_work = time.perf_counter(), time.process_time()
        look_up(text)
        worked.append((time.process_time() - began_work) * 1000)
        taken.append((time.perf_counter() - began) * 1000)
    by_clock = np.percentile(taken, [50, 95, 99, 100])
    return Times(*map(float, by_clock), *map(float, np.percentile(worked, [95, 99])))


class Everything:
    """The truth: every entry is compared, each different word as one letter."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.words = [mask(split(comparison_key(text), "en")) for text in texts]
        letters: dict[str, str] = {}
        self.letters = letters
        self.encoded = [self._encode(words.masked) for words in self.words]

    def _encode(self, words: Sequence[str]) -> str:
        return "".join(
            self.letters.setdefault(word, chr(0xE000 + len(self.letters))) for word in words
        )

    def best(self, text: str) -> int:
        """Return the highest percentage that any entry has, 0 below the threshold."""
        ours = mask(split(comparison_key(text), "en"))
        scores = cdist(
            [self._encode(ours.masked)],
            self.encoded,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=THRESHOLD / 100 - 1e-6,
        )[0]
        return max((percent(ours, self.words[i]) for i in np.flatnonzero(scores)), default=0)


def build(memory: Memory, texts: Sequence[str]) -> float:
    """Put one unit a text into the memory; return the seconds it took."""
    began = time.perf_counter()
    memory.add(
        Unit("en", "hi", text, f"[hi] {text}", "local", "A. Reviewer", "2026-01-01T00:00:00Z")
        for text in texts
    )
    return time.perf_counter() - began


def measure(entries: int, queries: int, folder: Path) -> dict[str, Any]:
    """Return every figure of one size."""
    sentences = Sentences(seed=7)
    words = list(sentences.many(entries))
    texts = [as_text(sentence) for sentence in words]
    path = folder / "memory.sqlite3"
    memory = Memory(path, "local", create=True)
    seconds = build(memory, texts)
    began = time.perf_counter()
    build(memory, [as_text(sentences.fresh())])
    one_more = (time.perf_counter() - began) * 1000
    memory.close()
    memory = Memory(path, "local")
    chosen = sentences.random.sample(words, queries)
    exact = [as_text(sentence) for sentence in chosen]
    fuzzy = [as_text(sentences.edited(s, max(1, len(s) // 6))) for s in chosen]
    missed = [as_text(sentences.fresh()) for _ in range(queries)]

    def look_up(text: str) -> int:
        found = memory.best(Query(text, "en", "hi"))
        return found.percent if found else 0

    first = measured(look_up, exact[:1]).longest
    for text in fuzzy[:20]:
        look_up(text)  # the sketches of all lengths are in memory afterwards
    times = {
        "exact": measured(look_up, exact),
        "fuzzy": measured(look_up, fuzzy),
        "miss": measured(look_up, missed),
    }
    truth = Everything(texts)
    expected = [truth.best(text) for text in fuzzy]
    found = [look_up(text) for text in fuzzy]
    there = [pair for pair in zip(expected, found, strict=True) if pair[0]]
    memory.close()
    return {
        "entries": entries,
        "build_s": seconds,
        "add_one_ms": one_more,
        "first_look_up_ms": first,
        "megabytes": path.stat().st_size / 1e6,
        "times_ms": {name: vars(one) for name, one in times.items()},
        "queries_with_match": len(there),
        "recall": sum(got >= best for best, got in there) / max(1, len(there)),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "numpy": np.__version__,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="Where the memory is made; a temporary one.")
    parser.add_argument("--json", type=Path, help="Write the figures here too.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = measure(options.entries, options.queries, Path(folder))
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
