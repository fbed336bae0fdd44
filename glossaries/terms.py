"""The term base: governance terms by domain, read from plain TSV files.

One file a domain in glossaries/data; the file's name is the domain. The columns are ``en``,
``kind`` (translate, keep, forbid), ``status`` (official, reviewed, proposed), ``note`` (for an
official term, who published it) and one column a language code; an empty cell is a term that we
do not have. A lesson sees the terms of its own domain first, then those of all others.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from courses.errors import UsageError
from courses.languages import LANGUAGES
from courses.nouns import Hit, Term, TermKind
from glossaries.match import make_finder

DATA = Path(__file__).with_name("data")
FIXED = ("en", "kind", "status", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept: its English term and its terms by language code."""

    source: str
    kind: TermKind
    status: str
    note: str
    domain: str
    targets: dict[str, str]


@dataclass(frozen=True, slots=True)
class TermBase:
    """All concepts at hand, in the order of their files."""

    entries: tuple[Entry, ...] = ()

    def hotwords(self, domain: str | None) -> tuple[str, ...]:
        """Return English terms that the recogniser should expect: the domain's own."""
        chosen = (entry.source for entry in self.entries if entry.domain == domain)
        return tuple(dict.fromkeys(chosen))

    def terms(self, language: str, domain: str | None) -> list[Term]:
        """Return the terms for one target language; a source term's own domain wins."""
        ordered = sorted(self.entries, key=lambda entry: entry.domain != domain)
        chosen: dict[str, Term] = {}
        for entry in ordered:
            target = entry.source if entry.kind is TermKind.KEEP else entry.targets.get(language)
            if target and entry.source.casefold() not in chosen:
                chosen[entry.source.casefold()] = Term(
                    entry.source,
                    target,
                    language,
                    entry.kind,
                    domain=entry.domain,
                    status=entry.status,
                    note=entry.note,
                )
        return list(chosen.values())

    def finder(self, language: str, domain: str | None) -> Callable[[str], list[Hit]]:
        """Return a function that finds these terms in a source text."""
        return make_finder(self.terms(language, domain))


def domains(folder: Path = DATA) -> list[str]:
    """Return the names of the domains that have a file, in order."""
    return sorted(path.stem for path in folder.glob("*.tsv"))


def load_terms(folder: Path = DATA) -> TermBase:
    """Return the term base of all TSV files in `folder`; raises UsageError naming file and line."""
    entries: list[Entry] = []
    for path in sorted(folder.glob("*.tsv")):
        entries += _read(path)
    return TermBase(tuple(entries))


def _read(path: Path) -> list[Entry]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = rows.fieldnames or ()
        unknown = [c for c in columns if c not in FIXED and c not in LANGUAGES]
        if unknown or not set(FIXED) <= set(columns):
            raise UsageError(
                f"{path}, line 1: the columns are not {', '.join(FIXED)} and language codes.",
                f"Not known: {', '.join(unknown)}." if unknown else "",
            )
        return [_entry(path, number, row) for number, row in enumerate(rows, start=2)]


def _entry(path: Path, line: int, row: dict[str, str | None]) -> Entry:
    cells = {name: (value or "").strip() for name, value in row.items() if name}
    if not cells["en"]:
        raise UsageError(f"{path}, line {line}: the English term is empty.")
    try:
        kind = TermKind(cells["kind"])
    except ValueError as error:
        raise UsageError(f"{path}, line {line}: no such kind {cells['kind']!r}.") from error
    targets = {code: text for code, text in cells.items() if code not in FIXED and text}
    return Entry(cells["en"], kind, cells["status"], cells["note"], path.stem, targets)
