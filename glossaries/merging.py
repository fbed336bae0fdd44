"""Takes rows of a file into a folder of term files: planned whole, then written whole.

A row that is faulty, or that contradicts what the folder has, is refused with its reason. What a
row leaves empty is left as it is in the folder; what it adds is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from courses.errors import UsageError
from courses.nouns import Severity, TermScope, TermStatus
from courses.script import comparison_key
from glossaries.cell_checks import check_row
from glossaries.exchange import write_files
from glossaries.layers import Concept, concept_of
from glossaries.rows import DOMAIN, Row, to_entry
from glossaries.terms import Entry, TargetTerm
from glossaries.tsv import domains, read_tsv, write_tsv

MOST_ROWS = 100_000  # of an import: ten times what a lesson is matched against
_RANK = {TermStatus.PROPOSED: 0, TermStatus.REVIEWED: 1, TermStatus.OFFICIAL: 2}
_FACTS = ("source", "kind", "abbreviation", "definition", "publication", "use")


@dataclass(frozen=True, slots=True)
class Wish:
    """How rows are to be taken.

    domain: of all rows; empty is what each row names, which must be one of `known`. status: of
    terms that the file says nothing about. replace: the file wins over the folder. reserved:
    built-in ids and their domains, which no id that we make for a row may take from another.
    """

    domain: str = ""
    status: TermStatus = TermStatus.PROPOSED
    replace: bool = False
    known: frozenset[str] = frozenset()
    reserved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken, at line `line` of its file, and why."""

    line: int
    id: str
    source: str
    reason: str


@dataclass(slots=True)
class Plan:
    """What an import would do. `entries`: domain -> all entries that its file would then hold."""

    rows: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)


def read_folder(folder: Path) -> dict[str, dict[str, Entry]]:
    """Return domain -> id -> entry of a folder of TSV files, which need not be there yet.

    Raises UsageError for a faulty file: nothing is taken into a folder that is not in order.
    """
    found: dict[str, dict[str, Entry]] = {}
    for domain in domains(folder):
        entries, problems = read_tsv(folder / f"{domain}.tsv")
        if problems:
            raise UsageError(
                f"{folder / domain}.tsv, line {problems[0].line}: {problems[0].message}",
                f"Mend it first: karmavani glossary lint {folder}",
            )
        found[domain] = {entry.id: entry for entry in entries}
    return found


def plan_import(
    rows: Iterable[Row], existing: Mapping[str, Mapping[str, Entry]], wish: Wish
) -> Plan:
    """Return what taking `rows` into the folder that holds `existing` would do; changes nothing."""
    plan = Plan(entries={domain: dict(entries) for domain, entries in existing.items()})
    homes = {e.id: domain for domain, entries in existing.items() for e in entries.values()}
    ids = {concept_of(e): e.id for entries in existing.values() for e in entries.values()}
    origins: dict[str, int] = {}
    for row in rows:
        plan.rows += 1
        if plan.rows > MOST_ROWS:
            raise UsageError(
                f"The file has more than {MOST_ROWS:,} rows, the most that an import takes.",
                "Split it, or leave out what is no term of yours.",
            )
        _plan_row(row, plan, wish, _Seen(homes, ids, origins))
    return plan


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where entries are: id -> domain, concept -> id, and id -> the line that brought it."""

    homes: dict[str, str]
    ids: dict[Concept, str]
    origins: dict[str, int]


def _plan_row(row: Row, plan: Plan, wish: Wish, seen: _Seen) -> None:
    entry = _taken(row, wish)
    if isinstance(entry, str):
        cells = row.cells
        plan.refused.append(Refusal(row.line, cells.get("id", ""), cells.get("en", ""), entry))
        return
    entry = _with_status(entry, wish.status)
    if not row.cells.get("id", "").strip():
        home = seen.homes.get(entry.id) or wish.reserved.get(entry.id)
        if home and home != entry.domain:  # the same word of another domain is another concept
            entry = replace(entry, id=f"{entry.id}-{entry.domain}")
    twin = _twin(entry, plan, seen)
    if twin is None:
        _put(entry, plan, seen, row.line)
        plan.added.append(entry.id)
        return
    here = seen.origins.get(twin.id)
    problem = _contradiction(twin, entry, f"line {here}" if here else "the folder")
    if problem and (here or not wish.replace or twin.domain != entry.domain):
        plan.refused.append(Refusal(row.line, entry.id, entry.source, problem))
        return
    merged = _merged(twin, entry, wish.replace)
    if merged == twin and merged.unsaid == twin.unsaid:
        plan.unchanged.append(twin.id)
    else:
        seen.ids.pop(concept_of(twin), None)
        _put(merged, plan, seen, row.line)
        plan.changed.append(merged.id)


def _taken(row: Row, wish: Wish) -> Entry | str:
    """Return the entry of a row, or why it is not taken: the first error of it."""
    if row.problems:
        return to_entry(row, wish.domain)
    named = " ".join(row.cells.get(DOMAIN, "").split())
    if not wish.domain and named not in wish.known:
        what = f"the domain {named!r} is none of {', '.join(sorted(wish.known))}"
        return f"{what if named else 'it names no domain'}; say one with --domain."
    if wish.domain:
        row = Row(row.line, {**row.cells, DOMAIN: wish.domain})
    for _, severity, message in check_row(row, wish.domain):
        if severity is Severity.ERROR:
            return message
    return to_entry(row, wish.domain)


def _with_status(entry: Entry, status: TermStatus) -> Entry:
    """Return the entry with `status` where the file says none."""
    targets = {
        code: replace(target, status=status) if target.status is TermStatus.PROPOSED else target
        for code, target in entry.targets.items()
    }
    return replace(entry, targets=targets)


def _twin(entry: Entry, plan: Plan, seen: _Seen) -> Entry | None:
    """Return the entry that stands for the same: by id anywhere, or by term in the same domain."""
    identifier = entry.id if entry.id in seen.homes else seen.ids.get(concept_of(entry))
    return plan.entries[seen.homes[identifier]][identifier] if identifier else None


def _put(entry: Entry, plan: Plan, seen: _Seen, line: int) -> None:
    plan.entries.setdefault(entry.domain, {})[entry.id] = entry
    seen.homes[entry.id] = entry.domain
    seen.ids[concept_of(entry)] = entry.id
    seen.origins[entry.id] = line
    plan.touched.add(entry.domain)


def _contradiction(old: Entry, new: Entry, where: str) -> str:
    """Return in words what the new entry says otherwise than the old one, empty if nothing."""
    said = [
        (name, str(getattr(old, name)), str(getattr(new, name)))
        for name in ("domain", *_FACTS)
        if getattr(old, name) and getattr(new, name) and name not in old.unsaid | new.unsaid
    ]
    said += [
        (code, old.targets[code].text, target.text)
        for code, target in new.targets.items()
        if code in old.targets
    ]
    differing = [
        f"{name} is {after!r} here and {before!r} in {where}"
        for name, before, after in said
        if comparison_key(before) != comparison_key(after)
    ]
    return f"it contradicts {old.id}: {'; '.join(differing)}." if differing else ""


def _merged(old: Entry, new: Entry, wins: bool) -> Entry:
    """Return the old entry with what the new one adds and, if it `wins`, says otherwise.

    Its id and domain stay.
    """
    first, second = (new, old) if wins else (old, new)
    facts = {name: getattr(first, name) or getattr(second, name) for name in _FACTS}
    if "kind" in old.unsaid ^ new.unsaid:
        facts["kind"] = new.kind if "kind" in old.unsaid else old.kind
    notes = [old.note, *([new.note] if new.note not in old.note else [])]
    # A file without these columns says noun and any of every row: that is not said on purpose.
    part = new.part_of_speech if new.part_of_speech != "noun" else old.part_of_speech
    scope = new.scope if new.scope is not TermScope.ANY else old.scope
    targets = dict(old.targets)
    for code, target in new.targets.items():
        known = targets.get(code)
        targets[code] = _merged_target(known, target, wins) if known else target
    note = "; ".join(one for one in notes if one)
    unsaid = old.unsaid & new.unsaid
    facts |= {"part_of_speech": part, "scope": scope, "unsaid": unsaid}
    return replace(old, **facts, note=note, targets=targets)


def _merged_target(old: TargetTerm, new: TargetTerm, wins: bool) -> TargetTerm:
    """Return the new wording; where it is the old one, all variants and the higher status."""
    if comparison_key(old.text) != comparison_key(new.text):
        return new
    variants = tuple(dict.fromkeys((*old.variants, *new.variants)))
    status = max(old.status, new.status, key=_RANK.__getitem__)
    return TargetTerm(new.text if wins else old.text, variants, status)


def carry_out(plan: Plan, folder: Path) -> list[Path]:
    """Write the files of the domains that the plan touches; returns them. Raises UsageError."""
    texts = {
        folder / f"{domain}.tsv": write_tsv(list(plan.entries[domain].values()))
        for domain in sorted(plan.touched)
    }
    write_files(texts)
    return list(texts)
