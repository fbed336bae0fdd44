"""Measures an exported starter as users run it: ``python -m training.evaluate``.

chrF++ on two validation sets that were never trained on (FLORES-200 dev rows 1-500: news prose;
course rows held out), whether numbers survive, whether hinted terms are used, own script, loops.
References have their digits as 0-9, as the engine writes them. Not for the blind tests.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.corpus import BLOCKS, Corpus, Pair
from training.hints import Lexicon, stands_in
from translators.base import Draft, Request, TranslatorOptions
from translators.number_words import to_digits
from translators.starter import Starter
from translators.starter_prompt import HINT_LIMIT, LANGUAGES

_NUMBER = re.compile(r"\d+")


def score(drafts: Sequence[Draft], pairs: Sequence[Pair]) -> float:
    """Return chrF++ of the drafts; a hole counts as an empty text."""
    from sacrebleu.metrics import CHRF

    texts = [draft.text or "" for draft in drafts]
    return float(CHRF(word_order=2).corpus_score(texts, [[p.target for p in pairs]]).score)


def numbers_kept(drafts: Sequence[Draft], pairs: Sequence[Pair]) -> tuple[int, int]:
    """Return in how many texts, of how many with numbers, all numbers of the source stand."""
    kept = asked = 0
    for draft, pair in zip(drafts, pairs, strict=True):
        wanted = Counter(_NUMBER.findall(to_digits(pair.english)))
        if wanted:
            asked += 1
            kept += not wanted - Counter(_NUMBER.findall(draft.text or ""))
    return kept, asked


def own_script(drafts: Sequence[Draft], language: str) -> float:
    """Return the share of letters that are of the language's script or Latin."""
    first, last = BLOCKS[language]
    letters = [x for draft in drafts for x in draft.text or "" if x.isalpha()]
    right = sum(first <= ord(x) <= last or ord(x) < 0x250 for x in letters)
    return right / max(1, len(letters))


def hinted(corpus: Corpus, pairs: Sequence[Pair]) -> list[tuple[Pair, tuple[tuple[str, str], ...]]]:
    """Return the pairs in which word-list terms stand, with these as hints."""
    lexicon = Lexicon(corpus.terms)
    found = [(p, tuple(lexicon.found(p.english, p.target)[:HINT_LIMIT])) for p in pairs]
    return [(pair, hints) for pair, hints in found if hints]


def measure(engine: Starter, corpus: Corpus, limit: int) -> dict[str, Any]:
    """Return all measures of one language over at most `limit` rows of each set."""
    language, result = corpus.language, dict[str, Any]()
    for name, rows in (("flores", corpus.flores[:limit]), ("courses", corpus.courses[:limit])):
        began = time.monotonic()
        drafts = engine.translate([Request(pair.english) for pair in rows], "en", language)
        kept, asked = numbers_kept(drafts, rows)
        result[name] = {
            "rows": len(rows),
            "chrF++": round(score(drafts, rows), 1),
            "holes": sum(draft.text is None for draft in drafts),
            "numbers kept": kept,
            "numbers asked": asked,
            "own script": round(own_script(drafts, language), 4),
            "seconds": round(time.monotonic() - began, 1),
        }
    result["hints"] = _measure_hints(engine, corpus, limit // 2)
    return result


def _measure_hints(engine: Starter, corpus: Corpus, limit: int) -> dict[str, Any]:
    """Compare the same sentences with and without their terms as hints."""
    rows = hinted(corpus, [*corpus.courses, *corpus.flores])[:limit]
    pairs = [pair for pair, _ in rows]
    result: dict[str, Any] = {"rows": len(rows), "terms": sum(len(hints) for _, hints in rows)}
    for name, given in (("with", True), ("without", False)):
        requests = [Request(pair.english, hints if given else ()) for pair, hints in rows]
        drafts = engine.translate(requests, "en", corpus.language)
        used = [
            stands_in(form, draft.text or "")
            for draft, (_, hints) in zip(drafts, rows, strict=True)
            for _, form in hints
        ]
        result[f"used {name}"] = sum(used)
        result[f"chrF++ {name}"] = round(score(drafts, pairs), 1)
    return result


def main() -> None:
    """Read the arguments, measure, print and write JSON."""
    home = Path(os.environ.get("KARMAVANI_CACHE", Path.home() / ".cache" / "karmavani"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=home / "base")
    parser.add_argument("--work", type=Path, default=home / "training")
    parser.add_argument("--adapter", type=Path, default=Path("models/starter"))
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--limit", type=int, default=60, help="rows of each set")
    parser.add_argument("--out", type=Path, default=Path("build/evaluation.json"))
    asked = parser.parse_args()
    corpora = pickle.loads((asked.work / "prepared.pickle").read_bytes())[0]  # our own file
    folders = {"base": asked.base, "adapter": asked.adapter}
    engine = Starter(TranslatorOptions(folders, home / "built"))
    results = {}
    for language in asked.languages.split(","):
        results[language] = measure(engine, corpora[language], asked.limit)
        print(language, json.dumps(results[language]), flush=True)
        asked.out.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
