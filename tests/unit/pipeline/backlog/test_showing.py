"""What a run shows: a table on a terminal, a line now and then elsewhere, nothing when quiet."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pipeline.backlog.nouns import Ended, Figures, Lane, Stage, State, Work
from pipeline.backlog.showing import LineWatcher, TableWatcher, ToldReporter, make_display
from pipeline.backlog.watching import SilentWatcher
from pipeline.progress import Row

WORK = Work(7, "rti-basics", "fees", Stage.TRANSLATE, "hi", Lane.URGENT, 1, 1, 1)
FIGURES = Figures(
    counts={(Stage.READ, State.DONE): 1200, (Stage.TRANSLATE, State.READY): 34},
    running=((WORK, 0.45),),
    workers=4,
    elapsed=7200.0,
    left=600.0,
    audio_now=36_000_000,
    sentences_now=14_400,
    busy=0.93,
    cost=2.5,
    failures={"MediaError": 12},
)
FAILED = Ended(State.FAILED, error="MediaError", reason="It is\nno [media].")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def table(clock: Clock, width: int = 100, height: int = 30) -> tuple[TableWatcher, io.StringIO]:
    said = io.StringIO()
    console = Console(file=said, width=width, height=height, force_terminal=True, color_system=None)
    return TableWatcher(console, clock), said


def drawn(watcher: TableWatcher, figures: Figures, width: int = 100, height: int = 30) -> str:
    console = Console(width=width, height=height, color_system=None, file=io.StringIO())
    with console.capture() as taken:
        console.print(watcher.picture(figures))
    return taken.get()


def test_lines_come_every_thirty_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    watcher = LineWatcher(clock)
    for _ in range(31):
        watcher.counted(FIGURES)
        clock.now += 2
    out, said = capsys.readouterr()
    assert out == ""
    assert len(said.splitlines()) == 3
    assert "done 1,200 of 1,234  running 1 on 4  5.0 h of media an hour" in said
    assert "2.0 sentences a second  busy 93%  cost 2.50  for 2 h 00 min  left 10 min 00 s" in said


def test_a_failure_is_told_at_once_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    LineWatcher().ended(WORK, FAILED)
    said = capsys.readouterr().err
    assert said == "FAILED  rti-basics fees hi translate: It is no [media].\n"


def test_what_is_tried_again_and_what_is_done_is_not_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watcher = LineWatcher()
    for state in (State.LATER, State.DONE, State.READY):
        watcher.ended(WORK, Ended(state, error="EngineError"))
    watcher.close()
    assert capsys.readouterr().err == ""


def test_of_many_failures_the_first_are_told_and_the_rest_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watcher = LineWatcher()
    for _ in range(50):
        watcher.ended(WORK, FAILED)
    watcher.close()
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 11
    assert said[-1] == "FAILED  40 more: MediaError 40"


def test_the_table_shows_stages_speed_the_end_and_what_is_under_way() -> None:
    clock = Clock()
    watcher, _ = table(clock)
    watcher.started(WORK, "3")
    clock.now += 80
    shown = drawn(watcher, FIGURES)
    watcher.close()
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "stage done running ready failed" in lines
    assert "read 1,200 - - -" in lines
    assert "translate - - 34 -" in lines
    assert "failed: MediaError 12" in lines
    assert "rti-basics fees Hindi translate 45% 80 s 3" in lines


def test_the_table_fits_a_narrow_and_low_terminal() -> None:
    clock = Clock()
    watcher, _ = table(clock, 80, 24)
    many = tuple(
        (Work(n, "rti-basics", f"l{n}", Stage.TRANSLATE, "hi", Lane.BULK, 1, 1, 1), 0.5)
        for n in range(100)
    )
    shown = drawn(watcher, Figures(FIGURES.counts, many, workers=100), 80, 24)
    watcher.close()
    assert max(map(len, shown.splitlines())) <= 80
    assert len(shown.splitlines()) <= 24
    assert "and 92 more" in shown


def test_messages_and_failures_stand_above_the_table_as_they_are() -> None:
    watcher, said = table(Clock())
    watcher.say("The database [main] is away; waiting.")
    watcher.ended(WORK, FAILED)
    watcher.close()
    assert "The database [main] is away; waiting." in said.getvalue()
    assert "FAILED  rti-basics fees hi translate: It is no [media]." in said.getvalue()


def test_the_terminal_is_as_it_was_where_nothing_was_drawn_and_when_all_is_over() -> None:
    watcher, said = table(Clock())
    watcher.close()
    assert said.getvalue() == ""
    watcher, said = table(Clock())
    watcher.counted(FIGURES)
    watcher.counted(FIGURES)
    watcher.close()
    assert said.getvalue().count("\x1b[?25l") == said.getvalue().count("\x1b[?25h") == 1


def test_no_secret_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    LineWatcher().ended(WORK, Ended(State.FAILED, reason="https://u:hush@host refused"))
    assert "hush" not in capsys.readouterr().err


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    watcher = make_display(quiet=True)
    watcher.counted(FIGURES)
    watcher.ended(WORK, FAILED)
    watcher.say("something")
    watcher.close()
    assert capsys.readouterr() == ("", "")
    assert type(watcher) is SilentWatcher


def test_what_is_no_terminal_gets_lines() -> None:
    assert isinstance(make_display(False, io.StringIO()), LineWatcher)


def test_what_is_prepared_is_told_above_the_table_and_not_drawn_over_it() -> None:
    watcher, said = table(Clock())
    reporter = ToldReporter(watcher)
    reporter.finish(Row("whisper-base", "fetch"), "140 MB")
    reporter.fail(Row("whisper-small", "fetch"), "no network")
    reporter.close()
    watcher.close()
    assert "done    whisper-base  fetch: 140 MB" in said.getvalue()
    assert "FAILED  whisper-small  fetch: no network" in said.getvalue()
