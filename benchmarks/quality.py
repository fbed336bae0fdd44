"""Measures the standing table of docs/quality.md: ``python -m benchmarks.quality --corpora DIR``.

DIR holds the parallel texts of training/README.md; only numbers go into the page. The drafts of
each language are kept: the command goes on where it stopped, the same command started twice shares
the work, and without --corpora the page is made anew of the drafts that are there. Not for
comparing engines: that is `karmavani evaluate`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from courses.languages import find_language
from pipeline.config import read_config
from pipeline.engines import translator
from pipeline.prepare import find_translator
from pipeline.quality.folder import write_whole
from pipeline.quality.wording import percent
from training.corpus import read_corpus
from training.evaluate import SETS, draft_into, read_results
from translators.starter_prompt import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "quality.md"
CURVE = ROOT / "benchmarks" / "learning_curve.tsv"
COMMAND = "OMP_NUM_THREADS=1 python -m benchmarks.quality --corpora CORPORA"

Found = dict[str, dict[str, Any]]

HEAD = """\
# Quality of the starter

Machine drafts for a reviewer, measured on sentences that the model never saw. Made by
`{command} --limit {limit}`; do not edit. Two sets a language:

- **flores**: the first rows of rows 1-500 of FLORES-200 dev: long, hard news prose, translated by
  people (CC BY-SA 4.0; Meta).
- **courses**: held-out rows of machine-made course translations; for Gujarati, Odia and Assamese of
  their learning-platform texts. The nearest to what karmavani is for.

The texts are not in this repository. The rows are chosen by training/corpus.py; no row of any
language with the same English was trained on. References have their digits as 0-9, as the engine
writes them. One run, one seed; {rows} rows a set, so differences of a point or two mean little.

chrF++ by sacrebleu, corpus level: {metrics}

"""
SCORES = """\
## Scores

**Numbers**: sentences with a number, in digits or words, whose translation has all of them; in
brackets what the references reach by the same count: people reword numbers too. **Terms**: given as
hints and used in the translation, in any inflection; in brackets the same sentences without the
hint. **Gain**: how much the hints change chrF++ of these sentences.

"""
FORM = """
## Form

**Invented**, **repeated**: sentences with a number that the source does not say, or says less
often. **Script**: letters of its own script; in brackets with Latin ones, which names may have.
**Speed**: sentences a second, one thread, on a machine that did other work too.

"""
GOALS = (
    "goal",
    "hi 36; or, as 25; others 30; mean 30",
    "mean 45",
    "97 %",
    "97 %",
    "90 %",
    "no loss",
)
FORM_GOALS = ("goal", "", "", "", "99.5 %", "0", "0", "")


def page(results: Found, curve: str) -> str:
    """Return docs/quality.md: what `training.evaluate` measured, and the learning curve's TSV."""
    limits = sorted({found["limit"] for found in results.values()})
    head = HEAD.format(
        command=COMMAND,
        limit=max(limits, default=0),
        rows=" or ".join(map(str, limits)),
        metrics=", ".join(sorted({f"`{found['metric']}`" for found in results.values()})),
    )
    scores, form = (_table(results, columns) for columns in (SCORE_COLUMNS, FORM_COLUMNS))
    parts = [head, _signatures(results), SCORES, scores, _line(GOALS), FORM, form]
    return "".join([*parts, _line(FORM_GOALS), AGAIN, *_learning(curve)])


def _signatures(results: Found) -> str:
    made: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for code, found in results.items():
        made[found["signature"], found["date"]].append(code)
    lines = [f"- `{how}`, {day}: {', '.join(codes)}" for (how, day), codes in made.items()]
    return "Engine and day:\n\n" + "\n".join(lines) + "\n\n"


class Group:
    """The results of one language, or of several together."""

    def __init__(self, found: Sequence[dict[str, Any]]) -> None:
        self._found = found

    def count(self, *path: str, of: Collection[str] = SETS) -> float:
        """Return the sum of one measure over sets."""
        sets = [found["sets"][name] for found in self._found for name in of]
        total: float = sum(_at(one, path) for one in sets)
        return total

    def mean(self, name: str) -> str:
        """Return the mean chrF++ of one set."""
        return f"{_mean([found['sets'][name]['chrf'] for found in self._found]):.1f}"

    def hints(self, what: str) -> float:
        """Return the sum of one figure of the measure of hints."""
        total: float = sum(found["hints"][what] for found in self._found)
        return total

    def numbers(self, name: str) -> str:
        """Return how many sentences of a set keep their numbers, and how many references do."""
        asked, kept = (self.count("numbers", what, of=[name]) for what in ("asked", "kept"))
        floor = self.count("references", "numbers", "kept", of=[name])
        return f"{kept} of {asked}, {percent(kept, asked)} ({percent(floor, asked)})"

    def terms(self) -> str:
        """Return how many hinted terms are used, with the hint and without."""
        terms, used, bare = map(self.hints, ("terms", "used with", "used without"))
        return f"{used} of {terms}, {percent(used, terms)} ({percent(bare, terms)})"

    def gain(self) -> str:
        """Return how much hints change chrF++, in the mean of the languages."""
        gains = [one["hints"]["chrf with"] - one["hints"]["chrf without"] for one in self._found]
        return f"{_mean(gains):+.1f}"

    def script(self) -> str:
        """Return the share of letters of the own script, and with Latin ones."""
        own, latin, other = (self.count("script", what) for what in ("own", "latin", "other"))
        letters = own + latin + other
        return f"{percent(own, letters)} ({percent(own + latin, letters)})"

    def speed(self) -> str:
        """Return sentences a second."""
        return f"{self.count('sentences') / max(0.001, self.count('seconds')):.1f}"


Columns = dict[str, Callable[[Group], str]]

SCORE_COLUMNS: Columns = {
    "flores": lambda group: group.mean("flores"),
    "courses": lambda group: group.mean("courses"),
    "numbers, flores": lambda group: group.numbers("flores"),
    "numbers, courses": lambda group: group.numbers("courses"),
    "terms": Group.terms,
    "gain": Group.gain,
}
FORM_COLUMNS: Columns = {
    "sentences": lambda group: str(group.count("sentences")),
    "invented": lambda group: str(group.count("numbers", "invented")),
    "repeated": lambda group: str(group.count("numbers", "repeated")),
    "script": Group.script,
    "loops": lambda group: str(group.count("loops")),
    "empty": lambda group: str(group.count("holes")),
    "speed": Group.speed,
}


def _table(results: Found, columns: Columns) -> str:
    """Return a Markdown table: a row a language, and one of all."""
    lines = [_line(["language", *columns]), _line(["---"] * (1 + len(columns)))]
    groups = {find_language(code).name: Group([found]) for code, found in results.items()}
    groups["**all**"] = Group(list(results.values()))
    for name, group in groups.items():
        lines.append(_line([name, *(say(group) for say in columns.values())]))
    return "".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _at(one: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = one
    for name in path:
        value = value[name]
    return value or 0


AGAIN = f"""
## Again

```sh
{COMMAND} --limit 60
```

Where the corpora come from: training/README.md. The drafts of each language are kept in
build/quality and are not made again for the same weights and rows: the command goes on where it was
stopped. Started twice at the same time it shares the work. Without `--corpora` it only makes this
page anew, of the drafts that are there. Any engine, on texts of your own:
`karmavani evaluate` ([command line](cli.md)).
"""


def _learning(curve: str) -> Iterator[str]:
    """Yield the section of the learning curve; nothing when there is none."""
    rows = [line.split("\t") for line in curve.splitlines() if line.strip()]
    if len(rows) > 1:
        yield "\n## Learning curve\n\nFrom benchmarks/learning_curve.tsv.\n\n"
        yield from map(_line, [rows[0], ["---"] * len(rows[0]), *rows[1:]])


def main() -> None:
    """Read the arguments, measure what is missing, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, help="without it, only the page is made anew")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--limit", type=int, default=60, help="rows of each set")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "quality")
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args()
    if asked.corpora:
        engine = translator(find_translator(read_config()))
        for language in asked.languages.split(","):
            corpus = read_corpus(asked.corpora, language)
            fresh = draft_into(asked.work, engine, corpus, asked.limit)
            print(language, "drafted" if fresh else "is there, or being drafted", flush=True)
    curve = CURVE.read_text(encoding="utf-8") if CURVE.is_file() else ""
    write_whole(asked.page, page(read_results(asked.work.glob("*.json")), curve))


if __name__ == "__main__":
    main()
