"""A run says that it lives while its driver waits, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from pipeline.backlog import beating
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.courses_of import make_course

pytestmark = pytest.mark.django_db(transaction=True)

AGO = timedelta(hours=1)


@pytest.fixture
def row() -> Any:
    from pipeline.backlog.models import Run

    return Run.objects.create(
        host="here", pid=1, executor="here", out="", beat=timezone.now() - AGO
    )


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def was_heard(row: Any) -> bool:
    row.refresh_from_db()
    return bool(timezone.now() - row.beat < AGO / 2)


def beats() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "beat"]


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    assert beats() == []


def test_it_is_heard_of_while_its_driver_does_nothing_and_not_afterwards(row: Any) -> None:
    with beating.beating(row.pk, every=0.01):
        wait_until(lambda: was_heard(row))
    assert beats() == []


def test_a_run_that_has_ended_does_not_come_to_life_again(row: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(ended=timezone.now())
    with beating.beating(row.pk, every=0.01):
        time.sleep(0.1)
        assert not was_heard(row)


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), InterfaceError("connection is closed")]
)
def test_a_database_that_is_busy_or_away_costs_a_beat_and_no_more(
    row: Any, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.backlog.models import Run

    tries: list[str] = []
    really = Run.objects.filter

    def filtered(*args: Any, **said: Any) -> Any:
        if threading.current_thread().name == "beat":
            tries.append("one")
            if len(tries) < 4:
                raise error
        return really(*args, **said)

    monkeypatch.setattr(Run.objects, "filter", filtered)
    with beating.beating(row.pk, every=0.01):
        wait_until(lambda: was_heard(row))
    assert len(tries) >= 4


def test_a_connection_that_the_server_ended_is_opened_anew(row: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    with beating.beating(row.pk, every=0.01):
        wait_until(lambda: was_heard(row))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        type(row).objects.filter(pk=row.pk).update(beat=timezone.now() - AGO)
        wait_until(lambda: was_heard(row))


def test_a_driver_that_waits_is_heard_of(bench: Bench) -> None:
    from pipeline.backlog import session
    from pipeline.backlog.models import Run

    often = beating.beating
    bench.patch.setattr(session, "beating", lambda run: often(run, every=0.01))
    bench.add(make_course(bench.folder, lessons=1))
    heard = []

    def waits(*_: object) -> list[Any]:
        Run.objects.update(beat=timezone.now() - AGO)
        wait_until(lambda: was_heard(Run.objects.get()))
        heard.append(True)
        raise KeyboardInterrupt

    bench.patch.setattr("pipeline.executors.HereExecutor.collect", waits)
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    assert heard == [True]
    assert Run.objects.get().ended is not None
