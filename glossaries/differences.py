"""What changed between two states of a term base: entries, fields, languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from courses.errors import UsageError
from glossaries.exchange import read_rows
from glossaries.layers import concept_of
from glossaries.rows import to_entry
from glossaries.terms import Entry, TargetTerm
from glossaries.tsv import domains, load_terms

_FIELDS = (
    "id", "source", "domain", "kind", "scope", "abbreviation", "part_of_speech", "definition",
    "publication", "use", "note",
)  # fmt: skip
_UNNAMED = "unnamed"  # the domain of rows of a file that names none
_SHOWN = 5  # rows named in the message of a file that cannot be compared


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after: an attribute of Entry, a language, or ``hi status``."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that was `added`, `removed` or `changed`; `fields` only where it changed."""

    what: str
    id: str
    source: str
    domain: str
    fields: tuple[FieldChange, ...] = ()


def entries_of(path: Path) -> list[Entry]:
    """Return the entries of a folder of TSV files, or of one file in any format.

    A row belongs to the domain that it names, else, in TSV, to that of the file's name; in other
    formats `compare` takes that of its twin. Raises UsageError naming the first rows that cannot
    be read.
    """
    if path.is_dir():
        if not domains(path):
            raise UsageError(f"The folder {path} has no .tsv file.")
        return list(load_terms(path).entries)
    entries, problems = [], []
    for row in read_rows(path):
        made = to_entry(row, path.stem if path.suffix == ".tsv" else _UNNAMED)
        if isinstance(made, Entry):
            entries.append(made)
        else:
            problems.append(f"line {row.line}: {made}")
    if problems:
        more = f" And {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
        raise UsageError(
            f"{path}: {' '.join(problems[:_SHOWN])}{more}", f"See: karmavani glossary lint {path}"
        )
    return entries


def compare(old: Sequence[Entry], new: Sequence[Entry]) -> list[Change]:
    """Return what was removed, added and changed, in the order of the files.

    Entries are the same by id; those whose id changed, by domain and English term.
    """
    old, new = _with_domains(old, new), _with_domains(new, old)
    pairs = _pairs(old, new)
    paired_old = {id(before) for before, _ in pairs}
    paired_new = {id(after) for _, after in pairs}
    changes = [_whole("removed", entry) for entry in old if id(entry) not in paired_old]
    changes += [_whole("added", entry) for entry in new if id(entry) not in paired_new]
    for before, after in pairs:
        if fields := tuple(_field_changes(before, after)):
            changes.append(Change("changed", after.id, after.source, after.domain, fields))
    return changes


def _with_domains(entries: Sequence[Entry], others: Sequence[Entry]) -> list[Entry]:
    """Return the entries, those without a domain in that of the other side's same id or term."""
    by_id = {entry.id: entry.domain for entry in others}
    by_term = {entry.source.casefold(): entry.domain for entry in others}
    return [
        replace(one, domain=by_id.get(one.id) or by_term.get(one.source.casefold(), _UNNAMED))
        if one.domain == _UNNAMED
        else one
        for one in entries
    ]


def _pairs(old: Sequence[Entry], new: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    by_id = {entry.id: entry for entry in old}
    pairs = [(by_id.pop(after.id), after) for after in new if after.id in by_id]
    done = {id(after) for _, after in pairs}
    by_concept = {concept_of(entry): entry for entry in by_id.values()}
    for after in new:
        if id(after) not in done and (before := by_concept.pop(concept_of(after), None)):
            pairs.append((before, after))
    return pairs


def _whole(what: str, entry: Entry) -> Change:
    return Change(what, entry.id, entry.source, entry.domain)


def _field_changes(old: Entry, new: Entry) -> Iterable[FieldChange]:
    for name in _FIELDS:
        before, after = str(getattr(old, name)), str(getattr(new, name))
        if before != after:
            yield FieldChange(name, before, after)
    for code in dict.fromkeys((*old.targets, *new.targets)):
        before, after = _cell(old.targets.get(code)), _cell(new.targets.get(code))
        if before != after:
            yield FieldChange(code, before, after)
        elif old.targets[code].status is not new.targets[code].status:
            name = f"{code} status"
            yield FieldChange(name, old.targets[code].status, new.targets[code].status)


def _cell(target: TargetTerm | None) -> str:
    return "|".join((target.text, *target.variants)) if target else ""
