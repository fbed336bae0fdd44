"""The report of a run: right, short, and made in memory that does not grow with the run."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.backlog.amounts import at_clock, in_bytes, lasting
from pipeline.backlog.nouns import Ended, Figures, Lane, Stage, State, Work
from pipeline.backlog.remembering import KINDS, kind_of
from pipeline.backlog.reporting import Tally, Totals, in_words, report, write
from pipeline.backlog.watching import Watchers, figures_data, figures_from

FIGURES = Figures(
    counts={
        (Stage.READ, State.DONE): 9,
        (Stage.READ, State.FAILED): 1,
        (Stage.TRANSCRIBE, State.DONE): 9,
        (Stage.TRANSCRIBE, State.WAITING): 1,
    },
    workers=2,
    elapsed=3600.0,
    done_now=18,
    audio_now=36_000_000,
    sentences_now=7200,
    busy=0.9,
    cost=1.5,
    peak=3 << 30,
)


@dataclass(frozen=True)
class Run:
    """Stands for a row of `models.Run`."""

    host: str = "desk"
    executor: str = "processes"
    out: str = "/data/out"
    started: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def work(item: int = 1, stage: Stage = Stage.READ, lesson: str = "one") -> Work:
    return Work(item, "rti", lesson, stage, "", Lane.NORMAL, 1, 1, 1)


def failed(reason: str, error: str = "MediaError") -> Ended:
    return Ended(State.FAILED, 1.0, error=error, reason=reason)


def made(tally: Tally, figures: Figures = FIGURES, totals: Totals | None = None) -> dict[str, Any]:
    found = report(Run(), figures, tally, totals)
    return json.loads(json.dumps(found))


def test_a_report_says_what_the_run_did_of_each_stage() -> None:
    tally = Tally()
    tally.ended(work(1), Ended(State.DONE, 2.0, signature="reader:1"))
    tally.ended(work(2, lesson="long"), Ended(State.DONE, 6.0, signature="reader:1"))
    tally.ended(work(3), Ended(State.DONE, reused=True))
    tally.ended(work(4), Ended(State.LATER, 1.0, error="EngineError", reason="busy"))
    tally.ended(work(5), Ended(State.READY, 3.0))
    found = made(tally)
    assert found["stages"] == {
        "read": {
            "attempts": 5, "seconds": 12.0, "longest": 6.0, "longest_item": "rti long read",
            "reused": 1, "cost": 0.0, "done": 3, "failed": 0, "tried_again": 1, "gave_way": 1,
        }
    }  # fmt: skip
    assert found["signatures"] == [{"stage": "read", "signature": "reader:1", "items": 2}]
    assert found["tried_again"] == [{"stage": "read", "error": "EngineError", "attempts": 1}]
    assert found["items"]["read"] == {"done": 9, "failed": 1}
    assert found["throughput"]["media_hours_an_hour"] == 10.0
    assert found["throughput"]["sentences_a_second"] == 2.0


def test_failures_that_differ_only_in_a_file_or_a_number_are_one_kind() -> None:
    tally = Tally()
    for number in range(30):
        reason = f"/data/c{number}/lesson-{number}.mp4 cannot be decoded at {number}.5 s."
        tally.ended(work(number), failed(reason))
    tally.ended(work(99), failed("The server said 'no'.", "EngineError"))
    first, second = made(tally)["failures"]
    assert first["items"] == 30
    assert first["reason"] == "/data/c0/lesson-0.mp4 cannot be decoded at 0.5 s."
    assert [one["item"] for one in first["examples"]] == [0, 1, 2, 3, 4]
    assert first["retry"] == "karmavani backlog retry --error MediaError"
    assert (second["items"], second["retry"]) == (1, "karmavani backlog retry 99")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3://bucket/a/b.mp4: no such file", "s3://bucket/c.mp4: no such file"),
        ("Lesson 'a b' has no sound.", "Lesson 'c' has no sound."),
        ("got deadbeef01 for it", "got cafe012345 for it"),
        ("line 3, column 4", "line 18, column 2"),
        ("a.mp4 is no media", "b-2.mkv is no media"),
    ],
)
def test_two_reasons_are_of_one_kind(one: str, other: str) -> None:
    assert kind_of(one) == kind_of(other) != one


def test_two_reasons_that_say_other_things_are_of_two_kinds() -> None:
    assert kind_of("The disk is full.") != kind_of("The file is empty.")


def test_what_is_remembered_does_not_grow_with_the_run() -> None:
    tally = Tally()
    words = [f"{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{'x' * (n // 676)}" for n in range(2000)]
    for number, word in enumerate(words):
        tally.ended(work(number), replace(failed(f"Strange {word}."), signature=f"s:{word}"))
    assert len(tally.letters) <= KINDS + 1
    assert len(tally.signatures) <= KINDS + 1
    found = made(tally)
    assert len(found["failures"]) == 21
    assert sum(one["items"] for one in found["failures"]) == 2000


def test_the_estimate_is_held_against_the_truth() -> None:
    tally = Tally()
    for done, elapsed, left in ((0, 10.0, None), (1, 400.0, 3000.0), (30, 1600.0, 2200.0)):
        counts = {(Stage.READ, State.READY): 100 - done}
        tally.counted(Figures(counts, elapsed=elapsed, left=left, done_now=done))
    over = Figures({(Stage.READ, State.DONE): 100}, elapsed=3600.0, done_now=100)
    first, later = made(tally, over)["estimates"]
    assert (first["share_done"], first["at"], first["left"]) == (0.01, 400, 3000)
    assert first["true"] == 3200
    assert first["off"] == pytest.approx(-0.0625)
    assert (later["share_done"], later["off"]) == (0.3, pytest.approx(0.1))
    ended = replace(over, counts={(Stage.READ, State.READY): 5})
    assert {one["off"] for one in made(tally, ended)["estimates"]} == {None}


def test_a_secret_in_a_reason_is_not_in_the_report() -> None:
    tally = Tally()
    tally.ended(work(), failed("https://me:hush@host refused"))
    assert "hush" not in json.dumps(made(tally))


def test_the_words_say_all_of_it() -> None:
    tally = Tally()
    tally.ended(work(1), Ended(State.DONE, 90.0, signature="engine:whisper"))
    tally.ended(work(2), failed("It is no media.\nSee docs."))
    tally.ended(work(3), Ended(State.LATER, 1.0, error="EngineError", reason="busy"))
    tally.counted(replace(FIGURES, elapsed=60.0, left=3000.0, done_now=2))
    totals = Totals(3, 2, ("rti", "gst"), minutes=1000.0, spent_minutes=60.0, over=("fees",))
    assert in_words(report(Run(), FIGURES, tally, totals, {"log": "run.jsonl"})) == (
        """\
The run of 2026-01-02 03:04:05 UTC
1 h 00 min on desk, 2 workers (processes)
Results are in /data/out.
Its log is run.jsonl.

The whole backlog, in items
                        done       waiting        failed
  read                     9             0             1
  transcribe               9             1             0

This run
                        done        reused        failed   worker time         share       an item
  read                     1             0             1          92 s          100%          46 s
The longest: rti one read, 90 s.

Media transcribed: 10 h 00 min, 10.0 hours of it in an hour.
Sentences translated: 7,200, 2.0 a second.
Workers were busy 90% of the time; the largest took 3.0 GiB of memory.
Remote engines cost 1.50.
Worker minutes of the budget: 60 of 1,000.
Held, because their own budget is used up: fees.

Time left after 60 s, with 67% of the items done: 50 min 00 s; in truth 59 min 00 s (-15%).

Courses finished: 2 of 3: rti, gst.

Attempts that failed and were tried again: 1 (read EngineError 1).
Items that failed for good: 1. They are tried again when somebody says so.
  1 x read, MediaError: It is no media. See docs.
      such as rti one read
      karmavani backlog retry 2

How results were made
  read: engine:whisper (1)"""
    )


def test_a_run_that_was_ended_says_that_work_is_left() -> None:
    figures = Figures({(Stage.READ, State.READY): 5, (Stage.READ, State.LATER): 1}, workers=1)
    words = in_words(made(Tally(), figures))
    assert "It was ended before its work was: 6 items could go on." in words
    assert "1 worker (processes)" in words
    assert "could go on" not in in_words(made(Tally()))


def test_lines_that_the_log_lost_are_told() -> None:
    notes = {"log": "run.jsonl", "log_lost": 3, "log_problem": "No space left on device"}
    words = in_words(report(Run(), FIGURES, Tally(), None, notes))
    assert "3 lines of it are lost: No space left on device." in words


def test_a_run_that_did_nothing_says_so() -> None:
    words = in_words(made(Tally(), Figures({})))
    assert "The backlog is empty." in words
    assert "This run did nothing." in words


def test_a_report_is_written_as_data_and_in_words(tmp_path: Path) -> None:
    found = made(Tally())
    place = write(found, tmp_path)
    assert place == tmp_path / ".karmavani" / "runs" / "run-20260102T030405Z.txt"
    assert place.read_text(encoding="utf-8") == in_words(found) + "\n"
    assert json.loads(place.with_suffix(".json").read_text(encoding="utf-8")) == found
    assert len(list(place.parent.iterdir())) == 2


def test_a_report_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / ".karmavani").write_text("a file where the folder should be")
    assert write(made(Tally()), tmp_path) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "0.0 s"),
        (2.34, "2.3 s"),
        (9.96, "10 s"),
        (119.4, "119 s"),
        (200, "3 min 20 s"),
        (3599.7, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (172_799, "47 h 59 min"),
        (273_600, "3 days 4 h"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert lasting(seconds) == said


def test_a_time_to_come_names_the_day_where_it_is_another() -> None:
    now = datetime(2026, 11, 22, 23, 50)
    assert at_clock(now, 300) == "23:55"
    assert at_clock(now, 1200) == "Mon 23 Nov 00:10"
    assert at_clock(now, 60 * 86_400) == "Thu 21 Jan 2027 23:50"


def test_a_size_has_its_unit() -> None:
    assert [in_bytes(n) for n in (512, 2048, 3 << 20, 5 << 30, 2 << 40)] == [
        "512 bytes", "2 KiB", "3.0 MiB", "5.0 GiB", "2.0 TiB",
    ]  # fmt: skip


def test_figures_come_back_from_data_as_they_were() -> None:
    figures = replace(FIGURES, running=((work(3), 0.25),), left=12.5, failures={"MediaError": 2})
    data = json.loads(json.dumps(figures_data(figures, {3: "2"})))
    assert figures_from(data) == figures
    assert data["running"][0]["worker"] == "2"
    assert data["counts"]["read"] == {"done": 9, "failed": 1}
    assert figures_from({}) == Figures({})
    assert figures_from({**data, "new": 1}) == figures


def test_a_watcher_that_fails_is_named_once_and_the_others_hear_all() -> None:
    class Broken(Tally):
        def say(self, message: str) -> None:
            heard.append(message)

        def ended(self, work: Work, ended: Ended) -> None:
            raise RuntimeError("no terminal")

    heard: list[str] = []
    tally = Tally()
    watchers = Watchers([Broken(), tally])
    for number in range(3):
        watchers.ended(work(number), Ended(State.DONE))
    watchers.close()
    assert tally.ended_as[Stage.READ, State.DONE] == 3
    assert heard == [
        "Broken failed and may miss something; the run goes on. RuntimeError: no terminal"
    ]
