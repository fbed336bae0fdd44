"""Takes a file of terms into a department's folder, and says what came of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from courses.errors import UsageError
from courses.nouns import TermStatus
from glossaries.exchange import read_rows
from glossaries.layers import find_twins, lay_over
from glossaries.merging import Plan, Wish, carry_out, plan_import, read_folder
from glossaries.rows import KEBAB
from glossaries.terms import Entry, TermBase
from glossaries.tsv import DATA, domains, load_terms
from pipeline.touched import Touched, find_touched


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the options of the command.

    skip: take the good rows although others are refused. touched: an output folder whose
    sentences are held against the change.
    """

    into: Path
    domain: str = ""
    status: TermStatus = TermStatus.PROPOSED
    replace: bool = False
    skip: bool = False
    touched: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an import. `written` is empty where nothing was taken.

    left_out: category of TBX -> how many of it have no place in the term base. replaced: id of an
    entry taken, and of the built-in one whose place it takes. overrides: those of the latter that
    have another wording now.
    """

    plan: Plan
    written: tuple[Path, ...]
    left_out: Counter[str]
    replaced: tuple[tuple[str, str], ...]
    overrides: tuple[str, ...]
    touched: tuple[Touched, ...] | None

    @property
    def is_refused(self) -> bool:
        """Return whether rows were refused and so nothing was written."""
        return bool(self.plan.refused) and not self.written

    def facts(self) -> dict[str, Any]:
        """Return all of it as JSON can hold it."""
        plan = self.plan
        facts: dict[str, Any] = {
            "rows": plan.rows,
            "added": plan.added,
            "changed": plan.changed,
            "unchanged": plan.unchanged,
            "refused": [asdict(one) for one in plan.refused],
            "left_out": dict(self.left_out.most_common()),
            "replaced": [{"id": own, "built_in": base} for own, base in self.replaced],
            "overrides": list(self.overrides),
            "written": [str(path) for path in self.written],
        }
        if self.touched is not None:
            facts["touched"] = [asdict(one) for one in self.touched]
        return facts


def import_terms(file: Path, order: Order) -> Outcome:
    """Take the rows of `file` into the folder of the order: all that are asked for, or none.

    Raises UsageError for a file or folder that cannot be read at all; nothing is written then.
    """
    if order.domain and not KEBAB.fullmatch(order.domain):
        raise UsageError(
            f"{order.domain!r} is no name of a domain.", "Use a-z, 0-9 and -, as law-and-rights."
        )
    existing = read_folder(order.into)
    before = _base(entry for entries in existing.values() for entry in entries.values())
    left_out: Counter[str] = Counter()
    known = frozenset({*domains(), *existing})
    reserved = {entry.id: entry.domain for entry in load_terms(DATA).entries}
    wish = Wish(order.domain, order.status, order.replace, known, reserved)
    plan = plan_import(read_rows(file, left_out), existing, wish)
    after = _base(entry for entries in plan.entries.values() for entry in entries.values())
    takes = bool(plan.touched) and (order.skip or not plan.refused)
    touched = None
    if order.touched:
        touched = tuple(find_touched(order.touched, before, after)) if takes else ()
    written = tuple(carry_out(plan, order.into)) if takes else ()
    pairs = _over_built_in(plan, order.into)
    replaced = tuple((own.id, base.id) for own, base in pairs)
    overrides = tuple(base.id for own, base in pairs if _differs(own, base))
    return Outcome(plan, written, left_out, replaced, overrides, touched)


def _base(own: Iterable[Entry]) -> TermBase:
    return TermBase(lay_over(load_terms(DATA).entries, list(own)))


def _over_built_in(plan: Plan, folder: Path) -> list[tuple[Entry, Entry]]:
    """Return each imported entry with the built-in one whose place it takes."""
    if folder.resolve() == DATA.resolve():
        return []
    taken = {*plan.added, *plan.changed}
    own = [e for entries in plan.entries.values() for e in entries.values() if e.id in taken]
    twins = find_twins(load_terms(DATA).entries, own)
    return [(entry, twin) for entry, found in zip(own, twins, strict=True) for twin in found]


def _differs(own: Entry, base: Entry) -> bool:
    other_kind = own.kind is not base.kind and "kind" not in own.unsaid
    return other_kind or any(
        code in base.targets and target.text != base.targets[code].text
        for code, target in own.targets.items()
    )
