"""The log of a run: one event a line, without secrets, whatever the disk does."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.backlog.hiding import without_secrets
from pipeline.backlog.logs import Lines, RunLog
from pipeline.backlog.nouns import Ended, Figures, Lane, Stage, State, Work

WORK = Work(7, "rti-basics", "fees", Stage.TRANSLATE, "hi", Lane.URGENT, 2, 1, 1)
BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> RunLog:
    return RunLog(tmp_path, {"executor": "processes", "workers": 2}, BEGAN)


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_log_of_a_run_is_named_after_when_it_began(log: RunLog, tmp_path: Path) -> None:
    log.close()
    assert log.path == tmp_path / ".karmavani" / "logs" / "run-20260102T030405Z.jsonl"
    first, last = events(log.path)
    assert (first["event"], first["executor"], first["workers"]) == ("run", "processes", 2)
    assert (last["event"], last["lost"], last["level"]) == ("closed", 0, "info")


def test_an_item_that_failed_is_one_line_with_all_that_is_known_of_it(log: RunLog) -> None:
    log.started(WORK, "3")
    reason = "Line one.\nLine two\u2028and three. Zeile\x85."
    told = {"signature": "starter:9", "error": "MediaError", "reason": reason}
    log.ended(WORK, Ended(State.FAILED, 1.23456, 0.5, made="abc", **told))
    log.close()
    _, started, ended, _ = events(log.path)
    assert started["worker"] == "3"
    assert {key: ended[key] for key in ended if key not in ("timestamp", "event")} == {
        "item": 7, "course": "rti-basics", "lesson": "fees", "stage": "translate",
        "language": "hi", "lane": "urgent", "attempt": 2, "state": "failed", "seconds": 1.235,
        "cost": 0.5, "signature": "starter:9", "made": "abc", "basis": "",
        "reused": False, "note": "", "error": "MediaError", "reason": reason, "worker": "3",
        "level": "error",
    }  # fmt: skip
    assert ended["timestamp"].endswith("Z")
    assert list(ended)[:3] == ["timestamp", "level", "event"]


def test_text_in_an_indian_script_can_be_read_in_the_log(log: RunLog) -> None:
    log.say("शुल्क")
    log.close()
    assert "शुल्क" in log.path.read_text(encoding="utf-8")


def test_a_file_name_that_is_no_text_is_logged_all_the_same(log: RunLog) -> None:
    log.say(os.fsdecode(b"lesson-\xff.mp4"))
    log.close()
    assert events(log.path)[1]["message"] == "lesson-\udcff.mp4"
    assert log.lost == 0


def test_figures_are_logged_once_a_minute(log: RunLog) -> None:
    figures = Figures({(Stage.READ, State.DONE): 3}, elapsed=0.0, left=61.25)
    for elapsed in range(0, 130, 2):
        log.counted(replace(figures, elapsed=float(elapsed)))
    log.close()
    counted = [event for event in events(log.path) if event["event"] == "counted"]
    assert [event["elapsed"] for event in counted] == [0, 60, 120]
    assert (counted[0]["states"]["done"], counted[0]["left"]) == (3, 61.2)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("postgresql://me:hush@host/db is down", "postgresql://…@host/db is down"),
        ("s3://AKIAIOSFODNN7EXAMPLE is no name", "s3://… is no name"),
        ("GET /x?X-Amz-Signature=hush&a=1", "GET /x?X-Amz-Signature=…&a=1"),
        ("Authorization: Bearer hush.hush.hush", "Authorization: Bearer …"),
        ('{"api_key": "hush", "model": "m"}', '{"api_key": "…", "model": "m"}'),
        ("token=hush, and more", "token=…, and more"),
        ("ulcaApiKey: hush", "ulcaApiKey: …"),
        ("password: 'hush'", "password: '…'"),
        ("https://host/invitation/hush/ failed", "https://host/invitation/…/ failed"),
        ("the key sk-hushhushhush is unknown", "the key … is unknown"),
        ("The lesson's title is missing; monkey=1", "The lesson's title is missing; monkey=1"),
    ],
)
def test_a_secret_is_nowhere_in_what_is_written_down(said: str, kept: str) -> None:
    assert without_secrets(said) == kept
    assert "hush" not in kept


def test_the_reason_of_a_failure_goes_in_without_its_secrets(log: RunLog) -> None:
    log.ended(
        WORK, Ended(State.LATER, error="EngineError", reason="https://u:hush@host answered 503")
    )
    log.say("joined ray://u:hush@head:10001")
    log.close()
    assert "hush" not in log.path.read_text(encoding="utf-8")
    assert events(log.path)[1]["level"] == "warning"


def test_a_log_is_cut_by_size_and_its_oldest_part_goes(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "run.jsonl", part=30, parts=3)
    for number in range(10):
        lines.msg(f'{{"number": {number}}}')
    lines.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "run.1.jsonl", "run.2.jsonl", "run.jsonl"
    ]  # fmt: skip
    kept = [json.loads(line)["number"] for name in ("run.2.jsonl", "run.1.jsonl", "run.jsonl")
            for line in (tmp_path / name).read_text().splitlines()]  # fmt: skip
    assert kept == [4, 5, 6, 7, 8, 9]


def test_on_a_full_disk_lines_are_lost_and_counted_and_none_is_half_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = RunLog(tmp_path, {}, BEGAN)
    write, full = os.write, True

    def half(file: int, data: bytes) -> int:
        return write(file, data[: len(data) // 2]) if full else write(file, data)

    monkeypatch.setattr(os, "write", half)
    log.say("lost")
    log.say("lost too")
    full = False
    log.say("there again")
    log.close()
    assert [event["event"] for event in events(log.path)] == ["run", "said", "closed"]
    last = events(log.path)[-1]
    assert (log.lost, last["lost"], last["level"]) == (2, 2, "warning")
    assert log.problem == "No space left on device"


def test_a_log_that_cannot_be_opened_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / ".karmavani").write_text("a file where the folder should be")
    log = RunLog(tmp_path, {}, BEGAN)
    log.started(WORK, "1")
    log.close()
    assert log.lost == 3


def test_a_part_that_cannot_be_begun_leaves_the_old_ones_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Lines(tmp_path / "run.jsonl", part=20, parts=3)
    for number in range(2):
        lines.msg(f'{{"number": {number}}}')
    before = sorted(path.name for path in tmp_path.iterdir())

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", refuse)
    for _ in range(5):
        lines.msg('{"number": 2}')
    lines.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert lines.lost == 5
