"""Writes the model card and the table of sources: ``python -m training.card``.

From what training/prepare.py kept and training/evaluate.py or benchmarks/quality.py measured; the
words around the tables are in CARD below. Not for measuring.
"""

from __future__ import annotations

import argparse
import csv
import os
import pickle
from collections import Counter
from pathlib import Path
from typing import Any

from training.corpus import Corpus
from training.evaluate import read_results
from training.mixture import OTHER, QUALITY
from translators.starter_prompt import LANGUAGES

CARD = """\
# The starter: English to 13 Indian languages

The translator that karmavani can use on any machine, without a network and without a GPU: Gemma 3
270M with low-rank adapters of our own, run on CTranslate2 in int8. It makes drafts for a human
reviewer. It is small; it makes mistakes that a reviewer must catch.

- **Base**: Gemma 3 270M (pre-trained), Q4_K_M, dequantised; see NOTICE. **Licence**: Gemma
  Terms of Use (GEMMA_TERMS.html), not Apache-2.0.
- **Here**: `adapter.safetensors`: LoRA of rank 32 on all linear layers (float16), the kept
  vocabulary rows, the channel maxima for int8 smoothing. Names and shapes:
  translators/starter_weights.py.
- **Prompt**: `English: <text>`, a line `Terms: a = b; ...` when the glossary has terms, then the
  language's name. Punjabi, Odia and Gujarati are written in Devanagari inside and converted back.
- **Recipe**: training/README.md; `make train-starter` goes on from the last checkpoint.
{training}
## Measured

{measured}

chrF++ (sacrebleu, word order 2, corpus level). *flores*: the first {limit} of rows 1-500 of
FLORES-200 dev, hard news prose; *courses*: held-out rows of machine-made course translations, for
Gujarati, Odia and Assamese of their learning-platform texts. Never trained on: no row of any
language with the same English. References have their digits as 0-9, as the engine writes them.
*Numbers*: sentences whose numbers, in digits and words, all stand in the translation. *Terms*:
hinted terms that stand in the translation, with the hint and without it. *Own script*: letters of
its own script or Latin. The newest figures, with signatures: docs/quality.md.

{notes}
## What it was trained on

{sources}

Rows are what was left after dropping markup, URLs, odd lengths, other scripts, short interface
texts, targets with numbers where the English has none, and repeated English. `weight` is how much
a row is wanted among others; every language had the same share. Word lists (gatitos,
tico19-terms, cldr, iso-codes, osm-tagging-schema) served as glossary hints only. Numbers that
stand on both sides were often replaced by others on both, so that the model copies numbers.
Course rows were made by machine translation at their source and carry its style. Licences and
origins: SOURCES.tsv; some are share-alike (CC BY-SA).
"""


def measured_table(results: dict[str, dict[str, Any]]) -> str:
    """Return the Markdown table of all languages and their mean."""
    head = "| language | flores | courses | numbers | terms with / without | own script | holes |"
    lines = [head, "|---|---|---|---|---|---|---|"]
    for code, found in results.items():
        sets, hints = found["sets"], found["hints"]
        kept, asked = (total(sets, "numbers", what) for what in ("kept", "asked"))
        terms = max(1, hints["terms"])
        letters = [total(sets, "script", what) for what in ("own", "latin", "other")]
        lines.append(
            f"| {LANGUAGES[code]} | {sets['flores']['chrf']:.1f} | {sets['courses']['chrf']:.1f} "
            f"| {kept} of {asked} "
            f"| {hints['used with'] / terms:.0%} / {hints['used without'] / terms:.0%} "
            f"| {(letters[0] + letters[1]) / max(1, sum(letters)):.1%} "
            f"| {sum(one['holes'] for one in sets.values())} |"
        )
    means = [
        sum(found["sets"][name]["chrf"] for found in results.values()) / max(1, len(results))
        for name in ("flores", "courses")
    ]
    lines.append(f"| **mean** | **{means[0]:.1f}** | **{means[1]:.1f}** | | | | |")
    return "\n".join(lines)


def total(sets: dict[str, Any], measure: str, what: str) -> int:
    """Return one count of one measure, over all sets."""
    return sum(one[measure][what] for one in sets.values())


def sources_table(corpora: dict[str, Corpus]) -> str:
    """Return the Markdown table of sources: weight and rows a language."""
    counts: Counter[tuple[str, str]] = Counter(
        (pair.source, language) for language, corpus in corpora.items() for pair in corpus.pairs
    )
    sources = Counter[str]()
    for (source, _), count in counts.items():
        sources[source] += count
    lines = [f"| source | weight | {' | '.join(corpora)} |", "|---|---|" + "---|" * len(corpora)]
    for source, _ in sources.most_common():
        cells = " | ".join(str(counts[source, language] or "") for language in corpora)
        lines.append(f"| {source} | {QUALITY.get(source, OTHER)} | {cells} |")
    return "\n".join(lines)


# The table we are given calls the whole source evaluation; what we do with it is said here.
VALIDATION = "flores200-dev"
NOT_TRAINED_ON = "EVALUATION ONLY - do not train on it."
TRAINED_ON = (
    "Rows 1-500 of each language are validation, never trained on; rows 501-997 are trained on."
)


def write_sources(table: Path, corpora: dict[str, Corpus], out: Path) -> None:
    """Copy the rows of the licence table for the sources that were used."""
    used = {pair.source for corpus in corpora.values() for pair in corpus.pairs}
    used |= {"gatitos", "tico19-terms", "cldr", "iso-codes", "osm-tagging-schema"}
    with table.open(encoding="utf-8", newline="") as read, out.open("w", encoding="utf-8") as made:
        for number, row in enumerate(csv.reader(read, delimiter="\t", quoting=csv.QUOTE_NONE)):
            if number == 0 or row[0] in used:
                cells = [cell.strip() for cell in row[:2]]
                if row[0] == VALIDATION:
                    cells[1] = cells[1].replace(NOT_TRAINED_ON, TRAINED_ON)
                made.write("\t".join(cells) + "\n")


def main() -> None:
    """Read the arguments and write card and table."""
    home = Path(os.environ.get("KARMAVANI_CACHE", Path.home() / ".cache" / "karmavani"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=home / "training")
    parser.add_argument("--evaluation", type=Path, default=Path("build/quality"))
    parser.add_argument("--notes", type=Path, help="Markdown: what was learnt, weaknesses")
    parser.add_argument("--training", default="", help="one line on the training of these weights")
    parser.add_argument("--out", type=Path, default=Path("models/starter"))
    asked = parser.parse_args()
    corpora = pickle.loads((asked.work / "prepared.pickle").read_bytes())[0]  # our own file
    results = read_results(asked.evaluation.glob("*.json"))
    if not results:
        parser.error(f"{asked.evaluation} has no results; run training.evaluate first")
    card = CARD.format(
        training=f"- **Training**: {asked.training}\n" if asked.training else "",
        measured=measured_table(results),
        limit=max(found["limit"] for found in results.values()),
        notes=asked.notes.read_text(encoding="utf-8") if asked.notes else "",
        sources=sources_table(corpora),
    )
    (asked.out / "README.md").write_text(card, encoding="utf-8")
    write_sources(asked.corpora / "SOURCES.tsv", corpora, asked.out / "SOURCES.tsv")


if __name__ == "__main__":
    main()
