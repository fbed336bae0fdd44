"""What Prometheus reads of a run."""

from __future__ import annotations

import math
import re
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from courses.errors import UsageError
from pipeline.backlog.metrics import Metrics
from pipeline.backlog.nouns import Ended, Figures, Lane, Stage, State, Work

WORK = Work(7, "rti-basics", "fees", Stage.TRANSLATE, "hi", Lane.URGENT, 1, 1, 1)


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    made = Metrics()
    yield made
    made.close()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"karmavani_backlog_{name}", labels)


def test_what_is_counted_stands_under_its_stage_and_state(metrics: Metrics) -> None:
    metrics.counted(Figures({(Stage.READ, State.DONE): 5, (Stage.READ, State.READY): 2}))
    assert value(metrics, "items", stage="read", state="done") == 5
    assert value(metrics, "items", stage="package", state="held") == 0
    metrics.counted(Figures({(Stage.READ, State.DONE): 7}))
    assert value(metrics, "items", stage="read", state="ready") == 0


def test_the_time_left_is_no_number_until_it_is_known(metrics: Metrics) -> None:
    metrics.counted(Figures({}))
    assert math.isnan(value(metrics, "eta_seconds") or 0.0)
    metrics.counted(Figures({}, left=90.0, workers=3, busy=0.75, peak=1024))
    assert value(metrics, "eta_seconds") == 90
    assert value(metrics, "workers") == 3
    assert value(metrics, "workers_busy_ratio") == 0.75
    assert value(metrics, "worker_peak_bytes") == 1024


def test_sums_grow_by_what_was_done_since_the_last_count(metrics: Metrics) -> None:
    for audio, sentences in ((2_000, 10), (5_000, 30), (5_000, 30)):
        metrics.counted(Figures({}, audio_now=audio, sentences_now=sentences))
    assert value(metrics, "media_seconds_total") == 5
    assert value(metrics, "sentences_total") == 30


def test_items_that_end_are_counted_with_their_time_cost_and_error(metrics: Metrics) -> None:
    metrics.ended(WORK, Ended(State.DONE, 3.0, cost=0.5))
    metrics.ended(WORK, Ended(State.LATER, 1.0, cost=0.25, error="EngineError", reason="busy"))
    metrics.ended(WORK, Ended(State.DONE, reused=True))
    assert value(metrics, "finished_total", stage="translate", state="done") == 2
    assert value(metrics, "failures_total", stage="translate", error="EngineError") == 1
    assert value(metrics, "item_seconds_count", stage="translate") == 2
    assert value(metrics, "item_seconds_sum", stage="translate") == 4
    assert value(metrics, "cost_total") == 0.75


def test_an_error_of_a_name_that_is_not_ours_makes_no_series_of_its_own(metrics: Metrics) -> None:
    for number in range(50):
        metrics.ended(WORK, Ended(State.FAILED, error=f"Strange{number}", reason="x"))
    assert value(metrics, "failures_total", stage="translate", error="other") == 50


def test_no_label_names_a_course_a_lesson_or_a_language(metrics: Metrics) -> None:
    metrics.ended(WORK, Ended(State.FAILED, 1.0, error="MediaError", reason="x"))
    metrics.counted(Figures({(Stage.READ, State.DONE): 1}, ((WORK, 0.5),)))
    labels = {
        label
        for family in text_string_to_metric_families(metrics.text())
        for sample in family.samples
        for label in sample.labels
    }
    assert labels == {"stage", "state", "error", "le"}


def test_names_are_as_prometheus_has_them(metrics: Metrics) -> None:
    families = list(text_string_to_metric_families(metrics.text()))
    assert len(families) > 10
    for family in families:
        assert re.fullmatch(r"karmavani_backlog_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
        if family.type == "counter":
            assert all(one.name.endswith(("_total", "_created")) for one in family.samples)


def test_figures_are_served_until_the_end(metrics: Metrics) -> None:
    metrics.counted(Figures({}, workers=4))
    port = metrics.serve(0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        assert b"karmavani_backlog_workers 4.0" in answer.read()
    metrics.close()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)


def test_a_port_that_is_taken_is_refused_with_what_to_do(metrics: Metrics) -> None:
    port = metrics.serve(0)
    with pytest.raises(UsageError, match=f"127.0.0.1:{port}.*Choose another --metrics-port"):
        Metrics(port)
    with pytest.raises(UsageError, match="Choose another"):
        Metrics(70_000)


def test_two_runs_in_one_process_have_figures_of_their_own(metrics: Metrics) -> None:
    metrics.ended(WORK, Ended(State.DONE, 1.0))
    assert value(Metrics(), "finished_total", stage="translate", state="done") is None
