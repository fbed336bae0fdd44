"""Measures how many terms the starter's drafts keep on sentences that no course has, by language.

    OMP_NUM_THREADS=1 python benchmarks/measure_adherence.py [--to hi,ta] [--json FILE]

The sentences are benchmarks/governance_terms.tsv: a domain and an English sentence a line, written
for this and never used to make a rule. Told are terms honoured and violated, drafts with an error
finding, and the seconds of processor time. Not a test: it takes minutes and needs the model.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from courses.nouns import Segment, Severity, Signature, Translation, TranslationStatus
from glossaries.check import Outcome, judge, tally
from glossaries.terms import TermBase
from glossaries.tsv import load_terms
from pipeline.checking.checks import check
from pipeline.config import read_config
from pipeline.models import Registry
from pipeline.protecting import translate_keeping_terms
from pipeline.weighing import Asked
from translators.base import Translator, TranslatorOptions, make_translator

SENTENCES = Path(__file__).with_name("governance_terms.tsv")


def starter() -> Translator:
    """Return the starter from the cache of this machine."""
    config = read_config()
    folders = Registry.load(config).folders("starter")
    return make_translator("starter", TranslatorOptions(folders, config.cache / "built"))


def measure(engine: Translator, terms: TermBase, target: str) -> dict[str, Any]:
    """Return the figures of one language, and every sentence with what became of its terms."""
    batch = []
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        domain, text = line.split("\t")
        batch.append(Asked(text, tuple(terms.finder(target, domain)(text))))
    began = time.process_time()
    drafts = translate_keeping_terms(engine, batch, "en", target)
    seconds = time.process_time() - began
    told, verdicts, errors = [], [], 0
    for number, (asked, draft) in enumerate(zip(batch, drafts, strict=True)):
        judged = judge(asked.text, draft.text or "", asked.hits, target)
        verdicts += judged
        wrong = [v.hit.term.source for v in judged if v.outcome is Outcome.VIOLATED]
        found = findings(number, asked.text, draft.text, target)
        errors += bool(found)
        told.append(
            {
                "source": asked.text,
                "draft": draft.text,
                "violated": wrong,
                "errors": found,
                "notes": draft.notes,
            }
        )
    count = tally(verdicts)
    return {
        "honoured": count.honoured,
        "violated": count.violated,
        "waived": count.waived,
        "errors": errors,
        "seconds": round(seconds, 1),
        "sentences": told,
    }


def findings(number: int, source: str, draft: str | None, target: str) -> list[str]:
    """Return the ids of the error findings of one draft; terms are counted apart."""
    segment = Segment(str(number), "lesson", number, 0, 1, source)
    status = TranslationStatus.DRAFT if draft else TranslationStatus.HOLE
    translation = Translation(
        segment.id, target, draft or "", status, "machine", Signature("starter")
    )
    return [f.check for f in check([segment], [translation]) if f.severity is Severity.ERROR]


def main() -> None:
    """Print the table; the exit code says nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--to", help="languages; all of the starter's without")
    parser.add_argument("--json", type=Path, help="write figures and drafts here too")
    options = parser.parse_args()
    engine, terms = starter(), load_terms()
    languages = options.to.split(",") if options.to else sorted(engine.targets)
    told, total = {}, Counter[str]()
    print("language  honoured  violated  adherence  drafts with errors  seconds")
    for language in languages:
        one = told[language] = measure(engine, terms, language)
        total.update({k: v for k, v in one.items() if k != "sentences"})
        _print(language, one)
        if options.json:
            options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _print("all", total)


def _print(name: str, one: dict[str, Any] | Counter[str]) -> None:
    counted = one["honoured"] + one["violated"]
    print(
        f"{name:8}  {one['honoured']:8}  {one['violated']:8}  {one['honoured'] / counted:9.1%}"
        f"  {one['errors']:18}  {one['seconds']:7.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
