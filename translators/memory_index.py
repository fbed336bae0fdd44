"""Finds the few sentences of a large memory that can be like a given one, and misses none.

Every sentence has a sketch of 128 bits: each of its different words sets one. An edit of a word
changes at most two bits, so sentences whose sketches differ in more bits than the allowed edits can
explain need not be looked at; the others are, nearest first. Sketches lie in the memory's SQLite
file, in blocks by organisation, language pair and number of words: a look-up does not even read
what it may not see. They are held in memory once read: 24 bytes a sentence. Why not postings of
rare words or FTS5: benchmarks/memory.md. The only file that knows how sketches are laid out.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from translators.memory_match import THRESHOLD, allowed_edits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.uint64]

SCHEMA = """
CREATE TABLE IF NOT EXISTS sketches (
    organisation TEXT, pair TEXT, length INTEGER, block INTEGER, rows BLOB NOT NULL,
    PRIMARY KEY (organisation, pair, length, block)
);
"""
BLOCK = 4096  # sentences; a block is written anew when one is added, and 98 kB are quick
HELD = 256 << 20  # bytes of sketches in memory at most: 10 million sentences
_ROW = 24  # bytes: id, low and high half of the sketch

Partition = tuple[str, str, int]
"""Organisation, language pair, and the number of words that the sentences have."""

_OF = "organisation = ? AND pair = ? AND length = ?"


def sketch(words: Sequence[str]) -> tuple[int, int]:
    """Return the low and the high 64 bits of the sketch of a sentence's masked words."""
    bits = 0
    for word in set(words):
        bits |= 1 << (zlib.crc32(word.encode("utf-8", "surrogatepass")) & 127)
    return bits & 0xFFFF_FFFF_FFFF_FFFF, bits >> 64


class SketchIndex:
    """The sketches of one open memory file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._held: OrderedDict[Partition, _Held] = OrderedDict()
        self._bytes = 0
        self._writes = 0

    def notice_write(self) -> None:
        """Look for what is new at the next look-up: somebody wrote to the file."""
        self._writes += 1

    def add(self, partition: Partition, rows: Sequence[tuple[int, int, int]]) -> None:
        """Append (id, low, high) of new sentences; the caller's transaction saves them."""
        import numpy as np

        fresh = np.array(rows, dtype="<u8").tobytes()
        last = self._db.execute(
            f"SELECT block, rows FROM sketches WHERE {_OF} ORDER BY block DESC LIMIT 1", partition
        ).fetchone()
        block, data = last or (0, b"")
        self._write(partition, block, data + fresh)

    def remove(self, partition: Partition, ids: Collection[int]) -> None:
        """Take sentences out and close the gaps; the caller's transaction saves it.

        Whoever holds sketches must `forget` them: blocks that were full have changed.
        """
        import numpy as np

        blocks = self._db.execute(
            f"SELECT rows FROM sketches WHERE {_OF} ORDER BY block", partition
        )
        rows = np.frombuffer(b"".join(rows for (rows,) in blocks), dtype="<u8").reshape(-1, 3)
        kept = rows[~np.isin(rows[:, 0], np.array(list(ids), dtype="<u8"))]
        self._db.execute(f"DELETE FROM sketches WHERE {_OF}", partition)
        self._write(partition, 0, kept.tobytes())

    def forget(self) -> None:
        """Read everything anew: sentences were taken out."""
        self._held.clear()
        self._bytes = 0

    def _write(self, partition: Partition, block: int, data: bytes) -> None:
        """Put sketches into blocks, `block` and those after it."""
        for start in range(0, len(data), BLOCK * _ROW):
            piece = data[start : start + BLOCK * _ROW]
            self._db.execute(
                "INSERT OR REPLACE INTO sketches VALUES (?, ?, ?, ?, ?)",
                (*partition, block, piece),
            )
            block += 1

    def candidates(
        self, organisations: Sequence[str], pair: str, words: Sequence[str]
    ) -> Iterator[tuple[int, list[int]]]:
        """Yield (how much must differ at least, in thousandths, and ids), the likeliest first.

        Together they miss no match. `words` are the masked words of the sentence.
        """
        import numpy as np

        count = len(words)
        found: dict[int, list[Any]] = {}
        lengths = range(max(1, -(-count * THRESHOLD // 100)), count * 100 // THRESHOLD + 1)
        for partition in product(organisations, (pair,), lengths):
            if (rows := self._rows(partition)) is not None:
                for share, ids in _near(rows, words, partition[2]):
                    found.setdefault(share, []).append(ids)
        for share in sorted(found):
            yield share, np.unique(np.concatenate(found[share])).tolist()

    def _rows(self, partition: Partition) -> Rows | None:
        """Return ids, low and high halves of one partition as three arrays; None when empty."""
        held = self._held.pop(partition, _Held())
        self._bytes -= held.size
        if held.writes != self._writes:
            held = self._grown(partition, held)
        self._held[partition] = held
        self._bytes += held.size
        while len(self._held) > 1 and self._bytes > HELD:
            _, gone = self._held.popitem(last=False)
            self._bytes -= gone.size
        return held.rows

    def _grown(self, partition: Partition, held: _Held) -> _Held:
        """Return what is held with the blocks that are new; additions change only the last."""
        import numpy as np

        blocks = self._db.execute(
            f"SELECT block, rows FROM sketches WHERE {_OF} AND block >= ? ORDER BY block",
            (*partition, held.block),
        ).fetchall()
        if not blocks:
            return _Held(writes=self._writes)
        data = np.frombuffer(b"".join(rows for _, rows in blocks), dtype="<u8")
        fresh = np.ascontiguousarray(data.reshape(-1, 3).T)
        if held.rows is None:
            rows = fresh
        elif held.rows.shape[1] == held.block * BLOCK + fresh.shape[1]:
            rows = held.rows
        else:
            rows = np.concatenate((held.rows[:, : held.block * BLOCK], fresh), axis=1)
        return _Held(rows, blocks[-1][0], self._writes)


@dataclass(frozen=True, slots=True)
class _Held:
    """One partition in memory: its rows, the number of its last block, and how new it is."""

    rows: Rows | None = None
    block: int = 0
    writes: int = -1

    @property
    def size(self) -> int:
        """Return the bytes that it takes."""
        return 0 if self.rows is None else self.rows.nbytes


def _near(rows: Rows, words: Sequence[str], length: int) -> Iterator[tuple[int, Any]]:
    """Yield (least difference in thousandths, ids) of what may match among `length` words."""
    import numpy as np

    low, high = (np.uint64(half) for half in sketch(words))
    apart = np.bitwise_count(rows[1] ^ low)
    apart += np.bitwise_count(rows[2] ^ high)
    # A word put in or left out changes one bit, a word replaced two.
    surplus, longest = abs(length - len(words)), max(length, len(words))
    near = np.flatnonzero(apart <= 2 * allowed_edits(longest) - surplus)
    edits = np.maximum(surplus, (apart[near].astype(np.int64) + surplus + 1) // 2)
    for number in np.unique(edits):
        yield int(number) * 1000 // longest, rows[0][near[edits == number]]
