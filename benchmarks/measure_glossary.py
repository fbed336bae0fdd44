"""Measures the glossary: speed of finding, hits inside longer words, planted faults a language.

    OMP_NUM_THREADS=1 python benchmarks/measure_glossary.py [--corpora FOLDER] [--json FILE]

`--corpora` is a folder of gzipped TSV files whose first column is English; without it the text is
made of the glossary's own terms and filler. Not a test: the gate holds the same without times.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import platform
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from courses.nouns import Term
from courses.script import words
from glossaries.english import needs_capitals, writings
from glossaries.match import make_finder
from glossaries.tsv import load_terms

ROOT = Path(__file__).resolve().parents[1]
PLANTED = ROOT / "tests/unit/glossaries/test_planted_faults.py"
TERMS, SENTENCES, CORPUS = 10_000, 2_000, 10_000
FILLER = "the officer then sends a copy of this to every one of them within the time that is given"


def made_terms(count: int, seed: int = 1) -> list[Term]:
    """Return the glossary's own English terms, and made ones of two to four of their words."""
    own = [Term(entry.source, "x", "hi", id=entry.id) for entry in load_terms().entries]
    vocabulary = sorted({word for term in own for word in term.source.split() if word.isalpha()})
    chance = random.Random(seed)
    made: dict[str, Term] = {term.source: term for term in own}
    while len(made) < count:
        text = " ".join(chance.sample(vocabulary, chance.randint(2, 4)))
        made.setdefault(text, Term(text, "x", "hi", id=text))
    return list(made.values())[:count]


def made_sentences(terms: Sequence[Term], count: int, seed: int = 2) -> list[str]:
    """Return sentences of about 20 words with a term or two in each."""
    chance = random.Random(seed)
    filler = FILLER.split()
    sentences = []
    for _ in range(count):
        said = [term.source for term in chance.sample(list(terms), 2)]
        middle = " ".join(chance.sample(filler, 10))
        sentences.append(f"The {said[0]} {middle} {said[1]} and {chance.choice(filler)}.")
    return sentences


def speed() -> dict[str, Any]:
    """Return the seconds of building and of the best of five searches."""
    terms = made_terms(TERMS)
    sentences = made_sentences(terms, SENTENCES)
    began = time.perf_counter()
    find = make_finder(terms)
    built = time.perf_counter() - began
    best, hits = 9.0, 0
    for _ in range(5):
        began = time.perf_counter()
        hits = sum(len(find(sentence)) for sentence in sentences)
        best = min(best, time.perf_counter() - began)
    return {
        "terms": len(terms),
        "sentences": len(sentences),
        "hits": hits,
        "build_s": round(built, 3),
        "find_s": round(best, 3),
    }


def corpus(folder: Path, count: int) -> Iterator[str]:
    """Yield English sentences, the same number from each file, the first of each."""
    files = sorted(folder.glob("en-*.tsv.gz"))
    each = 2 * count // max(1, len(files))
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (line.split("\t")[0] for line in islice(file, each))


def inside_words(sentences: Sequence[str]) -> dict[str, Any]:
    """Return how many hits there are, and those that do not begin and end with a word.

    The second opinion is a plain one: letters just outside a hit, but for a possessive.
    """
    find = make_finder(load_terms().terms("hi", None))
    hits, inside = 0, []
    for text in sentences:
        for hit in find(text):
            hits += 1
            before, after = text[: hit.start][-1:], text[hit.end :]
            said = text[hit.start : hit.end]
            alone = " " not in hit.term.source and not any(map(needs_capitals, said.split()))
            compound = bool(re.match(r"[-‐][A-Za-z]", after)) and alone
            grown = bool(re.match(r"\w", after)) or compound
            if before.isalnum() or (before in "-‐" and before) or grown:
                inside.append(text[max(0, hit.start - 15) : hit.end + 15])
    return {"sentences": len(sentences), "hits": hits, "inside_longer_words": inside}


def missed(sentences: Sequence[str]) -> int:
    """Return how many plain occurrences of terms no hit covers: whole words, as a regex finds."""
    terms = [
        t for t in load_terms().terms("hi", None) if not any(map(needs_capitals, t.source.split()))
    ]
    forms = sorted({form for term in terms for form in writings(term.source)}, key=len)
    known = re.compile("|".join(map(re.escape, reversed(forms))), re.IGNORECASE)
    find = make_finder(load_terms().terms("hi", None))
    count = 0
    for text in sentences:
        edges = words(text)
        starts, ends = {a for a, _ in edges}, {b for _, b in edges}
        covered = [(hit.start, hit.end) for hit in find(text)]
        for match in known.finditer(text):
            whole = match.start() in starts and match.end() in ends
            part = text[match.end() : match.end() + 1] in "-‐" and text[match.end() :]
            if whole and not part and text[match.start() - 1 : match.start()] not in ("-", "‐"):
                count += not any(a < match.end() and match.start() < b for a, b in covered)
    return count


def planted() -> dict[str, Any]:
    """Return the score of the planted faults by language, from the test that holds them."""
    spec = importlib.util.spec_from_file_location("planted_faults", PLANTED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return {
        code: {
            "faulty": one.faulty,
            "recall": round(one.found / one.faulty, 4),
            "right": one.right,
            "false_alarms": round(one.alarms / one.right, 4),
        }
        for code, one in sorted(module.score().items())
    }


def main() -> None:
    """Print everything; the exit code says nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, help="folder with en-*.tsv.gz")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    told: dict[str, Any] = {"machine": platform.processor() or platform.machine(), "speed": speed()}
    texts = (
        list(islice(corpus(options.corpora, CORPUS), CORPUS))
        if options.corpora
        else (made_sentences(made_terms(TERMS), SENTENCES))
    )
    told["corpus"] = inside_words(texts) | {"missed": missed(texts)}
    told["planted"] = planted()
    show(told)
    if options.json:
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def show(told: dict[str, Any]) -> None:
    """Print the figures as text."""
    fast, found = told["speed"], told["corpus"]
    print(
        f"{fast['terms']} terms over {fast['sentences']} sentences: {fast['find_s']:.3f} s,"
        f" {fast['hits']} hits; built in {fast['build_s']:.3f} s"
    )
    print(
        f"{found['sentences']} sentences: {found['hits']} hits, {len(found['inside_longer_words'])}"
        f" inside longer words, {found['missed']} plain occurrences missed"
    )
    print("language  faults  recall  right  false alarms")
    for code, one in told["planted"].items():
        print(
            f"{code:8}  {one['faulty']:6}  {one['recall']:6.1%}  {one['right']:5}"
            f"  {one['false_alarms']:12.1%}"
        )


if __name__ == "__main__":
    main()
