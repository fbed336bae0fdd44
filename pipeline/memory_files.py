"""The memory of a configuration: opened, filled from files, written to files.

What comes in was approved by somebody who is named. An import or an export is whole or is not
there. Not for what a run does with the memory: see `pipeline.memory_drafts`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from courses.errors import StoreError, UsageError
from pipeline.config_tables import MemoryConfig
from pipeline.formats import tmx, tsv
from pipeline.formats.units import Notes
from translators.memory import Added, Memory, Query, Unit

READERS: dict[str, Callable[[IO[bytes], str, Notes], Iterator[Unit]]] = {
    tmx.SUFFIX: tmx.read,
    tsv.SUFFIX: tsv.read,
}
"""Ending of a file's name -> the reader of its format."""


@dataclass(frozen=True, slots=True)
class Import:
    """What came of an import: what entered, and what the reader left out or changed."""

    added: Added
    notes: Notes

    def facts(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "new": self.added.new,
            "same": self.added.same,
            "contradicting": self.added.contradicting,
            "contradictions": [
                {"source": unit.source, "target": unit.target} for unit in self.added.contradictions
            ],
            "skipped": self._told(self.notes.skipped),
            "changed": self._told(self.notes.changed),
        }

    def _told(self, counts: dict[str, int]) -> list[dict[str, Any]]:
        return [
            {"reason": reason, "count": count, "lines": self.notes.lines[reason]}
            for reason, count in counts.items()
        ]


def open_memory(wanted: MemoryConfig, create: bool = False) -> Memory | None:
    """Return the memory as the configured organisation sees it, None when there is no file yet.

    With `create`, the file is made. Raises StoreError, UsageError.
    """
    if not create and not wanted.file.exists():
        return None
    return Memory(wanted.file, wanted.organisation, wanted.share, create)


def import_file(
    path: Path, memory: Memory, approved_by: str, now: datetime | None = None
) -> Import:
    """Put the units of a TMX or TSV file into the memory, all or nothing.

    They become the memory's organisation's own. Who approved them, and when, is what the file says,
    else `approved_by` and now. Raises UsageError for a file that cannot be read.
    """
    if not approved_by.strip():
        raise UsageError("Nobody is named who approved this.", "Say --approved-by NAME.")
    when = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    notes = Notes()
    units = (
        replace(
            unit,
            organisation=memory.organisation,
            approved_by=unit.approved_by.strip() or approved_by,
            approved=unit.approved or when,
        )
        for unit in _units_in(path, notes)
    )
    return Import(memory.add(units), notes)


def _units_in(path: Path, notes: Notes) -> Iterator[Unit]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = " and ".join(READERS)
        raise UsageError(f"{path}: files of this kind cannot be read.", f"Known are {known}.")
    try:
        with path.open("rb") as file:
            yield from reader(file, str(path), notes)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}.") from error


def listed_units(path: Path, memory: Memory) -> list[Unit]:
    """Return the organisation's own units that stand in a TMX or TSV file.

    Sentence, languages and translation are the same; who approved it and where may differ. Raises
    UsageError for a file that cannot be read.
    """
    found: dict[Unit, None] = {}
    for one in _units_in(path, Notes()):
        query = Query(one.source, one.source_language, one.target_language)
        found |= dict.fromkeys(unit for unit in memory.own(query) if unit.target == one.target)
    return list(found)


def export_file(path: Path, memory: Memory, target: str | None) -> int:
    """Write the organisation's own units into `target`, or all, as TMX; return how many.

    The file that was there stays until the new one is whole. Raises StoreError, UsageError.
    """
    if path.suffix.lower() != tmx.SUFFIX:
        raise UsageError(f"{path}: a memory is written as TMX.", "Name a file that ends in .tmx.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
        making = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                count = tmx.write(file, memory.units(target))
            making.chmod(0o644)
            making.replace(path)
        finally:
            making.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Check that the disk has space and that you may write there.",
        ) from error
    return count
