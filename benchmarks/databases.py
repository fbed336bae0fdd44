"""The databases that the backlog is measured on and broken with; PostgreSQL can be ended and begun.

One PostgreSQL a folder, made by tests/postgres.sh as in the tests, with its data on the disk.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "tests" / "postgres.sh"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL of ours: where it is, and the address of its database."""

    folder: Path
    address: str

    def restart(self, mode: str) -> None:
        """End it, `fast` as on an update or `immediate` as in a crash, and start it again."""
        self._control("restart", mode, "--log", str(self.folder / "log"))

    def halt(self) -> None:
        """End it; its data stays."""
        self._control("stop", "fast")

    def _control(self, action: str, mode: str, *more: str) -> None:
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_owner, str(programs / "pg_ctl"), action, "--wait", "--mode", mode]
        command += ["--pgdata", str(self.folder / "data"), *more]
        # Its standard error stays open in the database: never one that somebody waits for.
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd="/", stdout=quiet, stderr=quiet, check=True)


def start(folder: Path) -> Postgres:
    """Make a PostgreSQL in `folder`, which must not be there."""
    command = ["bash", str(SCRIPT), "start", str(folder)]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Postgres(folder, made.stdout.strip())


def stop(postgres: Postgres) -> None:
    """End it and delete its folder."""
    subprocess.run(["bash", str(SCRIPT), "stop", str(postgres.folder)], check=True)


def cut_off(address: str) -> None:
    """End every connection to a database of PostgreSQL but our own."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Yield the address of an empty database that ends with this; empty for ``sqlite``."""
    if kind == "sqlite":
        yield ""
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # its owner is another user than root
        made = start(Path(folder) / "postgres")
        try:
            yield made.address
        finally:
            stop(made)
