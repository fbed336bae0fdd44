"""Drafts of expensive engines, kept on disk for all courses of this machine.

One SQLite file in the cache folder; several processes may use it. It may always be deleted. It is
there to save work and never in its way: a file that is damaged is put aside with a message, and
where none can be written, everything goes on without. Not the work store of a run
(pipeline.work), which holds that course's results and is what a stopped run goes on from.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from translators.base import Draft, Request

FILE = "drafts-2.sqlite3"  # the number is that of its schema
LIMIT = 500_000  # drafts: about 300 MB. Bytes are no measure: removed rows leave holes in pages
_SPARED = 0.9  # share of the limit that stays when there is no room: those used last
_DAY = 86_400  # seconds; a draft's last use is noted once a day, or every hit would be a write
_AT_ONCE = 500
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS drafts (
    key BLOB PRIMARY KEY, text TEXT NOT NULL, confidence REAL, notes TEXT NOT NULL,
    used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS drafts_by_use ON drafts (used);
"""

T = TypeVar("T")


def cache_key(signature: str, source: str, target: str, request: Request) -> bytes:
    """Return the address of a draft: a hash of everything that it is made from."""
    parts = [signature, source, target, request.text, request.hints]
    if request.begin:
        parts.append(request.begin)
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def _print(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


class DraftCache:
    """The drafts in one file; opened at the first use."""

    def __init__(
        self,
        path: Path,
        limit: int = LIMIT,
        say: Callable[[str], None] = _print,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the file, how many drafts it may hold, and whom to tell when it is of no use."""
        self._path = path
        self._limit = limit
        self._say = say
        self._now = now
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._given_up = False

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Draft]:
        """Return those drafts that are kept."""
        return self._safely(lambda db: self._get(db, list(dict.fromkeys(keys))), {})

    def put(self, drafts: Mapping[bytes, Draft]) -> None:
        """Keep `drafts`, all in one transaction; the least recently used ones make room."""
        if drafts:
            self._safely(lambda db: self._put(db, drafts), None)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _get(self, db: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, Draft]:
        found: dict[bytes, Draft] = {}
        stale = []
        today = int(self._now())
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            for key, text, confidence, notes, used in db.execute(
                f"SELECT key, text, confidence, notes, used FROM drafts WHERE key IN ({marks})",
                some,
            ):
                found[key] = Draft(text, confidence, notes=tuple(json.loads(notes)))
                if today - used >= _DAY:
                    stale.append((today, key))
        if stale:
            with db:
                db.executemany("UPDATE drafts SET used = ? WHERE key = ?", stale)
        return found

    def _put(self, db: sqlite3.Connection, drafts: Mapping[bytes, Draft]) -> None:
        used = int(self._now())
        rows = [
            (key, draft.text, draft.confidence, json.dumps(draft.notes), used)
            for key, draft in drafts.items()
        ]
        with db:
            db.executemany("INSERT OR IGNORE INTO drafts VALUES (?, ?, ?, ?, ?)", rows)
            count = db.execute("SELECT count(*) FROM drafts").fetchone()[0]
            if count > self._limit:
                db.execute(
                    "DELETE FROM drafts"
                    " WHERE key IN (SELECT key FROM drafts ORDER BY used LIMIT ?)",
                    (count - int(self._limit * _SPARED),),
                )

    def _safely(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Return what `work` does with the open file, `otherwise` when it cannot be used."""
        for _ in range(2):
            if self._given_up:
                return otherwise
            try:
                return work(self._opened())
            except (sqlite3.Error, OSError) as error:
                damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
                    error, sqlite3.OperationalError
                )
                self._recover(damaged, error)
        return otherwise

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._path, timeout=10.0)
            self._inode = self._path.stat().st_ino
            self._db.executescript(_SCHEMA)
        return self._db

    def _recover(self, damaged: bool, error: Exception) -> None:
        """Put a damaged file aside, so that a new one is made; else go on without a cache."""
        self.close()
        try:
            if damaged:
                self._put_aside(error)
                return
        except OSError:
            pass
        self._given_up = True
        self._say(f"Drafts are not kept in {self._path}: {error}. The run goes on without.")

    def _put_aside(self, error: Exception) -> None:
        with FileLock(f"{self._path}.lock", timeout=10):
            # Another process may have been quicker: then the file is a new one already.
            if not self._path.exists() or self._path.stat().st_ino != self._inode:
                return
            number = 1
            while (aside := self._path.with_name(f"{self._path.name}.damaged-{number}")).exists():
                number += 1
            self._path.rename(aside)
            for ending in ("-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        self._say(f"The kept drafts are damaged ({error}); put aside as {aside}. Nothing is lost.")
