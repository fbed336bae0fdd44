"""`karmavani backlog` as an operator types it: from courses in a folder to an export."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.integration.backlog.courses_of import make_course, write_captions

from .conftest import Karmavani
from .test_review_command import free_port

ECHO = '[translator]\nengine = "echo"\n\n[backlog]\npause = 0.1\n'


@pytest.fixture
def backlog(karmavani: Karmavani, tmp_path: Path) -> Karmavani:
    """Return a function that runs `karmavani backlog` with the fake translator."""
    (tmp_path / "echo.toml").write_text(ECHO)

    def run(*said: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        config = str(tmp_path / "echo.toml")
        done = karmavani("--config", config, "backlog", *said)
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


def test_from_courses_to_an_export(backlog, tmp_path: Path) -> None:
    make_course(tmp_path / "courses", "first", 2)
    make_course(tmp_path / "courses", "second", 1)
    assert "is empty" in backlog("status").stdout
    added = backlog("add", "courses", "--to", "hi,ta", "--learners", "900").stdout
    assert "2 courses, 3 lessons and 18 items of work are new." in added
    report = backlog("run", "--quiet").stdout
    assert "Courses finished: 2 of 2" in report
    standing = json.loads(backlog("status", "--json").stdout)
    assert standing["states"] == {"done": 18}
    assert standing["languages"]["ta"] == {"done": 6}
    packages = sorted(str(p.parent.relative_to(tmp_path)) for p in _manifests(tmp_path))
    assert packages[0] == "karmavani-out/first/l1/hi"
    assert len(packages) == 6
    backlog("export", "handover")
    index = json.loads((tmp_path / "handover" / "first" / "index.json").read_bytes())
    assert len(index["packages"]) == 4


def test_what_fails_is_listed_with_the_command_that_retries_it(backlog, tmp_path: Path) -> None:
    place = make_course(tmp_path / "courses", "rti", 2)
    (place / "l2.wav").write_bytes(b"this is no sound")
    backlog("add", "courses", "--to", "hi")
    assert "1 item of the backlog failed" in backlog("run", "--quiet", code=9).stderr
    told = backlog("status", "--failed").stdout
    assert re.search(r"^\d+  rti l2 read: MediaError$", told, re.MULTILINE)
    command = re.search(r"karmavani backlog (retry \d+)", told)
    assert command
    make_course(tmp_path / "fresh", "rti", 2)
    (place / "l2.wav").write_bytes((tmp_path / "fresh/rti/l2.wav").read_bytes())
    assert "1 item in the queue again" in backlog(*command[1].split()).stdout
    backlog("run", "--quiet")
    assert len(_manifests(tmp_path)) == 2


def test_what_changed_is_listed_and_only_that_is_done_again(backlog, tmp_path: Path) -> None:
    place = make_course(tmp_path / "courses", "rti", 2)
    backlog("add", "courses", "--to", "hi")
    backlog("run", "--quiet")
    assert backlog("refresh").stdout == "Nothing has changed.\n"
    write_captions(place / "l1.srt", ["Another sentence is said here."])
    told = backlog("refresh", "--dry-run").stdout
    assert "rti l1: changed: files" in told
    assert json.loads(backlog("status", "--json").stdout)["states"] == {"done": 8}
    backlog("refresh")
    assert json.loads(backlog("status", "--json").stdout)["states"] == {"done": 7, "ready": 1}
    backlog("run", "--quiet")
    text = (tmp_path / "karmavani-out/rti/l1/hi/l1.hi.vtt").read_text()
    assert "Another sentence" in text


def test_pause_budget_and_wrong_words_are_answered(backlog, tmp_path: Path) -> None:
    make_course(tmp_path / "courses", "rti", 1)
    backlog("add", "courses", "--to", "hi")
    assert "Paused: rti." in backlog("pause", "rti").stdout
    assert "no course 'rtl'" in backlog("pause", "rtl", code=2).stderr
    backlog("run", "--quiet")
    assert not _manifests(tmp_path)
    backlog("resume", "rti")
    assert "worker minutes 0.0001" in backlog("budget", "--minutes", "0.0001").stdout
    backlog("budget", "--minutes", "-5", code=2)
    assert "Nothing is named" in backlog("retry", code=2).stderr
    assert "There is no 'moon' to run on" in backlog("run", "--on", "moon", code=2).stderr
    backlog("budget", "--minutes", "0")
    backlog("run", "--quiet")
    assert len(_manifests(tmp_path)) == 1


def test_metrics_are_served_while_it_runs_and_ctrl_c_ends_it(
    backlog, command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    make_course(tmp_path / "courses", "rti", 1)
    backlog("add", "courses", "--to", "hi")
    port = free_port()
    config = str(tmp_path / "echo.toml")
    running = subprocess.Popen(
        [*command, "--config", config, "backlog", "run", "--stay", f"--metrics-port={port}"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        done = 'karmavani_backlog_items{stage="package",state="done"} 1.0'
        until = time.monotonic() + 60
        while done not in _metrics(port) and time.monotonic() < until:
            time.sleep(0.2)
        assert done in _metrics(port)
    finally:
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped. What is done is kept" in said


def _metrics(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def _manifests(folder: Path) -> list[Path]:
    return list((folder / "karmavani-out").glob("*/*/*/manifest.json"))
