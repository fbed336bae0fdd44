"""One evaluation: some sentences of one language, one or more candidates, and how they compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from courses.nouns import Hit
from pipeline.quality import bootstrap, chrf
from pipeline.quality.bootstrap import Comparison
from pipeline.quality.candidates import Candidate
from pipeline.quality.pairing import Pairing
from pipeline.quality.scores import REVISION, Floor, Result, floor, judge
from pipeline.quality.sheet import Row, Sheet

Finder = Callable[[str], list[Hit]]


@dataclass(frozen=True, slots=True)
class Task:
    """What is measured: the chosen rows of a sheet and the terms found in their sources."""

    sheet: Sheet
    pairing: Pairing
    rows: tuple[Row, ...]
    hits: tuple[tuple[Hit, ...], ...]

    @property
    def left_out(self) -> int:
        """Return how many rows lack a source or a reference."""
        return sum(not row.complete for row in self.sheet.rows)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results, and the comparison of the first candidate with each further one."""

    task: Task
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]
    floor: Floor
    metric: str

    def as_data(self) -> dict[str, Any]:
        """Return everything but the sentences as plain data, for JSON."""
        return {
            "file": self.task.sheet.name,
            "source": self.task.pairing.source,
            "target": self.task.pairing.target,
            "rows": len(self.task.rows),
            "left_out": self.task.left_out,
            "metric": self.metric,
            "revision": REVISION,
            "references": asdict(self.floor),
            "candidates": [
                {
                    "name": result.name,
                    "signature": str(result.candidate.signature),
                    **asdict(result.scores),
                }
                for result in self.results
            ],
            "comparisons": [{**asdict(one), "verdict": one.verdict} for one in self.comparisons],
        }


def make_task(sheet: Sheet, pairing: Pairing, find: Finder, limit: int | None = None) -> Task:
    """Return the task of the first `limit` complete rows of `sheet`."""
    rows = tuple(sheet.rows[number] for number in sheet.chosen(limit))
    return Task(sheet, pairing, rows, tuple(tuple(find(row.source)) for row in rows))


def evaluate(task: Task, candidates: Sequence[Candidate]) -> Evaluation:
    """Return the scores of all candidates; each is of the rows of `task`, one draft a row."""
    results = tuple(
        judge(candidate, task.rows, task.hits, task.pairing)
        for candidate in _named_apart(candidates)
    )
    first = results[0]
    comparisons = tuple(
        bootstrap.compare((first.name, first.counts), (other.name, other.counts))
        for other in results[1:]
    )
    return Evaluation(
        task, results, comparisons, floor(task.rows, task.hits, task.pairing), chrf.signature()
    )


def _named_apart(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with different names: "starter", "starter (2)"."""
    seen: dict[str, int] = {}
    named = []
    for candidate in candidates:
        times = seen[candidate.name] = seen.get(candidate.name, 0) + 1
        name = candidate.name if times == 1 else f"{candidate.name} ({times})"
        named.append(replace(candidate, name=name))
    return named
