"""The operators' page of the backlog: what it shows, lets one do, and how little it asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from courses.errors import ForbiddenError
from pipeline.backlog.models import BacklogCourse, BacklogLesson, Control, Item, Run
from pipeline.backlog.nouns import Figures, Lane, Stage, State, Work
from pipeline.backlog.reporting import Tally, report
from pipeline.backlog.watching import figures_data
from pipeline.review.models import AuditEntry
from pipeline.review.store import backlog, backlog_failures, backlog_figures
from pipeline.review.templatetags.backlog import lasting, share

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/operations/backlog/"


def make_course(slug: str, lessons: int = 2, **more: Any) -> BacklogCourse:
    """Add a course to the backlog: read, transcribed, not translated yet."""
    said = {"title": f"Course {slug}", "source": f"/data/{slug}", "languages": ["hi", "ta"]}
    course = BacklogCourse.objects.create(slug=slug, **said | more)
    for number in range(lessons):
        lesson = BacklogLesson.objects.create(
            course=course, slug=f"l{number}", title=f"Lesson {number}", language="en", media="x"
        )
        for stage in (Stage.READ, Stage.TRANSCRIBE, Stage.TRANSLATE, Stage.PACKAGE):
            for code in course.languages if stage.is_by_language else [""]:
                state = State.DONE if stage < Stage.TRANSLATE else State.WAITING
                state = State.READY if stage is Stage.TRANSLATE else state
                place = {"lane": course.lane, "learners": course.learners}
                Item.objects.create(
                    course=course, lesson=lesson, stage=stage, language=code, state=state, **place
                )
    return course


def fail(course: BacklogCourse, reason: str, error: str = "MediaError") -> Item:
    """Make one more item of a course a dead letter."""
    item = course.items.filter(state=State.READY).order_by("pk").first()
    assert item
    Item.objects.filter(pk=item.pk).update(
        state=State.FAILED, error=error, reason=reason, finished=timezone.now()
    )
    return item


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


@pytest.fixture
def operator(people: dict[str, Any]) -> Any:
    return people["administrator"]


@pytest.fixture
def client(operator: Any) -> Client:
    client = Client()
    client.force_login(operator, backend=BACKEND)
    return client


@pytest.fixture
def rti(people: dict[str, Any]) -> BacklogCourse:
    return make_course("rti", learners=500)


def make_run(course: BacklogCourse, **more: Any) -> Run:
    work = Work(1, course.slug, "l0", Stage.TRANSLATE, "hi", Lane.NORMAL, 1, 1, 1)
    figures = Figures(
        counts={(Stage.READ, State.DONE): 1234, (Stage.TRANSLATE, State.FAILED): 7},
        running=((work, 0.25),),
        workers=3,
        elapsed=3600.0,
        left=7500.0,
        done_now=42,
        audio_now=36_000_000,
        sentences_now=7200,
        busy=0.876,
        cost=2.5,
        peak=3 << 30,
    )
    said = {"host": "desk", "pid": 1, "executor": "processes", "workers": 3, "out": "/out"}
    return Run.objects.create(**said | {"figures": figures_data(figures, {1: "w-2"})} | more)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# --- what it shows --------------------------------------------------------------------------------


def test_while_a_run_is_alive_its_own_figures_are_shown(client: Client, rti: BacklogCourse) -> None:
    make_run(rti)
    page = text_of(client.get(PAGE))
    assert "desk, 3 workers (processes)" in page
    assert "<b>1,234</b> of 1,241 items done" in page
    assert "<b>2 h 05 min</b> left, until" in page
    assert "<b>10.0</b> hours of media an hour" in page
    assert "<b>2.0</b> sentences a second" in page
    assert (
        "<b>87 %</b> of the workers&#x27; time" in page
        or "<b>87 %</b> of the workers' time" in page
    )
    assert "<b>3.0 GiB</b> of memory" in page
    assert "<td>Hindi</td><td>translating</td><td>w-2</td>" in page
    assert '<td class="number error">7</td>' in page


def test_without_a_run_the_queue_is_counted_and_the_page_says_how_to_start(
    client: Client, rti: BacklogCourse
) -> None:
    page = text_of(client.get(PAGE))
    assert "Nobody is working on it" in page
    assert "karmavani backlog run" in page
    assert "<b>4</b> of 12 items done" in page
    assert "Nothing is under way." in page


def test_a_run_that_fell_silent_is_not_taken_for_one_that_works(
    client: Client, rti: BacklogCourse
) -> None:
    make_run(rti, beat=timezone.now() - timedelta(minutes=5))
    page = text_of(client.get(PAGE))
    assert "The run on desk has said nothing since" in page
    assert "<b>4</b> of 12 items done" in page


def test_a_run_that_has_said_nothing_yet_is_shown(client: Client, rti: BacklogCourse) -> None:
    make_run(rti, figures={})
    assert "left: not known yet" in text_of(client.get(PAGE))


def test_the_part_that_changes_comes_by_itself(client: Client, rti: BacklogCourse) -> None:
    make_run(rti, figures={**make_run(rti).figures, "resting": ["translate"]})
    part = text_of(client.get(f"{PAGE}live/", headers={"HX-Request": "true"}))
    for name in ("head", "stages", "running"):
        assert f'hx-swap-oob="innerHTML:#backlog-{name}"' in part
    assert "so it rests for a while: translating" in part
    assert "<html" not in part


def test_the_moment_of_the_figures_is_on_the_page(client: Client, rti: BacklogCourse) -> None:
    run = make_run(rti)
    at = timezone.localtime(run.beat)
    assert f"Figures of {at:%H:%M:%S}" in text_of(client.get(PAGE))


def test_courses_stand_in_the_order_of_work_with_their_progress(
    client: Client, rti: BacklogCourse
) -> None:
    make_course("bulk", lane=Lane.BULK, learners=9000)
    make_course("urgent", lane=Lane.URGENT)
    make_course("large", learners=800)
    answer = client.get(PAGE)
    assert [one.course.slug for one in answer.context["courses"]] == [
        "urgent", "large", "rti", "bulk"
    ]  # fmt: skip
    first = answer.context["courses"][0]
    assert (first.states, first.all) == ({"done": 4, "ready": 4, "waiting": 4}, 12)
    assert "4/12" in text_of(answer)
    assert [(lane.label, all_) for lane, all_, _ in answer.context["lanes"]] == [
        ("urgent", 1), ("campaign", 0), ("normal", 2), ("bulk", 1)
    ]  # fmt: skip
    assert [item.course.slug for item in answer.context["next"][:4]] == ["urgent"] * 4


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "COURSE rt"}, {"rti"}),
        ({"q": "gst"}, {"gst"}),
        ({"lane": "0"}, {"gst"}),
        ({"state": "failed"}, {"rti"}),
        ({"state": "paused"}, {"gst"}),
        ({"state": "open"}, {"rti", "gst"}),
        ({"lane": "9; DROP", "state": "x", "page": "x"}, {"rti", "gst", "over"}),
        ({"q": "nothing"}, set()),
    ],
)
def test_courses_are_found(
    asked: dict[str, str], found: set[str], client: Client, rti: BacklogCourse
) -> None:
    make_course("gst", lane=Lane.URGENT, paused=True)
    make_course("over").items.update(state=State.DONE)
    fail(rti, "no media")
    answer = client.get(PAGE, asked)
    assert {one.course.slug for one in answer.context["courses"]} == found


def test_failures_stand_together_by_their_kind_of_reason(
    client: Client, rti: BacklogCourse
) -> None:
    for number in range(3):
        fail(rti, f"/data/l{number}.mp4 is no media. token=hush{number}")
    fail(make_course("gst"), "The server said 503.", "EngineError")
    page = client.get(PAGE)
    groups = page.context["failures"].groups
    assert [(error, len(kinds[0].items)) for error, kinds in groups.items()] == [
        ("MediaError", 3), ("EngineError", 1)
    ]  # fmt: skip
    words = text_of(page)
    assert "<b>3 ×</b> <bdi>/data/l2.mp4 is no media. token=…</bdi>" in words
    assert "hush" not in words
    assert "Try these 3 again" in words


def test_a_run_has_a_page_with_its_report(client: Client, rti: BacklogCourse) -> None:
    row = make_run(rti)
    assert "It has no report" in text_of(client.get(f"{PAGE}runs/{row.pk}/"))
    row.report = report(row, Figures({(Stage.READ, State.DONE): 5}), Tally())
    row.save()
    assert "The whole backlog, in items" in text_of(client.get(f"{PAGE}runs/{row.pk}/"))
    assert f"{PAGE}runs/{row.pk}/" in text_of(client.get(PAGE))
    assert client.get(f"{PAGE}runs/999/").status_code == 404


def test_budgets_are_shown_with_what_is_used(client: Client, rti: BacklogCourse) -> None:
    Control.objects.update_or_create(pk=1, defaults={"minutes": 1000.0, "cost": 50.0})
    BacklogCourse.objects.update(spent_seconds=15_000, spent_cost=12.5, minutes=300, cost=20)
    page = text_of(client.get(PAGE))
    assert "<b>250</b> of 1,000 worker minutes used" in page
    assert "<b>12.50</b> of 50.00 cost used" in page
    assert "250 of 300 min" in page
    assert "cost 12.50 of 20.00" in page


# --- what it lets one do --------------------------------------------------------------------------


def post(client: Client, name: str, **said: str) -> list[str]:
    """Send a form of the page; returns the messages that the next page shows."""
    answer = client.post(f"{PAGE}{name}/", said | {"next": PAGE}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    return [str(message) for message in answer.context["messages"]]


def test_one_failed_item_is_tried_again(client: Client, rti: BacklogCourse, operator: Any) -> None:
    item, other = fail(rti, "no media"), fail(rti, "no media")
    assert post(client, "retry", item=str(item.pk)) == ["1 item is tried again."]
    item.refresh_from_db()
    assert (item.state, item.reason) == ("ready", "")
    assert Item.objects.get(pk=other.pk).state == "failed"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.who, entry.what, entry.detail) == (
        operator, "retry backlog", {"items": 1, "item": item.pk}
    )  # fmt: skip


def test_an_item_that_somebody_else_retried_meanwhile_is_no_error(
    client: Client, rti: BacklogCourse
) -> None:
    item = fail(rti, "no media")
    post(client, "retry", item=str(item.pk))
    assert post(client, "retry", item=str(item.pk)) == ["0 items are tried again."]


def test_the_failures_of_one_kind_are_tried_again_and_no_others(
    client: Client, rti: BacklogCourse
) -> None:
    for number in range(2):
        fail(rti, f"/data/l{number}.mp4 is no media.")
    other = fail(rti, "It has no sound.")
    kind = backlog_failures.kind_of("/data/l0.mp4 is no media.")
    assert post(client, "retry", error="MediaError", kind=kind) == ["2 items are tried again."]
    assert list(Item.objects.filter(state="failed")) == [other]


def test_all_failures_of_one_error_are_tried_again(client: Client, rti: BacklogCourse) -> None:
    fail(rti, "a")
    fail(rti, "b")
    other = fail(rti, "c", "EngineError")
    assert post(client, "retry", error="MediaError") == ["2 items are tried again."]
    assert list(Item.objects.filter(state="failed")) == [other]
    assert AuditEntry.objects.latest("pk").detail == {"error": "MediaError", "items": 2}


@pytest.mark.parametrize("said", [{}, {"item": "x"}, {"item": "-1"}, {"item": "9" * 30}])
def test_a_retry_of_nothing_is_refused_in_words(
    said: dict[str, str], client: Client, rti: BacklogCourse
) -> None:
    answer = client.post(f"{PAGE}retry/", said)
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()


def test_the_backlog_is_paused_and_goes_on(client: Client, rti: BacklogCourse) -> None:
    assert post(client, "switch", to="pause") == [
        "The backlog is paused. What is under way is finished."
    ]
    assert Control.objects.get().paused
    assert "The backlog is paused: nothing is taken up." in text_of(client.get(PAGE))
    post(client, "switch", to="resume")
    assert not Control.objects.get().paused
    assert list(AuditEntry.objects.order_by("pk").values_list("what", "about")) == [
        ("pause backlog", "backlog"), ("resume backlog", "backlog")
    ]  # fmt: skip


def test_a_course_is_paused_and_goes_on(client: Client, rti: BacklogCourse) -> None:
    post(client, "courses/rti", to="pause")
    rti.refresh_from_db()
    assert rti.paused
    assert not rti.items.filter(state="ready").exists()
    post(client, "courses/rti", to="resume")
    assert rti.items.filter(state="ready").count() == 4
    assert AuditEntry.objects.latest("pk").about == f"backlogcourse:{rti.pk}"


def test_a_course_is_moved_up_with_one_button(client: Client, rti: BacklogCourse) -> None:
    post(client, "courses/rti", lane="1")
    rti.refresh_from_db()
    assert (rti.lane, rti.learners) == (Lane.CAMPAIGN, 500)
    assert set(rti.items.filter(state="ready").values_list("lane", flat=True)) == {1}
    assert AuditEntry.objects.latest("pk").detail == {
        "before": {"lane": "normal", "learners": 500}, "lane": "campaign", "learners": 500
    }  # fmt: skip


def test_a_course_gets_another_place_by_its_learners(client: Client, rti: BacklogCourse) -> None:
    post(client, "courses/rti", lane="2", learners="12000")
    rti.refresh_from_db()
    assert rti.learners == 12_000
    assert set(rti.items.filter(state="ready").values_list("learners", flat=True)) == {12_000}


@pytest.mark.parametrize(
    "said", [{"lane": "9"}, {"learners": "-1"}, {"learners": "many"}, {"learners": "9" * 12}]
)
def test_a_place_that_is_none_is_refused(
    said: dict[str, str], client: Client, rti: BacklogCourse
) -> None:
    assert client.post(f"{PAGE}courses/rti/", said).status_code == 400
    rti.refresh_from_db()
    assert (rti.lane, rti.learners) == (Lane.NORMAL, 500)
    assert not AuditEntry.objects.exists()


def test_a_course_that_is_not_there_is_not_found(client: Client, rti: BacklogCourse) -> None:
    assert client.post(f"{PAGE}courses/none/", {"to": "pause"}).status_code == 404


@pytest.mark.parametrize("name", ["switch", "retry", "courses/rti"])
def test_after_a_form_nobody_is_sent_to_another_site(
    name: str, client: Client, rti: BacklogCourse
) -> None:
    said = {"to": "pause", "error": "MediaError", "next": "https://example.org/"}
    answer = client.post(f"{PAGE}{name}/", said)
    assert answer.headers["Location"] == PAGE


def test_the_store_itself_asks_who_may(people: dict[str, Any], rti: BacklogCourse) -> None:
    asha = people["asha"]
    item = fail(rti, "no media")
    calls = (
        lambda: backlog.pause(asha),
        lambda: backlog.resume(asha, "rti"),
        lambda: backlog.change(asha, "rti", Lane.URGENT, 1),
        lambda: backlog.retry_one(asha, item.pk),
        lambda: backlog.retry_kind(asha, "MediaError", "no media"),
        lambda: backlog.retry_error(asha, "MediaError"),
    )
    for call in calls:
        with pytest.raises(ForbiddenError):
            call()
    item.refresh_from_db()
    assert item.state == "failed"


def test_what_was_done_is_counted_anew_at_once(client: Client, rti: BacklogCourse) -> None:
    item = fail(rti, "no media")
    assert client.get(PAGE).context["now"].figures.total(State.FAILED) == 1
    post(client, "retry", item=str(item.pk))
    assert client.get(PAGE).context["now"].figures.total(State.FAILED) == 0


# --- how little it asks ---------------------------------------------------------------------------


def _asked(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in asked]


def test_the_page_asks_no_more_for_more_courses_and_failures(
    client: Client, rti: BacklogCourse
) -> None:
    make_run(rti)
    fail(rti, "no media")
    few = len(_asked(client, PAGE))
    for number in range(6):
        fail(make_course(f"c{number}"), f"no media: reason {'abcdef'[number]}")
    assert len(_asked(client, PAGE)) == few


def test_no_request_counts_the_queue_while_a_run_is_alive(
    client: Client, rti: BacklogCourse
) -> None:
    make_run(rti)
    for address in (PAGE, f"{PAGE}live/"):
        for statement in _asked(client, address):
            if "COUNT(" in statement and "backlog_item" in statement:
                assert "course_id" in statement.partition("WHERE")[2]


def test_without_a_run_the_queue_is_counted_once_for_many_requests(
    client: Client, rti: BacklogCourse
) -> None:
    client.get(PAGE)
    statements = _asked(client, f"{PAGE}live/") + _asked(client, f"{PAGE}live/")
    assert [one for one in statements if "backlog_item" in one] == []
    assert backlog_figures.now().figures.total(State.DONE) == 4


def test_of_very_many_failures_the_latest_are_put_together(
    client: Client, rti: BacklogCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog_failures, "LATEST", 2)
    for number in range(3):
        fail(rti, f"line {number} is wrong")
    found = backlog_failures.failures()
    assert (found.count, found.is_all) == (2, False)
    assert "The latest 2; there are more." in text_of(client.get(PAGE))


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (119, "119 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 05 min"),
        (273_600, "3 days 4 h"),
    ],
)
def test_times_are_said_in_two_units(seconds: float, said: str) -> None:
    assert lasting(seconds) == said


def test_times_are_said_in_hindi() -> None:
    with translation.override("hi"):
        assert lasting(7500) == "2 घंटे 05 मिनट"


def test_a_share_is_whole_only_when_all_is_done() -> None:
    assert [share(999, 1000), share(1000, 1000), share(0, 0), share(0.876)] == [99, 100, 0, 87]


def test_what_operators_did_is_on_the_audit_page(client: Client, rti: BacklogCourse) -> None:
    fail(rti, "no media")
    client.post(f"{PAGE}retry/", {"error": "MediaError", "next": ""})
    assert AuditEntry.objects.filter(what="retry backlog").exists()
    answer = client.get("/audit/")
    assert answer.status_code == 200
    assert '<span class="quiet">items</span> <bdi>1</bdi>' in answer.content.decode()
