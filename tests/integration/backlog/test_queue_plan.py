"""How the database finds what is next: by the index that holds only what is ready."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
COURSES, LESSONS = 20, 50


@pytest.fixture
def long_queue(db: object) -> None:
    """Put 3,000 items into the backlog, 1,000 of them ready."""
    from django.db import connection

    from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item
    from pipeline.backlog.nouns import Stage, State

    for number in range(COURSES):
        course = BacklogCourse.objects.create(slug=f"c{number}", title="x", learners=number)
        lessons = BacklogLesson.objects.bulk_create(
            BacklogLesson(course=course, slug=f"l{n}", title="x", language="en", media="x")
            for n in range(LESSONS)
        )
        Item.objects.bulk_create(
            Item(
                course=course,
                lesson=lesson,
                stage=stage,
                learners=number,
                state=State.READY if stage is Stage.READ else State.WAITING,
            )
            for lesson in lessons
            for stage in (Stage.READ, Stage.TRANSCRIBE, Stage.TRANSLATE)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan(query: str, values: list[int]) -> str:
    from django.db import connection

    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {query}", values)
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())


def test_the_next_item_is_the_first_of_an_index(long_queue: None) -> None:
    from pipeline.backlog import queue

    found = plan(queue._NEXT, [1])
    assert "backlog_next" in found
    assert "sort" not in found.lower()
    assert "b-tree" not in found.lower()  # what SQLite calls a sort


def test_the_next_item_of_a_stage_comes_from_an_index_too(long_queue: None) -> None:
    from pipeline.backlog import queue

    found = plan(queue._NEXT_OF_STAGE, [0, 1])
    assert "backlog_next" in found  # in a table this small, PostgreSQL takes either
    assert "sort" not in found.lower()
    assert "b-tree" not in found.lower()


def test_what_is_left_running_and_what_is_due_is_found_by_an_index(long_queue: None) -> None:
    running = "SELECT id FROM backlog_item WHERE state = 'running' ORDER BY id"
    assert "backlog_running" in plan(running, [])
    due = "SELECT due FROM backlog_item WHERE state = 'later' ORDER BY due LIMIT 1"
    assert "backlog_due" in plan(due, [])
