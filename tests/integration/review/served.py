"""A review site of its own for tests that end its processes: made, started, killed and looked into.

Its database is of the same kind as that of the tests: SQLite in the site's folder, or a database
of its own on the PostgreSQL that ``KARMAVANI_REVIEW_DATABASE`` names. It is read without Django.
As a program (``python served.py COUNT``) it fills the site of the environment and prints what
clients need.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from pipeline.review.serving import Listening, _web_command
from pipeline.review.site import Site, make_secret_key

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Served:
    """A site whose processes are started one by one."""

    site: Site

    def environment(self) -> dict[str, str]:
        """Return what its processes are told."""
        own = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        return {**os.environ, **self.site.environment(), **own}

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command of the site in a process group of its own."""
        return subprocess.Popen(
            command,
            env=self.environment(),
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start what `karmavani review serve` starts, and return when it takes connections."""
        running = self.start(*_web_command(Listening(port=port)))
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return running
            time.sleep(0.05)
        raise AssertionError("the web server did not start")

    def ask(self, *arguments: str) -> Any:
        """Run this file as a program for the site, and return what it prints."""
        command = [sys.executable, __file__, *arguments]
        done = subprocess.run(command, env=self.environment(), cwd=ROOT, stdout=subprocess.PIPE)
        assert done.returncode == 0
        return json.loads(done.stdout)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what the database says, asked without Django."""
        with closing(_connect(self.site)) as connection:
            return [tuple(row) for row in connection.execute(statement).fetchall()]

    def change(self, statement: str) -> None:
        """Change the database behind the program's back."""
        with closing(_connect(self.site)) as connection:
            connection.execute(statement)
            connection.commit()


def _connect(site: Site) -> Any:
    if not site.database:
        return sqlite3.connect(site.data / "review.sqlite3", timeout=20)
    import psycopg

    return psycopg.connect(site.database)


def copy(site: Served, other: Served, place: Path) -> None:
    """Copy the database of a site that runs into that of another, as docs/review.md says."""
    if not site.site.database:
        with closing(_connect(site.site)) as source, closing(sqlite3.connect(place)) as target:
            source.backup(target)
        place.rename(other.site.data / "review.sqlite3")
        return
    dump = [_program("pg_dump"), "--format=custom", f"--file={place}", site.site.database]
    subprocess.run(dump, check=True)
    restore = [_program("pg_restore"), "--clean", "--if-exists", "--no-owner"]
    subprocess.run([*restore, f"--dbname={other.site.database}", place], check=True)


def _program(name: str) -> str:
    """Return a program of PostgreSQL; Debian puts them beside the path."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or str(beside[-1])


def kill(running: subprocess.Popen[bytes]) -> None:
    """End a process and its children as a power cut does."""
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@contextmanager
def served(folder: Path, config: Path | None = None) -> Iterator[Served]:
    """Yield a new site in `folder`, without tables yet."""
    site = Site(data=folder, config=config)
    with _database() as address:
        site = replace(site, database=address)
        make_secret_key(site)
        yield Served(site)


@contextmanager
def _database() -> Iterator[str]:
    """Yield the address of a new, empty database; empty for SQLite."""
    address = os.environ.get("KARMAVANI_REVIEW_DATABASE", "")
    if not address:
        yield ""
        return
    import psycopg

    name = f"served_{uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield urlsplit(address)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fill_course(count: int) -> dict[str, Any]:
    """Make a lesson of `count` lines in Hindi, and as many reviewers, signed in."""
    from pipeline.review.models import Role, User
    from pipeline.review.store import intake, transcript
    from tests.integration.review.conftest import heard_of, translations

    heard = heard_of(tuple(f"Every citizen may ask {n} questions." for n in range(count)))
    drafts = tuple(f"हर नागरिक {n} प्रश्न पूछ सकता है।" for n in range(count))
    listener = User.objects.create_user("listener@example.org", "Listener")
    listener.grants.create(role=Role.TRANSCRIPT_REVIEWER)
    from courses import nouns

    course = intake.keep_course(nouns.Course("rti", "Right to Information", (heard.lesson,)))
    lesson = course.lessons.get()
    intake.keep_transcript(lesson, heard)
    lesson.refresh_from_db()
    transcript.approve_transcript(listener, lesson.pk)
    track = intake.keep_drafts(lesson, "hi", translations(heard, drafts, "hi"), ((),) * count)
    lines = track.lines.order_by("pk").values_list("pk", flat=True)
    return {"lines": list(lines), "sessions": [_session(n) for n in range(count)]}


def _session(number: int) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from pipeline.review.models import Role, User

    user = User.objects.create_user(f"reviewer{number}@example.org", f"Reviewer {number}")
    user.grants.create(role=Role.TRANSLATION_REVIEWER, language="hi")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _fill_jobs(media: str, captions: str) -> dict[str, Any]:
    """Hand in a lesson to be transcribed from its captions and drafted in three languages."""
    from courses import nouns
    from pipeline.review.store import intake, jobs

    one = nouns.Lesson("one", "rti", "Asking", Path(media), "en", Path(captions))
    course = intake.keep_course(nouns.Course("rti", "RTI", (one,)))
    jobs.add_transcribe(course.lessons.get(), ["hi", "ta", "ur"], None)
    return {}


def main() -> None:
    """Make the tables of the site that the environment names, fill it, and print JSON."""
    from pipeline.review.serving import get_ready
    from pipeline.review.site import read_site

    get_ready(read_site())
    kind, *rest = sys.argv[1:]
    made = _fill_course(int(rest[0])) if kind == "course" else _fill_jobs(*rest)
    print(json.dumps(made))


if __name__ == "__main__":
    main()
