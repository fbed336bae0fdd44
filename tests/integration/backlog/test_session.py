"""What a run holds: workers, budgets and calls of a minute, from its first moment to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from pipeline.backlog.nouns import Ended, State
from pipeline.executors import HereExecutor, Outcome
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.courses_of import make_course

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Cluster(HereExecutor):
    """Says that it has many workers, and whether it was closed."""

    shared: Any = None
    workers: int = 4
    closed: bool = False

    def __post_init__(self) -> None:
        super().__init__(self.shared)

    @property
    def size(self) -> int:
        return self.workers

    def close(self, at_once: bool = False) -> None:
        super().close(at_once)
        self.closed = True


def opened(bench: Bench, cluster: Cluster) -> Any:
    from pipeline.backlog import session
    from pipeline.progress import QuietReporter

    bench.patch.setattr(session, "executor_of", lambda *_: cluster)
    return session.driver_of(bench.config, session.Options("ray"), [], QuietReporter())


@pytest.mark.parametrize("what", ["sweep", "_begin", "RunLog", "Driver"])
def test_workers_are_ended_whatever_fails_when_a_run_begins(bench: Bench, what: str) -> None:
    from pipeline.backlog import session

    def fails(*_: Any, **__: Any) -> None:
        raise OperationalError("the database is gone")

    (bench.folder / "out" / "rti").mkdir(parents=True)
    bench.patch.setattr(session, what, fails)
    cluster = Cluster()
    with pytest.raises(OperationalError), opened(bench, cluster):
        pass
    assert cluster.closed


def test_the_calls_of_a_minute_are_shared_among_the_workers_that_there_are_now(
    bench: Bench,
) -> None:
    engine = replace(bench.config.translator, engine="bhashini", calls_per_minute=60)
    bench.config = replace(bench.config, translator=engine, jobs=2)
    cluster = Cluster(workers=4)
    with opened(bench, cluster) as (driver, _):
        asking = driver.steps.asking
        assert asking.text().options.remote.interval == 4.0
        cluster.workers = 30
        assert asking.text().options.remote.interval == 30.0


# --- budgets and pauses in mid-run --------------------------------------------------------------


class Counted(HereExecutor):
    """Does something after its n-th call, and gives up after very many looks."""

    after: Callable[[], object] = staticmethod(lambda: None)
    calls, looks = 0, 0

    def collect(self, timeout: float, report: Any) -> list[Outcome]:
        Counted.looks += 1
        assert Counted.looks < 2000, "the driver spins"
        found = super().collect(timeout, report)
        Counted.calls += len(found)
        if found and Counted.calls == 4:
            Counted.after()
        return found


@pytest.fixture(autouse=True)
def nothing_was_called() -> None:
    Counted.calls = Counted.looks = 0


def test_a_pause_in_mid_run_is_kept_with_calls_put_together_and_the_run_ends_well(
    bench: Bench,
) -> None:
    from pipeline.backlog import control

    bench.add(make_course(bench.folder, lessons=3))
    bench.patch.setattr("pipeline.backlog.running.LOOK", 0.0)
    Counted.after = staticmethod(control.pause)
    really, looks = control.is_paused, []

    def looked() -> bool:
        looks.append(sum(n for state, n in bench.states().items() if state.endswith("running")))
        if len(looks) == 3:
            control.resume()
        return really()

    bench.patch.setattr(control, "is_paused", looked)
    bench.run(Counted)
    assert looks == [0, 0, 0]
    assert len(bench.packages()) == 6


def test_a_budget_that_is_used_up_in_mid_run_ends_it(bench: Bench) -> None:
    from pipeline.backlog import control

    bench.add(make_course(bench.folder, lessons=3))
    bench.patch.setattr("pipeline.backlog.running.LOOK", 0.0)
    Counted.after = staticmethod(lambda: control.set_budget(minutes=1e-9, cost=None))
    bench.run(Counted)
    assert Counted.calls < 10
    assert not [state for state in bench.states() if state.endswith("running")]


@pytest.mark.parametrize("ended", [Ended(State.READY, seconds=61.0), Ended(State.READY, cost=2.5)])
def test_what_gives_way_is_paid_for_by_its_course_and_by_the_whole(
    bench: Bench, ended: Ended
) -> None:
    from pipeline.backlog import control, queue
    from pipeline.backlog.models import BacklogCourse

    bench.add(make_course(bench.folder, lessons=1), minutes=1.0, cost=2.0)
    control.set_budget(minutes=1.0, cost=2.0)
    (work,) = queue.take(1)
    assert control.why_stopped() == ""
    queue.give_back([work], ended)
    row = BacklogCourse.objects.get()
    assert (row.spent_seconds, row.spent_cost) == (ended.seconds, ended.cost)
    assert "is used up" in control.why_stopped()
    assert (row.stopped, queue.take(1)) == (True, [])


def test_a_long_lesson_that_gives_way_again_and_again_ends_with_its_budget(bench: Bench) -> None:
    from pipeline.backlog import calls
    from pipeline.backlog.models import BacklogCourse, Item

    bench.patch.setattr(calls, "SLICE", -1.0)
    bench.patch.setattr("pipeline.lines.CHUNK", 1)
    bench.patch.setattr(calls, "take_usage", lambda _: SimpleNamespace(cost=1.0))
    bench.add(make_course(bench.folder, lessons=1), cost=2.0)
    bench.run(Counted)
    # Of six calls; one more may be on its way already.
    assert 2.0 <= BacklogCourse.objects.get().spent_cost <= 3.0
    assert not Item.objects.filter(stage=2, state="done").exists()
