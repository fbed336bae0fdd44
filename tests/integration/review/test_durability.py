"""What was acknowledged is kept, whatever is killed, and nothing is done twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import secrets
import signal
import sys
import threading
import time
import uuid
import wave
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline.review.store.jobs import SILENT
from pipeline.review.store.risk import RISKY

from .served import Served, copy, free_port, kill, served

pytestmark = pytest.mark.slow
CLIENTS = 20
SAVES = 4  # of each client
KILLS = (20, 50)  # saves that are acknowledged when the server is killed
HINDI = "track_id = (SELECT id FROM review_track WHERE language = 'hi')"


@dataclass
class Client:
    """One reviewer who saves their line again and again, and tries each save until it is taken."""

    number: int
    port: int
    session: str
    line: int
    taken: list[dict[str, Any]] = field(default_factory=list)
    broken: int = 0

    def body(self, random_source: random.Random) -> dict[str, Any]:
        """Return the next save, with an id of its own."""
        number = len(self.taken)
        said = f"हर नागरिक {self.number} प्रश्न पूछ सकता है{' जी' * (number + 1)}।"
        request = uuid.UUID(int=random_source.getrandbits(128), version=4)
        return {"text": said, "version": number + 1, "request": str(request)}

    def work(self, until: float) -> None:
        """Save SAVES times; what is not acknowledged is sent again, the same."""
        source = random.Random(self.number)
        while len(self.taken) < SAVES and time.monotonic() < until:
            body = self.body(source)
            while time.monotonic() < until:
                with suppress(OSError, http.client.HTTPException):
                    if self.send(body) == 200:
                        self.taken.append(body)
                        break
                self.broken += 1
                time.sleep(0.05)

    def send(self, body: dict[str, Any]) -> int:
        """Send one save, and return the status of its answer."""
        token = secrets.token_hex(16)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "X-CSRFToken": token,
        }
        try:
            address = f"/edit/lines/{self.line}/save"
            connection.request("POST", address, json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


def test_every_acknowledged_save_is_there_after_the_server_was_killed_twice(tmp_path: Path) -> None:
    with served(tmp_path / "site") as site:
        made, port = site.ask("course", str(CLIENTS)), free_port()
        people = [
            Client(number, port, session, line)
            for number, (session, line) in enumerate(
                zip(made["sessions"], made["lines"], strict=True)
            )
        ]
        _save_while_killing(site, port, people)
        assert [len(one.taken) for one in people] == [SAVES] * CLIENTS
        assert sum(one.broken for one in people) > 0  # somebody was in the middle of a save
        _assert_all_is_there(site, people)


def _save_while_killing(site: Served, port: int, people: list[Client]) -> None:
    """Let everybody save, kill the server at KILLS, then send everything once more."""
    until = time.monotonic() + 120
    running = site.serve(port)
    try:
        threads = [threading.Thread(target=one.work, args=(until,)) for one in people]
        for thread in threads:
            thread.start()
        for enough in KILLS:
            while sum(len(one.taken) for one in people) < enough and time.monotonic() < until:
                time.sleep(0.002)
            kill(running)
            running = site.serve(port)
        for thread in threads:
            thread.join()
        again = [one.send(one.taken[-1]) for one in people]
        assert again == [200] * CLIENTS
    finally:
        kill(running)


def _assert_all_is_there(site: Served, people: list[Client]) -> None:
    """Every save once, with its revision and audit entry; lines and counts are whole."""
    revisions = site.rows(
        "SELECT line_id, version, text, request FROM review_revision"
        f" WHERE line_id IN (SELECT id FROM review_line WHERE {HINDI})"
    )
    kept = {uuid.UUID(str(request)): text for _, _, text, request in revisions if request}
    sent = {uuid.UUID(one["request"]): one["text"] for who in people for one in who.taken}
    assert kept == sent
    expected = [(who.line, n) for who in people for n in range(1, SAVES + 2)]
    assert sorted((line, version) for line, version, _, _ in revisions) == sorted(expected)
    lines = site.rows(f"SELECT id, version, text, state FROM review_line WHERE {HINDI}")
    now = [(who.line, SAVES + 1, who.taken[-1]["text"], "edited") for who in people]
    assert sorted(lines) == sorted(now)
    edits = site.rows("SELECT about FROM review_auditentry WHERE what = 'edit'")
    assert Counter(about for (about,) in edits) == {f"line:{who.line}": SAVES for who in people}
    _assert_counts_agree(site)


def _assert_counts_agree(site: Served) -> None:
    """Nobody approved or waived anything here."""
    named = "total, approved, risky, errors, warnings"
    counts = site.rows(f"SELECT {named} FROM review_track WHERE language = 'hi'")
    found = site.rows(f"SELECT severity FROM review_linefinding WHERE {HINDI}")
    risky = site.rows(f"SELECT count(*) FROM review_line WHERE {HINDI} AND risk >= {RISKY}")[0][0]
    severities = Counter(severity for (severity,) in found)
    assert counts == [(CLIENTS, 0, risky, severities["error"], severities["warning"])]


@pytest.fixture
def handed_in(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return configuration, media and captions of a lesson that takes a moment to draft."""
    config = tmp_path / "karmavani.toml"
    memory = f'[memory]\nfile = "{tmp_path}/memory.sqlite3"\n'
    config.write_text(f'jobs = 1\n{memory}[translator]\nengine = "echo"\n', encoding="utf-8")
    media, captions = tmp_path / "one.wav", tmp_path / "one.srt"
    with wave.open(str(media), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * 400))
    cues = [
        f"{n + 1}\n{_clock(4 * n)} --> {_clock(4 * n + 3)}\nThe office has {n} files.\n"
        for n in range(90)
    ]
    captions.write_text("\n".join(cues), encoding="utf-8")
    return config, media, captions


def _clock(seconds: int) -> str:
    return f"00:{seconds // 60:02}:{seconds % 60:02},000"


def test_a_killed_worker_ends_like_one_that_was_not(
    tmp_path: Path, handed_in: tuple[Path, Path, Path]
) -> None:
    config, media, captions = handed_in
    with (
        served(tmp_path / "killed", config) as killed,
        served(tmp_path / "whole", config) as whole,
    ):
        for site in (killed, whole):
            site.ask("jobs", str(media), str(captions))
        workers = [_work(killed), _work(whole)]
        try:
            _wait(killed, "SELECT 1 FROM review_job WHERE kind = 'draft' AND state = 'running'")
            os.kill(workers[0].pid, signal.SIGKILL)  # its children have to see it by themselves
            workers[0].wait()
            assert killed.rows("SELECT count(*) FROM review_line WHERE text <> ''") < [(270,)]
            _let_pass(killed)
            workers.append(_work(killed))
            for site in (killed, whole):
                _wait(site, "SELECT 1 FROM review_job WHERE kind = 'draft' AND state = 'done'")
        finally:
            for worker in workers:
                with suppress(ProcessLookupError):
                    kill(worker)
        assert _state(killed) == _state(whole)
        assert len(_state(whole)[0]) == 270
        attempts = "SELECT attempts FROM review_job WHERE kind = 'draft'"
        assert (killed.rows(attempts), whole.rows(attempts)) == ([(2,)], [(1,)])


def _work(site: Served) -> Any:
    return site.start(sys.executable, "-m", "pipeline.cli", "review", "worker")


def _wait(site: Served, question: str) -> None:
    until = time.monotonic() + 90
    while not site.rows(question):
        assert time.monotonic() < until, site.rows("SELECT kind, state, message FROM review_job")
        time.sleep(0.01)


def _let_pass(site: Served) -> None:
    """Make the database believe that the worker has been silent for long enough."""
    since = "datetime('now', '-5 minutes')"
    if site.site.database:
        since = "now() - interval '5 minutes'"
    assert SILENT.total_seconds() < 300
    site.change(f"UPDATE review_job SET beat = {since} WHERE state = 'running'")


def _state(site: Served) -> list[list[tuple[Any, ...]]]:
    """Return all that drafting leaves, but for keys and moments."""
    lines = """SELECT language, key, line.text, line.state, line.version, line.risk, line.machine
        FROM review_line line JOIN review_track track ON track.id = track_id
        JOIN review_sentence ON review_sentence.id = sentence_id"""
    revisions = """SELECT language, key, revision.version, revision.text, origin
        FROM review_revision revision JOIN review_line line ON line.id = line_id
        JOIN review_track track ON track.id = track_id
        JOIN review_sentence ON review_sentence.id = sentence_id"""
    findings = """SELECT language, check_id, severity, message FROM review_linefinding
        JOIN review_track ON review_track.id = track_id"""
    counts = "SELECT language, state, total, approved, risky, errors, warnings FROM review_track"
    return [sorted(site.rows(one)) for one in (lines, revisions, findings, counts)]


def test_a_copy_that_is_made_while_people_save_is_whole(tmp_path: Path) -> None:
    with served(tmp_path / "site") as site, served(tmp_path / "restored") as other:
        made, port = site.ask("course", str(CLIENTS)), free_port()
        people = [
            Client(number, port, session, line)
            for number, (session, line) in enumerate(
                zip(made["sessions"], made["lines"], strict=True)
            )
        ]
        running = site.serve(port)
        try:
            until = time.monotonic() + 60
            threads = [threading.Thread(target=one.work, args=(until,)) for one in people]
            for thread in threads:
                thread.start()
            while sum(len(one.taken) for one in people) < KILLS[0] and time.monotonic() < until:
                time.sleep(0.002)
            before = {one["request"] for who in people for one in list(who.taken)}
            copy(site, other, tmp_path / "copy")
            for thread in threads:
                thread.join()
        finally:
            kill(running)
        _assert_whole(other, before)


def _assert_whole(site: Served, before: set[str]) -> None:
    """What was saved before is there, and each line stands with its last revision and audit."""
    kept = site.rows("SELECT request FROM review_revision WHERE request IS NOT NULL")
    assert before <= {str(uuid.UUID(str(request))) for (request,) in kept}
    edits = site.rows("SELECT count(*) FROM review_auditentry WHERE what = 'edit'")
    assert edits == [(len(kept),)]
    last = f"""SELECT line.id, line.version, line.text FROM review_line line WHERE {HINDI}
        EXCEPT SELECT line_id, version, text FROM review_revision"""
    assert site.rows(last) == []
    _assert_counts_agree(site)
