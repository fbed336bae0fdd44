"""Figures are right, are of what a person may see, and no cell of a CSV file is a formula."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.review.models import (
    Course,
    Effort,
    Lesson,
    LineFinding,
    SecondLook,
    Track,
    User,
)
from pipeline.review.store import coverage, deciding, editing, figures
from pipeline.review.store.editing import Edit

from .conftest import World

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGES = ("matrix", "dashboards", "findings", "effort", "agreement")


@pytest.fixture
def more(world: World) -> Course:
    """Return another course, of a ministry and a partner, with four lessons in three languages."""
    course = Course.objects.create(
        slug="gst", title='=HYPERLINK("x")', ministry="Finance", partner="+Partner <i>"
    )
    for number in range(4):
        lesson = Lesson.objects.create(
            course=course, slug=f"l{number}", title="L", position=number, language="en",
            duration=600_000, transcript="approved",
        )  # fmt: skip
        for code, state in (("hi", "published"), ("ta", "in-review"), ("ur", "drafting")):
            late = number == 3 and code == "hi"
            Track.objects.create(
                lesson=lesson, language=code, state="reviewed" if late else state,
                total=100, approved=100 if code == "hi" else 40, minor=10, major=5, errors=1,
                honoured=9, violated=1, expected=10,
            )  # fmt: skip
    return course


def ask(user: User, name: str, **asked: str) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer = client.get(reverse(f"review:{name}"), asked)
    assert answer.status_code == 200, (name, answer.status_code)
    got = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return got.decode("utf-8-sig")


def sheet(user: User, name: str, **asked: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ask(user, name, **asked, **{"as": "csv"}))))


def test_a_cell_tells_the_state_that_is_least_far(world: World, more: Course) -> None:
    found = coverage.cells([more], Track.objects.all(), "")[more.pk]
    hindi = found["hi"]
    assert (hindi.state, hindi.published, hindi.lessons, hindi.percent) == ("reviewed", 3, 4, 100)
    assert (found["ta"].state, found["ta"].percent, found["ta"].errors) == ("in-review", 40, 4)
    assert found["ur"].state == "drafting"


def test_the_matrix_says_states_in_words(world: World, more: Course) -> None:
    page = ask(world.people["publisher"], "matrix")
    assert "<b>reviewed</b> <span>3/4 · 100 %</span>" in page
    assert "<b>drafting</b>" in page
    assert "=HYPERLINK" in page
    assert "+Partner &lt;i&gt;" in page


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"ministry": "Finance"}, {'=HYPERLINK("x")'}),
        ({"partner": "+Partner <i>"}, {'=HYPERLINK("x")'}),
        ({"title": "right"}, {"Right to Information"}),
        ({"language": "ta"}, {'=HYPERLINK("x")'}),
        ({"state": "published"}, {'=HYPERLINK("x")'}),
        ({"language": "ta", "state": "published"}, set()),
        ({"page": "99", "ministry": "Finance"}, {'=HYPERLINK("x")'}),
        ({"state": "' OR 1=1"}, set()),
    ],
)
def test_the_matrix_is_filtered(
    asked: dict[str, str], titles: set[str], world: World, more: Course
) -> None:
    client = Client()
    client.force_login(world.people["publisher"], backend=BACKEND)
    answer = client.get(reverse("review:matrix"), asked)
    assert {row.course.title for row in answer.context["rows"]} == titles


def test_the_matrix_goes_out_as_csv_with_one_row_a_state(world: World, more: Course) -> None:
    rows = sheet(world.people["publisher"], "matrix", ministry="Finance", language="hi")
    assert [(row["state"], row["lessons"], row["approved"]) for row in rows] == [
        ("published", "3", "300"),
        ("reviewed", "1", "100"),
    ]
    assert {row["title"] for row in rows} == {'\'=HYPERLINK("x")'}
    assert {row["partner"] for row in rows} == {"'+Partner <i>"}


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_of_what_a_person_may_see(name: str, world: World, more: Course) -> None:
    other = User.objects.create_user("other@example.org", "Other")
    other.grants.create(role="contributor")
    line = world.track.lines.first()
    Effort.objects.create(
        track=world.track, user=world.people["asha"], day=timezone.localdate(), seconds=60
    )
    LineFinding.objects.create(
        track=world.track, line=line, check_id="spaces-odd", severity="info", message="x"
    )
    SecondLook.objects.create(
        line=line, version=1, first=world.people["asha"], second=world.people["bharat"],
        agreed=True, decided=timezone.now(),
    )  # fmt: skip
    assert sheet(other, name) == []
    languages = {
        row.get("language") or row["Language"] for row in sheet(world.people["asha"], name)
    }
    assert languages in ({"hi"}, {"Hindi"})
    assert "Hindi" not in ask(world.people["tamil"], name)


def test_rollups_add_up(world: World, more: Course) -> None:
    found = {one.name: one for one in figures.rollups(Track.objects.all(), "ministry")}
    finance = found["Finance"]
    assert (finance.lessons, finance.published, finance.total, finance.approved) == (
        12,
        3,
        1200,
        720,
    )
    assert (finance.accepted, finance.adherence, finance.errors) == (540, 0.9, 12)
    assert finance.share(finance.minor) == pytest.approx(1 / 6)
    assert found[""].adherence is None
    page = ask(world.people["publisher"], "dashboards", by="partner")
    assert "90.0 %" in page
    assert "75.0 %" in page
    usual = sheet(world.people["publisher"], "dashboards")
    assert sheet(world.people["publisher"], "dashboards", by="'; DROP") == usual
    assert {row["Language"] for row in usual} >= {"Hindi", "Tamil", "Urdu"}


def test_verdicts_are_counted_with_every_approval(world: World) -> None:
    lines = list(world.track.lines.order_by("sentence__position"))
    editing.save_text(world.people["bharat"], lines[0].pk, Edit("कुछ और ही।", lines[0].version))
    for line in world.track.lines.all():
        deciding.approve(world.people["asha"], line.pk, line.version)
    (hindi,) = figures.rollups(Track.objects.filter(language="hi"), "language")
    assert (hindi.approved, hindi.accepted, hindi.minor, hindi.major) == (4, 3, 0, 1)


def test_findings_are_counted_open_and_waived(world: World) -> None:
    line = world.track.lines.first()
    for waiver in (None, world.people["asha"], None):
        LineFinding.objects.create(
            track=world.track, line=line, check_id="length-ratio", severity="warning", message="x",
            waived_by=waiver,
        )  # fmt: skip
    (row,) = sheet(world.people["asha"], "findings")
    assert (row["Finding"], row["Severity"], row["Open"], row["Waived"]) == (
        "length-ratio", "warning", "2", "1",
    )  # fmt: skip


def test_effort_is_minutes_of_review_for_a_minute_of_video(world: World) -> None:
    today = timezone.localdate()
    for who, day, seconds in (
        ("asha", 0, 60),
        ("asha", 1, 20),
        ("bharat", 0, 40),
        ("asha", 99, 999),
    ):
        Effort.objects.create(
            track=world.track, user=world.people[who], day=today - timedelta(days=day),
            seconds=seconds,
        )  # fmt: skip
    assert world.lesson.duration == 20_000
    rows = figures.work(Track.objects.all(), today - figures_back())
    assert [(one.name, one.seconds, one.lessons, one.ratio) for one in rows] == [
        ("", 120, 1, 6.0),
        ("Asha", 80, 1, 4.0),
        ("Bharat", 40, 1, 2.0),
    ]


def figures_back() -> timedelta:
    from pipeline.review.views.dashboards import SINCE

    return SINCE


def test_a_reviewer_sees_their_own_name_beside_figures_and_no_other(world: World) -> None:
    for who in ("asha", "bharat"):
        Effort.objects.create(
            track=world.track, user=world.people[who], day=timezone.localdate(), seconds=60
        )
    people = {row["Person"] for row in sheet(world.people["asha"], "effort")}
    assert people == {"everybody", "Asha"}
    people = {row["Person"] for row in sheet(world.people["publisher"], "effort")}
    assert people == {"everybody", "Asha", "Bharat"}


def test_a_day_that_is_none_is_the_usual_one(world: World) -> None:
    assert "everybody" not in ask(world.people["asha"], "effort", since="2026-02-31")


def test_agreement_is_shown_with_its_interval(world: World) -> None:
    line = world.track.lines.first()
    for number in range(20):
        SecondLook.objects.create(
            line=line, version=1, first=world.people["asha"], second=world.people["bharat"],
            agreed=number > 0, decided=timezone.now(),
        )  # fmt: skip
    whole, pair = sheet(world.people["administrator"], "agreement")
    assert (whole["Approved by"], pair["Approved by"]) == ("everybody", "Asha")
    assert (whole["Share"], whole["At least"], whole["AC1"]) == ("0.95", "0.7639", "0.9474")
    assert len(sheet(world.people["asha"], "agreement")) == 1


def test_the_lesson_page_leads_to_what_a_person_may_do(world: World) -> None:
    address = reverse("review:lesson", args=["rti", "one"])
    pages = {}
    for who in ("asha", "publisher", "tamil"):
        client = Client()
        client.force_login(world.people[who], backend=BACKEND)
        pages[who] = client.get(address).content.decode()
    assert "/c/rti/one/hi/rest/" in pages["asha"]
    assert "/c/rti/one/hi/import/" in pages["asha"]
    assert "/c/rti/one/hi/rest/" not in pages["publisher"]
    assert "/c/rti/one/hi/" not in pages["tamil"]
