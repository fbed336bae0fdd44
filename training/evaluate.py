"""Measures an exported starter as users run it: ``python -m training.evaluate``.

On two validation sets that were never trained on (FLORES-200 dev rows 1-500: news prose; course
rows held out), with the scores of `karmavani evaluate`, and whether hinted terms are used.
References have their digits as 0-9, as the engine writes them. The drafts of each language are
kept, so nothing is translated twice and scores can be made anew at once. Not for the blind tests.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from courses.nouns import Signature
from pipeline.quality import chrf
from pipeline.quality.candidates import Candidate, translate
from pipeline.quality.folder import write_whole
from pipeline.quality.pairing import Pairing
from pipeline.quality.scores import floor, judge
from pipeline.quality.sheet import Row
from pipeline.weighing import Asked
from training.corpus import Corpus, Pair
from training.hints import Lexicon, stands_in
from translators.base import Draft, Request, Translator, TranslatorOptions
from translators.starter import Starter
from translators.starter_prompt import HINT_LIMIT, LANGUAGES

SETS = ("courses", "flores")
FORMAT = 1
"""Of the files of drafts."""
Hints = tuple[tuple[str, str], ...]


def hinted(corpus: Corpus, pairs: Sequence[Pair]) -> list[tuple[int, Hints]]:
    """Return the numbers of the pairs in which word-list terms stand, with these as hints."""
    lexicon = Lexicon(corpus.terms)
    found = (tuple(lexicon.found(pair.english, pair.target)[:HINT_LIMIT]) for pair in pairs)
    return [(number, hints) for number, hints in enumerate(found) if hints]


def draft(engine: Translator, corpus: Corpus, limit: int) -> dict[str, Any]:
    """Return drafts of one language: at most `limit` rows of each set, half as many with hints."""
    sets = {name: getattr(corpus, name)[:limit] for name in SETS}
    made = {}
    for name, pairs in sets.items():
        asked = [Asked(pair.english) for pair in pairs]
        candidate = translate(engine, asked, Pairing("en", corpus.language))
        made[name] = {
            "rows": [(pair.english, pair.target) for pair in pairs],
            "drafts": [(one.text, one.confidence) for one in candidate.drafts],
            "seconds": candidate.seconds,
        }
    pairs = [pair for name in SETS for pair in sets[name]]
    rows = hinted(corpus, pairs)[: limit // 2]
    # The engine alone: what the flow does beyond its answer is no merit of the weights.
    requests = [Request(pairs[number].english, hints) for number, hints in rows]
    given = engine.translate(requests, "en", corpus.language)
    return {
        "key": _key(engine, corpus, limit),
        "signature": str(engine.signature),
        "date": date.today().isoformat(),
        "language": corpus.language,
        "limit": limit,
        "sets": made,
        "hints": [(*row, one.text) for row, one in zip(rows, given, strict=True)],
    }


def score(drafted: dict[str, Any]) -> dict[str, Any]:
    """Return all measures of what `draft` returned."""
    result = {name: drafted[name] for name in ("signature", "date", "limit")}
    sets = drafted["sets"]
    result["metric"] = chrf.signature()
    result["sets"] = {name: _scores(one, drafted["language"]) for name, one in sets.items()}
    result["hints"] = _score_hints(drafted)
    return result


def _scores(made: dict[str, Any], language: str) -> dict[str, Any]:
    rows = [Row(str(n), *texts) for n, texts in enumerate(made["rows"], 1)]
    drafts = tuple(Draft(*one) for one in made["drafts"])
    candidate = Candidate("starter", Signature("starter"), drafts, made["seconds"])
    none: list[tuple[()]] = [() for _ in rows]
    pairing = Pairing("en", language)
    scores = judge(candidate, rows, none, pairing).scores
    return {**asdict(scores), "references": asdict(floor(rows, none, pairing))}


def _score_hints(drafted: dict[str, Any]) -> dict[str, Any]:
    """Compare sentences given their terms as hints with the same ones as they were without."""
    sets = [drafted["sets"][name] for name in SETS]
    references = [reference for one in sets for _, reference in one["rows"]]
    plain = [text or "" for one in sets for text, _ in one["drafts"]]
    rows = drafted["hints"]
    result: dict[str, Any] = {"rows": len(rows), "terms": sum(len(hints) for _, hints, _ in rows)}
    outputs = {"with": [text or "" for *_, text in rows], "without": [plain[n] for n, *_ in rows]}
    for name, texts in outputs.items():
        result[f"used {name}"] = sum(
            stands_in(form, text)
            for text, (_, hints, _) in zip(texts, rows, strict=True)
            for _, form in hints
        )
        result[f"chrf {name}"] = chrf.corpus_score(texts, [references[n] for n, *_ in rows])
    return result


def draft_into(folder: Path, engine: Translator, corpus: Corpus, limit: int) -> bool:
    """Keep the drafts of one language in FOLDER/LANGUAGE.json; return whether they were made now.

    Nothing is done when the file has these very rows by this engine, or while another process
    makes them: the same command started twice shares the work.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{corpus.language}.json"
    try:
        with FileLock(folder / f".{corpus.language}.lock", timeout=0):
            if path.is_file() and _read(path)["key"] == _key(engine, corpus, limit):
                return False
            made = json.dumps(draft(engine, corpus, limit), ensure_ascii=False, indent=1)
            write_whole(path, made + "\n")
    except Timeout:
        return False
    return True


def _key(engine: Translator, corpus: Corpus, limit: int) -> str:
    rows = [(p.english, p.target) for name in SETS for p in getattr(corpus, name)[:limit]]
    material = (FORMAT, str(engine.signature), limit, rows)
    return hashlib.sha256(repr(material).encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def read_results(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return language -> scores of its drafts, in the order of the starter's languages."""
    files = {path.stem: path for path in paths}
    return {code: score(_read(files[code])) for code in LANGUAGES if code in files}


def main() -> None:
    """Read the arguments, translate, print the scores."""
    home = Path(os.environ.get("KARMAVANI_CACHE", Path.home() / ".cache" / "karmavani"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=home / "base")
    parser.add_argument("--work", type=Path, default=home / "training")
    parser.add_argument("--adapter", type=Path, default=Path("models/starter"))
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--limit", type=int, default=60, help="rows of each set")
    parser.add_argument("--out", type=Path, default=Path("build/quality"), help="kept drafts")
    asked = parser.parse_args()
    corpora = pickle.loads((asked.work / "prepared.pickle").read_bytes())[0]  # our own file
    folders = {"base": asked.base, "adapter": asked.adapter}
    # Named as in the registry: what is drafted here need not be drafted for docs/quality.md.
    engine = Starter(TranslatorOptions(folders, home / "built", name="starter"))
    for language in asked.languages.split(","):
        draft_into(asked.out, engine, corpora[language], asked.limit)
        found = read_results([asked.out / f"{language}.json"])
        print(language, json.dumps(found.get(language)), flush=True)


if __name__ == "__main__":
    main()
