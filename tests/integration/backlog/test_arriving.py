"""What the tables cannot hold is a problem of its course, and ends no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.backlog.bench import Bench
from tests.integration.backlog.courses_of import make_course

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def courses(bench: Bench) -> Path:
    """Return a folder with two courses, `bad` and `good`."""
    for name in ("bad", "good"):
        make_course(bench.folder / "all", name, 1)
    return bench.folder / "all"


def edit(courses: Path, before: str, after: str) -> None:
    toml = courses / "bad" / "course.toml"
    toml.write_text(toml.read_text().replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Course bad", "T" * 400, "title of the course has 400 characters; 300 are possible"),
        ("Lesson 1", "T" * 301, "title of the lesson l1 has 301 characters; 300 are possible"),
        ("Lesson 1", r"a\u0000b", r"title of the lesson l1 cannot be kept as text: 'a\x00b'"),
        ('id = "bad"', 'id = "bad"\ndescription = "\\u0000"', "description or competency"),
    ],
)
def test_what_is_too_long_or_no_text_is_one_problem(
    bench: Bench, courses: Path, before: str, after: str, said: str
) -> None:
    edit(courses, before, after)
    arrived = bench.add(courses)
    assert arrived.read == 1
    (problem,) = arrived.problems
    assert said in problem
    assert "\0" not in problem
    assert bench.states()["read ready"] == 1


@pytest.mark.parametrize("name", ["learners", "minutes", "cost"])
@pytest.mark.parametrize("number", [2**31, -1, float("nan"), float("inf")])
def test_a_number_that_no_table_holds_is_a_problem(
    bench: Bench, courses: Path, name: str, number: float
) -> None:
    arrived = bench.add(courses, **{name: number})
    assert len(arrived.problems) == 2
    assert f"{name} is {number}; it must be from 0 to 2147483647" in arrived.problems[0]
    assert bench.states() == {}


def test_texts_as_long_as_may_be_are_taken(bench: Bench, courses: Path) -> None:
    edit(courses, "Course bad", "त" * 300)
    assert bench.add(courses, learners=2**31 - 1, minutes=2.0**31 - 1).problems == []
