"""The translation memory: what people approved once is offered again, exactly or as a suggestion.

Only approved text enters, and a machine approves nothing. An organisation sees its own units, those
of the common pool and of organisations that share theirs; never another's. Not a Translator: what
is found is a draft for some sentences (exact) or advice beside one (fuzzy): pipeline.memory_drafts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from courses.script import comparison_key
from translators import memory_file
from translators.memory_index import Partition, SketchIndex, sketch
from translators.memory_match import (
    EXACT,
    IN_CONTEXT,
    NEAREST,
    Words,
    differing_numbers,
    mask,
    percent,
    same_capitals,
    split,
)
from translators.memory_units import Added, Match, Query, Unit, to_row, to_unit

__all__ = ["COMMON", "REVISION", "SHOWN", "Added", "Match", "Memory", "Query", "Unit"]

REVISION = "1"
"""Raised with every change that makes the same memory give other matches."""

COMMON = "common"  # the organisation whose units everybody sees
_LOOKED_AT = 1024  # candidates of one look-up: thousands are alike only in texts made by machines
_AT_ONCE = 128
_SAME = 50  # units of one sentence that are looked at: "Thank you." may have thousands
_TIES = 5  # sentences among which, equally alike, the organisation's own comes first
SHOWN = 20  # contradictions of one addition that are told

Fresh = dict[Partition, list[tuple[int, int, int]]]
"""Sentences that were added and are not in the index yet: id and the halves of the sketch."""


class Memory:
    """One memory file, as one organisation sees it."""

    def __init__(
        self, path: Path, organisation: str, share: Sequence[str] = (), create: bool = False
    ) -> None:
        """Open `path`; `share` are organisations whose units may be seen too.

        Raises StoreError when there is no such file and `create` is not set.
        """
        self.path = path
        self.organisation = organisation
        self._visible = tuple(dict.fromkeys((organisation, COMMON, *share)))
        self._db = memory_file.connect(path, create)
        self._index = SketchIndex(self._db)
        self._version = self._removals = -1

    def close(self) -> None:
        """Close the file; the memory cannot be used afterwards."""
        self._db.close()

    def find(self, query: Query, limit: int = 5) -> list[Match]:
        """Return up to `limit` matches, exact before fuzzy.

        Exact ones: the organisation's own first, then those in context, then the latest. Fuzzy
        ones: by percent, the organisation's own first among equals.
        """
        with memory_file.translated(self.path), memory_file.snapshot(self._db):
            self._refresh()
            key = comparison_key(query.text)
            same = self._same(query, key, limit)
            exact = [match for match in same if match.percent >= EXACT][:limit]
            if not (wanted := limit - len(exact)):
                return exact
            near = [match for match in same if match.percent < EXACT]
            near += self._fuzzy(query, key, wanted)
            own = self.organisation
            near.sort(key=lambda match: (-match.percent, match.unit.organisation != own))
            return exact + near[:wanted]

    def best(self, query: Query) -> Match | None:
        """Return the first of the exact matches, else of the fuzzy ones, else None."""
        return next(iter(self.find(query, 1)), None)

    def own(self, query: Query) -> list[Unit]:
        """Return the organisation's own units of exactly this sentence, the latest first."""
        with memory_file.translated(self.path):
            key = comparison_key(query.text)
            source = memory_file.find_source(self._db, memory_file.digest(query.pair, key))
            if source is None:
                return []
            rows = memory_file.units_of(self._db, source, (self.organisation,), None, -1)
            units = [to_unit(row) for _, row in rows]
            return [unit for unit in units if same_capitals(query.text, unit.source)]

    def add(self, units: Iterable[Unit]) -> Added:
        """Put `units` in, all or nothing; those that are there already are left as they are."""
        added = Added()
        with memory_file.translated(self.path), memory_file.transaction(self._db):
            fresh: Fresh = {}
            for unit in units:
                self._add(unit, added, fresh)
            for partition, rows in fresh.items():
                self._index.add(partition, rows)
        self._index.notice_write()
        return added

    def remove(self, units: Iterable[Unit]) -> int:
        """Take exactly these units out, all or nothing; return how many were there.

        Only the organisation's own: others are left as they are.
        """
        count = 0
        stale: dict[Partition, set[int]] = {}
        with memory_file.translated(self.path), memory_file.transaction(self._db):
            for unit in units:
                if unit.organisation == self.organisation:
                    count += self._remove(unit, stale)
            for partition, ids in stale.items():
                self._index.remove(partition, ids)
            if stale:
                memory_file.note_removal(self._db)
        return count

    def units(self, target: str | None = None) -> Iterator[Unit]:
        """Yield the organisation's own units, into the language `target` or all, oldest first."""
        with memory_file.translated(self.path):
            rows = self._db.execute(
                f"SELECT {memory_file.FIELDS} FROM units WHERE organisation = ?"
                " AND (? IS NULL OR substr(pair, instr(pair, '>') + 1) = ?) ORDER BY id",
                (self.organisation, target, target),
            )
            for row in rows:
                yield to_unit(row)

    def counts(self) -> list[tuple[str, str, int]]:
        """Return (organisation, pair, units) of everything that this organisation sees."""
        marks = ", ".join("?" * len(self._visible))
        with memory_file.translated(self.path):
            return self._db.execute(
                f"SELECT organisation, pair, count(*) FROM units WHERE organisation IN ({marks})"
                " GROUP BY organisation, pair ORDER BY organisation, pair",
                self._visible,
            ).fetchall()

    def _refresh(self) -> None:
        """Tell the index when another process wrote to the file."""
        if (removals := memory_file.removals(self._db)) != self._removals:
            self._index.forget()
            self._removals = removals
        version = self._db.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._index.notice_write()
            self._version = version

    def _same(self, query: Query, key: str, limit: int) -> list[Match]:
        """Return units of this sentence; one that capitals tell apart is only near."""
        source = memory_file.find_source(self._db, memory_file.digest(query.pair, key))
        if source is None:
            return []
        context = memory_file.context_digest(query.previous, query.following)
        rows = memory_file.units_of(self._db, source, self._visible, context, max(limit, _SAME))
        found = [Match(to_unit(row), IN_CONTEXT if same else EXACT) for same, row in rows]
        return [
            match if same_capitals(query.text, match.unit.source) else Match(match.unit, NEAREST)
            for match in found
        ]

    def _fuzzy(self, query: Query, key: str, limit: int) -> list[Match]:
        ours = mask(split(key, query.source_language))
        found = []
        for score, source, theirs in self._likest(query.pair, key, ours, max(limit, _TIES)):
            for _, row in memory_file.units_of(self._db, source, self._visible, None, 1):
                found.append(Match(to_unit(row), score, differing_numbers(ours, theirs)))
        return found

    def _likest(self, pair: str, key: str, ours: Words, limit: int) -> list[tuple[int, int, Words]]:
        """Return (percent, source id, words) of the sentences most like ours, the best first."""
        exact = memory_file.find_source(self._db, memory_file.digest(pair, key))
        best: list[tuple[int, int, Words]] = []
        looked_at = 0
        for share, ids in self._index.candidates(self._visible, pair, ours.masked):
            for start in range(0, len(ids), _AT_ONCE):
                # No sentence from here on can be better than 100 % less this share.
                if len(best) >= limit and best[-1][0] >= min(99, 100 - share / 10):
                    return best
                if looked_at >= _LOOKED_AT:
                    return best
                some = ids[start : start + _AT_ONCE]
                looked_at += len(some)
                for source, words in memory_file.words_of(self._db, some):
                    theirs = mask(words.split(" "))
                    if source != exact and (score := percent(ours, theirs)):
                        best.append((score, source, theirs))
                best = sorted(best, key=lambda one: (-one[0], one[1]))[:limit]
        return best

    def _add(self, unit: Unit, added: Added, fresh: Fresh) -> None:
        if not (unit.approved_by.strip() and unit.source.strip() and unit.target.strip()):
            raise ValueError("a unit has two texts and somebody who approved it")
        source = self._source(unit, fresh)
        context = memory_file.context_digest(unit.previous, unit.following)
        there = self._db.execute(
            "SELECT target_text FROM units WHERE source = ? AND organisation = ? AND context IS ?",
            (source, unit.organisation, context),
        ).fetchall()
        if (unit.target,) in there:
            added.same += 1
            return
        if there:
            added.contradicting += 1
            added.contradictions += [unit] * (added.contradicting <= SHOWN)
        else:
            added.new += 1
        self._db.execute(
            f"INSERT INTO units (source, context, {memory_file.FIELDS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (source, context, *to_row(unit)),
        )

    def _source(self, unit: Unit, fresh: Fresh) -> int:
        """Return the id of the unit's source sentence, sketched where the organisation is new."""
        key = comparison_key(unit.source)
        digest = memory_file.digest(unit.pair, key)
        source = memory_file.find_source(self._db, digest)
        if source is not None and memory_file.has_units(self._db, source, unit.organisation):
            return source
        words = split(key, unit.source_language)
        if source is None:
            source = memory_file.add_source(self._db, digest, " ".join(words))
        if words:
            masked = mask(words).masked
            partition = (unit.organisation, unit.pair, len(masked))
            fresh.setdefault(partition, []).append((source, *sketch(masked)))
        return source

    def _remove(self, unit: Unit, stale: dict[Partition, set[int]]) -> int:
        """Take one unit out; a sentence without units goes too, and its sketch is `stale`."""
        key = comparison_key(unit.source)
        source = memory_file.find_source(self._db, memory_file.digest(unit.pair, key))
        if source is None:
            return 0
        count = memory_file.remove_units(self._db, source, to_row(unit))
        if count and not memory_file.has_units(self._db, source, unit.organisation):
            length = len(split(key, unit.source_language))
            stale.setdefault((unit.organisation, unit.pair, length), set()).add(source)
            memory_file.drop_unused(self._db, source)
        return count
