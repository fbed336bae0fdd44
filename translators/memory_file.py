"""The translation memory as one SQLite file: its schema, and what is read from and put into it.

One process writes while others read (WAL). An addition is one transaction: all of it is there or
nothing. Not for matching: see `memory`, `memory_index` and `memory_match`.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from courses.errors import StoreError, UsageError
from courses.script import comparison_key
from translators import memory_index

APPLICATION = 0x6B764D31  # "kvM1": tells our file from any other SQLite file, and its schema
SCHEMA = (
    f"PRAGMA application_id = {APPLICATION};"
    + """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, words TEXT NOT NULL
);
CREATE TABLE units (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources,
    organisation TEXT NOT NULL, context BLOB, pair TEXT NOT NULL,
    source_text TEXT NOT NULL, target_text TEXT NOT NULL, course TEXT NOT NULL,
    lesson TEXT NOT NULL, previous TEXT, following TEXT,
    approved_by TEXT NOT NULL, approved TEXT NOT NULL
);
CREATE INDEX units_of_source ON units (source, organisation, context);
"""
    + memory_index.SCHEMA
)
FIELDS = (
    "pair, source_text, target_text, organisation, course, lesson, previous, following,"
    " approved_by, approved"
)


def digest(pair: str, key: str) -> bytes:
    """Return what a source sentence is found by: 16 bytes of its pair and comparison key."""
    return _hash(f"{pair}\0{key}", 16)


def context_digest(previous: str | None, following: str | None) -> bytes | None:
    """Return what two contexts are compared by, None when either sentence is not known.

    An empty text is a known neighbour: the lesson begins or ends there.
    """
    if previous is None or following is None:
        return None
    return _hash(f"{comparison_key(previous)}\0{comparison_key(following)}", 8)


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def connect(path: Path, create: bool) -> sqlite3.Connection:
    """Return the memory file `path`, made first where there is none and `create` is set.

    Raises StoreError when it cannot be used, UsageError when it is some other file.
    """
    with translated(path):
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        db = sqlite3.connect(address, uri=True, isolation_level=None)
        try:
            _prepare(db, path, create)
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, create: bool) -> None:
    db.execute("PRAGMA busy_timeout = 30000")
    if _is_empty(db):  # new, or left by a process that was killed while it made the file
        db.execute("PRAGMA journal_mode = WAL")
        with transaction(db):
            if _is_empty(db):  # another process may have been quicker
                for statement in SCHEMA.split(";"):
                    db.execute(statement)
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise UsageError(
            f"{path} is not a translation memory of this version.",
            "Name another file with memory.file in a configuration file.",
        )
    db.execute("PRAGMA synchronous = FULL")  # what people approved must outlast a power cut
    db.execute("PRAGMA cache_size = -65536")


def _is_empty(db: sqlite3.Connection) -> bool:
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Save all that is done inside, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite ends it by itself when the disk is full
            db.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Read inside from one state of the file, whatever others write meanwhile."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into StoreError with advice."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise StoreError(
                f"Another process is writing to the translation memory {path}.",
                "Wait for it, then try again. Nothing was changed.",
            ) from error
        raise StoreError(
            f"The translation memory {path} cannot be used: {error}.",
            "Check that the folder exists, has space and may be written, then try again.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"The translation memory {path} is damaged: {error}.",
            "Bring it back from a backup or import its last export into a new file.",
        ) from error
    except OSError as error:
        raise StoreError(
            f"The translation memory {path} cannot be used: {error.strerror or error}.",
            "Check that you may write there, or name another file with memory.file.",
        ) from error


def find_source(db: sqlite3.Connection, key: bytes) -> int | None:
    """Return the id of the source sentence with this digest."""
    row = db.execute("SELECT id FROM sources WHERE digest = ?", (key,)).fetchone()
    return row[0] if row else None


def add_source(db: sqlite3.Connection, key: bytes, words: str) -> int:
    """Put a source sentence in and return its id."""
    row = db.execute("INSERT INTO sources (digest, words) VALUES (?, ?)", (key, words))
    assert row.lastrowid is not None
    return row.lastrowid


def has_units(db: sqlite3.Connection, source: int, organisation: str) -> bool:
    """Return whether an organisation has a unit of this source sentence."""
    query = "SELECT 1 FROM units WHERE source = ? AND organisation = ? LIMIT 1"
    return db.execute(query, (source, organisation)).fetchone() is not None


def remove_units(db: sqlite3.Connection, source: int, fields: Sequence[str | None]) -> int:
    """Take out the units of a source sentence that have exactly these FIELDS; return how many."""
    same = " AND ".join(f"{name} IS ?" for name in FIELDS.replace(",", "").split())
    return db.execute(f"DELETE FROM units WHERE source = ? AND {same}", (source, *fields)).rowcount


def drop_unused(db: sqlite3.Connection, source: int) -> None:
    """Take out a source sentence that nobody has units of. Its id is never given again."""
    unused = "id = ? AND NOT EXISTS (SELECT 1 FROM units WHERE source = sources.id)"
    db.execute(f"DELETE FROM sources WHERE {unused}", (source,))


def removals(db: sqlite3.Connection) -> int:
    """Return how often something was taken out of this file."""
    count: int = db.execute("PRAGMA user_version").fetchone()[0]
    return count


def note_removal(db: sqlite3.Connection) -> None:
    """Count a removal, so that others who have the file open read it anew."""
    db.execute(f"PRAGMA user_version = {(removals(db) + 1) % (1 << 31)}")


def words_of(db: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return (source id, words with spaces between) of the source sentences `ids`."""
    query = f"SELECT id, words FROM sources WHERE id IN ({_marks(ids)})"
    return db.execute(query, ids).fetchall()


def units_of(
    db: sqlite3.Connection,
    source: int,
    organisations: Sequence[str],
    context: bytes | None,
    limit: int,
) -> list[tuple[bool, tuple[str, ...]]]:
    """Return (whether the context is the same, FIELDS) of the units of one source sentence.

    The first organisation's units come first, then those in the same context, then the latest.
    """
    rows = db.execute(
        f"SELECT context IS NOT NULL AND context IS ? AS same, {FIELDS} FROM units"
        f" WHERE source = ? AND organisation IN ({_marks(organisations)})"
        " ORDER BY organisation = ? DESC, same DESC, approved DESC, id DESC LIMIT ?",
        (context, source, *organisations, organisations[0], limit),
    )
    return [(bool(row[0]), row[1:]) for row in rows]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
