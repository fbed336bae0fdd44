"""A backlog that runs as people run it, in processes of its own, and what can be told of it.

A Ground is one folder: courses, a configuration file, the review site's data and the output. Its
commands are the installed ones; what it knows of items it reads from the database itself. For
measurements and for tests that break things; it makes nothing easier for the program.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KARMAVANI = str(Path(sys.executable).with_name("karmavani"))
ROWS = """
SELECT course.slug, lesson.slug, item.stage, item.language, item.state, item.attempts,
    item.error, item.reason, item.started, item.finished
FROM backlog_item item JOIN backlog_backloglesson lesson ON lesson.id = item.lesson_id
    JOIN backlog_backlogcourse course ON course.id = item.course_id
"""
BALLAST = "ballast"  # a file of nothing that fills the disk of a Ground
_OWN = ("KARMAVANI", "DJANGO")


@dataclass(frozen=True)
class Row:
    """One item of work as the database has it; started, finished: of its last attempt."""

    course: str
    lesson: str
    stage: int
    language: str
    state: str
    attempts: int
    error: str
    reason: str
    started: datetime | None
    finished: datetime | None


@dataclass
class Ground:
    """One backlog. out: where its results go; database: an address, empty for SQLite."""

    folder: Path
    settings: str  # of karmavani.toml, but for what is said here
    database: str = ""
    out: Path = Path()
    data: Path = Path()
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.out = self.out if self.out.parts else self.folder / "out"
        self.data = self.data if self.data.parts else self.folder / "site"
        self.config = self.folder / "settings.toml"
        self.config.write_text(f'out = "{self.out}"\n{self.settings}', encoding="utf-8")
        self.log = self.folder / "log"

    @property
    def all_environment(self) -> dict[str, str]:
        """Return the environment of every command: nothing of the developer's own."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_OWN)}
        own = {
            "KARMAVANI_REVIEW_DATA": str(self.data),
            "KARMAVANI_REVIEW_DATABASE": self.database,
            "KARMAVANI_MEMORY": str(self.folder / "memory.sqlite3"),
        }
        return {**kept, **own, **self.environment}

    def command(self, *arguments: object) -> list[str]:
        """Return `karmavani backlog` with arguments, as a list for subprocess."""
        return [KARMAVANI, "--config", str(self.config), "backlog", *map(str, arguments)]

    def call(self, *arguments: object, codes: Sequence[int] = (0,)) -> str:
        """Run one command to its end; return what it printed. Raises RuntimeError for its code."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.all_environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=1200,
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}\n")
        if done.returncode not in codes:
            raise RuntimeError(f"{arguments}: code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        """Start `backlog run` and return its process; what it says goes to the log."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command("run", *arguments),
                env=self.all_environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def rows(self) -> list[Row]:
        """Return all items, in no order."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return [_row(row) for row in connection.execute(ROWS)]
        address = f"file:{self.data / 'review.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
            return [_row(row) for row in connection.execute(ROWS)]

    def kept(self) -> tuple[set[str], dict[tuple[str, ...], str | None]]:
        """Return what the work store has: keys of transcripts; drafts by their key."""
        store = self.out / ".karmavani" / "work-2.sqlite3"
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            keys = {row[0] for row in connection.execute("SELECT key FROM transcripts")}
            drafts = connection.execute("SELECT segment, pair, signature, text FROM drafts")
            return keys, {tuple(row[:3]): row[3] for row in drafts}

    def packages(self) -> dict[str, object]:
        """Return every file under the output folder but the store's; manifests without a time."""
        found: dict[str, object] = {}
        for path in sorted(self.out.rglob("*")):
            name = path.relative_to(self.out)
            if not path.is_file() or name.parts[0] in (".karmavani", BALLAST):
                continue
            found[str(name)] = path.read_bytes()
            if path.name == "manifest.json":
                manifest = json.loads(path.read_bytes())
                found[str(name)] = {key: manifest[key] for key in manifest if key != "created"}
        return found


def _row(values: Sequence[Any]) -> Row:
    *said, started, finished = values
    return Row(*said, _moment(started), _moment(finished))


def _moment(kept: Any) -> datetime | None:
    if isinstance(kept, str):  # SQLite keeps UTC, and does not say so
        return datetime.fromisoformat(kept).replace(tzinfo=UTC)
    moment: datetime | None = kept
    return moment


def children(pid: int) -> list[int]:
    """Return the processes below `pid`, all of them."""
    parents: dict[int, list[int]] = {}
    for one in processes():
        with suppress(OSError, ValueError):
            said = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            parents.setdefault(int(said[1]), []).append(one)
    below, fresh = [], [pid]
    while fresh:
        fresh = [child for one in fresh for child in parents.get(one, [])]
        below += fresh
    return below


def processes() -> Iterator[int]:
    """Yield the ids of all processes of this machine."""
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def workers(pid: int) -> list[int]:
    """Return the worker processes of a driver: Python's spawned children, or Ray's."""
    return [one for one in children(pid) if _is_worker(one)]


def _is_worker(pid: int) -> bool:
    with suppress(OSError):
        said = Path(f"/proc/{pid}/cmdline").read_bytes()
        return said.startswith(b"ray::Karmavani") or b"spawn_main" in said
    return False


def memory(pid: int, own: bool = False) -> int:
    """Return the bytes that a process has in memory now, 0 where it is gone.

    own: without the files that it has mapped, which are the system's to take back.
    """
    wanted = "RssAnon:" if own else "VmRSS:"
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(wanted):
                return int(line.split()[1]) * 1024
    return 0
