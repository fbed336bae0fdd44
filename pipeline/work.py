"""The work store: every finished stage of a run, so that running twice is free.

One SQLite file in the output folder. A transcript is addressed by the media's content and the
signature that made it; a draft by segment, language pair and signature. Each `save` is one
transaction: after `kill -9` a result is there whole or not at all. Only the driver writes.

Not the review store: people's texts live in `pipeline.reviewed`, and always win over drafts. Not
for other courses: `translators.draft_cache` keeps drafts of remote engines for all of them, and
what people approved is in `translators.memory`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from courses.errors import StoreError
from courses.nouns import Finding, Severity, Signature, Transcript, Word
from translators.base import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = ".karmavani"
FILE = "work-2.sqlite3"  # the number is that of its schema
_BEFORE = "work-1.sqlite3"  # its drafts have no notes; transcripts of it took hours
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = 10000;
CREATE TABLE IF NOT EXISTS transcripts (
    key TEXT PRIMARY KEY, transcript TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drafts (
    segment TEXT, pair TEXT, signature TEXT,
    text TEXT, confidence REAL, problem TEXT, notes TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (segment, pair, signature)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS courses (id TEXT PRIMARY KEY, origin TEXT NOT NULL) WITHOUT ROWID;
"""
TAKE_OVER = """
BEGIN IMMEDIATE;
INSERT OR IGNORE INTO transcripts SELECT key, transcript FROM before.transcripts;
INSERT OR IGNORE INTO courses SELECT id, origin FROM before.courses;
INSERT OR IGNORE INTO drafts
    SELECT segment, pair, signature, text, confidence, problem, '[]' FROM before.drafts;
PRAGMA main.user_version = 1;
COMMIT;
"""
DRAFTS_OF = "SELECT segment, signature, text, confidence, problem, notes FROM drafts"
BATCH = 500  # segments in one question
SAVE_DRAFT = """
INSERT INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET text = excluded.text, confidence = excluded.confidence, problem = excluded.problem,
    notes = excluded.notes
WHERE drafts.text IS NULL
"""


class WorkStore:
    """Finished transcripts and drafts of one output folder."""

    def __init__(self, out: Path) -> None:
        """Open or make ``OUT/.karmavani/work-2.sqlite3``; raises StoreError with what to do."""
        self.path = out / FOLDER / FILE
        with _translated(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.executescript(SCHEMA)
        with _translated(before := self.path.with_name(_BEFORE)):
            self._take_over(before)

    def _take_over(self, before: Path) -> None:
        """Put in what an earlier version finished in this folder, once and all of it."""
        if before.exists() and not self._db.execute("PRAGMA user_version").fetchone()[0]:
            self._db.execute("ATTACH ? AS before", (str(before),))
            self._db.executescript(TAKE_OVER)
            self._db.execute("DETACH before")

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def claim(self, course: str, origin: Path) -> None:
        """Note that the course id belongs to the media file `origin`.

        Raises StoreError when it belongs to another: its packages would be replaced.
        """
        with _translated(self.path):
            self._db.execute("INSERT OR IGNORE INTO courses VALUES (?, ?)", (course, str(origin)))
            row = self._db.execute("SELECT origin FROM courses WHERE id = ?", (course,)).fetchone()
        if row[0] != str(origin):
            raise StoreError(
                f"{self.path.parent.parent} already has {course!r}, made from {row[0]}.",
                "Choose another folder with --out, or give the file another name.",
            )

    def transcript(self, key: str) -> Transcript | None:
        """Return the transcript saved under `key`, None when there is none."""
        text = self.transcript_text(key)
        return to_transcript(text) if text is not None else None

    def save_transcript(self, key: str, transcript: Transcript) -> None:
        """Keep `transcript` under `key`, whole or not at all."""
        self.save_transcript_text(key, to_text(transcript))

    def save_transcript_text(self, key: str, text: str) -> None:
        """Keep a transcript that is text already: see `to_text`."""
        with _translated(self.path):
            self._db.execute(
                "INSERT OR REPLACE INTO transcripts VALUES (?, ?)",
                (key, text),
            )

    def transcripts(self) -> Iterator[Transcript]:
        """Yield every transcript that is kept, one at a time."""
        with _translated(self.path):
            for row in self._db.execute("SELECT transcript FROM transcripts ORDER BY key"):
                yield to_transcript(row[0])

    def drafted(self, segments: Iterable[str], pair: str) -> set[str]:
        """Return which of the segment ids have a draft in the languages of `pair`, ``en>hi``."""
        query = "SELECT 1 FROM drafts WHERE segment = ? AND pair = ? LIMIT 1"
        with _translated(self.path):
            return {one for one in segments if self._db.execute(query, (one, pair)).fetchone()}

    def drafts(self, made: Iterable[tuple[str, str]], pair: str) -> dict[str, Draft]:
        """Return segment id -> draft, for each (segment id, signature) that is at hand.

        `pair` is source and target language, ``en>hi``.
        """
        wanted = set(made)
        found = {}
        with _translated(self.path):
            for segment, signature in wanted:
                row = self._db.execute(
                    "SELECT text, confidence, problem, notes FROM drafts"
                    " WHERE segment = ? AND pair = ? AND signature = ?",
                    (segment, pair, signature),
                ).fetchone()
                if row:
                    text, confidence, problem, notes = row
                    found[segment] = Draft(text, confidence, problem, tuple(json.loads(notes)))
        return found

    def transcript_text(self, key: str) -> str | None:
        """Return the transcript saved under `key` as it is kept: see `to_transcript`."""
        with _translated(self.path):
            row = self._db.execute(
                "SELECT transcript FROM transcripts WHERE key = ?", (key,)
            ).fetchone()
        return row[0] if row else None

    def drafts_of(self, segments: Iterable[str], pair: str) -> dict[tuple[str, str], Draft]:
        """Return (segment id, signature) -> draft, for all drafts of `segments` in `pair`."""
        found = {}
        with _translated(self.path):
            for some in _batches(segments):
                marks = ", ".join("?" * len(some))
                query = f"{DRAFTS_OF} WHERE segment IN ({marks}) AND pair = ?"
                for segment, signature, *said in self._db.execute(query, (*some, pair)):
                    text, confidence, problem, notes = said
                    draft = Draft(text, confidence, problem, tuple(json.loads(notes)))
                    found[segment, signature] = draft
        return found

    def save_drafts(
        self, made: Sequence[tuple[str, str]], drafts: Sequence[Draft], pair: str
    ) -> None:
        """Keep one draft a (segment id, signature), all of them or none.

        The first text stays; a hole gives way to what comes later.
        """
        rows = [
            (segment, pair, signature, draft.text, draft.confidence, draft.problem, _notes(draft))
            for (segment, signature), draft in zip(made, drafts, strict=True)
        ]
        with _translated(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(SAVE_DRAFT, rows)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def _batches(segments: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(segments)
    while some := tuple(islice(rest, BATCH)):
        yield some


def _notes(draft: Draft) -> str:
    return json.dumps(draft.notes, ensure_ascii=False)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise StoreError(
            f"A text cannot be kept in {path}: {error}.",
            "It holds half a character; whoever made it, an engine or a file, is to be mended.",
        ) from error
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            raise StoreError(
                f"The work store {path} is damaged: {error}.",
                "Delete it and run again: only machine work is lost, and it is made anew.",
            ) from error
        raise StoreError(
            f"Results cannot be kept in {path}: {error}.",
            "Check that the disk has space and that you may write there, then run it again.",
        ) from error


def to_text(transcript: Transcript) -> str:
    """Return a transcript as it is kept, JSON."""
    return json.dumps(asdict(transcript), ensure_ascii=False)


def to_transcript(text: str) -> Transcript:
    """Return the transcript that was kept as `text`."""
    data = json.loads(text)
    findings = (Finding(**{**f, "severity": Severity(f["severity"])}) for f in data["findings"])
    return Transcript(
        words=tuple(Word(**word) for word in data["words"]),
        language=data["language"],
        duration=data["duration"],
        signature=Signature(**data["signature"]),
        findings=tuple(findings),
    )
