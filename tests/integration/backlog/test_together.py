"""People and the driver at the same moment: nothing is forgotten, nothing is overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.backlog.nouns import Ended, Stage, State
from tests.integration.backlog.test_queue import course, done, take_one  # noqa: F401 # fixture

pytestmark = pytest.mark.django_db(transaction=True)


def together(first: Callable[[], Any], second: Callable[[], Any], begun: threading.Event) -> None:
    """Run both in threads, the second from the moment at which the first has `begun`."""
    from django.db import connection

    problems: list[BaseException] = []

    def guarded(function: Callable[[], Any]) -> None:
        try:
            function()
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    def later() -> None:
        assert begun.wait(10)
        second()

    threads = [threading.Thread(target=guarded, args=(one,)) for one in (first, later)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert problems == []


def slow(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> threading.Event:
    """Let a function say that it has begun, and take half a second more."""
    begun, really = threading.Event(), getattr(module, name)

    def slowed(*given: Any, **named: Any) -> Any:
        made = really(*given, **named)
        begun.set()
        threading.Event().wait(0.5)
        return made

    monkeypatch.setattr(module, name, slowed)
    return begun


def test_a_language_that_is_added_while_its_lesson_is_transcribed_is_done(
    course: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipeline.backlog import adding, queue
    from tests.integration.backlog import test_queue

    course("rti")
    queue.finish(take_one(), done())
    work = take_one()
    assert work.stage is Stage.TRANSCRIBE
    monkeypatch.setattr(test_queue, "LANGUAGES", ("hi", "ta", "bn"))
    begun = slow(monkeypatch, adding, "_items")
    together(lambda: course("rti"), lambda: queue.finish(work, done()), begun)
    ready = {one.language for one in queue.take(9)}
    assert ready == {"hi", "ta", "bn"}


def test_what_is_spent_while_a_course_is_added_again_stays_spent(
    course: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipeline.backlog import adding, control, queue
    from pipeline.backlog.models import BacklogCourse

    course("rti")
    work = take_one()
    begun = slow(monkeypatch, adding, "_course")

    def others() -> None:
        queue.finish(work, Ended(State.DONE, seconds=1000.0, made="m"))
        control.pause("rti")

    together(lambda: course("rti"), others, begun)
    row = BacklogCourse.objects.get()
    assert (row.spent_seconds, row.paused) == (1000.0, True)
    assert queue.take(9) == []


def test_pausing_and_finishing_at_once_never_wait_for_each_other(course: Any) -> None:  # noqa: F811
    from pipeline.backlog import control, queue

    for number in range(12):
        course(f"c{number}")
    works = queue.take(12)
    begun = threading.Event()

    def people() -> None:
        begun.set()
        for work in works:
            control.pause(work.course)
            control.resume(work.course)

    def driver() -> None:
        for work in works:
            queue.finish(work, done())

    together(people, driver, begun)
    assert {one.stage for one in queue.take(50)} == {Stage.TRANSCRIBE}
