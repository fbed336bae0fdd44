"""Judges files of terms: every row by itself, and the rows among each other.

Rows are read one at a time, and what must be remembered of them lies in a temporary SQLite file,
so that a million rows need no more memory than a thousand. Every fault is counted; the first
KEPT of each check are told one by one.

A layer is one term base: the built-in folder, a department's folder, or a single file. The same
id twice in a layer is an error; in two layers, the later one replaces the earlier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from courses.errors import UsageError
from courses.nouns import Severity
from glossaries.cell_checks import check_row
from glossaries.exchange import read_rows
from glossaries.lint_index import Index, Place
from glossaries.rows import DOMAIN, KEBAB, Row, folded, text_lines
from glossaries.tsv import Problem, domains, parse

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at line `line`, from 1, of `file`; `check` names the rule."""

    file: str
    line: int
    id: str
    check: str
    severity: Severity
    message: str


@dataclass(slots=True)
class Report:
    """What `lint` found: the first faults, and how many there are of each check and severity."""

    rows: int = 0
    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)

    def add(self, fault: Fault) -> None:
        """Count a fault, and keep it if there is room."""
        self.counts[fault.check, fault.severity] += 1
        if self.counts[fault.check, fault.severity] <= KEPT:
            self.faults.append(fault)

    def number(self, severity: Severity) -> int:
        """Return how many faults have this severity."""
        return sum(n for (_, found), n in self.counts.items() if found is severity)


def lint(layers: Sequence[Path]) -> Report:
    """Return what is wrong in the term bases `layers`, each a folder of TSV files or one file.

    Raises UsageError only for a path that is not there; a file that cannot be read is a fault.
    """
    report = Report()
    with Index() as index:
        for number, layer in enumerate(layers):
            for path in _files(layer):
                report.files += 1
                _lint_file(path, number, index, report, in_folder=layer.is_dir())
        for place, check, severity, message in index.complaints():
            report.add(Fault(place.file, place.line, place.id, check, severity, message))
    report.faults.sort(key=lambda fault: (fault.file, fault.line))
    return report


def _files(layer: Path) -> list[Path]:
    if layer.is_file():
        return [layer]
    if layer.is_dir():
        if files := sorted(layer.glob("*.tsv")):
            return files
        raise UsageError(f"The folder {layer} has no .tsv file.")
    raise UsageError(f"There is no file or folder {layer}.")


def _lint_file(path: Path, layer: int, index: Index, report: Report, in_folder: bool) -> None:
    name = str(path)
    try:
        if in_folder:
            _lint_frame(path, report)
        for row in read_rows(path):
            report.rows += 1
            _lint_row(name, row, row.cells.get(DOMAIN, "").strip() or path.stem, report)
            if in_folder and not row.problems and not row.cells.get("id", "").strip():
                message = "the id is missing; no other entry may ever have it."
                report.add(Fault(name, row.line, "", "id-missing", Severity.ERROR, message))
            if not row.problems:
                index.add(layer, _place(name, row), folded(row.cells), path.stem)
    except UsageError as error:
        report.add(Fault(name, 1, "", "file-broken", Severity.ERROR, str(error)))


def _lint_frame(path: Path, report: Report) -> None:
    """Check what makes a file part of a term base: its name is a domain, its columns are right."""
    if not KEBAB.fullmatch(path.stem):
        message = f"the name {path.stem!r} is no domain: lower-case letters, digits, hyphens."
        report.add(Fault(str(path), 1, "", "domain-unknown", Severity.ERROR, message))
    for wrong in parse([next(text_lines(path), "")], path.stem):
        message = wrong.message if isinstance(wrong, Problem) else ""
        report.add(Fault(str(path), 1, "", "columns-wrong", Severity.ERROR, message))


def _lint_row(name: str, row: Row, domain: str, report: Report) -> None:
    identifier, named = (row.cells.get(column, "").strip() for column in ("id", DOMAIN))
    if named and named not in _built_in():
        message = f"the domain {named!r} is none of the built-in ones; is it one of yours?"
        fault = Fault(name, row.line, identifier, "domain-unknown", Severity.WARNING, message)
        report.add(fault)
    for check, severity, message in check_row(row, domain):
        report.add(Fault(name, row.line, identifier, check, severity, message))


@lru_cache(maxsize=1)
def _built_in() -> frozenset[str]:
    return frozenset(domains())


def _place(name: str, row: Row) -> Place:
    return Place(name, row.line, row.cells.get("id", "").strip())
